"""The people of every test: Alice annotates, Bob curates, Charlie is a stranger.

Manuela manages, Vera only looks, Root is superuser; all but Charlie and Root are members of
``corpus``.
"""

import pytest

from annotator.corpora.models import Article, Corpus, Role
from tests.factories import ArticleFactory, CorpusFactory, UserFactory, join


@pytest.fixture
def corpus(db) -> Corpus:
    return CorpusFactory(slug="news", name="Island news")


@pytest.fixture
def article(corpus) -> Article:
    return ArticleFactory(corpus=corpus, key="ferry-1")


def _member(name: str, role: Role):
    @pytest.fixture(name=name)
    def person(corpus):
        user = UserFactory(username=name)
        join(corpus, user, role)
        return user

    return person


alice = _member("alice", Role.ANNOTATOR)
bob = _member("bob", Role.CURATOR)
manuela = _member("manuela", Role.MANAGER)
vera = _member("vera", Role.VIEWER)


@pytest.fixture
def charlie(db):
    """A member of another corpus, so that a stranger has something of his own."""
    user = UserFactory(username="charlie")
    join(CorpusFactory(slug="elsewhere"), user, Role.MANAGER)
    return user


@pytest.fixture
def root(db):
    return UserFactory(username="root", is_staff=True, is_superuser=True)
