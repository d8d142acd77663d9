"""Files through the API: in as one body, out as one stream, bad ones refused whole."""

import hashlib
import io
import json
import tracemalloc
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client

from annotator.corpora.models import Article
from annotator.exchange.imports import import_documents
from annotator.formats import WRITABLE
from annotator.readings.models import Edit, Reading
from tests.api.test_api import problem
from tests.exchange.bad_input import BAD, FINE
from tests.exchange.documents import LOSSY, article, read

pytestmark = pytest.mark.django_db

IMPORT = "/api/v1/corpora/news/import/"
EXPORT = "/api/v1/corpora/news/export/"


@pytest.fixture(autouse=True)
def answered_at_once(settings):
    settings.JOB_ABOVE_BYTES = settings.MAX_UPLOAD_BYTES


@pytest.fixture
def curator(corpus, bob, caller):
    return caller(bob)


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_file_comes_in(curator, bob):
    response = curator.send(IMPORT, FINE)
    assert response.status_code == 200
    assert response.json() == {
        "articles": 1,
        "known_articles": 0,
        "readings": 0,
        "known_readings": 0,
        "spans": 0,
        "relations": 0,
        "notices": [],
    }
    assert curator.send(IMPORT, FINE).json()["known_articles"] == 1


def test_what_comes_out_goes_in_again(corpus, curator, bob):
    import_documents(corpus=corpus, by=bob, documents=[read(), article("a-2")])
    data = body_of(curator.get(EXPORT))
    response = curator.send(IMPORT, data)
    assert (response.json()["known_articles"], response.json()["known_readings"]) == (2, 1)
    assert Edit.objects.get().by == bob


def test_plain_text_takes_its_id_from_the_name(curator):
    assert curator.send(f"{IMPORT}?format=text&name=ferry.txt", b"The boat.").status_code == 200
    assert Article.objects.get().key == "ferry"


def test_names_of_a_file_are_mapped(curator):
    data = (
        b'{"id":1,"body":"Ines waits.","spans":[{"label":"PER","start":0,"end":4},'
        b'{"label":"MISC","start":5,"end":10}]}'
    )
    column, label = "map=column:body%3Dtext", "map=label:PER%3Dspeaker"
    assert curator.send(IMPORT, data).json()["unknown"] == [
        {"kind": "column", "name": "body", "count": 1}
    ]
    assert curator.send(f"{IMPORT}?{column}&{label}", data).json()["unknown"] == [
        {"kind": "label", "name": "MISC", "count": 1}
    ]
    response = curator.send(f"{IMPORT}?{column}&{label}&map=label:MISC%3D", data)
    assert response.json()["spans"] == 1
    assert response.json()["notices"] == [
        {
            "where": "the mapping",
            "message": "Spans with the label “MISC”: 1 left out, as the mapping says.",
        }
    ]


def test_what_a_format_cannot_hold_is_a_file_of_its_own(
    corpus, curator, alice, bob, caller, monkeypatch
):
    monkeypatch.setitem(WRITABLE, "lossy", LOSSY)
    import_documents(corpus=corpus, by=bob, documents=[read(reader="bob", origin="person")])
    response = curator.get(f"{EXPORT}losses/?format=lossy")
    assert response["Content-Disposition"] == 'attachment; filename="news.losses.jsonl"'
    assert json.loads(body_of(response)) == {
        "article": "a-1",
        "reader": "bob",
        "part": "span s1",
        "reason": "No speakers here.",
    }
    assert body_of(caller(alice).get(f"{EXPORT}losses/?format=lossy")) == b""


def test_the_library_that_a_format_needs_is_named(curator, monkeypatch):
    monkeypatch.setitem(WRITABLE, "lossy", replace(LOSSY, extra="no_such_library"))
    response = curator.get(f"{EXPORT}?format=lossy")
    assert response.status_code == 400
    assert "pip install 'annotator[no_such_library]'" in response.json()["detail"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("news.csv", "id,text\nholm-17,The boat."),
        ("holm-17.txt", "The boat."),
        ("from-doccano.jsonl", '{"id":"holm-17","text":"The boat.","label":[[0,8,"claim"]]}'),
        ("holm", '{"id":"holm-17","text":"The boat."}'),
        ("", '{"id":"holm-17","text":"The boat."}'),
    ],
)
def test_a_file_is_told_by_its_name(curator, name, body):
    made = curator.send(f"{IMPORT}?name={name}", body.encode())
    assert (made.status_code, made.json()["articles"]) == (200, 1)
    assert Article.objects.get().key == "holm-17"


