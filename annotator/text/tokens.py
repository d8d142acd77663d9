"""Words and sentences: where a selection snaps to and a caret steps.

`static/js/` has the same rule for words in JavaScript; change both or neither. In its terms:

- a *word* is `[\\p{L}\\p{N}\\p{M}]+` with single joiners `’ ' - .` (and U+2010, U+2011, soft hyphen, U+200C,
  U+200D) allowed between two such runs: `North’s`, `Yo-jong`, `3.5`, `U.S`;
- a CJK character (ideographs, kana, bopomofo; not hangul) is a token of its own, with its marks;
- any other character that is not white space (`\\p{Z}`, `\\p{Cc}`, U+FEFF) is a token of its own, with
  its marks, emoji modifiers and tags; emoji joined by U+200D and the two halves of a flag are one.

So no token boundary cuts a character that a reader sees as one. All offsets are code points.
"""

import re
import unicodedata
from bisect import bisect_right

from annotator.text.segments import paragraphs

# A sentence longer than this is cut at a word: nobody selects more by sentence.
LONGEST_SENTENCE = 2_000

_CJK = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_JOINERS = frozenset("’'-.\u2010\u2011\u00ad\u200c\u200d")
_ZWJ = "\u200d"

# Every character becomes one letter for its class; the rule is then a regular expression of classes.
#   w letter or digit   m mark or modifier   j joiner   z U+200D   r half a flag   o other   s space
_TOKEN = re.compile(r"[wm]+(?:[jz][wm]+)*|rr?m*|o[m]*(?:zo[m]*)*|[jz]m*")

# No lookahead: what follows is judged in `_ends_sentence`, so nothing is ever read twice.
_STOP = re.compile(r"""[.!?…。！？]+[)\]’”"»›」』]*""")
_NEXT = re.compile(r"\s*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"‘„«])(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Rev|Hon|No|vs"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|(?:\w\.)*[A-Z])\Z"
)


def tokens(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the tokens of `text[start:end]` in order: words, and other characters one by one."""
    classes = text[start:end].translate(_Classes())
    return [(found.start() + start, found.end() + start) for found in _TOKEN.finditer(classes)]


def words(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the tokens that hold a letter or a digit."""
    return [
        (first, last)
        for first, last in tokens(text, start, end)
        if any(character.isalnum() for character in text[first:last])
    ]


def snap(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Grow a selection to whole tokens and let outer white space fall off.

    None when there is nothing but white space in it.
    """
    # A token never crosses a line end, so its own lines are all that need looking at.
    first_line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    ends = [at for at in (text.find("\n", end), text.find("\r", end)) if at >= 0]
    within = [
        token
        for token in tokens(text, first_line, min(ends, default=len(text)))
        if token[0] < end and token[1] > start
    ]
    return (within[0][0], within[-1][1]) if within else None


def token_at(text: str, offset: int) -> tuple[int, int] | None:
    """Return the token around a caret: the one after it, or else the one that ends at it."""
    return snap(text, offset, offset + 1) or (snap(text, offset - 1, offset) if offset else None)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a text, without the white space between them.

    A simple rule: a sentence ends with its paragraph, or at a stop that white space follows and no
    small letter after it, unless the stop belongs to an initial or to one of a few abbreviations.
    """
    found: list[tuple[int, int]] = []
    for paragraph in paragraphs(text):
        start = _NEXT.match(text, paragraph.start, paragraph.end).end()  # type: ignore[union-attr]
        for stop in _STOP.finditer(text, paragraph.start, paragraph.end):
            following = _NEXT.match(text, stop.end(), paragraph.end).end()  # type: ignore[union-attr]
            if following < paragraph.end and _ends_sentence(text, stop, following):
                found.extend(_capped(text, start, stop.end()))
                start = following
        last = len(text[start : paragraph.end].rstrip()) + start
        found.extend(_capped(text, start, last))
    return found


def _ends_sentence(text: str, stop: re.Match[str], following: int) -> bool:
    if following == stop.end() and not any(mark in stop[0] for mark in "。！？"):
        return False
    if text[following].islower():
        return False
    before = text[max(0, stop.start() - 12) : stop.start()]
    return not (stop[0] == "." and _ABBREVIATION.search(before))


def _capped(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut what is too long for a sentence at the last token that fits."""
    if end - start <= LONGEST_SENTENCE:
        return [(start, end)] if start < end else []
    cut: list[tuple[int, int]] = []
    all_tokens = tokens(text, start, end)
    lasts = [last for _, last in all_tokens]
    at = 0
    while at < len(all_tokens):
        begin = all_tokens[at][0]
        beyond = max(bisect_right(lasts, begin + LONGEST_SENTENCE), at + 1)
        cut.append((begin, lasts[beyond - 1]))
        at = beyond
    return cut


class _Classes(dict[int, str]):
    """The class of each character, looked up once per distinct character of a text."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _class_of(chr(code))
        return found


def _class_of(character: str) -> str:
    if character == _ZWJ:
        return "z"
    if character in _JOINERS:
        return "j"
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return "r"
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return "m"
    category = unicodedata.category(character)
    if category[0] == "M":
        return "m"
    if category[0] == "Z" or category == "Cc" or character == "\ufeff":
        return "s"
    if category[0] in "LN" and not _CJK.match(character):
        return "w"
    return "o"
