"""NewsML-G2: items alone and in messages, texts in XHTML, NITF and plain."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import newsml
from annotator.formats.document import Document, Problem, check
from tests.formats.bad.newsml import NAMESPACE, item


def read(words, name="news.xml"):
    return list(newsml.read(io.BytesIO(words.encode()), name))


def one(words):
    [document] = read(words)
    assert isinstance(document, Document), document
    return document


def test_an_item_is_an_article_called_after_its_guid():
    document = one(item())
    assert document == Document(id="urn:1", text="It rained.", where="news.xml:1")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<inlineData> As\n it  stands. </inlineData>", " As\n it  stands. "),
        ("<inlineData contenttype='text/html'>&lt;p>One.&lt;p>Two.</inlineData>", "One.\nTwo."),
        ("<inlineXML><html><head><title>no</title></head><body><p>One.</p></body></html></inlineXML>", "One."),
        ("<inlineXML><nitf><body><body.head>no</body.head><body.content><p>One.</p></body.content>"
         "</body></nitf></inlineXML>", "One."),
        ("<inlineXML><section><p>One.</p><p>Two.</p></section></inlineXML>", "One.\nTwo."),
    ],
)  # fmt: skip
def test_a_text_is_what_stands_inline(content, text):
    assert one(item(content)).text == text


def test_headline_dates_names_and_codes_are_kept():
    words = item().replace(
        "</itemMeta>",
        '<provider qcode="p:1"><name>Holm Post</name></provider><versionCreated>2026-03-01</versionCreated>'
        "<title>not this</title></itemMeta><contentMeta><headline>Rain <i>in</i> Holm</headline>"
        '<by>Ines</by><by literal="Ulf"/><language tag="en"/><subject qcode="medtop:1"><name>x</name>'
        '</subject><subject literal="rain"/></contentMeta>',
    )
    document = one(words)
    assert document.title == "Rain in Holm"
    assert document.meta == {
        "published": "2026-03-01",
        "source": "Holm Post",
        "byline": "Ines, Ulf",
        "subjects": ["medtop:1", "rain"],
        "language": "en",
    }


def message(*items):
    return f'<newsMessage xmlns="{NAMESPACE}">\n<itemSet>{"".join(items)}</itemSet></newsMessage>'


def test_pictures_and_packages_in_a_message_are_passed_over():
    items = [item(kind="ninat:picture", content=""), "\n" + item(), "<packageItem/>"]
    [document] = read(message(*items))
    assert (document.id, document.where) == ("urn:1", "news.xml:3")


def test_a_problem_is_named_by_its_line():
    found = read(message(item(), "\n" + item("", guid="urn:2")))
    assert str(found[1]).startswith("news.xml:3: This item has no text in it")
    [problem] = read("<a>\n<b></a>")
    assert problem.where == "news.xml:2"


PARTS = (
    "<newsItem> </newsItem> <contentSet> </contentSet> <inlineXML> </inlineXML> <inlineData> <p> </p>"
    " word <body> </body> <!-- --> &amp; &x; <by/> <itemMeta> <a"
)


@given(st.lists(st.sampled_from(PARTS.split(" ")), max_size=30).map("".join))
def test_no_message_raises_and_every_article_may_be_stored(words):
    for found in read(message(words)):
        assert isinstance(found, Problem) or check(found) == []
