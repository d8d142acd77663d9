"""Quotation runs: what stands between quotation marks, and the kind of a quote.

How the marks are read, in one pass and without counting parity:

- A mark that can be either (`"`, `“` after `„`, `»` …) opens when white space, a bracket, a dash or
  an opening mark stands before it and neither white space nor a comma after it; else it closes.
- A closing mark closes the nearest open run that accepts it. One that fits nothing is ignored.
- `’` is an apostrophe unless the innermost open run began with `‘` or `‚` and no letter
  follows; a possessive (`the countries’ talks’`) lets the last one close. So is `'`, which also opens
  a run where a word begins that never begins with an apostrophe (`'til`, `'90s`).
- A run still open at the end of its paragraph ends there. When the next paragraph begins with an
  opening mark of its kind, the run goes on in it: one candidate, one piece a paragraph.
- Marks belong to their run. An empty run is none. A single-quoted run that neither closes nor goes on
  is none.

All offsets are code points.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.text.segments import paragraphs

Kind = Literal["direct", "indirect", "mixed"]
Piece = tuple[int, int]

# The marks that close a run, by the mark that opens it.
_CLOSES = {
    "“": "”“",
    "„": "“”",
    "”": "”",
    '"': '"',
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
}
# These open wherever they stand, unless they close something; the others only where a word begins.
_ALWAYS_OPEN = frozenset("“„«‹「『")
_SINGLE = frozenset("‘‚'")
_APOSTROPHES = frozenset("’'")
_ELISION = re.compile(r"(?:bout|cause|em|n|round|til|tis|twas|\d+s?)\b", re.IGNORECASE)
# French and Italian repeat either guillemet at the start of the next paragraph.
_GOES_ON = {"«": "«»", "‹": "‹›"}

_MARKS = "“”„\"«»‹›「」『』‘’‚'"
_MARK = re.compile(f"[{_MARKS}]")
_CONTENT = re.compile(rf"[^{_MARKS}\s]")
_BEFORE_OPENING = frozenset("([{<-–—―/…=*_“„«‹「『‘‚¿¡")
# No quotation begins with one of these.
_NOT_INSIDE = frozenset(" \t\x0b\x0c\x85\xa0\u2028\u2029\u202f,;:)]}")
_OUTSIDE = " \t\r\n\x0b\x0c\x85\xa0\u2028\u2029.,;:!?…"
# Deeper than any prose; a file full of opening marks must not take quadratic time.
_DEEPEST = 8


@dataclass(slots=True)
class Quotation:
    """A quotation run: its pieces, one per paragraph, and how many other runs it lies in.

    `continues` is the index, among those of the text, of the quotation that this one goes on with
    after an interruption: “We wait,” said Dahl. “Today.”
    """

    pieces: list[Piece]
    depth: int = 0
    continues: int | None = None

    @property
    def start(self) -> int:
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        return self.pieces[-1][1]


def quotations(text: str) -> list[Quotation]:
    """Return the quotation runs of a text by start, the outer one first."""
    scan = _Scan(text)
    for paragraph in paragraphs(text):
        scan.read_paragraph(paragraph.start, paragraph.end)
    scan.end()
    found = sorted(scan.found, key=lambda run: (run.start, -run.end))
    _set_depths(found)
    return found


def kind_of(text: str, pieces: Sequence[Piece], runs: Sequence[Quotation] | None = None) -> Kind:
    """Say whether these pieces are direct speech, indirect speech, or a mixture.

    Direct: every piece begins and ends inside a quotation (white space and a closing stop around it do
    not count). Indirect: no piece touches one. `runs` are the text's `quotations`, if at hand.
    """
    quoted = [
        piece
        for run in (quotations(text) if runs is None else runs)
        if run.depth == 0
        for piece in run.pieces
    ]
    inside = [_inside(quoted, *_bare(text, start, end)) for start, end in pieces]
    if all(where == "direct" for where in inside):
        return "direct"
    return "indirect" if all(where == "indirect" for where in inside) else "mixed"


def _set_depths(found: list[Quotation]) -> None:
    """Count around each run those that hold it; runs nest and never cross."""
    around: list[int] = []
    for run in found:
        while around and around[-1] <= run.start:
            around.pop()
        run.depth = len(around)
        around.append(run.end)


def _inside(quoted: list[Piece], start: int, end: int) -> Kind:
    """Place one piece against the sorted, disjoint quoted stretches."""
    first = bisect_right(quoted, start, key=_end_of)
    last = bisect_right(quoted, end - 1, key=_start_of) - 1
    if last < first:
        return "indirect"
    begins_quoted = quoted[first][0] <= start
    ends_quoted = end <= quoted[last][1]
    return "direct" if begins_quoted and ends_quoted else "mixed"


def _bare(text: str, start: int, end: int) -> Piece:
    """Take white space and stops off both sides, but never everything."""
    stripped = text[start:end].rstrip(_OUTSIDE)
    if not stripped:
        return start, end
    end = start + len(stripped)
    return end - len(stripped.lstrip(_OUTSIDE)), end


@dataclass(slots=True)
class _Open:
    """A run whose closing mark has not come yet; `pieces` are those of the paragraphs behind."""

    mark: str
    start: int
    pieces: list[Piece]


class _Scan:
    """One pass over the marks of a text; `stack` holds the open runs, outermost first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Quotation] = []
        self.stack: list[_Open] = []

    def read_paragraph(self, start: int, end: int) -> None:
        marks = [mark.start() for mark in _MARK.finditer(self.text, start, end)]
        skip = self._go_on(start, end, marks)
        for number in range(skip, len(marks)):
            following = marks[number + 1] if number + 1 < len(marks) else None
            self._read_mark(marks[number], following, start, end)
        self._leave_paragraph(end)

    def end(self) -> None:
        """Give out the runs that no paragraph continued."""
        self._give_unclosed(self.stack)
        self.stack = []

    def _go_on(self, start: int, end: int, marks: list[int]) -> int:
        """Continue the open runs whose marks this paragraph begins with; return how many marks."""
        if not self.stack:
            return 0
        at, going_on = start, 0
        for run, mark in zip(self.stack, marks, strict=False):
            while at < end and self.text[at].isspace():
                at += 1
            if mark != at or self.text[mark] not in _GOES_ON.get(run.mark, run.mark):
                break
            run.start = mark
            going_on += 1
            at += 1
        self._give_unclosed(self.stack[going_on:])
        del self.stack[going_on:]
        return going_on

    def _read_mark(self, at: int, following: int | None, start: int, end: int) -> None:
        mark = self.text[at]
        before = self.text[at - 1] if at > start else " "
        after = self.text[at + 1] if at + 1 < end else " "
        free = before.isspace() or before in _BEFORE_OPENING or self._has_just_opened(at, mark)
        opens_here = free and after not in _NOT_INSIDE
        if mark in _APOSTROPHES:
            if self._closes_single(at, following, before, after):
                self._close(len(self.stack) - 1, at + 1)
                return
            opens_here = opens_here and not _ELISION.match(self.text, at + 1)
            if mark == "’" or not opens_here or self._nearest_accepting(mark) is not None:
                return
        depth = self._nearest_accepting(mark)
        if depth is not None:
            ambiguous = mark == self.stack[depth].mark or mark in _ALWAYS_OPEN or mark == "‘"
            if not (ambiguous and opens_here):
                self._close(depth, at + 1)
                return
        if (mark in _ALWAYS_OPEN or (opens_here and mark in _CLOSES)) and not self._is_full():
            self.stack.append(_Open(mark, at, []))

    def _has_just_opened(self, at: int, mark: str) -> bool:
        """Say whether a run with another mark begins right before: "'No,' he said"."""
        return bool(self.stack) and self.stack[-1].start == at - 1 and self.stack[-1].mark != mark

    def _is_full(self) -> bool:
        return len(self.stack) >= _DEEPEST

    def _nearest_accepting(self, mark: str) -> int | None:
        for depth in range(len(self.stack) - 1, -1, -1):
            if mark in _CLOSES[self.stack[depth].mark]:
                return depth
        return None

    def _closes_single(self, at: int, following: int | None, before: str, after: str) -> bool:
        """Tell a closing mark from an apostrophe."""
        if not self.stack or self.text[at] not in _CLOSES[self.stack[-1].mark]:
            return False
        if before.isspace() or after.isalnum():
            return False
        possessive = before in "sS" and after == " "
        return not (possessive and following is not None and self._could_close_single(following))

    def _could_close_single(self, at: int) -> bool:
        after = self.text[at + 1 : at + 2]
        return (
            self.text[at] in _APOSTROPHES
            and not after.isalnum()
            and not self.text[at - 1].isspace()
        )

    def _close(self, depth: int, end: int) -> None:
        """Close the run at `depth`; runs opened inside it and never closed are forgotten."""
        run = self.stack[depth]
        del self.stack[depth:]
        run.pieces.append((run.start, end))
        self._give(run)

    def _leave_paragraph(self, end: int) -> None:
        """End the piece of every run still open; whether it goes on, the next paragraph tells."""
        for run in self.stack:
            stretch = self.text[run.start : end]
            run.pieces.append((run.start, run.start + len(stretch.rstrip())))

    def _give_unclosed(self, runs: Sequence[_Open]) -> None:
        """Give out runs that end with their paragraph; an unclosed ‘ that never went on was no mark."""
        for run in runs:
            if run.mark not in _SINGLE or len(run.pieces) > 1:
                self._give(run)

    def _give(self, run: _Open) -> None:
        if any(_CONTENT.search(self.text, start, end) for start, end in run.pieces):
            self.found.append(Quotation(run.pieces))


def _start_of(piece: Piece) -> int:
    return piece[0]


def _end_of(piece: Piece) -> int:
    return piece[1]
