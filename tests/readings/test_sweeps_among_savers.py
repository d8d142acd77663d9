"""A sweep while others save: it waits for them, sees what they did, and nothing is lost."""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from annotator.readings.actions import apply_edits
from annotator.readings.audit import Audit
from annotator.readings.models import Edit, EditKind, Span
from tests.readings.test_sweeps import relabel

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def edit(kind: str, **body) -> dict:
    return {"id": str(uuid.uuid4()), "kind": kind, **body}


def while_waiting_for(saver: Callable[[], None], then: Callable[[], None]) -> None:
    """Run ``saver`` in a transaction that ends once ``then``, begun after it, waits for a lock."""
    saved = threading.Event()

    def save():
        with transaction.atomic():
            saver()
            saved.set()
            with connection.cursor() as cursor:
                for _ in range(1000):
                    cursor.execute(WAITING)
                    if cursor.fetchone()[0]:
                        break
        connection.close()

    thread = threading.Thread(target=save)
    thread.start()
    assert saved.wait(10)
    then()
    thread.join()


def test_a_sweep_sees_what_was_being_saved(corpus, article, alice, manuela):
    span = {"id": "q", "label": "quote", "pieces": [[0, 19]]}
    apply_edits(article=article, by=alice, base_version=0, edits=[edit("add_span", span=span)])

    def saver():
        shorter = edit("change_span", span={"id": "q", "pieces": [[0, 9]]})
        apply_edits(article=article, by=alice, base_version=1, edits=[shorter])

    while_waiting_for(saver, lambda: relabel(corpus, manuela))
    assert Edit.objects.get(kind=EditKind.SWEEP).before["spans"]["q"]["pieces"] == [[0, 9]]
    assert Span.objects.get().label.key == "claim"
    assert list(Audit([corpus])) == []