def test_a_dry_run_stores_nothing(curator):
    assert curator.send(f"{IMPORT}?dry_run=true", FINE).json()["articles"] == 1
    assert not Article.objects.exists()


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_input_is_refused_with_its_line(corpus, curator, case):
    case.before(corpus)
    articles = Article.objects.count()
    formats = {".jsonl": "jsonl", ".txt": "text", ".csv": "csv", ".zip": "zip"}

    response = curator.send(
        f"{IMPORT}?format={formats[case.extension]}&name=bad{case.extension}", case.content()
    )

    assert response.status_code == 422
    body = response.json()
    assert body["problems"][0]["where"] == f"bad{case.extension}{case.place}"
    assert case.sentence in " ".join(problem["message"] for problem in body["problems"])
    assert Article.objects.count() == articles


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("format=docx", 400),
        ("colour=red", 400),
        ("map=PER", 400),
        ("dry_run=true&dry_run=true", 400),
        ("map=label:a%3Db&map=label:a%3D%00", 400),
        ("dry_run=maybe", 400),
        ("name=%00", 400),
        ("name=%E2%80%AE.txt", 400),
        (f"name={'x' * 300}", 400),
    ],
)
def test_parameters_of_an_import_are_an_allow_list(curator, query, status):
    assert curator.send(f"{IMPORT}?{query}", FINE).status_code == status
    assert not Article.objects.exists()


def test_a_form_is_not_a_file(curator):
    assert curator.post(IMPORT, {"file": io.BytesIO(FINE)}).status_code == 415


@pytest.mark.parametrize("told", [True, False])
def test_a_file_has_an_end(curator, settings, told):
    settings.MAX_UPLOAD_BYTES = len(FINE) - 1
    more = {} if told else {"CONTENT_LENGTH": str(len(FINE) - 2)}
    response = curator.send(IMPORT, FINE, **more)
    assert response.status_code in ((413,) if told else (413, 422))
    assert not Article.objects.exists()


def test_an_empty_body_is_an_empty_file(curator):
    assert curator.send(IMPORT, b"").json()["articles"] == 0


@pytest.mark.parametrize(("person", "status"), [("alice", 403), ("vera", 403), ("charlie", 404)])
def test_who_may_not_import_does_not(corpus, caller, request, person, status):
    client = caller(request.getfixturevalue(person))
    assert client.send(IMPORT, FINE).status_code == status
    assert not Article.objects.exists()


def test_an_export_has_the_name_and_type_of_its_format(corpus, curator, bob):
    import_documents(corpus=corpus, by=bob, documents=[read()])
    response = curator.get(EXPORT)
    assert response["Content-Type"] == "application/jsonl"
    assert response["Content-Disposition"] == 'attachment; filename="news.jsonl"'
    line = json.loads(body_of(response))
    assert line["sha256"] == hashlib.sha256(line["text"].encode()).hexdigest()
    assert [line["text"][s["start"] : s["end"]] for s in line["spans"] if "pieces" not in s] == [
        s["text"] for s in line["spans"] if "pieces" not in s
    ]


def test_an_export_holds_what_one_may_see(corpus, alice, bob, caller):
    import_documents(
        corpus=corpus,
        by=bob,
        documents=[read(reader="bob", origin="person"), read(reader="gold", line=2)],
    )
    lines = body_of(caller(alice).get(EXPORT)).splitlines()
    assert [json.loads(line)["reader"] for line in lines] == ["gold"]


def test_no_empty_file_comes_for_a_misspelt_reader(corpus, curator, alice, bob, caller):
    import_documents(corpus=corpus, by=bob, documents=[read(reader="bob", origin="person")])
    for client, name in ((curator, "bop"), (curator, ""), (caller(alice), "bob")):
        for address in (EXPORT, f"{EXPORT}losses/"):
            said = problem(client.get(f"{address}?reader={name}"), 400)["detail"]
            assert said == f"Nobody called “{name}” has read anything in this corpus."


def test_an_export_takes_the_readings_asked_for(corpus, curator, bob):
    import_documents(
        corpus=corpus, by=bob, documents=[read(), read("a-2", "alma", state="in_progress")]
    )
    assert body_of(curator.get(f"{EXPORT}?reader=alma")).count(b"\n") == 1
    assert body_of(curator.get(f"{EXPORT}?state=submitted")).count(b"\n") == 1
    said = json.loads(body_of(curator.get(f"{EXPORT}?reader=alma&label=claim,speaker")))
    assert [span["label"] for span in said["spans"]] == ["speaker", "claim"]


@pytest.mark.parametrize(
    "query", ["format=text", "format=docx", "state=new", "label=no", "label=", "labels=quote"]
)
def test_parameters_of_an_export_are_an_allow_list(curator, query):
    assert curator.get(f"{EXPORT}?{query}").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_client_that_leaves_takes_its_transaction_along(corpus, bob, caller, monkeypatch):
    monkeypatch.setattr("annotator.exchange.exports.BLOCK", 1)
    import_documents(corpus=corpus, by=bob, documents=[read(f"a-{n}") for n in range(5)])
    response = caller(bob).get(EXPORT)
    next(iter(response.streaming_content))
    assert connection.in_atomic_block
    response.close()
    assert not connection.in_atomic_block


def test_a_line_too_long_is_not_held_in_memory(curator):
    data = FINE + b'{"id":"b","text":"' + b"x" * 60_000_000 + b'"}\n'
    tracemalloc.start()
    try:
        response = curator.send(IMPORT, data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert response.status_code == 422
    # The test client holds the body once more; the server's part is what is left.
    assert peak < 60_000_000 + 100_000_000


def test_a_session_needs_the_csrf_token_to_import(corpus, bob):
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    response = client.post(IMPORT, FINE, content_type="application/octet-stream")
    assert response.status_code == 403
    assert not Reading.objects.exists()
