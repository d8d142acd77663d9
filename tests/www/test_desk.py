"""The desk: who sees it, what saving answers, and that a fragment equals its page."""

import json
import re
import uuid
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.urls import reverse

from annotator.corpora.models import Role
from annotator.readings.actions import apply_edits
from annotator.readings.models import Reading, Span
from annotator.schemas.models import bump_schema_version
from tests.factories import ArticleFactory, ReadingFactory, SpanFactory, join
from tests.statements import counted

pytestmark = pytest.mark.django_db
CHECKOUT = Path(__file__).parents[2]

TORTURE = "“Hi,” said 👨‍👩‍👧‍👦 <b>Zoë</b> & \u202eson.\n\nA\u2028B \x0b\tC\r\n\r\n🇵🇹 e\u0301 &amp; 日本。\n\n   \n\nEnd"


def page_of(client, article, query=""):
    return client.get(reverse("desk", args=[article.pk]) + query)


def edit(kind, **body):
    return {"id": str(uuid.uuid4()), "kind": kind, **body}


def add(key, label, *pieces, **more):
    return edit("add_span", span={"id": key, "label": label, "pieces": list(pieces), **more})


def link(source, target, kind="said_by"):
    relation = {"id": f"{source}-{target}", "type": kind, "from": source, "to": target}
    return edit("add_relation", relation=relation)


def note(text, span=None):
    return edit("set_note", note={"span": span, "text": text})


def post(client, article, *edits, base=0, **headers):
    return client.post(
        reverse("edits", args=[article.pk]),
        json.dumps({"base_version": base, "edits": edits}),
        content_type="application/json",
        headers={"HX-Request": "true", **headers},
    )


