"""The schema of a corpus, changed by a program."""

import pytest

from annotator.schemas.models import Label
from tests.api.test_api import problem
from tests.factories import ReadingFactory, SpanFactory

pytestmark = pytest.mark.django_db

SCHEMA = "/api/v1/corpora/news/schema/"
CUE = {"name": "Cue", "key": "cue", "shortcut": "v", "colour": "#aa3300", "style": "solid"}


@pytest.fixture
def manager(corpus, manuela, caller):
    return caller(manuela)


def patch(client, path, body, **more):
    return client.patch(f"{SCHEMA}{path}", body, content_type="application/json", **more)


def schema(client) -> dict:
    shown = client.get(SCHEMA).json()
    return {label["key"]: label for label in shown["labels"]} | {
        link["key"]: link for link in shown["relation_types"]
    }


def test_a_label_is_added_changed_and_moved(manager):
    made = manager.post_json(f"{SCHEMA}labels/", CUE)

    assert (made.status_code, made.json()["key"]) == (201, "cue")
    assert made.json()["schema_version"] == manager.get(SCHEMA).json()["version"]
    assert CUE.items() <= schema(manager)["cue"].items()
    assert patch(manager, "labels/cue/", {"name": "Cue word"}).status_code == 200
    assert schema(manager)["cue"]["name"] == "Cue word"
    assert schema(manager)["cue"]["shortcut"] == "v"
    manager.post_json(f"{SCHEMA}labels/cue/place/", {"direction": "up"})
    assert list(schema(manager))[:4] == ["speaker", "quote", "cue", "claim"]


def test_a_label_in_use_is_retired_and_brought_back(manager, article):
    SpanFactory(reading=ReadingFactory(article=article))
    path = f"{SCHEMA}labels/quote/retirement/"
    gone = manager.post(path).json()
    assert (gone["retired"], gone["deleted"]) == (True, False)
    [sweep] = manager.get("/api/v1/corpora/news/sweeps/").json()["results"]
    assert sweep["kind"] == "retire_label"
    assert schema(manager)["quote"]["retired"]
    assert manager.delete(path).json()["retired"] is False
    problem(patch(manager, "labels/quote/", {"key": "citation"}), 422)
    assert manager.post(f"{SCHEMA}labels/claim/retirement/").json()["deleted"] is True
    assert "claim" not in schema(manager)


def test_attributes_come_with_their_choices(manager):
    path = "labels/claim/attributes/"
    choices = [{"value": "high", "shortcut": "h"}, {"value": "low", "shortcut": ""}]
    body = {"name": "Weight", "key": "weight", "kind": "choice", "choices": choices}
    assert manager.post_json(f"{SCHEMA}{path}", body).status_code == 201
    assert patch(manager, f"{path}weight/", {"name": "How heavy"}).status_code == 200
    [weight] = [a for a in schema(manager)["claim"]["attributes"] if a["key"] == "weight"]
    assert (weight["name"], weight["choices"]) == ("How heavy", choices)
    assert manager.post(f"{SCHEMA}{path}weight/retirement/").json()["deleted"] is True
    problem(manager.delete(f"{SCHEMA}{path}weight/retirement/"), 404)


def test_links_join_two_labels(manager):
    body = {"name": "Answers", "key": "answers", "source": "claim", "target": "claim"}
    assert manager.post_json(f"{SCHEMA}links/", body).status_code == 201
    assert body.items() <= schema(manager)["answers"].items()
    problem(manager.post_json(f"{SCHEMA}links/", body | {"key": "again"}), 422)
    problem(patch(manager, "links/answers/", {"target": "verdict"}), 422)
    assert patch(manager, "links/answers/", {"name": "Replies"}).status_code == 200
    assert manager.post(f"{SCHEMA}links/answers/retirement/").json()["deleted"] is True


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("labels/", {}, "“name”"),
        ("labels/", CUE | {"key": "Not Plain"}, "“key”"),
        ("labels/", CUE | {"key": "quote"}, "already exists"),
        ("labels/", CUE | {"shortcut": "q"}, ""),
        ("labels/", CUE | {"colour": "red"}, "“colour”"),
        ("labels/", CUE | {"order": 1}, "no “order”"),
        ("labels/claim/attributes/", {"name": "W", "key": "w", "kind": "choice"}, "one choice"),
        (
            "labels/claim/attributes/",
            {"name": "W", "key": "w", "kind": "choice", "choices": [{"value": "a (b)"}]},
            "“choices”",
        ),
        ("labels/claim/place/", {"direction": "left"}, "“direction”"),
    ],
)
def test_what_makes_no_sense_is_refused(manager, path, body, words):
    before = schema(manager)
    assert words in problem(manager.post_json(f"{SCHEMA}{path}", body), 422)["detail"]
    assert schema(manager) == before


def test_nobody_changes_a_schema_unseen(manager):
    seen = {"If-Match": manager.get(SCHEMA)["ETag"]}
    assert patch(manager, "labels/quote/", {"name": "Words"}, headers=seen).status_code == 200
    problem(patch(manager, "labels/quote/", {"name": "Quotation"}, headers=seen), 412)
    problem(manager.post(f"{SCHEMA}labels/quote/retirement/", headers=seen), 412)
    assert Label.objects.get(corpus__slug="news", key="quote").name == "Words"


def test_a_label_is_added_once(manager):
    key = {"Idempotency-Key": "l"}
    sent = {"data": CUE, "content_type": "application/json", "headers": key}
    first, again = (manager.post(f"{SCHEMA}labels/", **sent) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    problem(manager.post_json(f"{SCHEMA}labels/", CUE), 422)


def test_schemas_are_changed_by_managers_of_that_corpus(manager, bob, charlie, caller):
    problem(caller(bob).post_json(f"{SCHEMA}labels/", CUE), 403)
    problem(caller(charlie).post_json(f"{SCHEMA}labels/", CUE), 404)
    elsewhere = "/api/v1/corpora/elsewhere/schema/labels/"
    assert caller(charlie).post_json(elsewhere, CUE).status_code == 201
    problem(patch(manager, "labels/cue/", {"name": "Mine"}), 404)
