"""Names in a file that a corpus knows by others: what each stands for, or that it is left out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from annotator.formats.document import (
    JSON,
    Document,
    Format,
    Items,
    Problem,
    Relation,
    Span,
    shown,
)

KINDS = ("column", "label", "relation", "attribute", "reader")


class WrongMapping(ValueError):
    """A mapping that cannot be understood; the message is the sentence."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """By kind: a name in the file → its name here, or "" to leave it out.

    Columns become a role that their format knows (text, id, title); the others a key of the corpus's
    schema. An attribute may be named with its label's key (`speaker.kind`), to mean that label alone.
    """

    columns: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    relations: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, given: Iterable[str]) -> "Mapping":
        """Read what people write: `label:PER=speaker`, `column:body=text`, `label:MISC=`."""
        mapping = cls()
        for words in given:
            name, equals, meaning = words.rpartition("=")
            kind, colon, name = name.partition(":")
            if not (equals and colon and name) or kind not in KINDS:
                raise WrongMapping(
                    f"{shown(words)} is no mapping: write kind:name=meaning, where kind is one of "
                    f"{', '.join(KINDS)}, and nothing behind the = to leave it out."
                )
            names = mapping.of(kind)
            if names.setdefault(name, meaning) != meaning:
                raise WrongMapping(f"The {kind} {shown(name)} is mapped twice.")
        return mapping

    def of(self, kind: str) -> dict[str, str]:
        """Return the names of one of KINDS."""
        found: dict[str, str] = getattr(self, f"{kind}s")
        return found

    def written(self) -> list[str]:
        """Return it as `parse` reads it."""
        return [
            f"{kind}:{name}={meaning}" for kind in KINDS for name, meaning in self.of(kind).items()
        ]

    def column_problem(self, found: Format) -> str | None:
        """Return a sentence when a column is to be something that ``found`` does not know."""
        for name, role in self.columns.items():
            if found.table and role and role not in found.table.roles:
                roles = ", ".join(found.table.roles)
                return f"The column {shown(name)} can be one of {roles}, not {shown(role)}."
        return None


NOTHING = Mapping()


class Mapped:
    """Documents on their way in under the names of the corpus; counts what is left out."""

    def __init__(self, items: Iterable[Document | Problem], mapping: Mapping) -> None:
        self._items = items
        self._mapping = mapping
        self._left_out: Counter[str] = Counter()
        self._without_reader = ""

    def __iter__(self) -> Items:
        if self._mapping == NOTHING:
            yield from self._items
            return
        for item in self._items:
            if isinstance(item, Problem):
                yield item
            else:
                yield from self._change(item)

    def left_out(self) -> list[str]:
        """Return a sentence for everything that was left out, with its number."""
        columns = [name for name, role in self._mapping.columns.items() if not role]
        return [
            *(f"The column {shown(name)} is left out, as the mapping says." for name in columns),
            *(
                f"{what}: {n:,} left out, as the mapping says."
                for what, n in self._left_out.items()
            ),
        ]

    def _change(self, document: Document) -> Iterator[Document | Problem]:
        if document.reader is not None:
            document.reader = self._mapping.readers.get(document.reader, document.reader)
        if document.reader == "":
            self._leave_reading_out(document)
            # Of several readings left out, one article stays.
            if self._without_reader == document.id:
                return
            self._without_reader = document.id
        document.spans = [span for span in document.spans if self._keeps_span(span)]
        kept = {span.id for span in document.spans}
        document.relations = [link for link in document.relations if self._keeps_link(link, kept)]
        wrong = [said for span in document.spans if (said := self._rename_attributes(span))]
        if wrong:
            yield from (Problem(document.where, said) for said in wrong)
        else:
            yield document

    def _leave_reading_out(self, document: Document) -> None:
        self._left_out["Readings"] += 1
        document.reader = document.origin = document.state = None
        document.spans, document.relations = [], []

    def _keeps_span(self, span: Span) -> bool:
        label = self._mapping.labels.get(span.label, span.label)
        if not label:
            self._left_out[f"Spans with the label {shown(span.label)}"] += 1
            return False
        span.label = label
        return True

    def _keeps_link(self, link: Relation, spans: set[str]) -> bool:
        kind = self._mapping.relations.get(link.type, link.type)
        if not kind:
            self._left_out[f"Links of the type {shown(link.type)}"] += 1
            return False
        if link.source not in spans or link.target not in spans:
            self._left_out["Links of spans that are left out"] += 1
            return False
        link.type = kind
        return True

    def _rename_attributes(self, span: Span) -> str | None:
        names = self._mapping.attributes
        if not names or not span.attributes:
            return None
        renamed: dict[str, JSON] = {}
        for name, value in span.attributes.items():
            meaning = names.get(f"{span.label}.{name}", names.get(name, name))
            if not meaning:
                self._left_out[f"Attributes {shown(name)} of the label {shown(span.label)}"] += 1
            elif meaning in renamed:
                return f"Span {shown(span.id)} has {shown(meaning)} twice, by the mapping."
            else:
                renamed[meaning] = value
        span.attributes = renamed
        return None
