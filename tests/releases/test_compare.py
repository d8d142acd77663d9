"""What is otherwise in one release than in another."""

import pytest

from annotator.releases.compare import Fate, changes, summary_of
from annotator.schemas.models import Entity
from tests.exchange.documents import read
from tests.factories import ArticleFactory
from tests.releases.corpora import bring, edit, release, told

pytestmark = pytest.mark.django_db
ADDED, REMOVED, CHANGED = Fate.ADDED, Fate.REMOVED, Fate.CHANGED


@pytest.fixture
def ferry(corpus, alice):
    made = ArticleFactory(corpus=corpus, key="ferry", title="Ferries")
    edit(
        made,
        alice,
        ("add_span", {"id": "q1", "label": "quote", "pieces": [[0, 19]]}),
        ("add_span", {"id": "q2", "label": "quote", "pieces": [[38, 53]]}),
        ("add_span", {"id": "s1", "label": "speaker", "pieces": [[26, 37]], "entity": "Ines"}),
        ("add_relation", {"id": "r1", "type": "said_by", "from": "q1", "to": "s1"}),
        ("submit", {}),
    )
    return made


def found(older, newer):
    return [
        (change.fate, change.key, change.reader, [(s.fate, s.label, s.id) for s in change.spans])
        for change in changes(older, newer)
    ]


def test_nothing_is_otherwise_in_the_same_again(corpus, ferry):
    older, newer = release(corpus), release(corpus)
    assert found(older, newer) == []
    assert summary_of(older, newer).differing == 0


def test_what_was_edited_is_told_span_by_span(corpus, ferry, alice):
    bring(corpus, told(1))
    older = release(corpus)
    edit(
        ferry,
        alice,
        ("reopen", {}),
        ("remove_span", {"id": "q2"}),
        ("change_span", {"id": "q1", "pieces": [[1, 18]]}),
        ("add_span", {"id": "c1", "label": "claim", "pieces": [[1, 9]]}),
        ("submit", {}),
    )
    newer = release(corpus)

    [change] = changes(older, newer)

    assert (change.fate, change.article, change.title) == (CHANGED, ferry.pk, "Ferries")
    assert [(s.fate, s.label, s.before, s.after) for s in change.spans] == [
        (CHANGED, "quote", "“The boat is late,”", "The boat is late,"),
        (ADDED, "claim", None, "The boat"),
        (REMOVED, "quote", "“It always is.”", None),
    ]
    assert change.links == {ADDED: 0, REMOVED: 0}
    summary = summary_of(older, newer)
    summary.add(change)
    assert summary.readings == {ADDED: 0, REMOVED: 0, CHANGED: 1}
    assert summary.labels["quote"] == {ADDED: 0, REMOVED: 1, CHANGED: 1}
    assert summary.labels["claim"] == {ADDED: 1, REMOVED: 0, CHANGED: 0}


def test_articles_come_and_go(corpus, ferry):
    bring(corpus, told(1, source="Holm Post"), told(2, source="Holm Post"))
    older = release(corpus, sources=("Holm Post",))
    bring(corpus, told(3))
    newer = release(corpus, readers=("gold", "alice"))

    assert found(older, newer) == [
        (ADDED, "ferry", "alice", [(ADDED, "quote", "q1"), (ADDED, "speaker", "s1"),
                                   (ADDED, "quote", "q2")]),
        (ADDED, "t-3", "gold", [(ADDED, "quote", "q1")]),
    ]  # fmt: skip
    assert [fate for fate, *_ in found(newer, older)] == [REMOVED, REMOVED]
    assert summary_of(older, newer).articles == {ADDED: 2, REMOVED: 0}
    assert summary_of(newer, older).articles == {ADDED: 0, REMOVED: 2}


def test_another_name_of_an_entity_changes_its_spans(corpus, ferry):
    older = release(corpus)
    Entity.objects.filter(name="Ines").update(name="Ines Calado")
    [change] = changes(older, release(corpus))
    assert [(s.id, s.attributes) for s in change.spans] == [("s1", ["entity: Ines → Ines Calado"])]


def test_a_span_with_another_label_was_removed_and_added(corpus, ferry, alice):
    older = release(corpus)
    edit(
        ferry,
        alice,
        ("reopen", {}),
        ("change_span", {"id": "q2", "label": "claim"}),
        ("submit", {}),
    )
    [change] = changes(older, release(corpus))
    assert [(s.fate, s.label, s.id) for s in change.spans] == [
        (REMOVED, "quote", "q2"),
        (ADDED, "claim", "q2"),
    ]


def test_labels_left_out_are_removed_with_their_links(corpus):
    bring(corpus, read())
    [change] = changes(release(corpus), release(corpus, labels=("quote",)))
    assert [(s.fate, s.label) for s in change.spans] == [(REMOVED, "speaker"), (REMOVED, "claim")]
    assert change.links == {ADDED: 0, REMOVED: 2}


def test_another_seed_moves_articles_and_changes_none(corpus):
    bring(corpus, *(told(number) for number in range(40)))
    older, newer = release(corpus), release(corpus, seed="2")
    assert found(older, newer) == []
    assert 0 < summary_of(older, newer).moved < 40


def test_all_differing_readings_are_told_a_few_at_a_time(corpus, monkeypatch):
    monkeypatch.setattr("annotator.releases.compare.AT_ONCE", 2)
    older_one = told(0)
    bring(corpus, older_one)
    older = release(corpus)
    bring(corpus, *(told(number) for number in range(1, 8)))
    newer = release(corpus)
    keys = [change.key for change in changes(older, newer)]
    assert keys == [f"t-{number}" for number in range(1, 8)]
    third = [change.article for change in changes(older, newer)][2]
    assert [change.key for change in changes(older, newer, after=third)] == keys[3:]
