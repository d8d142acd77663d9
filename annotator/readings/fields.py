"""The extent of a span: PostgreSQL's int4multirange, a sorted list of pairs in Python."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.multirange import Int4Multirange
from psycopg.types.range import Int4Range

Pieces = list[tuple[int, int]]


class ExtentField(models.Field):  # type: ignore[type-arg]  # not subscriptable at run time
    """Half-open ranges in code points. PostgreSQL sorts them and merges those that touch."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "int4multirange"

    def get_prep_value(self, value: Iterable[Sequence[int]] | None) -> Int4Multirange | None:
        return None if value is None else to_multirange(value)

    def from_db_value(self, value: Any, *_: object) -> Pieces | None:  # Any: what psycopg gives
        return None if value is None else [(piece.lower, piece.upper) for piece in value]


def to_multirange(pieces: Iterable[Sequence[int]]) -> Int4Multirange:
    return Int4Multirange(Int4Range(start, end) for start, end in pieces)


def pieces_of(extent: str) -> Pieces:
    """Return the pieces of a multirange as PostgreSQL writes it: ``{[1,4),[7,9)}``."""
    if extent.count("[") == 1:
        start, _, end = extent[2:-2].partition(",")
        return [(int(start), int(end))]
    pairs = (pair.split(",") for pair in extent[2:-2].split("),["))
    return [(int(start), int(end)) for start, end in pairs]
