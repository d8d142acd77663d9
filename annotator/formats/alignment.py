"""Spans on tokens: which tokens a piece is made of, or why it is not made of whole ones."""

from annotator.formats.document import Piece, shown
from annotator.text.tokens import tokens


class Tokens:
    """The tokens of a text, by the product's own rule (`text/tokens.py`)."""

    def __init__(self, text: str) -> None:
        self.places = tokens(text)
        self._text = text
        self._starts = {start: number for number, (start, _) in enumerate(self.places)}
        self._ends = {end: number for number, (_, end) in enumerate(self.places)}

    def within(self, piece: Piece) -> tuple[int, int] | None:
        """Return the first and the last token of a piece; None unless both its edges are theirs."""
        first, last = self._starts.get(piece[0]), self._ends.get(piece[1])
        return None if first is None or last is None else (first, last)

    def problem(self, piece: Piece) -> str:
        """Say why a piece is not made of whole tokens."""
        for edge, known in ((piece[0], self._starts), (piece[1], self._ends)):
            if edge in known:
                continue
            for start, end in self.places:
                if start < edge < end:
                    token = shown(self._text[start:end])
                    return f"its edge at {edge} lies in the token {token} ({start} to {end})"
            return f"at its edge at {edge} there is white space"
        return ""
