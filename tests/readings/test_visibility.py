"""Who sees whose readings."""

import pytest

from annotator.corpora.models import Article
from annotator.readings import store
from annotator.readings.actions import apply_edits
from annotator.readings.models import Reading
from tests.factories import ReadingFactory
from tests.readings.test_apply_edits import add

pytestmark = pytest.mark.django_db


@pytest.fixture
def readings(article, alice, bob):
    """Alice and Bob read the article; a reading of nobody here came with an import."""
    for person in (alice, bob):
        apply_edits(article=article, by=person, base_version=0, edits=[add()])
    ReadingFactory(article=article, reader="gold")
    ReadingFactory(article=article, reader="dora", origin="person")


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("alice", {"alice", "gold"}),
        ("bob", {"alice", "bob", "dora", "gold"}),
        ("vera", {"alice", "bob", "dora", "gold"}),
        ("manuela", {"alice", "bob", "dora", "gold"}),
        ("root", {"alice", "bob", "dora", "gold"}),
        ("charlie", set()),
    ],
)
def test_annotators_are_blind_to_each_other(request, readings, person, sees):
    user = request.getfixturevalue(person)
    assert {reading.reader for reading in Reading.objects.visible_to(user)} == sees


def test_the_statement_written_by_hand_knows_the_same_rule(article, request):
    """``article_for`` answers each person as ``Article.objects.visible_to`` does."""
    for name in ("alice", "bob", "manuela", "vera", "charlie", "root"):
        person = request.getfixturevalue(name)
        expected = Article.objects.visible_to(person).filter(pk=article.pk).first()
        found = store.article_for(person, article.pk)
        assert found == expected, name
        assert (found and found.role) == (expected and expected.role), name
    assert found.corpus == article.corpus
    for field in Article._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(expected, field.attname)
    assert store.article_for(person, 2**63) is None
