"""Export: one moment, everything in it, in one order; and back again it is the same bytes."""

import hashlib
import io
import json
import random

import pytest
from django.db import connection, connections

from annotator.corpora.models import Article
from annotator.exchange.exports import Export, export_documents
from annotator.exchange.imports import import_documents
from annotator.exchange.losses import LossReport
from annotator.formats import FORMATS
from annotator.formats.document import Relation, Span
from annotator.readings.models import Reading
from tests.exchange.corpora import third_party_documents
from tests.exchange.documents import LOSSY, QUOTE, TEXT, article, read
from tests.factories import CorpusFactory

pytestmark = pytest.mark.django_db
JSONL = FORMATS["jsonl"]


def bring(corpus, *documents):
    summary = import_documents(corpus=corpus, by=None, documents=documents)
    assert summary.ok, summary.problems


def lines(corpus, by=None, **more) -> bytes:
    return b"".join(Export(corpus=corpus, by=by, into=JSONL, **more))


def names(corpus, by=None, **more) -> list[tuple[str, str | None]]:
    return [(d.id, d.reader) for d in export_documents(corpus=corpus, by=by, **more)]


def test_what_went_in_comes_out(corpus):
    bring(corpus, read(title="Late again", meta={"z": 1, "a": [1.5, None]}))

    [document] = export_documents(corpus=corpus, by=None)

    assert (document.id, document.text, document.title) == ("a-1", TEXT, "Late again")
    assert list(document.meta.items()) == [("z", 1), ("a", [1.5, None])]
    assert (document.reader, document.origin, document.state) == ("gold", "import", "submitted")
    assert document.spans == [
        Span("q1", "quote", QUOTE, {"kind": "direct"}),
        Span("s1", "speaker", [(25, 36)], {"entity": "Ines Calado"}),
        Span("c1", "claim", read().spans[2].pieces, {}),
    ]
    assert document.relations == read().relations


def test_export_import_export_gives_the_same_bytes(corpus):
    bring(corpus, read(reader="b"), read(reader="a", line=2), article("a-0"), read("a-3"))
    first = lines(corpus)
    again = CorpusFactory(slug="again")
    bring(again, *JSONL.read(io.BytesIO(first), "x.jsonl"))
    assert lines(again) == first
    assert first.count(b"\n") == 4


def test_readings_come_in_the_order_of_import(corpus):
    bring(corpus, read("b", "x"), article("a"), read("b", "k", line=3))
    assert names(corpus) == [("b", "x"), ("b", "k"), ("a", None)]


def test_spans_come_by_start_and_longest_first(corpus):
    spans = [
        Span("late", "quote", [(10, 12)]),
        Span("short", "claim", [(0, 5)]),
        Span("long", "quote", [(0, 19)]),
        Span("b", "claim", [(2, 4)]),
        Span("a", "quote", [(2, 4)]),
    ]
    bring(corpus, read(spans=spans, relations=[]))
    [document] = export_documents(corpus=corpus, by=None)
    assert [span.id for span in document.spans] == ["long", "short", "a", "b", "late"]


def test_relations_come_in_the_order_in_which_they_were_made(corpus):
    relations = [Relation("z", "made_by", "c1", "s1"), Relation("a", "said_by", "q1", "s1")]
    bring(corpus, read(relations=relations))
    [document] = export_documents(corpus=corpus, by=None)
    assert [relation.id for relation in document.relations] == ["z", "a"]


def test_reader_and_state_choose_readings_and_leave_unread_articles_out(corpus):
    bring(corpus, read(), read("a-2", "alma", state="in_progress"), article("a-3"))
    assert names(corpus, reader="alma") == [("a-2", "alma")]
    assert names(corpus, state="submitted") == [("a-1", "gold")]
    assert names(corpus, reader="nobody") == []


def test_labels_choose_spans_and_the_links_between_them(corpus):
    bring(corpus, read(), article("a-2"))
    [document, unread] = export_documents(corpus=corpus, by=None, label="quote,speaker")
    assert [span.id for span in document.spans] == ["q1", "s1"]
    assert [link.type for link in document.relations] == ["said_by"]
    assert unread.id == "a-2"


def test_everybody_takes_out_what_they_may_see(corpus, alice, bob, vera):
    bring(
        corpus,
        read(reader="alice", origin="person"),
        read(reader="bob", origin="person", line=2),
        read(reader="gold", line=3),
        read("a-2", "bob", origin="person", line=4),
    )
    # Bob's reading stays hidden from Alice, and so does that there is one.
    assert names(corpus, by=alice) == [("a-1", "alice"), ("a-1", "gold"), ("a-2", None)]
    assert names(corpus, by=bob) == names(corpus, by=vera) == names(corpus)


