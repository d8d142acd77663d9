"""Counting what is sent to PostgreSQL, whichever cursor sends it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest


@contextmanager
def counted() -> Iterator[list[str]]:
    """Yield a list that fills with the statements of this process."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def counting(self, query, *args, **more):
        sent.append(str(query))
        return execute(self, query, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", counting)
        yield sent
