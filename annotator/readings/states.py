"""What readings hold, as plain values: the shape in which edits say it (``Edit.after``)."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import orjson
from django.db import connection

from annotator.readings.fields import pieces_of
from annotator.readings.models import Note, Reading
from annotator.readings.models import State as ReadingState
from annotator.schemas.models import Preset
from annotator.schemas.schema import LabelRule, Schema

State = dict[str, Any]  # Any: JSON
PARTS = ("spans", "relations", "notes")
FIELDS = ("state", "skip_reason")


def nothing() -> State:
    """Return what a reading holds before its first edit."""
    return {
        "spans": {},
        "relations": {},
        "notes": {},
        "state": ReadingState.IN_PROGRESS.value,
        "skip_reason": "",
    }


def lay(after: State, state: State) -> None:
    """Lay what an edit led to (its ``after``) over what was there."""
    for part in PARTS:
        for key, value in after.get(part, {}).items():
            if value is None:
                state[part].pop(key, None)
            else:
                state[part][key] = value
    state.update({field: after[field] for field in FIELDS if field in after})


def notes_of(reading_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the notes of each of these readings that has any, by the key of the span; "": the article.

    They are no part of ``states_of``: no file holds them.
    """
    found: dict[int, dict[str, str]] = {}
    rows = Note.objects.filter(reading__in=reading_ids).order_by("id")
    for pk, key, text in rows.values_list("reading_id", "span__key", "text"):
        found.setdefault(pk, {})[key or ""] = text
    return found


def states_of(reading_ids: Collection[int], schema: Schema) -> dict[int, State]:
    """Return what each of these readings holds, in the shape of ``Edit.after``."""
    found: dict[int, State] = {}
    if not reading_ids:
        return found
    ids = list(reading_ids)
    for pk, state in Reading.objects.filter(pk__in=ids).values_list("pk", "state"):
        found[pk] = {"spans": {}, "relations": {}, "state": state}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reading_id, key, label_id, extent::text, attributes::json, entity_id"
            " FROM annotator_span WHERE reading_id = ANY(%s) ORDER BY reading_id, id",
            [ids],
        )
        for pk, key, label, extent, attributes, entity in cursor.fetchall():
            found[pk]["spans"][key] = {
                "label": schema.label_keys[label],
                "pieces": [list(piece) for piece in pieces_of(extent)],
                "attributes": attributes,
                "entity": entity,
            }
        cursor.execute(
            "SELECT r.reading_id, r.key, r.type_id, s.key, t.key FROM annotator_relation r"
            " JOIN annotator_span s ON s.id = r.source_id JOIN annotator_span t ON t.id = r.target_id"
            " WHERE r.reading_id = ANY(%s) ORDER BY r.reading_id, r.id",
            [ids],
        )
        for pk, key, kind, source, target in cursor.fetchall():
            found[pk]["relations"][key] = {
                "type": schema.relation_keys[kind],
                "from": source,
                "to": target,
            }
    return found


def states_at(versions: Mapping[int, int]) -> dict[int, State]:
    """Return what each reading held at a version of it: its edits up to that one, replayed."""
    found = {reading: nothing() for reading in versions}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.reading_id, e.after::text"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (reading, version)"
            " JOIN annotator_edit e ON e.reading_id = wanted.reading AND e.version <= wanted.version"
            " ORDER BY e.reading_id, e.version",
            [list(versions.keys()), list(versions.values())],
        )
        for reading, after in cursor.fetchall():
            lay(orjson.loads(after), found[reading])
    return found


def relabelled(span: State, label: LabelRule, kind: Callable[[], str]) -> State:
    """Return a span with another label; what that does not know falls off, and undo brings it back.

    ``kind`` says which kind of quote its marks make it, and is asked only if the label wants that.
    """
    kept = {k: v for k, v in span["attributes"].items() if not label.problem_with({k: v})}
    if (preset := kind_key(label)) and preset not in kept:
        kept[preset] = kind()
    entity = span["entity"] if takes_entity(label) else None
    return {**span, "label": label.key, "attributes": kept, "entity": entity}


def takes_entity(label: LabelRule) -> bool:
    return any(rule.kind == "entity" and not rule.retired for rule in label.attributes.values())


def kind_key(label: LabelRule) -> str | None:
    """Return the key of the attribute that quotation marks fill in, if the label has one."""
    return next(
        (k for k, r in label.attributes.items() if r.preset == Preset.QUOTATION_MARKS), None
    )
