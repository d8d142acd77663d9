"""Offsets of tools that count something else than code points, told by the surfaces beside them.

JavaScript counts UTF-16 code units, so an emoji is two; a browser shows CRLF as one line end, so
some tools count it as one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate

Count = Callable[[int], int]
# Where something begins and ends as its file counts, and what it should read.
Claim = tuple[int, int, str]

_ASTRAL = "[\U00010000-\U0010ffff]"


def way_of_counting(text: str, claims: Iterable[Claim]) -> Count:
    """Return how a file's offsets become code points of ``text``: so that all it claims is right.

    When nothing fits they are taken for code points.
    """
    claims = list(claims)
    for pattern in ("", _ASTRAL, "\r\n", f"{_ASTRAL}|\r\n"):
        if pattern and not re.search(pattern, text):
            continue
        count = _counting(text, pattern)
        if all(reads(text, count(start), count(end), given) for start, end, given in claims):
            return count
    return _as_they_are


def reads(text: str, start: int, end: int, given: str) -> bool:
    """Say whether a place reads as claimed, but for white space (and how line ends are written)."""
    # Claims of a whole long text must not make a copy of it each.
    if not 0 <= start < end <= len(text) or end - start > 2 * len(given) + 1_000:
        return False
    found = text[start:end]
    if found == given:
        return True
    return "".join(found.split()) == "".join(given.replace("\\n", "\n").split())


def _as_they_are(offset: int) -> int:
    return offset


def _counting(text: str, pattern: str) -> Count:
    """Count an astral character that is in ``pattern`` as two, and a CRLF that is in it as one."""
    if not pattern:
        return _as_they_are
    found = list(re.finditer(pattern, text))
    shifts = list(accumulate((len(m[0]) - (1 if m[0] == "\r\n" else 2) for m in found), initial=0))
    # Behind each, in the file's own units.
    ends = [m.end() - shift for m, shift in zip(found, shifts[1:], strict=True)]
    return lambda offset: offset + shifts[bisect_right(ends, offset)]
