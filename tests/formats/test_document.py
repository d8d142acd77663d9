"""The neutral shape and its check."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats.document import (
    Document,
    Problem,
    Relation,
    Span,
    check,
    merged,
    shown,
    surface,
)

TEXT = "“We wait,” said Runa Dahl. “Today.”"


def document(**fields):
    reading = {"reader": "alice", "origin": "person", "state": "submitted"}
    return Document(**({"id": "a", "text": TEXT} | reading | fields))


def test_a_good_document_passes():
    spans = [Span("q", "quote", [(0, 10), (27, 35)]), Span("s", "speaker", [(16, 25)])]
    good = document(spans=spans, relations=[Relation("r", "said_by", "q", "s")])
    assert check(good) == []
    assert check(Document(id="a", text="x")) == []


def test_a_surface_is_the_pieces_joined_by_one_space():
    assert surface(TEXT, [(0, 10), (27, 35)]) == "“We wait,” “Today.”"


def test_a_problem_reads_as_place_and_sentence():
    assert str(Problem("news.jsonl:3", "The text is empty.")) == "news.jsonl:3: The text is empty."


def one_span(*pieces):
    return document(spans=[Span("q", "quote", list(pieces))])


@pytest.mark.parametrize(
    ("bad", "fragment"),
    [
        (document(text=""), "The text is empty."),
        (document(text="a\x00"), "NUL"),
        (document(id=""), "The article's id is empty."),
        (document(id="x" * 201), "201 characters"),
        (document(title="x" * 1_001), "1,001 characters"),
        (document(meta={"a": [{"b": "\ud800"}]}), "The metadata holds half a surrogate pair"),
        (document(meta={"a": float("nan")}), "not finite"),
        (one_span(), "has no pieces"),
        (one_span((0, 36)), "outside its text of 35 characters"),
        (one_span((3, 3)), "is empty"),
        (one_span((0, 3), (3, 5)), "overlap, touch or are out of order"),
        (one_span((4, 5), (0, 3)), "overlap, touch or are out of order"),
        (document(spans=[Span("q", "a", [(0, 1)]), Span("q", "a", [(1, 2)])]), "given twice"),
        (document(spans=[Span("q", "a", [(0, 1)], {"k\x00": 1})]), "The attributes of span “q”"),
        (document(relations=[Relation("r", "said_by", "q", "s")]), "span “q”, which is not there"),
        (document(origin="god"), "The origin “god”"),
        (document(state=None), "The state “None”"),
        (document(reader=None), "but no reader"),
        (Document("a", "x", spans=[Span("q", "a", [(0, 1)])]), "but no reader"),
    ],
)
def test_a_bad_document_is_told_what_is_wrong(bad, fragment):
    assert any(fragment in said for said in check(bad)), check(bad)


def test_metadata_nested_without_end_is_refused_without_recursion():
    value = []
    for _ in range(100_000):
        value = [value]
    assert check(document(meta={"deep": value})) == [
        "The metadata is nested more than 64 levels deep."
    ]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda p: (p[0], sum(p)))))
def test_merged_pieces_cover_the_same_and_never_touch(pieces):
    found = merged(pieces)
    assert {at for a, b in found for at in range(a, b)} == {
        at for a, b in pieces for at in range(a, b)
    }
    assert all(one[1] < two[0] for one, two in itertools.pairwise(found))
    assert merged(found) == found


def test_a_value_in_a_sentence_is_short_and_printable():
    assert shown("a\nb\u202e") == "“a\\u000ab\\u202e”"
    assert len(shown("x" * 1_000)) == 60
