import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotator.corpora.models import Article
from annotator.readings.models import Reading, Span

URL = "/corpora/news/import/"
TEXT = "“The boat is late,” said Ines Calado."


def file(name: str, *lines: object) -> SimpleUploadedFile:
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return SimpleUploadedFile(name, body.encode())


def good() -> SimpleUploadedFile:
    return file(
        "news.jsonl",
        {"id": "a1", "text": TEXT, "title": "Boats"},
        {
            "id": "a2",
            "text": TEXT,
            "reader": "ana",
            "origin": "person",
            "state": "submitted",
            "spans": [{"id": "q1", "label": "quote", "start": 0, "end": 19}],
        },
    )


def bad() -> SimpleUploadedFile:
    return file(
        "bad.jsonl",
        {"id": "a1", "text": TEXT},
        {"id": "a2", "text": ""},
        {"id": "a3", "text": TEXT, "spans": [{"id": "q", "label": "quote", "start": 0, "end": 99}]},
    )


def test_shows_the_form(client_of, bob, corpus):
    text = client_of(bob).get(URL).content.decode()

    assert "Drop files here" in text
    assert ".jsonl" in text


def test_check_shows_what_would_come_and_stores_nothing(client_of, bob, corpus):
    response = client_of(bob).post(URL, {"uploads": good()})

    text = response.content.decode()
    assert response.status_code == 200
    assert "2 new articles, 1 reading with 1 span" in text
    assert "Boats" in text
    assert not Article.objects.exists()


def test_confirmed_import_stores(client_of, bob, corpus):
    response = client_of(bob).post(URL, {"uploads": good(), "confirm": "1"})

    assert response.headers["Location"] == "/corpora/news/"
    assert Article.objects.filter(corpus=corpus).count() == 2
    assert Span.objects.get().extent == [(0, 19)]


def test_confirmed_by_htmx_says_what_came_in(client_of, bob, corpus, htmx):
    response = client_of(bob).post(URL, {"uploads": good(), "confirm": "1"}, headers=htmx)

    text = response.content.decode()
    assert "Done." in text
    assert "<html" not in text
    assert Article.objects.count() == 2


def test_fragment_is_part_of_the_page(client_of, bob, corpus, htmx):
    client = client_of(bob)

    fragment = client.post(URL, {"uploads": good()}, headers=htmx).content.decode()

    assert fragment.strip() in client.post(URL, {"uploads": good()}).content.decode()


def test_same_file_twice_makes_nothing_new(client_of, bob, corpus, htmx):
    client = client_of(bob)
    client.post(URL, {"uploads": good(), "confirm": "1"})

    text = client.post(URL, {"uploads": good()}).content.decode()

    assert "there is nothing to do" in text
    assert Article.objects.count() == 2


@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_every_problem_is_listed_with_its_line_and_nothing_stored(client_of, bob, corpus, confirm):
    response = client_of(bob).post(URL, {"uploads": [good(), bad()], **confirm})

    text = response.content.decode()
    assert response.status_code == 422
    assert "bad.jsonl:2" in text
    assert "bad.jsonl:3" in text
    assert not Article.objects.exists()
    assert not Reading.objects.exists()


def test_several_files_come_in_together(client_of, bob, corpus):
    other = SimpleUploadedFile("letter.txt", b"Only a letter.")

    client_of(bob).post(URL, {"uploads": [good(), other], "confirm": "1"})

    assert Article.objects.count() == 3


def foreign() -> SimpleUploadedFile:
    spans = [
        {"label": "Speaker", "start": 24, "end": 35, "attributes": {"Entity": "Ines Calado"}},
        {"label": "MISC", "start": 0, "end": 19},
    ]
    return file("foreign.jsonl", {"id": 1, "body": TEXT, "spans": spans})


