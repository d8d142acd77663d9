import json
from dataclasses import replace

import pytest
from django.db import connection

from annotator.formats import WRITABLE
from annotator.readings.models import Reading
from annotator.www import export
from tests.factories import ArticleFactory, ReadingFactory, SpanFactory

URL = "/corpora/news/export/"
FILE = f"{URL}file/"


@pytest.fixture
def readings(corpus, article, alice, bob):
    """Alice and Bob read the first article, nobody the second."""
    ArticleFactory(corpus=corpus, key="ferry-2")
    for user, state in ((alice, "submitted"), (bob, "in_progress")):
        reading = ReadingFactory(
            article=article, reader=user.username, user=user, origin="person", state=state
        )
        SpanFactory(reading=reading)


def lines(response) -> list[tuple[str, str | None]]:
    body = b"".join(response.streaming_content).decode()
    return [(line["id"], line.get("reader")) for line in map(json.loads, body.splitlines())]


def test_says_what_will_come(client_of, bob, readings):
    text = client_of(bob).get(URL).content.decode()

    assert "2 articles, 2 readings, 2 spans" in text
    assert "ferry-1" in text
    assert "annotator export news --format jsonl -o news.jsonl" in text
    assert "http://testserver/api/v1/corpora/news/export/?format=jsonl" in text


def test_streams_the_file(client_of, bob, readings):
    response = client_of(bob).get(FILE)

    assert response.headers["Content-Disposition"] == 'attachment; filename="news.jsonl"'
    assert lines(response) == [("ferry-1", "alice"), ("ferry-1", "bob"), ("ferry-2", None)]


def test_annotator_takes_out_nobody_elses_reading(client_of, alice, readings):
    client = client_of(alice)

    assert lines(client.get(FILE)) == [("ferry-1", "alice"), ("ferry-2", None)]
    assert lines(client.get(FILE, {"reader": "bob"})) == []
    assert client.get(URL).context["counts"] == {"articles": 2, "readings": 1, "spans": 1}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"reader": "alice"}, [("ferry-1", "alice")]),
        ({"state": "in_progress"}, [("ferry-1", "bob")]),
        ({"reader": "alice", "state": "in_progress"}, []),
    ],
)
def test_filters_hold_for_the_file_and_its_counts(client_of, bob, readings, filters, found):
    client = client_of(bob)

    assert lines(client.get(FILE, filters)) == found
    assert client.get(URL, filters).context["counts"]["readings"] == len(found)


def test_fragment_is_part_of_the_page(client_of, bob, readings, htmx):
    client = client_of(bob)

    fragment = client.get(URL, {"state": "submitted"}, headers=htmx).content.decode()

    assert "<html" not in fragment
    assert fragment.strip() in client.get(URL, {"state": "submitted"}).content.decode()


def test_labels_hold_for_the_file_its_counts_and_what_is_copied(client_of, bob, readings):
    client, chosen = client_of(bob), {"label": ["speaker", "claim"]}
    context = client.get(URL, chosen).context
    assert context["counts"] == {"articles": 2, "readings": 2, "spans": 0}
    assert "--label speaker,claim" in context["command"]
    assert "label=speaker%2Cclaim" in context["api_call"]
    file = client.get(context["file"])
    assert b'"spans":[]' in b"".join(file.streaming_content)
    assert client.get(URL, {"label": "quote,claim"}).context["counts"]["spans"] == 2


@pytest.mark.parametrize(
    "wrong", [{"label": "no"}, {"format": "pdf"}, {"state": "dreaming"}, {"reader": "x" * 201}]
)
def test_wrong_choice_is_refused_for_the_file_and_left_out_of_the_page(
    client_of, bob, readings, wrong
):
    client = client_of(bob)

    assert client.get(FILE, wrong).status_code == 400
    assert client.get(URL, wrong).context["counts"]["readings"] == 2


def test_page_says_which_library_a_format_needs_instead_of_a_preview(
    client_of, bob, readings, monkeypatch
):
    monkeypatch.setitem(WRITABLE, "jsonl", replace(WRITABLE["jsonl"], extra="no_such_library"))
    client = client_of(bob)
    page = client.get(URL, {"format": "jsonl"}).content.decode()
    assert "the library no_such_library is not installed here" in page
    assert "Download" not in page
    assert client.get(FILE, {"format": "jsonl"}).status_code == 400


def test_preview_looks_at_the_first_readings_only(client_of, bob, readings, monkeypatch):
    monkeypatch.setattr(export, "READINGS_LOOKED_AT", 2)
    first = client_of(bob).get(URL).context["first"]
    assert (first.text.count("\n"), first.whole) == (2, False)
    monkeypatch.setattr(export, "READINGS_LOOKED_AT", 3)
    assert client_of(bob).get(URL).context["first"].whole


def test_those_who_have_read_are_offered(client_of, alice, bob, article, readings):
    ReadingFactory(article=article, reader="gold")
    for user, seen in ((bob, ["alice", "bob", "gold"]), (alice, ["alice", "gold"])):
        assert client_of(user).get(URL).context["readers"] == seen


def test_stranger_takes_out_nothing(client_of, charlie, readings):
    assert client_of(charlie).get(URL).status_code == 404
    assert client_of(charlie).get(FILE).status_code == 404


def test_export_takes_no_post(client_of, bob, readings):
    assert client_of(bob).post(URL).status_code == 405
    assert client_of(bob).post(FILE).status_code == 405


def test_commands_quote_what_a_shell_would_run(client_of, bob, article):
    ReadingFactory(article=article, reader="$(rm -rf ~)")

    context = client_of(bob).get(URL, {"reader": "$(rm -rf ~)"}).context

    assert "--reader '$(rm -rf ~)'" in context["command"]
    assert "$(" not in context["api_call"]


def test_what_is_copied_writes_the_file_that_the_page_downloads(client_of, bob, readings):
    client = client_of(bob)
    context = client.get(URL, {"format": "brat"}).context

    named = client.get(context["file"])["Content-Disposition"]
    assert named == 'attachment; filename="news.zip"'
    assert context["command"].endswith(" -o news.zip")
    assert context["api_call"].startswith("curl -f ")
    assert " -o news.zip " in context["api_call"]


def test_empty_choice_says_so(client_of, bob, corpus):
    assert "Nothing to export" in client_of(bob).get(URL).content.decode()


def test_taking_out_changes_nothing(client_of, bob, readings):
    before = list(Reading.objects.values())

    lines(client_of(bob).get(FILE))

    assert list(Reading.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_preview_lets_go_of_its_snapshot_of_the_database(client_of, bob, corpus):
    for _ in range(3):
        ArticleFactory(corpus=corpus, text="x" * 100_000)

    client_of(bob).get(URL)

    assert not connection.in_atomic_block
