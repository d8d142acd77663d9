"""Fields of a JSON record, and what documents made of them have in common.

The functions add a sentence to `wrong` and go on, so that everything wrong with a record is listed at
once.
"""

import hashlib
from collections.abc import Container, Iterable, Sequence

from annotator.formats.document import (
    JSON,
    Columns,
    Document,
    Items,
    Piece,
    Problem,
    Relation,
    Span,
    UnknownName,
    check,
    place_problem,
    shown,
    surface,
)


def string(item: dict[str, JSON], key: str, owner: str, wrong: list[str]) -> str | None:
    """Return a string field; None when it is missing, null or (then said) something else."""
    value = item.get(key)
    if value is None or type(value) is str:
        return value
    wrong.append(f"{owner} has a “{key}” that is not a string.")
    return None


def name_of(
    item: dict[str, JSON], key: str, owner: str, wrong: list[str], *, needed: bool = True
) -> str | None:
    """Return a field that names something; a whole number is read as its decimal digits."""
    value = item.get(key)
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    if value is not None:
        wrong.append(f"{owner} has a “{key}” that is not a string.")
    elif needed:
        wrong.append(f"{owner} has no “{key}”.")
    return None


def object_of(item: dict[str, JSON], key: str, owner: str, wrong: list[str]) -> dict[str, JSON]:
    value = item.get(key)
    if type(value) is dict:
        return value
    if value is not None:
        wrong.append(f"{owner} has “{key}” that is not an object.")
    return {}


def objects_of(record: dict[str, JSON], key: str, wrong: list[str]) -> list[dict[str, JSON]]:
    value = record.get(key)
    if value is None:
        return []
    if type(value) is not list:
        wrong.append(f"“{key}” is not a list.")
        return []
    found = [item for item in value if type(item) is dict]
    if len(found) != len(value):
        wrong.append(f"“{key}” holds something that is not an object.")
        return []
    return found


def unknown_fields(name: str, item: dict[str, JSON], known: frozenset[str]) -> str:
    unknown = ", ".join(shown(key) for key in item if key not in known)
    return f"{name} has fields that this format does not know: {unknown}."


# Columns: the keys of a record, under the names that a mapping gives them.


def renamed(record: dict[str, JSON], columns: Columns, wrong: list[str]) -> dict[str, JSON]:
    """Return a record with its keys under their roles, and without those that are left out."""
    found: dict[str, JSON] = {}
    for key, value in record.items():
        role = columns.get(key, key)
        if role and role in found:
            wrong.append(f"There is more than one {shown(role)}, by the mapping.")
        elif role:
            found[role] = value
    return found


def unknown_columns(
    record: dict[str, JSON], known: Container[str], *kinds: type
) -> tuple[UnknownName, ...]:
    """Return the keys of a record that could stand for something, of strings and numbers or ``kinds``."""
    return tuple(
        UnknownName("column", key)
        for key, value in record.items()
        if key not in known and type(value) in (kinds or (str, int))
    )


# What another tool's format has no place for travels under one key of our own, which such tools
# pass on or ignore.
OURS = "annotator"


def ours(document: Document, *, meta: bool) -> dict[str, object]:
    """Return what goes under that key; the metadata only where the format has no better place."""
    fields: dict[str, object] = {"title": document.title}
    if meta:
        fields["meta"] = document.meta
    return fields | {
        "reader": document.reader,
        "origin": document.origin,
        "state": document.state,
    }


def take_ours(
    record: dict[str, JSON], document: Document, known: Container[str], wrong: list[str]
) -> None:
    """Give a document what is under that key; fields that are not ``known`` become metadata."""
    given = object_of(record, OURS, "The article", wrong)
    owner = f"“{OURS}”"
    document.title = string(given, "title", owner, wrong) or document.title
    document.reader = string(given, "reader", owner, wrong) or document.reader
    document.origin = string(given, "origin", owner, wrong) or document.origin
    document.state = string(given, "state", owner, wrong) or document.state
    others = {key: value for key, value in record.items() if key not in known}
    document.meta = object_of(given, "meta", owner, wrong) | others


# Documents.


def check_sha256(record: dict[str, JSON], text: str, wrong: list[str]) -> None:
    given = string(record, "sha256", "The article", wrong)
    if given is None:
        return
    # Half a surrogate pair cannot be encoded; `check_strings` names it.
    if hashlib.sha256(text.encode(errors="replace")).hexdigest() != given.lower():
        wrong.append("The text does not match its “sha256”: it was changed on the way.")


def check_surface(
    name: str, given: str, text: str, pieces: Iterable[Piece], wrong: list[str]
) -> None:
    """Hold what a span should read against what its place in the text reads."""
    # No copy of a long text for each span that claims the whole of it.
    room = len(given) + 100
    clipped: list[Piece] = []
    for start, end in pieces:
        clipped.append((start, min(end, start + max(room, 0))))
        room -= end - start
    found = surface(text, clipped)
    if given == found:
        return
    differing = (at for at, (a, b) in enumerate(zip(given, found, strict=False), 1) if a != b)
    part = next(differing, min(len(given), len(found)) + 1)
    wrong.append(
        f"{name} should read {shown(given)}, but its place in the text reads {shown(found)} "
        f"(they part at character {part})."
    )


def place_of(
    item: dict[str, JSON], keys: tuple[str, str], name: str, length: int, wrong: list[str]
) -> tuple[int, int] | None:
    """Return where a span begins and ends, in whole numbers and inside its text."""
    start, end = item.get(keys[0]), item.get(keys[1])
    if type(start) is not int or type(end) is not int:
        wrong.append(f"{name} needs whole numbers as its “{keys[0]}” and “{keys[1]}”.")
        return None
    if said := place_problem(name, start, end, length):
        wrong.append(said)
        return None
    return start, end


def give_ids(letter: str, unnamed: Sequence[Span | Relation], taken: set[str]) -> None:
    """Give ids to what has none: s1, s2, …"""
    number = 0
    for item in unnamed:
        number += 1
        while f"{letter}{number}" in taken:
            number += 1
        item.id = f"{letter}{number}"


def default_reading(document: Document) -> None:
    """Spans that name no reader came with an import and are finished."""
    is_read = document.spans or document.relations or document.origin or document.state
    if document.reader is None:
        if not is_read:
            return
        document.reader = "import"
    document.origin = document.origin or "import"
    document.state = document.state or "submitted"


def judged(document: Document, wrong: list[str], unknown: tuple[UnknownName, ...] = ()) -> Items:
    """Yield a document, or else what is wrong with it."""
    if wrong := wrong or check(document):
        yield from (Problem(document.where, said, unknown) for said in wrong)
    else:
        yield document