def test_names_without_a_meaning_are_asked_for_and_kept_in_the_form(client_of, bob, corpus, htmx):
    client = client_of(bob)

    first = client.post(URL, {"uploads": foreign()})
    [row] = first.context["names"]
    assert first.status_code == 422
    assert (row.kind, row.name, row.choices[1].value) == ("column", "body", "column:body=text")

    sent = {"map": ["column:body=text", ""]}
    second = client.post(URL, {"uploads": foreign(), **sent})
    assert [(row.name, row.count) for row in second.context["names"]] == [
        ("body", 0),
        ("Speaker", 1),
        ("MISC", 1),
    ]
    # What is called the same but for case is suggested.
    assert 'value="label:Speaker=speaker" selected' in second.content.decode()
    assert 'value="column:body=text" selected' in second.content.decode()
    assert "has the label" not in second.content.decode()

    sent["map"] += ["label:Speaker=speaker", "label:MISC="]
    third = client.post(URL, {"uploads": foreign(), **sent})
    assert 'value="attribute:speaker.Entity=entity" selected' in third.content.decode()

    sent["map"] += ["attribute:speaker.Entity=entity"]
    fourth = client.post(URL, {"uploads": foreign(), **sent}, headers=htmx)
    assert fourth.status_code == 200
    assert "1 new article, 1 reading with 1 span" in fourth.content.decode()
    assert "Spans with the label “MISC”: 1 left out" in fourth.content.decode()
    assert [shown["spans"] for shown in fourth.context["first"]] == [1]

    client.post(URL, {"uploads": foreign(), **sent, "confirm": "1"})
    assert Span.objects.get().entity.name == "Ines Calado"


@pytest.mark.parametrize("given", ["label", "label:=x", "shoe:a=b", "label:MISC=shoe"])
def test_a_wrong_mapping_is_refused(client_of, bob, corpus, given):
    response = client_of(bob).post(URL, {"uploads": good(), "map": given, "confirm": "1"})

    assert response.status_code == 422
    assert not Article.objects.exists()


def test_pasted_text_comes_in_once(client_of, bob, corpus):
    client = client_of(bob)
    sent = {"title": "Boats", "text": "  One.\r\n\r\nTwo. \U0001f6a2\n", "confirm": "1"}

    client.post(URL, sent)
    client.post(URL, sent)

    article = Article.objects.get()
    assert article.title == "Boats"
    assert article.text == "  One.\n\nTwo. \U0001f6a2\n"


@pytest.mark.parametrize("name", ["news.pdf", "news", "<b>.exe"])
def test_file_of_an_unknown_kind_is_a_problem(client_of, bob, corpus, name):
    response = client_of(bob).post(URL, {"uploads": SimpleUploadedFile(name, b"x")})

    assert response.status_code == 422
    assert "does not say what it is" in response.content.decode()
    assert "<b>.exe" not in response.content.decode()


def test_format_can_be_named(client_of, bob, corpus):
    upload = SimpleUploadedFile("news.data", good().read())

    client_of(bob).post(URL, {"uploads": upload, "format": "jsonl", "confirm": "1"})

    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    "sent",
    [{}, {"title": "Only a title"}, {"text": "x", "format": "pdf"}, {"text": "x\x00"}],
)
def test_nothing_to_import_is_refused(client_of, bob, corpus, sent):
    response = client_of(bob).post(URL, {**sent, "confirm": "1"})

    assert response.status_code == 422
    assert not Article.objects.exists()


def test_empty_file_is_a_problem(client_of, bob, corpus):
    response = client_of(bob).post(URL, {"uploads": SimpleUploadedFile("a.txt", b"")})

    assert response.status_code == 422


def test_too_large_is_said_before_it_is_read(client_of, bob, corpus, settings):
    settings.MAX_UPLOAD_BYTES = 100

    response = client_of(bob).post(URL, {"uploads": good()})

    assert response.status_code == 413
    assert "100\xa0bytes" in response.content.decode()


def test_other_pages_take_no_uploads(client_of, manuela, corpus, settings):
    settings.MAX_FORM_BYTES = 100

    response = client_of(manuela).post("/corpora/news/members/", {"uploads": good()})

    assert response.status_code == 413


def test_import_is_for_curators(client_of, charlie, alice, vera, bob, corpus):
    for person, status in ((charlie, 404), (alice, 403), (vera, 403)):
        assert client_of(person).get(URL).status_code == status
        assert (
            client_of(person).post(URL, {"uploads": good(), "confirm": "1"}).status_code == status
        )
    assert client_of(bob).put(URL).status_code == 405
    assert not Article.objects.exists()


def test_first_words_are_shown_literally(client_of, bob, corpus):
    upload = file("n.jsonl", {"id": "<i>", "text": "<script>alert(1)</script>", "title": "<b>"})

    text = client_of(bob).post(URL, {"uploads": upload}).content.decode()

    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
