"""News articles of our own, marked by hand, to measure what the rules offer.

`tuned` are those that the rules were made with. `held_out` were written when the rules were finished, and no
rule was changed for them: who changes one writes new articles, and moves these to `tuned`. Both are
native JSONL with the labels of the schema “quotes-cues”.
"""

from dataclasses import dataclass
from pathlib import Path

from annotator.formats import jsonl
from annotator.formats.document import Document, Piece, Span


@dataclass(slots=True)
class Sample:
    """An article with its spans at hand."""

    document: Document

    @property
    def text(self) -> str:
        return self.document.text

    def spans(self, label: str) -> list[Span]:
        found = [span for span in self.document.spans if span.label == label]
        return sorted(found, key=lambda span: span.pieces[0])

    def speaker_of(self, quote: Span) -> Span:
        target = next(
            relation.target
            for relation in self.document.relations
            if relation.type == "said_by" and relation.source == quote.id
        )
        return next(span for span in self.document.spans if span.id == target)

    def names(self, speaker: Span, piece: Piece) -> bool:
        """Say whether a piece of the text names the one whom `speaker` names."""
        text, entity = self.text, speaker.attributes["entity"]
        for span in self.spans("speaker"):
            if _same(piece, span.pieces[0]):
                return span.attributes["entity"] == entity
        words = text[piece[0] : piece[1]].lower()
        whole = str(entity).lower()
        if words == whole or words.endswith(f" {whole}"):
            return True
        known = {str(span.attributes["entity"]).lower() for span in self.spans("speaker")}
        return [name for name in known if name.split()[-1] == words] == [whole]


def samples(name: str) -> list[Sample]:
    """Return the articles of one set."""
    path = Path(__file__).with_name(f"{name}.jsonl")
    with path.open("rb") as stream:
        found = list(jsonl.read(stream, path.name))
    assert all(isinstance(document, Document) for document in found), found
    return [Sample(document) for document in found]


def _same(one: Piece, other: Piece) -> bool:
    """Say whether two pieces have more than half of what both cover in common."""
    common = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * common >= max(one[1], other[1]) - min(one[0], other[0])
