"""What writers that cannot hold everything have in common: saying so, span by span."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotator.formats.document import Document, Lose, Loss, Relation, Span, shown


@dataclass(slots=True)
class Losses:
    """What is lost of one document."""

    document: Document
    lose: Lose

    def say(self, part: str, reason: str) -> None:
        self.lose(Loss(self.document.id, self.document.reader, part, reason))

    def attributes(self, span: Span, why: str) -> None:
        """Lose a span's attributes, if it has any."""
        if span.attributes:
            names = ", ".join(shown(name) for name in sorted(span.attributes))
            self.say(f"attributes of span {span.id}", f"{why}: {names}.")

    def pieces(self, span: Span, why: str) -> None:
        """Lose that the pieces of a span, if it has several, are one."""
        if len(span.pieces) > 1:
            said = f"{why}: its {len(span.pieces)} pieces go out as spans of their own."
            self.say(f"pieces of span {span.id}", said)

    def relations(self, why: str, relations: Iterable[Relation] | None = None) -> None:
        """Lose these relations, or all."""
        for link in self.document.relations if relations is None else relations:
            self.say(f"relation {link.id}", why)


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Return spans by start, longest first, then by id: no order of a query shows in a file."""
    return sorted(spans, key=lambda span: (span.pieces[0][0], -span.pieces[-1][1], span.id))
