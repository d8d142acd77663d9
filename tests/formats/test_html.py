"""HTML: the article in a page, what the page says of it, and nothing that is fetched."""

import io
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats import html
from annotator.formats.document import Document, Problem, check

WORDS = "Rósa Dahl, who leads the skippers of Holm, called the plan for the new quay “late.” 😀"
MORE = "“We would have told them that the boats of the crews leak, and the old quay too,” she said."


def page(*paragraphs, head=""):
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    return f"<html><head><meta charset=utf-8>{head}</head><body><article>{body}</article></body>"


def read(data, name="news/holm-1.html"):
    data = data.encode() if isinstance(data, str) else data
    return list(html.read(io.BytesIO(data), name))


def one(data):
    [document] = read(data)
    assert isinstance(document, Document), document
    return document


def test_a_page_is_an_article_with_a_line_for_each_paragraph():
    document = one(page(WORDS, f"<b>“We</b> wait.”\n{MORE}", "It rained.<br>Then not."))
    assert document.id == "holm-1"
    assert document.text == f"{WORDS}\n“We wait.” {MORE}\nIt rained.\nThen not."
    assert document.where == "news/holm-1.html:1"


def test_what_the_page_says_of_itself_becomes_title_and_metadata():
    head = (
        "<title>Skippers wait | Holm Post</title>"
        '<link rel="canonical" href="https://news.example/holm-1">'
        '<meta property="og:title" content="Skippers wait">'
        '<meta property="og:site_name" content="Holm Post">'
        '<meta name="author" content="Ines Calado">'
        '<meta property="article:published_time" content="2026-03-01T08:00:00Z">'
    )
    document = one(page(WORDS, MORE, head=head).replace("<html>", '<html lang="en-GB">'))
    assert document.title == "Skippers wait"
    assert document.meta == {
        "url": "https://news.example/holm-1",
        "source": "Holm Post",
        "published": "2026-03-01",
        "byline": "Ines Calado",
        "language": "en-GB",
    }


def test_a_date_is_never_guessed_from_the_text():
    assert "published" not in one(page(WORDS, "On 12 March 2024 it rained.", MORE)).meta


def test_menus_scripts_and_comments_are_no_text():
    data = page(WORDS, MORE, "<script>var no = 1</script><!-- no -->").replace(
        "<article>", "<nav><a href='/'>Home</a> <a href='/x'>Sport</a></nav><article>"
    )
    assert one(data).text == f"{WORDS}\n{MORE}"


@pytest.mark.parametrize(
    ("charset", "written"),
    [("ISO-8859-1", "cp1252"), ("windows-1252", "cp1252"), ("windows-1251", "cp1251")],
)
def test_a_page_that_is_not_utf8_is_what_it_says(charset, written):
    words = "Кто это сказал? " * 8 if written == "cp1251" else "“Höfn waits,” said Rósa Dahl. " * 5
    data = page(words).replace(
        "charset=utf-8", f'http-equiv=x content="text/html; charset={charset}"'
    )
    assert one(data.encode(written)).text == words.strip()


def test_a_page_that_is_utf8_may_say_what_it_likes():
    assert one(page(WORDS, MORE).replace("utf-8", "latin1")).text == f"{WORDS}\n{MORE}"


def test_nothing_is_fetched(monkeypatch):
    def refuse(*_):
        raise AssertionError("A page made us call.")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    head = (
        '<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd"><base href="http://127.0.0.1:9/">'
        '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">'
        '<link rel="alternate" type="application/rss+xml" href="/feed">'
    )
    assert one(head + page(WORDS, MORE, "<img src='/x.png'><iframe src='/y'></iframe>"))


TAGS = (
    "<html> <head> <body> <article> <p> </p> <div> </div> <ul> <li> <table> <tr> <td> </table> <h1>"
    ' <title> <script> </script> { " <br> <blockquote> <svg> <template> <select> <!-- --> &amp; &#0;'
    " <pre> <time> <dl> <dt> <frameset> <noscript> word “We é 😀 \x0b <meta <a ' = >"
)


@settings(max_examples=50)
@given(st.lists(st.sampled_from([*TAGS.split(" "), f"<p>{WORDS}</p>"]), max_size=30).map("".join))
def test_no_page_raises_and_every_article_may_be_stored(data):
    for item in read(data):
        assert isinstance(item, Problem) or check(item) == []
