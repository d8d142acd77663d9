"""What the API tells of, as values. What a newer server says beside is left out."""

from dataclasses import dataclass, fields
from typing import Any, Self

JSON = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    @classmethod
    def of(cls, said: JSON) -> Self:
        return cls(**{field.name: said[field.name] for field in fields(cls) if field.name in said})


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """An article with its text. Offsets are of code points, as Python counts them."""

    id: int
    key: str
    corpus: str
    title: str
    text: str
    sha256: str
    length: int
    meta: JSON
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Record):
    id: str
    label: str
    pieces: list[list[int]]
    text: str
    attributes: JSON
    entity: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Record):
    """A link from one span to another, by their ids."""

    id: str
    type: str
    source: str
    target: str

    @classmethod
    def of(cls, said: JSON) -> Self:
        return cls(id=said["id"], type=said["type"], source=said["from"], target=said["to"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Record):
    span: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Record):
    """What one reader marked in an article."""

    reader: str
    origin: str
    state: str
    skip_reason: str
    version: int
    spans: list[Span]
    relations: list[Relation]
    notes: list[Note]

    @classmethod
    def of(cls, said: JSON) -> Self:
        parts = {
            "spans": [Span.of(span) for span in said["spans"]],
            "relations": [Relation.of(link) for link in said["relations"]],
            "notes": [Note.of(note) for note in said["notes"]],
        }
        return super(Reading, cls).of(said | parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(Record):
    """What an import made, and what was there already."""

    articles: int
    known_articles: int
    readings: int
    known_readings: int
    spans: int
    relations: int
    notices: list[JSON]
