"""Cut a text at its paragraphs and its spans into the runs that the desk prints.

All offsets are code points of the whole text. A paragraph ends at CRLF, LF or CR and at nothing
else; the line end belongs to no paragraph and an empty paragraph is not one. The runs of a
paragraph, joined, are exactly `text[paragraph.start:paragraph.end]`.

A span keeps one lane in a paragraph. Longer spans choose first, so a quote lies below the claim
inside it; of two equal ones the one given first. A paragraph's lanes depend on the spans that touch
it and on nothing else, so a paragraph laid out alone looks as it does in the whole article.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

LANES = 3
_PARAGRAPH = re.compile(r"[^\r\n]+")

Lanes = tuple[str | None, ...]


class SpanLike(Protocol):
    """What a span must have to be laid out: a key, a label and half-open pieces."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def pieces(self) -> Sequence[tuple[int, int]]: ...


@dataclass(slots=True)
class Paragraph:
    """A stretch of text without a line end; `index` counts the paragraphs that are not empty."""

    index: int
    start: int
    end: int


@dataclass(slots=True)
class Run:
    """A stretch under the same spans throughout.

    `lanes` has three places, each the key of the span drawn there or None; `more` counts the
    spans for which no lane was left; `spans` are all keys here, longest span first. `starts` and
    `ends` are the keys of spans one of whose pieces begins or ends here (a piece that goes
    on in the next paragraph does not end).
    """

    start: int
    end: int
    text: str
    lanes: Lanes
    more: int
    spans: tuple[str, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(slots=True)
class ParagraphLayout:
    """A paragraph and its runs; `spans` are the keys it touches, in order of where they begin."""

    index: int
    start: int
    end: int
    runs: list[Run]
    spans: tuple[str, ...]


def paragraphs(text: str) -> list[Paragraph]:
    """Return the paragraphs of a text that are not empty, in order."""
    return [
        Paragraph(index, found.start(), found.end())
        for index, found in enumerate(_PARAGRAPH.finditer(text))
    ]


def paragraph_of(paras: Sequence[Paragraph], offset: int) -> Paragraph | None:
    """Return the paragraph an offset lies in; one in a line end belongs to the paragraph before."""
    at = bisect_right(paras, offset, key=_start_of)
    return paras[at - 1] if at else None


def touched(paras: Sequence[Paragraph], pieces: Iterable[tuple[int, int]]) -> set[int]:
    """Return the indexes of the paragraphs that any of the pieces lies in, wholly or partly.

    What must be laid out again after an edit is what its span touched before *and* after.
    """
    found: set[int] = set()
    for start, end in pieces:
        first = bisect_right(paras, start, key=_end_of)
        found.update(range(first, bisect_left(paras, end, lo=first, key=_start_of)))
    return found


def lay_out(
    text: str,
    spans: Iterable[SpanLike],
    only: AbstractSet[int] | None = None,
    paras: Sequence[Paragraph] | None = None,
) -> list[ParagraphLayout]:
    """Return the runs of every paragraph, or of those whose index is in `only`.

    `paras` saves cutting the text again when the caller has its paragraphs already.
    """
    if paras is None:
        paras = paragraphs(text)
    ranked = sorted(spans, key=lambda span: (-_length(span), span.pieces[0][0]))
    strips = _strips_by_paragraph(paras, ranked, only)
    return [
        _lay_out_paragraph(text, paragraph, strips.get(paragraph.index, []))
        for paragraph in paras
        if only is None or paragraph.index in only
    ]


@dataclass(slots=True, eq=False)
class _Strip:
    """What of one span lies in one paragraph: a list of (start, end, begins here, ends here)."""

    rank: int
    key: str
    cuts: list[tuple[int, int, bool, bool]]
    lane: int | None = None


def _strips_by_paragraph(
    paras: Sequence[Paragraph], ranked: Sequence[SpanLike], only: AbstractSet[int] | None
) -> dict[int, list[_Strip]]:
    """Clip every span to the paragraphs it touches; strips come in order of rank."""
    strips: dict[int, list[_Strip]] = {}
    starts = [paragraph.start for paragraph in paras]
    for rank, span in enumerate(ranked):
        for start, end in span.pieces:
            first = bisect_right(starts, start) - 1
            if first < 0 or paras[first].end <= start:
                first += 1
            beyond = bisect_left(starts, end, first)
            for index in range(first, beyond):
                if only is not None and index not in only:
                    continue
                paragraph = paras[index]
                cut = (
                    max(start, paragraph.start),
                    min(end, paragraph.end),
                    index == first,
                    index == beyond - 1,
                )
                here = strips.setdefault(index, [])
                if here and here[-1].rank == rank:
                    here[-1].cuts.append(cut)
                else:
                    here.append(_Strip(rank, span.key, [cut]))
    return strips


def _lay_out_paragraph(text: str, paragraph: Paragraph, strips: list[_Strip]) -> ParagraphLayout:
    _give_lanes(strips)
    in_order = sorted(strips, key=lambda strip: (strip.cuts[0][0], strip.rank))
    return ParagraphLayout(
        index=paragraph.index,
        start=paragraph.start,
        end=paragraph.end,
        runs=_runs(text, paragraph, strips),
        spans=tuple(strip.key for strip in in_order),
    )


@dataclass(slots=True)
class _Lane:
    """The cuts drawn in one lane: disjoint, so sorted starts find any overlap by bisection."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def is_free(self, start: int, end: int) -> bool:
        at = bisect_left(self.starts, end)
        return at == 0 or self.ends[at - 1] <= start

    def contains(self, start: int, end: int) -> bool:
        at = bisect_right(self.starts, start)
        return at > 0 and self.ends[at - 1] >= end

    def add(self, start: int, end: int) -> None:
        at = bisect_left(self.starts, start)
        self.starts.insert(at, start)
        self.ends.insert(at, end)


def _give_lanes(strips: list[_Strip]) -> None:
    """Give each strip, longest span first, the lowest lane free under all of its cuts.

    A lane above those of the spans around it is preferred, so that nesting reads from the bottom
    up; a lower one is still better than none.
    """
    lanes = [_Lane() for _ in range(LANES)]
    for strip in strips:
        free = [
            number
            for number, lane in enumerate(lanes)
            if all(lane.is_free(cut[0], cut[1]) for cut in strip.cuts)
        ]
        if not free:
            continue
        around = [
            number
            for number, lane in enumerate(lanes)
            if any(lane.contains(cut[0], cut[1]) for cut in strip.cuts)
        ]
        floor = max(around, default=-1)
        strip.lane = next((number for number in free if number > floor), free[0])
        for cut in strip.cuts:
            lanes[strip.lane].add(cut[0], cut[1])


def _runs(text: str, paragraph: Paragraph, strips: list[_Strip]) -> list[Run]:
    """Sweep from boundary to boundary, keeping the strips that are open in between."""
    opening: dict[int, list[_Strip]] = {}
    closing: dict[int, list[_Strip]] = {}
    begun: dict[int, list[_Strip]] = {}
    ended: dict[int, list[_Strip]] = {}
    for strip in strips:
        for start, end, begins, ends in strip.cuts:
            opening.setdefault(start, []).append(strip)
            closing.setdefault(end, []).append(strip)
            if begins:
                begun.setdefault(start, []).append(strip)
            if ends:
                ended.setdefault(end, []).append(strip)
    bounds = sorted({paragraph.start, paragraph.end, *opening, *closing})

    runs: list[Run] = []
    active: list[_Strip] = []
    lanes: list[str | None] = [None] * LANES
    more = 0
    for start, end in pairwise(bounds):
        for strip in closing.get(start, ()):
            active.remove(strip)
            if strip.lane is None:
                more -= 1
            else:
                lanes[strip.lane] = None
        for strip in opening.get(start, ()):
            insort(active, strip, key=_rank_of)
            if strip.lane is None:
                more += 1
            else:
                lanes[strip.lane] = strip.key
        runs.append(
            Run(
                start,
                end,
                text[start:end],
                tuple(lanes),
                more,
                tuple([strip.key for strip in active]),
                tuple([strip.key for strip in begun.get(start, ())]),
                tuple([strip.key for strip in ended.get(end, ())]),
            )
        )
    return runs


def _length(span: SpanLike) -> int:
    return sum(end - start for start, end in span.pieces)


def _start_of(paragraph: Paragraph) -> int:
    return paragraph.start


def _end_of(paragraph: Paragraph) -> int:
    return paragraph.end


def _rank_of(strip: _Strip) -> int:
    return strip.rank
