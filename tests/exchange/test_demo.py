"""The demo shows tags at first sight, and is right in every offset."""

import pytest

from annotator.exchange import demo
from annotator.exchange.exports import export_documents
from annotator.readings.audit import Audit

pytestmark = pytest.mark.django_db


def test_the_demo_has_articles_read_and_unread(root):
    corpus = demo.load(by=root)

    documents = list(export_documents(corpus=corpus, by=None))
    assert [document.reader for document in documents] == ["demo"] * 2 + [None] * 5
    assert corpus.memberships.get().user == root
    assert "# What to tag" in corpus.guidelines
    assert list(Audit([corpus])) == []


def test_the_demo_shows_what_is_hard(root):
    """A quote in two pieces, one over two paragraphs, one in another, a claim that equals one."""
    documents = list(export_documents(corpus=demo.load(by=root), by=None))
    quotes = [(d, s) for d in documents for s in d.spans if s.label == "quote"]
    claims = [(d, s) for d in documents for s in d.spans if s.label == "claim"]

    assert any(len(span.pieces) == 2 for _, span in quotes)
    assert any("\n\n" in d.text[a:b] for d, span in quotes for a, b in span.pieces)
    assert any(
        outer is not inner and outer.pieces[0][0] < inner.pieces[0][0] < outer.pieces[-1][1]
        for d, outer in quotes
        for e, inner in quotes
        if d is e
    )
    assert any(c.pieces == q.pieces for d, c in claims for e, q in quotes if d is e)


def test_two_demos_get_two_names(root):
    assert demo.load(by=root).slug != demo.load(by=root).slug
