"""Candidates: what the text itself offers to be tagged. They never count as work.

Each kind has a module that finds it, without a model and in one pass: the same text always offers
the same. All offsets are code points.
"""

from dataclasses import dataclass

from annotator.text.quotations import Piece, Quotation, quotations


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a text offers, each kind sorted by start."""

    quotations: list[Quotation]
    names: list[Piece]
    cues: list[Piece]


def candidates(text: str) -> Candidates:
    """Return the quotations, the names and the reporting words of a text."""
    return Candidates(quotations(text), names=[], cues=[])
