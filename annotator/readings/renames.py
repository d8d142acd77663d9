"""Renames: what goes by another key is the same, and so is every span that says it.

A rename is taken back by renaming back: spans that were made since have the new key too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from annotator.readings.batches import FoundSpan
from annotator.readings.models import Span, Sweep, SweepKind
from annotator.readings.states import State
from annotator.schemas.schema import Schema


@dataclass(frozen=True, slots=True)
class Rename:
    """The spans that a rename changes, and the schema that knows both keys."""

    spans: QuerySet[Span]
    old: str
    new: str
    schema: Schema
    attribute: str = ""  # whose choice it is; else a label is renamed

    def change(self, found: Sequence[FoundSpan]) -> list[State]:
        if not self.attribute:
            return [{**span.state, "label": self.new} for span in found]
        new = {self.attribute: self.new}
        return [{**span.state, "attributes": {**span.state["attributes"], **new}} for span in found]


def of_label(pk: int, new: str, schema: Schema) -> Rename:
    rule = schema.labels[schema.label_keys[pk]]
    both = replace(schema, labels={**schema.labels, new: rule})
    return Rename(Span.objects.filter(label=pk), rule.key, new, both)


def of_choice(label: int, attribute: str, old: str, new: str, schema: Schema) -> Rename:
    spans = Span.objects.filter(label=label, attributes__contains={attribute: old})
    return Rename(spans, old, new, schema, attribute)


def back(sweep: Sweep, schema: Schema) -> Rename | None:
    """Return the rename that takes a sweep back; None when it was no rename."""
    if sweep.kind == SweepKind.RENAME_LABEL:
        [(pk, before)] = sweep.before["labels"].items()
        return of_label(int(pk), before["key"], schema)
    if sweep.kind == SweepKind.RENAME_CHOICE:
        [before], [after] = (patch["attributes"].values() for patch in (sweep.before, sweep.after))
        [label] = sweep.after["labels"]
        old, new = values_apart(before["choices"], after["choices"])
        return of_choice(int(label), before["key"], new[0], old[0], schema)
    return None


Choices = Sequence[Mapping[str, Any]]  # Any: JSON


def values_apart(before: Choices, after: Choices) -> tuple[list[str], list[str]]:
    """Return the values that only one of these lists of choices has."""
    old, new = ([choice["value"] for choice in choices] for choices in (before, after))
    return [value for value in old if value not in new], [v for v in new if v not in old]