class Elements(HTMLParser):
    """The HTML of every element with an id, and the text of every paragraph."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.html, self.texts, self.inside = html, [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if "para__text" in (dict(attrs).get("class") or ""):
            self.texts.append("")
            self.inside = 1

    def handle_endtag(self, tag):
        if tag == "p":
            self.inside = 0

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data

    def element(self, name):
        """Return the HTML of an element of the page, up to its end tag."""
        found = re.search(rf'<(\w+) [^>]*id="{name}".*', self.html, re.DOTALL)
        assert found, name
        return cut(found[0], found[1])


def cut(html, tag):
    """Return the beginning of ``html`` up to the end tag that belongs to its first tag."""
    depth = 0
    for found in re.finditer(rf"<(/?){tag}\b", html):
        depth += -1 if found[1] else 1
        if not depth:
            return html[: found.end()]
    raise AssertionError(html)


@pytest.fixture
def desk(client, alice):
    client.force_login(alice)
    return client


# The page


def test_the_page_shows_the_article_with_what_is_marked(desk, article, alice):
    apply_edits(article=article, by=alice, base_version=0, edits=[add("q1", "quote", [0, 19])])
    response = page_of(desk, article)
    assert response.status_code == 200
    assert 'data-spans="q1"' in response.content.decode()
    assert 'data-n="Q1"' in response.content.decode()


def test_a_stranger_cannot_see_the_desk(client, charlie, article):
    client.force_login(charlie)
    assert page_of(client, article).status_code == 404


def test_a_viewer_sees_the_text_and_no_tools(client, vera, article):
    client.force_login(vera)
    html = page_of(client, article).content.decode()
    assert "The boat is late" in html
    assert "data-edits" not in html
    assert 'id="strip"' not in html


def test_the_page_is_only_looked_at(desk, article):
    assert desk.post(reverse("desk", args=[article.pk])).status_code == 405


def test_looking_stores_nothing(desk, article):
    page_of(desk, article)
    assert not Reading.objects.exists()


def test_a_curator_looks_at_another_reading_and_cannot_change_it(client, bob, alice, article):
    apply_edits(article=article, by=alice, base_version=0, edits=[add("q1", "quote", [0, 19])])
    client.force_login(bob)
    html = page_of(client, article, "?reader=alice").content.decode()
    assert 'data-spans="q1"' in html
    assert "data-edits" not in html


def test_an_annotator_cannot_look_at_a_colleague(client, article, alice, corpus, django_user_model):
    other = django_user_model.objects.create_user("olga")
    join(corpus, other, Role.ANNOTATOR)
    apply_edits(article=article, by=alice, base_version=0, edits=[add("q1", "quote", [0, 19])])
    client.force_login(other)
    assert page_of(client, article, "?reader=alice").status_code == 404
    assert 'data-span="q1"' not in page_of(client, article).content.decode()


def test_an_annotator_looks_at_an_import(desk, article):
    SpanFactory(reading=ReadingFactory(article=article, reader="gold"), key="g1")
    html = page_of(desk, article, "?reader=gold").content.decode()
    assert 'data-spans="g1"' in html
    assert "data-edits" not in html


def test_a_reader_who_is_not_there_is_404(desk, article):
    assert page_of(desk, article, "?reader=nobody").status_code == 404


def test_neighbours_are_those_of_the_corpus(desk, article, corpus):
    elsewhere = ArticleFactory()
    following = ArticleFactory(corpus=corpus)
    html = page_of(desk, article).content.decode()
    assert reverse("desk", args=[following.pk]) in html
    assert reverse("desk", args=[elsewhere.pk]) not in html


def test_the_page_holds_what_the_text_offers(desk, corpus):
    text = "“One ‘two’,” said Ana Silva. “Three"
    html = page_of(desk, ArticleFactory(corpus=corpus, text=text)).content.decode()
    found = re.search(r'<script id="candidates" type="application/json">(.*?)</script>', html)
    assert json.loads(found[1]) == {
        "quotations": [
            {"pieces": [[0, 12]], "depth": 0, "continues": None},
            {"pieces": [[5, 10]], "depth": 1, "continues": None},
            {"pieces": [[29, 35]], "depth": 0, "continues": 0},
        ],
        "names": [[18, 27]],
        "cues": [[13, 17]],
    }


@pytest.mark.parametrize(
    "text", [TORTURE, "\n\nx", "a\rb", "<script>alert(1)</script>", "🚢" * 500]
)
def test_the_page_holds_the_text_byte_for_byte(desk, corpus, text, alice):
    article = ArticleFactory(corpus=corpus, text=text, meta={"<x>": "</script>"})
    pieces = [[0, 1], [2, 3]] if text[1:2] != "\n" else [[2, 3]]
    apply_edits(article=article, by=alice, base_version=0, edits=[add("q", "quote", *pieces)])
    html = page_of(desk, article).content.decode()
    assert Elements(html).texts == [part for part in re.split(r"[\r\n]+", text) if part]


def test_the_page_asks_the_database_a_fixed_number_of_times(desk, article, alice):
    page_of(desk, article)  # the schema is kept from here on
    edits = [add(f"q{n}", "quote", [n, n + 1]) for n in range(0, 20, 2)]
    apply_edits(article=article, by=alice, base_version=0, edits=edits)
    with counted() as sent:
        page_of(desk, article)
    # Session, its user, article, readings, note, preferences, place, spans, relations, undo, entities.
    assert len(sent) == 11, sent


def test_the_page_carries_whom_the_corpus_knows(desk, article, alice, vera):
    edit = add("s", "speaker", [25, 36])
    edit["span"]["entity"] = "</script>"
    apply_edits(article=article, by=alice, base_version=0, edits=[edit])
    html = page_of(desk, article).content.decode()
    [found] = re.findall(r'<script id="registry" type="application/json">(.*?)</script>', html)
    assert json.loads(found) == [{"name": "</script>", "aliases": [], "quotes": 0}]


# Saving


def test_an_edit_is_stored_and_answered_with_its_paragraph(desk, article):
    response = post(desk, article, add("q1", "quote", [0, 19]))
    assert response.status_code == 200
    assert Span.objects.get().pieces == [(0, 19)]
    html = response.content.decode()
    assert 'id="para-0"' in html
    assert 'data-version="1"' in html


def test_a_curator_sees_why_an_article_was_skipped(client, bob, alice, article):
    skipped = edit("skip", reason="in <Dutch>")
    apply_edits(article=article, by=alice, base_version=0, edits=[skipped])
    client.force_login(bob)
    html = page_of(client, article, "?reader=alice").content.decode()
    assert "(skipped: in &lt;Dutch&gt;)" in html


def test_a_stranger_cannot_edit(client, charlie, article):
    client.force_login(charlie)
    assert post(client, article, add("q1", "quote", [0, 19])).status_code == 404
    assert not Span.objects.exists()


def test_a_viewer_may_not_edit(client, vera, article):
    client.force_login(vera)
    assert post(client, article, add("q1", "quote", [0, 19])).status_code == 403
    assert not Span.objects.exists()


def test_edits_are_posted(desk, article):
    assert desk.get(reverse("edits", args=[article.pk])).status_code == 405


def test_the_edits_of_another_person_are_not_saved(desk, article, bob):
    answer = post(desk, article, add("q1", "quote", [0, 19]), **{"X-User": str(bob.pk)})
    assert answer.status_code == 401
    assert not Span.objects.exists()


def test_a_session_that_ended_is_401(client, article):
    assert post(client, article, add("q1", "quote", [0, 19])).status_code == 401


PARAGRAPHS = "“One,” said Ana.\n\n“Two,” she said.\n\n“Three.”"


@pytest.fixture
def three(corpus):
    return ArticleFactory(corpus=corpus, text=PARAGRAPHS)


CHANGES = {
    "a quote": [add("q", "quote", [0, 6])],
    "a quote over two paragraphs": [add("q", "quote", [0, 6], [18, 24])],
    "a quote, a speaker and their link": [
        add("q", "quote", [0, 6]),
        add("s", "speaker", [12, 15]),
        link("q", "s"),
    ],
    "names with markup": [
        add("s", "speaker", [12, 15], entity="<b>&\"'"),
        add("q", "quote", [18, 24]),
        link("q", "s"),
    ],
    "a removal": [add("q", "quote", [0, 6]), edit("remove_span", span={"id": "q"})],
    "undo": [add("q", "quote", [0, 6]), edit("undo")],
    "a key that is no word": [add("my key", "quote", [0, 6]), add("-", "claim", [0, 6])],
    "four at one place": [add(f"c{n}", "claim", [0, 6]) for n in range(4)],
    "submit": [edit("submit")],
    "skip": [edit("skip", reason="“too” <hard>")],
    "notes": [add("q", "quote", [0, 6]), note("One or <two>?", "q"), note("Dull.\n\n& long")],
    "notes taken away": [
        add("q", "quote", [0, 6]),
        note("Hm", "q"),
        note("Hm"),
        note("", "q"),
        note(""),
    ],
}


@pytest.mark.parametrize("edits", CHANGES.values(), ids=CHANGES)
def test_a_fragment_equals_its_page(desk, three, edits):
    fragments = Elements(post(desk, three, *edits).content.decode())
    page = Elements(page_of(desk, three).content.decode())
    names = set(
        re.findall(
            r' id="((?:para|items)-\d+|unfinished|people|notes|reading|progress|article-note)"',
            fragments.html,
        )
    )
    assert {"unfinished", "people", "notes", "reading"} <= names
    for name in names:
        # A fragment stands on one line with all the others: cut both at the element's own end.
        assert fragments.element(name) == page.element(name), name


def test_only_touched_paragraphs_travel(desk, three):
    post(desk, three, add("s", "speaker", [12, 15]), add("q", "quote", [18, 24]))
    html = post(desk, three, add("x", "quote", [36, 44]), base=2).content.decode()
    assert re.findall(r'id="para-(\d)"', html) == ["2"]


def test_a_note_on_a_span_travels_with_its_paragraph_and_one_on_the_article_alone(desk, three):
    post(desk, three, add("s", "speaker", [12, 15]), add("q", "quote", [18, 24]))
    html = post(desk, three, note("Two?", "q"), base=2).content.decode()
    assert re.findall(r'id="para-(\d)"', html) == ["1"]
    assert "article-note" not in html
    html = post(desk, three, note("Dull."), base=3).content.decode()
    assert 'id="para-' not in html
    assert '<p class="note" id="article-note">Dull.</p>' in html


def test_a_curator_sees_the_notes_and_nobody_else_does(client, bob, alice, charlie, article):
    noted = [add("q", "quote", [0, 6]), note("One or <two>?", "q"), note("“Dull.”")]
    apply_edits(article=article, by=alice, base_version=0, edits=noted)
    client.force_login(bob)
    html = page_of(client, article, "?reader=alice").content.decode()
    assert '<p class="note">One or &lt;two&gt;?</p>' in html
    assert '<p class="note" id="article-note">“Dull.”</p>' in html
    assert "<textarea" not in html
    assert "Dull" not in page_of(client, article).content.decode()
    client.force_login(charlie)
    assert page_of(client, article, "?reader=alice").status_code == 404


def test_an_answer_costs_as_many_statements_whatever_is_marked(desk, three):
    post(desk, three, add("q", "quote", [0, 6]))
    with counted() as few:
        post(desk, three, add("x", "quote", [36, 44]), base=1)
    more = [add(f"c{n}", "claim", [n, n + 1]) for n in range(12)]
    post(desk, three, *more, base=2)
    with counted() as many:
        post(desk, three, add("y", "quote", [36, 44]), base=14)
    assert len(many) == len(few), many


def test_a_speaker_who_gets_a_name_changes_the_quotes_of_all_paragraphs(desk, three):
    post(desk, three, add("s", "speaker", [12, 15]), add("q", "quote", [18, 24]), link("q", "s"))
    named = edit("change_span", span={"id": "s", "entity": "Ana Silva"})
    html = post(desk, three, named, base=3).content.decode()
    assert re.findall(r'id="para-(\d)"', html) == ["0", "1"]
    assert html.count("Ana Silva") == 5  # speaker, chip, quote in the list seen and said, people


def test_who_edits_behind_another_tab_gets_what_that_tab_changed_too(desk, three):
    post(desk, three, add("q", "quote", [0, 6]))
    html = post(desk, three, add("x", "quote", [36, 44]), base=0).content.decode()
    assert re.findall(r'id="para-(\d)"', html) == ["0", "2"]
    assert '>["q"]</script>' in html


def test_whose_answer_was_lost_gets_its_paragraph_when_it_tries_again(desk, three):
    once = add("q", "quote", [0, 6])
    lost = post(desk, three, once).content
    assert post(desk, three, once).content == lost


def changes_of(client, article, since=None, **headers):
    query = {} if since is None else {"since": since}
    return client.get(reverse("changes", args=[article.pk]), query, headers=headers)


def test_a_page_catches_up_with_another_tab(desk, three):
    post(desk, three, add("q", "quote", [0, 6]))
    saved = post(desk, three, add("x", "quote", [36, 44]), base=1)
    answer = changes_of(desk, three, since=1)
    assert (answer.status_code, answer.content) == (200, saved.content)
    assert re.findall(r'id="para-(\d)"', changes_of(desk, three, 0).content.decode()) == ["0", "2"]
    assert changes_of(desk, three, since=2).status_code == 204


def test_a_page_catches_up_with_submitting(desk, three):
    assert changes_of(desk, three, since=0).status_code == 204, "nothing was begun yet"
    post(desk, three, edit("submit"))
    html = changes_of(desk, three, since=0).content.decode()
    assert 'data-state="submitted"' in html
    assert 'id="progress"' in html


@pytest.mark.parametrize("since", [None, "", "x", "-1", "7", "9" * 30])
def test_a_page_that_does_not_know_where_it_stands_gets_the_whole_sheet(desk, three, since):
    post(desk, three, add("q", "quote", [0, 6]))
    html = changes_of(desk, three, since).content.decode()
    assert re.findall(r'id="para-(\d)"', html) == ["0", "1", "2"]


def test_a_page_does_not_catch_up_with_another_person(desk, three, bob):
    assert changes_of(desk, three, 0, **{"X-User": str(bob.pk)}).status_code == 401


def test_catching_up_is_for_oneself(client, article, charlie, vera, bob, alice):
    apply_edits(article=article, by=alice, base_version=0, edits=[add("q1", "quote", [0, 19])])
    for person, status in ((charlie, 404), (vera, 403), (bob, 200)):
        client.force_login(person)
        answer = changes_of(client, article)
        assert answer.status_code == status
        assert "q1" not in answer.content.decode()
    assert client.post(reverse("changes", args=[article.pk])).status_code == 405


def test_an_edit_sent_twice_is_stored_once(desk, article):
    once = add("q1", "quote", [0, 19])
    post(desk, article, once)
    assert post(desk, article, once).status_code == 200
    assert Span.objects.count() == 1


def test_a_conflict_is_409_with_the_reading_as_it_is(desk, article):
    post(desk, article, add("q1", "quote", [0, 19]))
    post(desk, article, edit("change_span", span={"id": "q1", "label": "claim"}), base=1)
    late = edit("change_span", span={"id": "q1", "pieces": [[0, 5]]})
    response = post(desk, article, late, base=1)
    assert response.status_code == 409
    html = response.content.decode()
    assert "changed or removed elsewhere" in html
    assert "l0-claim" in html
    assert 'data-version="2"' in html


WRONG = {
    "not JSON": "{",
    "not an object": "[]",
    "no version": '{"edits": []}',
    "a version that is no number": '{"base_version": true, "edits": []}',
    "no edits": '{"base_version": 0, "edits": []}',
    "edits that are no list": '{"base_version": 0, "edits": {}}',
    "nested beyond measure": "[" * 100_000,
    "a version ahead": json.dumps({"base_version": 9, "edits": [add("q", "quote", [0, 1])]}),
    "an unknown label": json.dumps({"base_version": 0, "edits": [add("q", "x", [0, 1])]}),
    "beyond the end": json.dumps({"base_version": 0, "edits": [add("q", "quote", [0, 10**6])]}),
    "not UTF-8": b"\xff\xfe",
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_wrong_input_is_422_with_a_sentence(desk, article, body):
    url = reverse("edits", args=[article.pk])
    response = desk.post(url, body, content_type="application/json")
    assert response.status_code == 422
    assert 'id="sentence"' in response.content.decode()
    assert not Span.objects.exists()


def test_what_looks_unfinished_is_said(desk, article):
    html = post(desk, article, add("q1", "quote", [0, 19])).content.decode()
    assert 'data-count="1"' in html
    said = edit("change_span", span={"id": "q1", "attributes": {"no_speaker": True}})
    assert 'data-count="0"' in post(desk, article, said, base=1).content.decode()


# The session and the stylesheet


def test_the_session_says_whose_it_is(desk, alice):
    answer = desk.get(reverse("session")).json()
    assert answer["user"] == alice.pk
    assert len(answer["token"]) == 64


def test_nobody_has_no_session(client):
    assert client.get(reverse("session"), headers={"HX-Request": "true"}).status_code == 401


def test_the_labels_have_a_stylesheet_that_is_kept_for_ever(desk, corpus):
    response = desk.get(reverse("labels-css", args=[corpus.slug]))
    css = response.content.decode()
    assert response.headers["Content-Type"].startswith("text/css")
    assert "immutable" in response.headers["Cache-Control"]
    assert ".l0-quote{" in css
    assert "::highlight(new-speaker)" in css


def test_a_stranger_gets_no_stylesheet(client, charlie, corpus):
    client.force_login(charlie)
    assert client.get(reverse("labels-css", args=[corpus.slug])).status_code == 404


def test_the_page_names_the_stylesheet_of_its_schema(desk, article):
    bump_schema_version(article.corpus)
    assert (
        f"labels.css?v={article.corpus.schema_version}" in page_of(desk, article).content.decode()
    )


# The keys


def spelled(key: str) -> str:
    """Return a key of the docs as aria-keyshortcuts has it."""
    for short, long in (
        ("Ctrl", "Control"),
        ("←", "ArrowLeft"),
        ("→", "ArrowRight"),
        ("PgUp", "PageUp"),
        ("PgDn", "PageDown"),
    ):
        key = key.replace(short, long)
    return key


def test_the_page_about_keys_names_those_of_the_desk_and_no_others(desk, article):
    html = page_of(desk, article).content.decode()
    shortcuts = {
        key for keys in re.findall(r'aria-keyshortcuts="([^"]+)"', html) for key in keys.split()
    }
    written = (CHECKOUT / "docs/keyboard.md").read_text()
    named = {
        "Plus" if key == "+" else spelled(key)
        for row in re.findall(r"^\| (`.*?) \|", written, re.MULTILINE)
        for key in re.findall(r"`([^`]+)`", row)
    }
    assert (
        named - {"1", "9", "Enter"} == shortcuts
    )  # the digits stand on buttons that a script makes


def test_the_page_travels_compressed(desk, article):
    path = f"/articles/{article.pk}/"
    plain = desk.get(path)
    packed = desk.get(path, HTTP_ACCEPT_ENCODING="gzip")
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
