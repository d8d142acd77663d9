"""What all requests have in common: sent again, too many, known already, or wrong."""

import json
import uuid

import pytest
from django.db import connection

from annotator.accounts import pace
from annotator.accounts.models import Answer, Pace
from annotator.api.openapi import described
from annotator.corpora.models import Article, Membership
from annotator.jobs.models import Job
from tests.api.test_api import problem
from tests.jobs.jobs import lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]

API = "/api/v1"
IMPORT = f"{API}/corpora/news/import/"
EXPORT = f"{API}/corpora/news/export/"


@pytest.fixture
def curator(corpus, bob, caller):
    return caller(bob)


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


# Sent again


def test_what_is_sent_again_is_done_once_and_answered_the_same(curator):
    headers = key()

    first = curator.post(EXPORT, headers=headers)
    again = curator.post(EXPORT, headers=headers)

    assert (again.status_code, again.json()) == (202, first.json())
    assert again["Location"] == first["Location"]
    assert again["Content-Type"] == first["Content-Type"]
    assert Job.objects.count() == 1
    assert curator.post(EXPORT, headers=key()).json()["id"] != first.json()["id"]


def test_a_file_that_is_sent_again_came_in_once(curator):
    headers = key()

    first = curator.send(IMPORT, lines(2), headers=headers).json()
    again = curator.send(IMPORT, lines(2), headers=headers).json()

    assert first == again
    assert (again["articles"], again["known_articles"]) == (2, 0)


@pytest.mark.parametrize("other", ["body", "address"])
def test_a_key_is_of_one_request(curator, other):
    headers = key()
    curator.send(IMPORT, lines(1), headers=headers)

    address, body = (IMPORT, lines(2)) if other == "body" else (f"{IMPORT}?name=n", lines(1))

    assert "another request" in problem(curator.send(address, body, headers=headers), 422)["detail"]
    assert Article.objects.count() == 1


def test_what_was_refused_may_be_sent_better_under_the_same_key(curator):
    headers = key()
    problem(curator.send(IMPORT, b"{\n", headers=headers), 422)
    assert not Answer.objects.exists()
    assert curator.send(IMPORT, lines(1), headers=headers).status_code == 200


def test_two_people_may_make_the_same_key(curator, corpus, alice, caller):
    headers = key()
    mine = curator.post(EXPORT, headers=headers).json()
    assert caller(alice).post(EXPORT, headers=headers).json()["id"] != mine["id"]


def test_an_answer_is_for_those_who_still_may(curator, bob):
    headers = key()
    curator.post(EXPORT, headers=headers)
    Membership.objects.filter(user=bob).delete()
    problem(curator.post(EXPORT, headers=headers), 404)


def test_answers_are_forgotten_after_a_week(curator):
    headers = key()
    first = curator.post(EXPORT, headers=headers).json()
    answer = Answer.objects.get()
    answer.at -= Answer.KEPT
    answer.save()
    assert curator.post(EXPORT, headers=headers).json()["id"] != first["id"]
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("bad", ["", "x" * 201, "two words", "ключ"])
def test_a_key_is_short_and_plain(curator, bad):
    problem(curator.post(EXPORT, headers={"Idempotency-Key": bad}), 400)
    assert not Job.objects.exists()


def test_whatever_makes_something_takes_a_key():
    paths = json.loads(described("json"))["paths"]
    makes = {
        f"{method} {path}": {parameter["name"] for parameter in operation.get("parameters", ())}
        for path, operations in paths.items()
        for method, operation in operations.items()
        if {"201", "202"} & operation["responses"].keys()
    }
    assert len(makes) > 8
    for name, parameters in makes.items():
        assert "Idempotency-Key" in parameters, name


# Too many


def test_who_asks_too_fast_is_told_when_to_come_back(curator, settings):
    settings.API_RATE = 2

    answers = [curator.get(f"{API}/corpora/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    problem(answers[-1], 429)
    assert 1 <= int(answers[-1]["Retry-After"]) <= 30


def test_each_token_has_a_pace_of_its_own(curator, bob, caller, client, settings):
    settings.API_RATE = 1
    client.force_login(bob)
    for one in (curator, caller(bob), client):
        assert one.get(f"{API}/corpora/").status_code == 200
        assert one.get(f"{API}/corpora/").status_code == 429


def test_who_has_waited_may_ask_again(curator, settings):
    settings.API_RATE = 1
    curator.get(f"{API}/corpora/")
    Pace.objects.update(due="2000-01-01T00:00Z")
    assert curator.get(f"{API}/corpora/").status_code == 200


def test_there_may_be_no_limit(curator, settings):
    settings.API_RATE = 0
    curator.get(f"{API}/corpora/")
    assert not Pace.objects.exists()


def test_what_was_not_used_is_kept_for_a_minute_and_no_longer(db):
    assert [bool(pace.wait("a", a_minute=3)) for _ in range(4)] == [False, False, False, True]
    Pace.objects.update(due="2000-01-01T00:00Z")
    assert [bool(pace.wait("a", a_minute=3)) for _ in range(4)] == [False, False, False, True]


def test_old_paces_are_forgotten(db):
    pace.wait("a", a_minute=3)
    Pace.objects.update(due="2000-01-01T00:00Z")
    pace.wait("b", a_minute=3)
    pace.forget()
    assert [row.key for row in Pace.objects.all()] == ["b"]


def test_paces_are_not_logged(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'annotator_pace'")
        assert cursor.fetchone() == ("u",)


# Known already


@pytest.mark.parametrize("path", ["corpora/news/", "corpora/news/schema/", "articles/{pk}/"])
def test_what_is_known_is_not_sent_again(curator, article, path):
    address = f"{API}/{path.format(pk=article.pk)}"
    first = curator.get(address)

    for said in (first["ETag"], f'"x", W/{first["ETag"]}', "*"):
        again = curator.get(address, headers={"If-None-Match": said})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "no-cache" in first["Cache-Control"]
    assert curator.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_what_changed_has_another_tag(curator, corpus):
    tag = curator.get(f"{API}/corpora/news/")["ETag"]
    corpus.guidelines = "Tag all."
    corpus.save()
    answer = curator.get(f"{API}/corpora/news/", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["guidelines"]) == (200, "Tag all.")


# Wrong


def test_every_error_is_a_problem(curator, corpus, monkeypatch):
    problem(curator.get(f"{API}/nothing/"), 404)
    problem(curator.get(f"{API}/corpora/nothing/"), 404)
    problem(curator.delete(f"{API}/corpora/"), 405)
    problem(curator.post(IMPORT, {"file": "x"}), 415)


def test_a_crash_is_a_problem_too(curator, monkeypatch):
    monkeypatch.setattr("annotator.api.corpora.CorpusSerializer", None)
    curator.raise_request_exception = False
    assert "not your fault" in problem(curator.get(f"{API}/corpora/"), 500)["detail"]


def test_the_description_is_for_anybody_and_made_once(client, db, django_assert_num_queries):
    for kind, media in (("json", "+json"), ("yaml", "openapi")):
        with django_assert_num_queries(0):
            answer = client.get(f"{API}/schema/?format={kind}")
        assert answer["Content-Type"].endswith(media)
        tag = {"If-None-Match": answer["ETag"]}
        assert client.get(f"{API}/schema/?format={kind}", headers=tag).status_code == 304
    problem(client.get(f"{API}/schema/?format=xml"), 400)
