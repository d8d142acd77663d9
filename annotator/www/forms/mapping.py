"""The step of an import in which somebody says what the names of a file stand for."""

from dataclasses import dataclass

from annotator.exchange.summary import ImportSummary
from annotator.formats import READABLE
from annotator.formats.mapping import Mapping
from annotator.schemas.schema import Schema

# Of a name whose meaning is kept when nothing is said.
AS_METADATA = "keep as metadata"
TO_CHOOSE = "choose …"


@dataclass(slots=True)
class Choice:
    """An option of a select; `value` is as `Mapping.parse` reads it."""

    value: str
    title: str
    selected: bool


@dataclass(slots=True)
class Row:
    """One name, what it may stand for, and how often it was met."""

    kind: str
    name: str
    count: int
    choices: list[Choice]


def rows(summary: ImportSummary, mapping: Mapping, schema: Schema) -> list[Row]:
    """Return the names that were given a meaning already, and then those that have none."""
    given = {
        (kind, name): meaning
        for kind in ("column", "label", "relation", "attribute")
        for name, meaning in mapping.of(kind).items()
    }
    met = {(kind, name): count for kind, name, count in summary.unknown_names()}
    return [
        _row(kind, name, met.get((kind, name), 0), given.get((kind, name)), schema)
        for kind, name in (given | met)
    ]


def _row(kind: str, name: str, count: int, given: str | None, schema: Schema) -> Row:
    meanings = _meanings(kind, name, schema)
    if given is None:
        given = _suggested(kind, name, meanings)
    begin = f"{kind}:{name}="
    choices = [
        Choice("", AS_METADATA if kind == "column" else TO_CHOOSE, given is None),
        *(Choice(begin + key, title, given == key) for key, title in meanings.items()),
        Choice(begin, "leave out", given == ""),
    ]
    return Row(kind, name, count, choices)


def _meanings(kind: str, name: str, schema: Schema) -> dict[str, str]:
    """Return what a name may stand for, and how that is called."""
    if kind == "label":
        return {label.key: label.name for label in schema.active_labels()}
    if kind == "relation":
        return {key: rule.name for key, rule in schema.relations.items() if not rule.retired}
    if kind == "attribute":
        label = schema.labels.get(name.partition(".")[0])
        rules = label.attributes.values() if label else ()
        return {rule.key: rule.name for rule in rules if not rule.retired}
    tables = (found.table for found in READABLE.values() if found.table)
    return {role: role for table in tables for role in table.roles}


def _suggested(kind: str, name: str, meanings: dict[str, str]) -> str | None:
    """Return the meaning that is called the same but for case, spaces and hyphens."""
    own = name.partition(".")[2] if kind == "attribute" else name
    for key, title in meanings.items():
        if _plain(own) in map(_plain, (key, title)):
            return key
    return None


def _plain(words: str) -> str:
    return "".join(filter(str.isalnum, words)).casefold()
