"""Statements that PostgreSQL plans once per connection: for the few that every save runs.

Django's own cursors put the values into a statement before they send it, so that each is planned anew.
Behind a PgBouncer in transaction mode this needs PgBouncer 1.22 or newer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

AFTER = 5  # as psycopg's own default: what runs once or twice is not worth it

Row = tuple[Any, ...]  # Any: what the columns hold


@contextmanager
def cursor() -> Iterator[psycopg.Cursor[Row]]:
    """Open a cursor on Django's connection, in Django's transaction, with Django's exceptions."""
    connection.ensure_connection()
    raw: psycopg.Connection[Row] = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = AFTER
    with connection.wrap_database_errors, psycopg.Cursor(raw) as opened:
        yield opened


def rows(sql: str, params: Sequence[Any]) -> list[Row]:
    with cursor() as opened:
        opened.execute(sql, params)
        return opened.fetchall()
