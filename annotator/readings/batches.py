"""Many readings at once: what a sweep reads and writes, in a few statements for hundreds of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from annotator.readings.fields import pieces_of
from annotator.readings.models import EditKind, Reading, Span
from annotator.readings.states import State
from annotator.readings.workspace import Patch
from annotator.schemas.schema import Schema


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A span of some reading, with its state in the shape of ``Edit.after``."""

    reading_id: int
    article_id: int
    key: str
    state: State


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A relation of some reading, with its state in the shape of ``Edit.after``."""

    reading_id: int
    key: str
    state: State
    labels: tuple[str, str]  # of its ends


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the edits of a sweep have in common."""

    group: UUID
    by: int
    schema_version: int
    reverts: UUID | None = None


def articles_of(reading_ids: Collection[int], *, lock: bool) -> dict[int, int]:
    """Return the article of each reading; with ``lock`` nobody else saves to them from here on."""
    readings = Reading.objects.filter(pk__in=reading_ids).order_by("pk")
    if lock:
        readings = readings.select_for_update()
    return dict(readings.values_list("pk", "article_id"))


def find_spans(
    spans: QuerySet[Span], articles: Mapping[int, int], schema: Schema
) -> list[FoundSpan]:
    """Return those of ``spans`` that lie in these readings."""
    rows = spans.filter(reading_id__in=articles).order_by("reading_id", "id")
    return [
        FoundSpan(reading, articles[reading], key, _state(schema, label, extent, attributes, named))
        for reading, key, label, extent, attributes, named in rows.values_list(
            "reading_id", "key", "label_id", Cast("extent", TextField()), "attributes", "entity_id"
        )
    ]


def find_links(reading_ids: Collection[int], schema: Schema) -> dict[int, list[FoundLink]]:
    """Return all relations of these readings, by reading."""
    found: dict[int, list[FoundLink]] = defaultdict(list)
    for reading, key, kind, source, target, *labels in _rows(
        "SELECT r.reading_id, r.key, r.type_id, s.key, t.key, s.label_id, t.label_id"
        " FROM annotator_relation r"
        " JOIN annotator_span s ON s.id = r.source_id JOIN annotator_span t ON t.id = r.target_id"
        " WHERE r.reading_id = ANY(%s) ORDER BY r.id",
        [list(reading_ids)],
    ):
        state = {"type": schema.relation_keys[kind], "from": source, "to": target}
        ends = schema.label_keys[labels[0]], schema.label_keys[labels[1]]
        found[reading].append(FoundLink(reading, key, state, ends))
    return found


def write(patches: Mapping[int, Patch], schema: Schema, stamp: Stamp) -> None:
    """Lay patches over readings that are locked, an edit for each: links go first and come last.

    The patches change spans that are there; they add none and remove none.
    """
    links = [
        (reading, key, patch.before["relations"][key], after)
        for reading, patch in patches.items()
        for key, after in patch.after.get("relations", {}).items()
    ]
    _delete_links([(reading, key) for reading, key, before, _ in links if before])
    _update_spans(patches, schema)
    _insert_links([(reading, key, after) for reading, key, _, after in links if after], schema)
    _insert_edits(patches, stamp)


def _state(
    schema: Schema, label: int, extent: str, attributes: dict[str, Any], entity: int | None
) -> State:
    return {
        "label": schema.label_keys[label],
        "pieces": [list(piece) for piece in pieces_of(extent)],
        "attributes": attributes,
        "entity": entity,
    }


def _delete_links(gone: Sequence[tuple[int, str]]) -> None:
    _execute(
        "DELETE FROM annotator_relation r USING n WHERE r.reading_id = n.reading AND r.key = n.key",
        "reading bigint, key text",
        gone,
    )


def _update_spans(patches: Mapping[int, Patch], schema: Schema) -> None:
    _execute(
        "UPDATE annotator_span s"
        " SET label_id = n.label, attributes = n.attributes, entity_id = n.entity"
        " FROM n WHERE s.reading_id = n.reading AND s.key = n.key",
        "reading bigint, key text, label bigint, attributes jsonb, entity bigint",
        [
            (reading, key, schema.labels[s["label"]].id, s["attributes"], s["entity"])
            for reading, patch in patches.items()
            for key, s in patch.after.get("spans", {}).items()
        ],
    )


def _insert_links(new: Iterable[tuple[int, str, State]], schema: Schema) -> None:
    _execute(
        "INSERT INTO annotator_relation (reading_id, key, type_id, source_id, target_id)"
        " SELECT n.reading, n.key, n.type, s.id, t.id FROM n"
        " JOIN annotator_span s ON s.reading_id = n.reading AND s.key = n.source"
        " JOIN annotator_span t ON t.reading_id = n.reading AND t.key = n.target ORDER BY n.place",
        "place int, reading bigint, key text, type bigint, source text, target text",
        [
            (place, reading, key, schema.relations[s["type"]].id, s["from"], s["to"])
            for place, (reading, key, s) in enumerate(new)
        ],
    )


def _insert_edits(patches: Mapping[int, Patch], stamp: Stamp) -> None:
    _execute(
        ", edit AS ("
        'INSERT INTO annotator_edit (id, reading_id, version, kind, "group", reverts, by_id,'
        " schema_version, before, after, fingerprint)"
        " SELECT gen_random_uuid(), r.id, r.version + 1, %s, %s, %s, %s, %s, n.before, n.after,"
        " encode(sha256(convert_to(n.after::text, 'UTF8')), 'hex')"
        " FROM n JOIN annotator_reading r ON r.id = n.reading)"
        " UPDATE annotator_reading r SET version = version + 1, updated_at = now()"
        " FROM n WHERE r.id = n.reading",
        "reading bigint, before jsonb, after jsonb",
        [(reading, patch.before, patch.after) for reading, patch in patches.items()],
        [EditKind.SWEEP.value, stamp.group, stamp.reverts, stamp.by, stamp.schema_version],
    )


def _execute(
    sql: str, columns: str, rows: Sequence[tuple[Any, ...]], more: Sequence[Any] = ()
) -> None:
    """Run a statement over ``rows``, which it knows as ``n``; nothing when there are none.

    They go over as one JSON text: psycopg takes long over arrays of texts that are full of quotes.
    """
    if not rows:
        return
    names = [column.split()[0] for column in columns.split(", ")]
    sent = orjson.dumps([dict(zip(names, row, strict=True)) for row in rows]).decode()
    given = f"WITH n AS (SELECT * FROM json_to_recordset(%s::json) AS n({columns})) "  # noqa: S608  # names of columns
    with connection.cursor() as cursor:
        cursor.execute(given + sql, [sent, *more])


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:  # Any: what the columns hold
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
