"""What a sweep changed of the schema's own rows, and how that is taken back.

A patch is ``{"entities": {id: state or null}, "labels": {…}, "attributes": {…}}``, before and
after; a state holds only the columns in question. What is the same before and after was not
changed: the sweep relies on it, as an entity that gave spans away must be there to get them back.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from annotator.corpora.models import Corpus
from annotator.schemas.actions import delete, rename
from annotator.schemas.models import Attribute, Entity, Label, bump_schema_version

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


def change_schema(before: Patch, after: Patch) -> bool:
    """Return whether a sweep changed more than entities: then there is a new version."""
    return any(part != "entities" for part, _, _ in changed(before, after))


def obstacle(before: Patch, after: Patch) -> str | None:
    """Return a sentence when what was changed cannot be put back as things are."""
    for pk, state in _changed_rows("labels", before, after):
        label = Label.objects.filter(pk=pk).first()
        if label is None or not state or "key" not in state:
            continue
        rivals = Label.objects.filter(corpus=label.corpus_id, key=state["key"]).exclude(pk=pk)
        if rivals.exists():
            return f"Another label has the key “{state['key']}” now. Rename that one first."
    return None


def open_again(before: Patch, after: Patch) -> None:
    """Let entities take spans again that were closed to them, being merged."""
    for pk, state in _changed_rows("entities", before, after):
        if state and state.get("merged_into", ...) is None:
            Entity.objects.filter(pk=pk).update(merged_into=None)


def put_back(corpus: Corpus, before: Patch, after: Patch) -> None:
    """Give everything its columns back; what was made goes if nothing names it."""
    _put_entities_back(before, after)
    for pk, state in _changed_rows("labels", before, after):
        label = Label.objects.filter(pk=pk).first()
        if label:
            _put_label_back(label, state)
    for pk, state in _changed_rows("attributes", before, after):
        attribute = Attribute.objects.filter(pk=pk).first()
        if attribute:
            attribute.choices = _choices(attribute, state, after["attributes"][str(pk)])
            attribute.save(update_fields=["choices"])
    if change_schema(before, after):
        bump_schema_version(corpus)


def _put_entities_back(before: Patch, after: Patch) -> None:
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


def _put_label_back(label: Label, state: Any) -> None:
    if state is None:
        if not label.spans.exists():
            delete(label)
        return
    if "key" in state and state["key"] != label.key:
        rename(label=label, **state)
        return
    label.retired = state["retired"]
    same = Label.objects.filter(corpus=label.corpus_id, shortcut=label.shortcut, retired=False)
    if not label.retired and same.exclude(pk=label.pk).exists():
        label.shortcut = ""  # taken meanwhile
    label.save()


def _choices(attribute: Attribute, before: Any, after: Any) -> list[dict[str, str]]:
    """Return the choices there are now, with what a sweep changed of them put back."""
    now: list[dict[str, str]] = list(attribute.choices)
    old, new = ([c["value"] for c in state["choices"]] for state in (before, after))
    places = {choice["value"]: place for place, choice in enumerate(now)}
    for place, choice in enumerate(before["choices"]):
        if choice["value"] in new or choice["value"] in places:
            continue
        renamed = after["choices"][place]["value"] if len(old) == len(new) else ""
        if renamed in places:
            now[places[renamed]] = {**now[places[renamed]], "value": choice["value"]}
        else:
            now.insert(place, choice)
    return now


def _changed_rows(part: str, before: Patch, after: Patch) -> Iterator[tuple[int, Any]]:
    pks = {pk for found, pk, _ in changed(before, after) if found == part}
    return ((int(pk), before[part][pk]) for pk in pks)
