"""What a sweep changed of the schema's own rows, and how that is taken back.

A patch is ``{"entities": {id: state or null}, "labels": {id: state}}``, before and after; a state
holds only the columns in question. What is the same before and after was not changed: the sweep
relies on it, as an entity that gave spans away must be there to get them back.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from annotator.schemas.actions import bring_back
from annotator.schemas.models import Entity, Label

Patch = dict[str, Any]  # Any: JSON
Column = tuple[str, str, str]  # part, id, column


def named(patch: Patch) -> set[Column]:
    """Return what a sweep changed or relies on, by its patch after."""
    return {
        (part, pk, column)
        for part, rows in patch.items()
        for pk, state in rows.items()
        for column in state
    }


def changed(before: Patch, after: Patch) -> set[Column]:
    """Return what a sweep changed."""
    return {
        (part, pk, column)
        for part, pk, column in named(after)
        if (before[part][pk] or {}).get(column, ...) != after[part][pk][column]
    }


def open_again(before: Patch, after: Patch) -> None:
    """Let rows take spans again that were closed to them: unmerge entities, bring labels back."""
    for pk, state in _changed_rows("entities", before, after):
        if state and state.get("merged_into", ...) is None:
            Entity.objects.filter(pk=pk).update(merged_into=None)
    for pk, state in _changed_rows("labels", before, after):
        label = Label.objects.filter(pk=pk, retired=True).first()
        if label and not state["retired"]:
            bring_back(part=label)


def put_back(before: Patch, after: Patch) -> None:
    """Give entities their names, aliases and places back; what was made goes if nothing names it."""
    states = dict(_changed_rows("entities", before, after))
    for pk in [pk for pk, state in states.items() if state is None]:
        del states[pk]
        made = Entity.objects.filter(pk=pk, spans=None, merged=None)
        made.delete()
    entities = list(Entity.objects.filter(pk__in=states))
    for entity in entities:
        # Two may have exchanged their names, and no two are the same at any time.
        if "name" in states[entity.pk]:
            Entity.objects.filter(pk=entity.pk).update(name=str(uuid4()))
    for entity in entities:
        for column, value in states[entity.pk].items():
            setattr(entity, "merged_into_id" if column == "merged_into" else column, value)
        entity.save()


def _changed_rows(part: str, before: Patch, after: Patch) -> Iterator[tuple[int, Any]]:
    pks = {pk for found, pk, _ in changed(before, after) if found == part}
    return ((int(pk), before[part][pk]) for pk in pks)
