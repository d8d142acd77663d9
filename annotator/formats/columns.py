"""Keys of a JSON record under the names that a mapping gives them."""

from collections.abc import Container

from annotator.formats.document import JSON, Columns, UnknownName, shown


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


def unknown_columns(record: dict[str, JSON], known: Container[str]) -> tuple[UnknownName, ...]:
    """Return the keys of a record that could stand for something: of strings and numbers."""
    return tuple(
        UnknownName("column", key)
        for key, value in record.items()
        if key not in known and type(value) in (str, int)
    )
