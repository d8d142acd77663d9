"""Candidates: what the text itself offers to be tagged. They never count as work.

Each kind has a module that finds it, without a model and in one pass: the same text always offers
the same. All offsets are code points.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from annotator.text.cues import cues
from annotator.text.lexicon import CONJUNCTIONS, PREPOSITIONS
from annotator.text.names import names
from annotator.text.quotations import Piece, Quotation, quotations
from annotator.text.subjects import subjects
from annotator.text.tokens import sentences
from annotator.text.words import Range, Words

# An interruption is no longer: “…,” said Calado, who has run the harbour since 2019. “…”
_INTERRUPTION = 250
_OWN_FRAME = 60
_STOP = re.compile(r"[.!?\n\r]")
_WORD = re.compile(r"\W*(\w+)")


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a text offers, each kind sorted by start.

    Names are those who may have said something: names, and the pronouns and noun phrases beside
    reporting words. Cues are these words.
    """

    quotations: list[Quotation]
    names: list[Piece]
    cues: list[Piece]


def candidates(text: str) -> Candidates:
    """Return the quotations, the names and the reporting words of a text."""
    runs = quotations(text)
    words = Words(text)
    reporting = cues(words, [piece for run in runs for piece in run.pieces])
    named = names(words)
    speakers = _joined(words, named, subjects(words, named, reporting))
    found = Candidates(
        runs,
        names=[words.bare_piece(*who) for who in speakers],
        cues=[words.piece(*cue) for cue in reporting],
    )
    _set_continues(text, found)
    return found


def _joined(words: Words, named: list[Range], beside: list[Range]) -> list[Range]:
    """Return all speakers by start; a name that only lost its determiner is not offered twice."""
    around = {beyond: first for first, beyond in beside}
    kept = [
        (first, beyond)
        for first, beyond in named
        if not _is_title(words.lower[around.get(beyond, first) : first])
    ]
    return sorted({*kept, *beside})


def _is_title(before: Sequence[str]) -> bool:
    return bool(before) and not any(w in PREPOSITIONS or w.endswith("'s") for w in before)


def _set_continues(text: str, found: Candidates) -> None:
    """Note of each quotation which one it goes on with: “…,” said Calado. “…”"""
    outer = [number for number, run in enumerate(found.quotations) if run.depth == 0]
    for one, other in pairwise(outer):
        end, start = found.quotations[one].end, found.quotations[other].start
        if start - end > _INTERRUPTION or not _interrupts(text, end, start, found.cues):
            continue
        # “…,” said Calado. “…,” said Berg: that is another one.
        is_aside = text[end:start].rstrip().endswith(",")
        if is_aside or not _has_own_frame(text, found.quotations[other].end, found.cues):
            found.quotations[other].continues = one


def _interrupts(text: str, end: int, start: int, reporting: Sequence[Piece]) -> bool:
    """Say whether what stands between two quotations is one sentence that says whose the first is."""
    between = text[end:start]
    if "\n" in between or "\r" in between:
        return False
    if (
        not _breaks_off(text, end, ",.?!…—–-")
        or not between.rstrip().endswith((".", ","))
        or len(sentences(between)) != 1
    ):
        return False
    first = bisect_left(reporting, (end, end))
    if first == len(reporting) or reporting[first][1] > start:
        return False
    opening = _WORD.match(between)
    return opening is not None and opening[1] not in PREPOSITIONS | CONJUNCTIONS


def _breaks_off(text: str, end: int, marks: str) -> bool:
    """Say whether a quotation ends with one of some marks; its comma may stand behind it."""
    return text[max(0, end - 3) : end - 1].rstrip()[-1:] in marks or text[end : end + 1] == ","


def _has_own_frame(text: str, end: int, reporting: Sequence[Piece]) -> bool:
    """Say whether a reporting word follows a quotation in its sentence."""
    first = bisect_left(reporting, (end, end))
    if first == len(reporting) or reporting[first][0] > end + _OWN_FRAME:
        return False
    return _breaks_off(text, end, ",?!…—–-") and not _STOP.search(text, end, reporting[first][0])
