"""Offsets: code points here, UTF-16 code units in JavaScript, and the check of what may be stored.

Everything stored, sent or exported counts Unicode code points. A browser counts UTF-16 code
units, where a character beyond U+FFFF (most emoji) takes two. `static/js/offsets.js` is the only
place of the product that converts; these functions are its twin in Python.
"""

import re

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


def to_utf16(text: str, offset: int) -> int:
    """Return the UTF-16 offset of a code point offset in `text`."""
    return offset + sum(1 for _ in _ASTRAL.finditer(text, 0, offset))


def from_utf16(text: str, offset: int) -> int:
    """Return the code point offset of a UTF-16 offset in `text`.

    An offset between the two halves of a surrogate pair is moved to before the pair, as a caret
    can never stand there.
    """
    pairs = 0
    for astral in _ASTRAL.finditer(text):
        if offset <= astral.start() + pairs:
            break
        # An offset between the halves falls to before the pair by itself.
        pairs += 1
    return min(offset - pairs, len(text))


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units `text` has."""
    return to_utf16(text, len(text))


def check_text(text: str) -> str | None:
    """Return a sentence when `text` holds what PostgreSQL cannot store (NUL, half a surrogate pair).

    The line named is a line of `text`, counted from 1 by `\\n`.
    """
    found = _FORBIDDEN.search(text)
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    if found[0] == "\x00":
        return f"The text holds a NUL character (U+0000) in its line {line}."
    return f"The text holds half a surrogate pair (U+{ord(found[0]):04X}) in its line {line}."