def test_the_summary_counts_and_checksums_what_came_out(corpus):
    bring(corpus, read(), read(reader="alma", line=2), article("a-2"))
    export = Export(corpus=corpus, by=None, into=JSONL)
    data = b"".join(export)
    assert export.summary() == {
        "articles": 2,
        "readings": 2,
        "losses": 0,
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def test_what_a_format_cannot_hold_is_counted_told_and_its_beginning_kept(corpus):
    bring(corpus, *(read(f"a-{number}") for number in range(9)))
    told = []
    export = Export(corpus=corpus, by=None, into=LOSSY, lose=told.append)
    assert b"".join(export).startswith(b"a-0a-1")
    assert export.summary()["losses"] == len(told) == 9
    assert export.first_losses == told[:5]
    assert str(told[0]) == "a-0, gold: span s1: No speakers here."


def test_the_report_of_losses_is_a_line_for_each(corpus):
    bring(corpus, read("a-1"), article("a-2"), read("a-3"))
    report = LossReport(corpus=corpus, by=None, into=LOSSY)
    lines = [json.loads(line) for line in b"".join(report).splitlines()]
    assert [(line["article"], line["part"]) for line in lines] == [
        ("a-1", "span s1"),
        ("a-3", "span s1"),
    ]
    assert b"".join(LossReport(corpus=corpus, by=None, into=JSONL)) == b""


def test_a_format_that_only_comes_in_is_not_written(corpus):
    with pytest.raises(ValueError, match="text only comes in"):
        Export(corpus=corpus, by=None, into=FORMATS["text"])


def test_an_empty_corpus_is_an_empty_file(corpus):
    assert lines(corpus) == b""


@pytest.mark.parametrize("size", [1, 2, 3])
def test_nothing_is_lost_between_chunks(corpus, monkeypatch, size):
    monkeypatch.setattr("annotator.exchange.exports.CHUNK_ARTICLES", size)
    bring(corpus, *(read(f"a-{number}") for number in range(25)))
    assert names(corpus) == [(f"a-{number}", "gold") for number in range(25)]


def test_a_third_party_corpus_equals_itself_again(corpus):
    documents = list(third_party_documents(articles=30, spans=2_000, seed=7))
    bring(corpus, *documents)
    # Line by line as the writer orders spans, so that every offset and surface counts.
    assert lines(corpus) == b"".join(JSONL.write(documents, print))


@pytest.mark.django_db(transaction=True)
def test_an_export_is_of_one_moment(corpus, monkeypatch):
    monkeypatch.setattr("annotator.exchange.exports.CHUNK_ARTICLES", 1)
    bring(corpus, *(read(f"a-{number}") for number in range(5)))
    documents = export_documents(corpus=corpus, by=None)
    found = [next(documents).id]

    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("UPDATE annotator_reading SET reader = 'changed'")
    other.close()

    found += [document.id for document in documents if document.reader == "gold"]
    assert found == [f"a-{number}" for number in range(5)]
    assert Reading.objects.filter(reader="changed").count() == 5


@pytest.mark.django_db(transaction=True)
def test_whoever_stops_reading_lets_the_snapshot_go(corpus, monkeypatch):
    monkeypatch.setattr("annotator.exchange.exports.BLOCK", 1)
    bring(corpus, *(read(f"a-{number}") for number in range(5)))
    blocks = iter(Export(corpus=corpus, by=None, into=JSONL))
    next(blocks)
    assert connection.in_atomic_block
    blocks.close()
    assert not connection.in_atomic_block


def test_a_span_outside_its_text_stops_the_export(corpus):
    bring(corpus, read())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE annotator_span DISABLE TRIGGER USER")
        cursor.execute("UPDATE annotator_span SET extent = '{[0,9999)}' WHERE key = 'c1'")
    with pytest.raises(ValueError, match="c1"):
        lines(corpus)


def test_texts_come_back_byte_for_byte(corpus):
    rng = random.Random(3)
    alphabet = "ab \r\n\u2028\u0301é👩\u200d🚀שב\ufeff\x85\t"
    texts = ["".join(rng.choices(alphabet, k=200)) + "." for _ in range(20)]
    bring(corpus, *(article(f"t{n}", text) for n, text in enumerate(texts)))
    assert [d.text for d in export_documents(corpus=corpus, by=None)] == texts
    assert Article.objects.count() == 20
