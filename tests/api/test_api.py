"""The API: reading corpora and articles, saving edits, and refusing in problem details."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from knox.models import AuthToken

from annotator.accounts.actions import make_token
from annotator.corpora.models import Membership
from annotator.readings.actions import apply_edits
from annotator.readings.models import Edit, Reading, Span
from annotator.schemas.models import Label
from tests.factories import ArticleFactory, ReadingFactory, SpanFactory
from tests.statements import counted
from tests.test_permissions import walk

pytestmark = pytest.mark.django_db

API = "/api/v1"
QUOTE = [[0, 19]]


def add(key="q1", label="quote", pieces=QUOTE, **more):
    return {
        "id": str(uuid.uuid4()),
        "kind": "add_span",
        "span": {"id": key, "label": label, "pieces": pieces, **more},
    }


def problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


# Signing in


def test_a_token_opens_the_api(corpus, alice, caller):
    body = caller(alice).get(f"{API}/corpora/").json()
    assert [(c["slug"], c["role"]) for c in body["results"]] == [("news", "annotator")]


def test_a_session_opens_the_api_too(corpus, alice, client):
    client.force_login(alice)
    assert client.get(f"{API}/corpora/").status_code == 200


def test_nobody_gets_nothing(client, corpus):
    response = client.get(f"{API}/corpora/")
    problem(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer x y", "Bearer nonsense", "Bearer \xff\xfe", "Bearer " + "a" * 5_000],
)
def test_a_bad_token_is_refused(client, db, header):
    problem(client.get(f"{API}/corpora/", headers={"authorization": header}), 401)


def test_an_ended_token_is_refused(alice, caller):
    client = caller(alice)
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    problem(client.get(f"{API}/corpora/"), 401)


def test_a_token_without_an_end_is_refused(alice, client):
    _, secret = AuthToken.objects.create(user=alice, expiry=None)
    AuthToken.objects.update(expiry=None)
    problem(client.get(f"{API}/corpora/", headers={"authorization": f"Bearer {secret}"}), 401)


def test_a_closed_account_has_no_token(alice, caller):
    client = caller(alice)
    alice.is_active = False
    alice.save()
    problem(client.get(f"{API}/corpora/"), 401)


def test_a_session_needs_the_csrf_token(article, alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post(
        f"{API}/articles/{article.pk}/edits/", {}, content_type="application/json"
    )
    problem(response, 403)


def test_only_a_hash_of_the_token_is_stored(alice):
    secret = make_token(user=alice)
    assert secret not in str(AuthToken.objects.values().get())


# Corpora and articles


def test_a_corpus_comes_with_its_progress(corpus, article, alice, caller):
    body = caller(alice).get(f"{API}/corpora/news/").json()
    assert (body["slug"], body["articles"]) == ("news", 1)
    counts = {"new": 1, "in_progress": 0, "submitted": 0, "skipped": 0}
    assert body["progress"] == [{"reader": "alice", **counts}]


@pytest.mark.parametrize(
    "path",
    [
        "corpora/news/",
        "corpora/news/articles/",
        "corpora/news/schema/",
        "corpora/news/export/",
        "articles/{pk}/",
        "articles/{pk}/reading/",
    ],
)
def test_a_stranger_learns_nothing(article, charlie, caller, path):
    problem(caller(charlie).get(f"{API}/{path.format(pk=article.pk)}"), 404)


def test_a_schema_comes_in_its_order(corpus, vera, caller):
    body = caller(vera).get(f"{API}/corpora/news/schema/").json()
    assert [label["key"] for label in body["labels"]] == ["speaker", "quote", "claim"]
    assert body["labels"][1]["attributes"][0]["choices"][0] == {"value": "direct", "shortcut": "d"}
    assert {"key": "said_by", "source": "quote", "target": "speaker"}.items() <= body[
        "relation_types"
    ][0].items()


def test_articles_come_in_pages(corpus, alice, caller):
    for number in range(5):
        ArticleFactory(corpus=corpus, key=f"k{number}")
    client = caller(alice)

    first = client.get(f"{API}/corpora/news/articles/?page_size=2").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    back = client.get(second["previous"]).json()

    pages = [[row["key"] for row in page["results"]] for page in (first, second, third, back)]
    assert pages == [["k0", "k1"], ["k2", "k3"], ["k4"], ["k0", "k1"]]
    assert first["previous"] is None
    assert third["next"] is None


def test_articles_are_searched_and_filtered(corpus, alice, caller):
    bridge = ArticleFactory(corpus=corpus, key="bridge", text="The bridge is closed.")
    ArticleFactory(corpus=corpus, key="ferry")
    SpanFactory(reading=ReadingFactory(article=bridge, reader="gold", state="submitted"))
    client = caller(alice)

    def keys(query):
        body = client.get(f"{API}/corpora/news/articles/?{query}").json()
        return [row["key"] for row in body["results"]]

    assert keys("search=bridge") == ["bridge"]
    assert keys("reader=gold&state=submitted") == ["bridge"]
    assert keys("label=quote") == ["bridge"]
    assert keys("order=newest") == ["ferry", "bridge"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "colour=red",
            "There is no parameter “colour” here. There are: cursor, label, notes, order",
        ),
        ("state=lost", "“state” is one of new, in_progress, submitted, skipped"),
        ("label=verdict", "“label” is one of speaker, quote, claim"),
        ("order=sha256", "“order” is one of"),
        ("cursor=rubbish", "is no cursor"),
        ("cursor=after-9999999999999999999999", "is no cursor"),
        ("page_size=0", "a number from 1 to 200"),
        ("page_size=٣", "a number from 1 to 200"),
        ("page_size=1&page_size=2", "given twice"),
        ("search=a%00b", "NUL"),
    ],
)
def test_parameters_are_an_allow_list(corpus, alice, caller, query, words):
    response = caller(alice).get(f"{API}/corpora/news/articles/?{query}")
    assert words in problem(response, 400)["detail"]


def test_an_article_comes_with_the_readings_that_one_may_see(article, alice, bob, caller):
    for user in (alice, bob):
        apply_edits(article=article, by=user, base_version=0, edits=[add()])
    ReadingFactory(article=article, reader="gold")

    seen = caller(alice).get(f"{API}/articles/{article.pk}/").json()

    assert (seen["text"], seen["corpus"]) == (article.text, "news")
    assert [row["reader"] for row in seen["readings"]] == ["alice", "gold"]
    everything = caller(bob).get(f"{API}/articles/{article.pk}/").json()
    assert [row["reader"] for row in everything["readings"]] == ["alice", "bob", "gold"]


@pytest.mark.parametrize("pk", ["0", "2147483648", "9223372036854775808", "9" * 40])
def test_an_id_beyond_every_number_is_not_found(alice, corpus, caller, pk):
    problem(caller(alice).get(f"{API}/articles/{pk}/"), 404)


def test_articles_come_as_lines_with_their_texts(corpus, alice, charlie, caller, monkeypatch):
    monkeypatch.setattr("annotator.api.stream.AT_ONCE", 2)
    monkeypatch.setattr("annotator.api.stream.MOST_CHARACTERS", 60)
    made = [ArticleFactory(corpus=corpus, key=f"k{number}") for number in range(5)]
    asked = {"Accept": "application/x-ndjson, */*;q=0.1"}

    def detail(pk):
        return caller(alice).get(f"{API}/articles/{pk}/").json()

    def keys(query=""):
        answer = caller(alice).get(f"{API}/corpora/news/articles/?{query}", headers=asked)
        assert answer["Content-Type"] == "application/x-ndjson"
        rows = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
        assert [row | {"readings": []} for row in rows] == [detail(row["id"]) for row in rows]
        return [row["key"] for row in rows]

    assert keys() == ["k0", "k1", "k2", "k3", "k4"]
    assert keys("order=newest") == ["k4", "k3", "k2", "k1", "k0"]
    assert keys(f"cursor=after-{made[2].pk}") == ["k3", "k4"]
    assert keys("state=submitted") == []
    for wrong in ("page_size=2", "cursor=before-1"):
        path = f"{API}/corpora/news/articles/?{wrong}"
        problem(caller(alice).get(path, headers=asked), 400)
    problem(caller(charlie).get(f"{API}/corpora/news/articles/", headers=asked), 404)


# Readings and edits


def test_edits_are_saved_and_read_back(article, alice, caller):
    client = caller(alice)
    edit = add(attributes={"kind": "direct"})

    saved = client.post_json(
        f"{API}/articles/{article.pk}/edits/", {"base_version": 0, "edits": [edit]}
    )

    assert saved.status_code == 200
    assert saved.json() == {
        "version": 1,
        "state": "in_progress",
        "schema_version": article.corpus.schema_version,
        "edits": [{"id": edit["id"], "version": 1}],
    }
    assert client.get(f"{API}/articles/{article.pk}/reading/").json() == {
        "reader": "alice",
        "origin": "person",
        "state": "in_progress",
        "skip_reason": "",
        "version": 1,
        "spans": [
            {
                "id": "q1",
                "label": "quote",
                "pieces": QUOTE,
                "text": "“The boat is late,”",
                "attributes": {"kind": "direct"},
                "entity": None,
            }
        ],
        "relations": [],
        "notes": [],
    }


def test_notes_are_saved_and_read_back(article, alice, bob, caller):
    url = f"{API}/articles/{article.pk}"
    notes = [{"span": "q1", "text": "One or two?"}, {"span": None, "text": "Dull."}]
    edits = [{"id": str(uuid.uuid4()), "kind": "set_note", "note": note} for note in notes]
    caller(alice).post_json(f"{url}/edits/", {"base_version": 0, "edits": [add(), *edits]})
    curator = caller(bob)
    assert curator.get(f"{url}/reading/?reader=alice").json()["notes"] == notes
    articles = f"{API}/corpora/{article.corpus.slug}/articles/"
    assert len(curator.get(f"{articles}?notes=yes").json()["results"]) == 1
    assert curator.get(f"{articles}?notes=yes&state=submitted").json()["results"] == []
    problem(curator.get(f"{articles}?notes=no"), 400)


def test_a_reading_says_why_it_is_skipped(article, alice, bob, caller):
    skip = {"id": str(uuid.uuid4()), "kind": "skip", "reason": "a duplicate"}
    url = f"{API}/articles/{article.pk}"
    saved = caller(alice).post_json(f"{url}/edits/", {"base_version": 0, "edits": [skip]})
    assert saved.json()["state"] == "skipped"
    body = caller(bob).get(f"{url}/reading/?reader=alice").json()
    assert (body["state"], body["skip_reason"]) == ("skipped", "a duplicate")


def test_an_edit_sent_twice_is_answered_twice_and_applied_once(article, alice, caller):
    client, body = caller(alice), {"base_version": 0, "edits": [add()]}
    first = client.post_json(f"{API}/articles/{article.pk}/edits/", body)
    again = client.post_json(f"{API}/articles/{article.pk}/edits/", body)
    assert first.json() == again.json()
    assert Edit.objects.count() == 1


def test_a_reading_not_begun_is_empty(article, alice, vera, caller):
    body = caller(alice).get(f"{API}/articles/{article.pk}/reading/").json()
    assert (body["version"], body["spans"]) == (0, [])
    assert not Reading.objects.exists()
    assert caller(vera).get(f"{API}/articles/{article.pk}/reading/").status_code == 200


def test_the_reading_of_somebody_else_is_for_those_who_may(article, alice, bob, vera, caller):
    apply_edits(article=article, by=bob, base_version=0, edits=[add()])
    path = f"{API}/articles/{article.pk}/reading/?reader=bob"
    assert caller(vera).get(path).json()["spans"][0]["id"] == "q1"
    problem(caller(alice).get(path), 404)


def test_a_conflict_comes_with_the_reading_as_it_is(article, alice, caller):
    client, path = caller(alice), f"{API}/articles/{article.pk}/edits/"
    client.post_json(path, {"base_version": 0, "edits": [add()]})
    remove = {"id": str(uuid.uuid4()), "kind": "remove_span", "span": {"id": "q1"}}
    client.post_json(path, {"base_version": 1, "edits": [remove]})
    change = {
        "id": str(uuid.uuid4()),
        "kind": "change_span",
        "span": {"id": "q1", "label": "claim"},
    }

    response = client.post_json(path, {"base_version": 1, "edits": [change]})

    body = problem(response, 409)
    assert body["version"] == 2
    assert body["reading"]["spans"] == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "“base_version” is a whole number"),
        ([], "The body is an object"),
        ({"base_version": "1", "edits": []}, "“base_version” is a whole number"),
        ({"base_version": True, "edits": []}, "“base_version” is a whole number"),
        ({"base_version": 2**40, "edits": []}, "“base_version” is a whole number"),
        ({"base_version": 0, "edits": {}}, "“edits” is a list"),
        ({"base_version": 0, "edits": [], "x": 1}, "no “x”"),
        ({"base_version": 0, "edits": [add(pieces=[[0, 999]])]}, "but the text has"),
        ({"base_version": 0, "edits": [add(label="verdict")]}, "no label “verdict”"),
        ({"base_version": 7, "edits": [add()]}, "lies ahead"),
    ],
)
def test_wrong_edits_are_refused_in_a_sentence(article, alice, caller, body, words):
    response = caller(alice).post_json(f"{API}/articles/{article.pk}/edits/", body)
    assert words in problem(response, 422)["detail"]
    assert not Span.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'{"base_version": NaN}', "NaN"),
        (b'{"base_version": 1e999}', "too large"),
        (b'{"base_version": ' + b"9" * 5_000 + b"}", "too large"),
        (b'{"edits": [], "edits": []}', "given twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 80 + b"]" * 80, "nested more than"),
        (b'{"edits": ["\\u0000"]}', "NUL"),
        (b'{"\\ud800": 1}', "surrogate"),
        (b'{"edits": "\\udc00"}', "surrogate"),
    ],
)
def test_json_is_read_strictly(article, alice, caller, body, words):
    response = caller(alice).post(
        f"{API}/articles/{article.pk}/edits/", body, content_type="application/json"
    )
    assert words in problem(response, 400)["detail"]


def test_a_body_of_another_kind_is_refused(article, alice, caller):
    path = f"{API}/articles/{article.pk}/edits/"
    problem(caller(alice).post(path, {"base_version": 0}), 415)
    problem(caller(alice).post(path, "<a/>", content_type="text/xml"), 415)


def test_a_body_of_edits_has_an_end(article, alice, caller, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    body = {"base_version": 0, "edits": [add(key="x" * 2_000)]}
    problem(caller(alice).post_json(f"{API}/articles/{article.pk}/edits/", body), 413)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "get"])
def test_edits_are_posted(article, alice, caller, method):
    problem(getattr(caller(alice), method)(f"{API}/articles/{article.pk}/edits/"), 405)


def test_a_viewer_changes_nothing(article, vera, caller):
    path = f"{API}/articles/{article.pk}/edits/"
    problem(caller(vera).post_json(path, {"base_version": 0, "edits": [add()]}), 403)


def test_who_left_the_corpus_is_a_stranger(article, alice, caller):
    Membership.objects.filter(user=alice).delete()
    path = f"{API}/articles/{article.pk}/edits/"
    problem(caller(alice).post_json(path, {"base_version": 0, "edits": [add()]}), 404)


def test_saving_takes_few_queries(article, alice, caller):
    client, path = caller(alice), f"{API}/articles/{article.pk}/edits/"
    client.post_json(path, {"base_version": 0, "edits": [add()]})
    with counted() as sent:
        saved = client.post_json(path, {"base_version": 1, "edits": [add("q2")]})
    assert saved.status_code == 200
    # The token with its pace, the article, and the seven of apply_edits.
    assert len(sent) == 9, sent


def test_the_openapi_schema_names_every_address(client, db):
    body = client.get(f"{API}/schema/?format=json").json()
    assert body["openapi"].startswith("3.")
    routes = [route for name, route in walk(get_resolver().url_patterns) if is_described(name)]
    named = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route).replace("{pk}", "{id}") for route in routes
    }
    assert set(body["paths"]) == named


def is_described(name: str) -> bool:
    return name.startswith("api:") and name != "api:openapi"


def test_a_database_that_is_away_is_503(alice, caller, monkeypatch):
    from django.db import OperationalError

    from annotator.api import corpora

    def fail(*_):
        raise OperationalError("gone")

    client = caller(alice)
    monkeypatch.setattr(corpora.Corpus.objects, "visible_to", fail)
    problem(client.get(f"{API}/corpora/"), 503)


def test_names_with_markup_stay_text(corpus, alice, caller):
    label = Label.objects.get(corpus=corpus, key="quote")
    label.name = "<script>alert(1)</script>"
    label.save()
    response = caller(alice).get(f"{API}/corpora/news/schema/")
    assert response["Content-Type"] == "application/json"
    assert response.json()["labels"][1]["name"] == "<script>alert(1)</script>"
