"""One moment of the database, for what reads much and has to agree with itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Whoever stops reading a download for longer loses it, and its snapshot is let go.
PATIENCE = "10min"


@contextmanager
def one_moment(*, writes: bool = False) -> Iterator[None]:
    """Hold one snapshot of the database; inside a transaction of the caller, that one's."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            mode = "READ WRITE" if writes else "READ ONLY"
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ {mode}")
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE}'")
        yield
