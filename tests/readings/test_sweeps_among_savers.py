"""A sweep while others save: it waits for them, sees what they did, and nothing is lost."""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from annotator.readings.actions import apply_edits
from annotator.readings.audit import Audit
from annotator.readings.entities import merge
from annotator.readings.models import Edit, EditKind, Span
from annotator.schemas.models import Entity
from tests.factories import ArticleFactory
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


@pytest.fixture
def calado(corpus):
    return Entity.objects.create(corpus=corpus, name="Calado")


@pytest.fixture
def ines(corpus):
    return Entity.objects.create(corpus=corpus, name="Ines Calado")


@pytest.fixture
def name_calado(article, alice, calado):
    span = {"id": "s", "label": "speaker", "pieces": [[25, 36]], "entity": "Calado"}

    def name(on=article):
        apply_edits(article=on, by=alice, base_version=0, edits=[edit("add_span", span=span)])

    return name


def test_a_merge_waits_for_who_is_naming_the_merged_one(corpus, bob, calado, ines, name_calado):
    name_calado()
    other = ArticleFactory(corpus=corpus)
    while_waiting_for(lambda: name_calado(other), lambda: merge(entity=calado, into=ines, by=bob))
    assert set(Span.objects.values_list("entity", flat=True)) == {ines.pk}
    assert Edit.objects.filter(kind=EditKind.SWEEP).count() == 2
    assert list(Audit([corpus])) == []


def test_who_names_what_is_being_merged_names_what_it_went_into(
    corpus, bob, calado, ines, name_calado
):
    while_waiting_for(lambda: merge(entity=calado, into=ines, by=bob), name_calado)
    assert Span.objects.get().entity == ines
    assert list(Audit([corpus])) == []
