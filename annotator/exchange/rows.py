"""Rows of an import, by COPY: the way PostgreSQL takes many rows fastest."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, cast
from uuid import uuid4

import orjson
from django.db import connection

from annotator.formats.document import Document, Span
from annotator.readings.models import EditKind
from annotator.readings.states import State
from annotator.schemas.schema import Schema

Row = tuple[Any, ...]  # Any: what the columns hold

# Table and columns of each COPY, in the order in which rows refer to each other.
TABLES = {
    "articles": ("annotator_article", "id, corpus_id, key, title, text, sha256, length, meta"),
    "readings": ("annotator_reading", "id, article_id, reader, origin, user_id, state, version"),
    "edits": (
        "annotator_edit",
        'id, reading_id, version, kind, "group", by_id, before, after, fingerprint, schema_version',
    ),
    "spans": ("annotator_span", "id, reading_id, key, label_id, extent, attributes, entity_id"),
    "relations": ("annotator_relation", "id, reading_id, key, type_id, source_id, target_id"),
}


class _Copy(Protocol):
    def write_row(self, row: Sequence[object]) -> None: ...


@dataclass(slots=True)
class Rows:
    """What a batch of documents adds to each table."""

    articles: list[Row] = field(default_factory=list)
    readings: list[Row] = field(default_factory=list)
    edits: list[Row] = field(default_factory=list)
    spans: list[Row] = field(default_factory=list)
    relations: list[Row] = field(default_factory=list)

    def write(self) -> None:
        for name, (table, columns) in TABLES.items():
            if rows := getattr(self, name):
                copy_rows(table, columns, rows)


def copy_rows(table: str, columns: str, rows: Iterable[Row]) -> None:
    """Send rows to ``table``; raises psycopg's own errors when the database refuses one."""
    with connection.cursor() as cursor:
        # The stubs of Django do not know psycopg's copy().
        copying = cast(Any, cursor).copy(f"COPY {table} ({columns}) FROM STDIN")
        with cast(AbstractContextManager[_Copy], copying) as copy:
            for row in rows:
                copy.write_row(row)


def next_ids(table: str, count: int) -> list[int]:
    """Take ``count`` ids for ``table`` from its sequence, ascending."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def article_row(document: Document, pk: int, corpus_id: int, sha256: str) -> Row:
    text = document.text
    # json and not orjson: whole numbers beyond 64 bits and the order of keys stay.
    meta = json.dumps(document.meta, ensure_ascii=False) if document.meta else "{}"
    return (pk, corpus_id, document.id, document.title, text, sha256, len(text), meta)


def state_of(document: Document, schema: Schema, entities: Mapping[str, int]) -> State:
    """Return what a document says of its article, in the shape of ``Edit.after``.

    ``entities`` are the ids of the names that its spans have as their entity.
    """
    return {
        "spans": {span.id: _span_state(span, schema, entities) for span in document.spans},
        "relations": {
            link.id: {"type": link.type, "from": link.source, "to": link.target}
            for link in document.relations
        },
        "state": document.state,
    }


def add_reading(
    rows: Rows, state: State, reading: Row, ids: "Ids", schema: Schema, by: int | None
) -> None:
    """Add a reading, the edit it begins with, its spans and its relations.

    ``reading`` is its row, ``by`` the id of who imports it.
    """
    pk = reading[0]
    rows.readings.append(reading)
    after = orjson.dumps(state)
    edit = str(uuid4())
    rows.edits.append(
        (
            edit,
            pk,
            1,
            EditKind.IMPORT.value,
            edit,
            by,
            "{}",
            after.decode(),
            hashlib.sha256(after).hexdigest(),
            schema.version,
        )
    )
    span_ids: dict[str, int] = {}
    for key, span in state["spans"].items():
        span_ids[key] = span_id = ids.spans.pop()
        attributes = span["attributes"]
        rows.spans.append(
            (
                span_id,
                pk,
                key,
                schema.labels[span["label"]].id,
                extent_of(span["pieces"]),
                orjson.dumps(attributes).decode() if attributes else "{}",
                span["entity"],
            )
        )
    for key, link in state["relations"].items():
        rows.relations.append(
            (
                ids.relations.pop(),
                pk,
                key,
                schema.relations[link["type"]].id,
                span_ids[link["from"]],
                span_ids[link["to"]],
            )
        )


@dataclass(slots=True)
class Ids:
    """Ids taken ahead for a batch, the next one last."""

    articles: list[int]
    readings: list[int]
    spans: list[int]
    relations: list[int]

    @classmethod
    def take(cls, documents: Sequence[Document]) -> "Ids":
        """Take as many as these documents could need; what is left over is a gap, and no harm."""
        count = len(documents)
        return cls(
            next_ids("annotator_article", count)[::-1],
            next_ids("annotator_reading", count)[::-1],
            next_ids("annotator_span", sum(len(d.spans) for d in documents))[::-1],
            next_ids("annotator_relation", sum(len(d.relations) for d in documents))[::-1],
        )


def extent_of(pieces: Iterable[Sequence[int]]) -> str:
    """Return pieces as PostgreSQL writes a multirange."""
    return "{" + ",".join([f"[{start},{end})" for start, end in pieces]) + "}"


def _span_state(span: Span, schema: Schema, entities: Mapping[str, int]) -> State:
    attributes: dict[str, Any] = span.attributes
    entity = None
    if attributes:
        key = schema.labels[span.label].entity_key
        if key in attributes:
            entity = entities[attributes[key]]
            attributes = {name: value for name, value in attributes.items() if name != key}
    return {
        "label": span.label,
        "pieces": [list(piece) for piece in span.pieces],
        "attributes": attributes,
        "entity": entity,
    }
