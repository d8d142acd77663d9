"""ninjs: items of all three versions, the body with the paragraphs, everything else as metadata."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import ninjs
from annotator.formats.document import Document, Problem, check


def read(value, name="news.json"):
    return list(ninjs.read(io.BytesIO(json.dumps(value).encode()), name))


def one(value):
    [document] = read(value)
    assert isinstance(document, Document), document
    return document


@pytest.mark.parametrize(
    "item",
    [
        {"headline": "Rain", "body_text": "It rained."},
        {"headline": "Rain", "body_html": "<p>It <b>rained</b>.</p>"},
        {"headlines": [{"value": "Rain"}], "bodies": [{"value": "It rained."}]},
        {
            "headlines": [{"role": "sub", "value": "no"}, {"role": "main", "value": "Rain"}],
            "bodies": [{"contentType": "application/xhtml+xml", "value": "<p>It rained.</p>"}],
        },
    ],
)
def test_every_version_has_its_headline_and_its_body(item):
    document = one({"uri": "urn:1"} | item)
    assert (document.id, document.title, document.text) == ("urn:1", "Rain", "It rained.")


@pytest.mark.parametrize(
    ("plain", "text"),
    [("One. Two.", "One.\nTwo."), ("One.\n\nTwo.", "One.\n\nTwo."), ("", "One.\nTwo.")],
)
def test_the_plain_body_counts_unless_only_the_other_has_paragraphs(plain, text):
    assert one({"body_text": plain, "body_html": "<p>One.</p><p>Two.</p>"}).text == text


def test_the_text_is_kept_as_it_stands():
    assert one({"body_text": "\r\n A\u2028B  e\u0301 😀 "}).text == "\r\n A\u2028B  e\u0301 😀 "


def test_dates_authors_and_the_rest_become_metadata_in_one_spelling():
    for item in (
        {"versioncreated": "2026-03-01", "byline": "Ines", "copyrightholder": "Holm Post"},
        {"versionCreated": "2026-03-01", "by": "Ines", "copyrightHolder": "Holm Post"},
    ):
        document = one({"body_text": "x", "type": "text", "renditions": {"a": {}}} | item)
        assert document.meta == {
            "published": "2026-03-01",
            "byline": "Ines",
            "source": "Holm Post",
        }


def test_lists_of_named_things_become_their_names():
    places = [{"name": "Holm", "uri": "urn:h"}, {"literal": "Höfn"}, {"rel": "about"}, "Ulf"]
    assert one({"body_text": "x", "places": places}).meta == {
        "places": ["Holm", "Höfn", {"rel": "about"}, "Ulf"]
    }


def test_items_without_an_address_are_called_after_the_file():
    found = read([{"body_text": "One."}, {"body_text": "Two."}], "mon/news.json")
    assert [item.id for item in found] == ["news", "news-2"]
    assert found[1].where == "mon/news.json:1, item 2"


def test_pictures_beside_articles_are_passed_over():
    found = read([{"type": "picture"}, {"uri": "a", "body_text": "One."}, {"type": "event"}])
    assert [item.id for item in found] == ["a"]


fields = st.sampled_from(
    ["uri", "type", "headline", "headlines", "bodies", "body_text", "body_html", "value", "role"]
)
values = st.recursive(
    st.sampled_from(["text", "main", "<p>x</p>", "\0", " ", None, 1, True]),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(fields, inner)),
)


@given(values)
def test_no_item_raises_and_every_article_may_be_stored(value):
    for item in read(value):
        assert isinstance(item, Problem) or check(item) == []
