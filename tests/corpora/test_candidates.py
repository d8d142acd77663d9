"""What an article offers is looked for once in a process, and not kept without end."""

import pytest

from annotator.corpora import candidates
from annotator.corpora.candidates import candidates_of
from tests.factories import ArticleFactory


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch):
    monkeypatch.setattr(candidates, "_found", {})


def test_an_article_offers_its_quotations():
    found = candidates_of(ArticleFactory.build())
    assert [run.pieces for run in found.quotations] == [[(0, 19)], [(38, 53)]]


def test_it_is_looked_for_once():
    one, other = ArticleFactory.build(), ArticleFactory.build(text="Another text.")
    assert candidates_of(one) is candidates_of(one)
    assert candidates_of(one) is not candidates_of(other)


def test_too_much_is_not_kept(monkeypatch):
    monkeypatch.setattr(candidates, "KEPT", 60)
    one, other = ArticleFactory.build(), ArticleFactory.build(text="Another text.")
    first = candidates_of(one)
    candidates_of(other)
    assert candidates_of(one) is not first
