"""What pages do with corpora, members, entities and sweeps, done by a program."""

import uuid

import pytest

from annotator.corpora.models import Article, Corpus, Invitation
from annotator.jobs.models import Job
from annotator.readings.actions import apply_edits
from annotator.schemas.models import Entity
from tests.api.test_api import add, problem
from tests.factories import UserFactory
from tests.jobs.jobs import run

pytestmark = pytest.mark.django_db

NEWS = "/api/v1/corpora/news/"


@pytest.fixture
def curator(corpus, bob, caller):
    return caller(bob)


@pytest.fixture
def manager(corpus, manuela, caller):
    return caller(manuela)


def put(client, path, body, **more):
    return client.put(path, body, content_type="application/json", **more)


# Corpora


def test_a_manager_begins_another_corpus(manager, manuela):
    answer = manager.post_json("/api/v1/corpora/", {"name": "Sports desk"})

    assert answer.status_code == 201
    assert answer.json()["slug"] == "sports-desk"
    assert manager.get(answer["Location"]).json()["role"] == "manager"
    labels = manager.get(f"{answer['Location']}schema/").json()["labels"]
    assert [label["key"] for label in labels] == ["speaker", "quote", "claim"]


def test_who_manages_nothing_begins_nothing(corpus, alice, bob, caller):
    for person in (alice, bob):
        problem(caller(person).post_json("/api/v1/corpora/", {"name": "Mine"}), 403)
    assert not Corpus.objects.filter(name="Mine").exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "“name”: This field is required."),
        ([], "an object"),
        ({"name": 7}, "“name” is a text"),
        ({"name": None}, "“name” is not null"),
        ({"name": " "}, "“name”"),
        ({"name": "x" * 201}, "“name”"),
        ({"name": "x", "colour": "red"}, "no “colour”. There are: name"),
        ({"name": "x", "template": "none"}, "“template”"),
    ],
)
def test_a_wrong_body_is_refused_in_a_sentence(manager, body, words):
    assert words in problem(manager.post_json("/api/v1/corpora/", body), 422)["detail"]


def test_a_corpus_is_renamed_by_its_manager(manager, curator, corpus):
    body = {"name": "Harbour news", "description": "Ferries."}
    sent = {"data": body, "content_type": "application/json"}
    problem(curator.patch(NEWS, **sent), 403)
    assert body.items() <= manager.patch(NEWS, **sent).json().items()
    corpus.refresh_from_db()
    assert corpus.name == "Harbour news"


def test_nobody_overwrites_guidelines_unseen(curator, corpus):
    path = f"{NEWS}guidelines/"
    seen = {"If-Match": curator.get(path)["ETag"]}

    assert put(curator, path, {"guidelines": "Tag all.\n"}, headers=seen).status_code == 200
    problem(put(curator, path, {"guidelines": "Tag none."}, headers=seen), 412)

    assert curator.get(path).json() == {"guidelines": "Tag all.\n"}
    seen = {"If-Match": curator.get(path)["ETag"]}
    assert put(curator, path, {"guidelines": ""}, headers=seen).status_code == 200
    assert put(curator, path, {"guidelines": "x"}).status_code == 200


def test_progress_counts_what_one_may_see(article, alice, bob, caller):
    apply_edits(article=article, by=bob, base_version=0, edits=[add()])
    quotes = [
        caller(person).get(f"{NEWS}progress/").json()["labels"]["quote"] for person in (alice, bob)
    ]
    assert quotes == [0, 1]


def test_the_next_article_is_named_until_all_are_read(article, alice, vera, caller):
    assert caller(alice).get(f"{NEWS}next/").json() == {"article": article.pk}
    skip = {"id": str(uuid.uuid4()), "kind": "skip", "reason": "dull"}
    apply_edits(article=article, by=alice, base_version=0, edits=[skip])
    assert caller(alice).get(f"{NEWS}next/").json() == {"article": None}
    problem(caller(vera).get(f"{NEWS}next/"), 403)


# Members


def test_members_come_change_and_go(manager, curator, charlie):
    path = f"{NEWS}members/"
    sent = {"username": "charlie", "role": "viewer"}
    problem(curator.get(path), 403)

    assert manager.post_json(path, sent).status_code == 201
    assert sent in manager.get(path).json()["results"]
    problem(manager.post_json(path, sent), 422)
    changed = put(manager, f"{path}charlie/", {"role": "annotator"})
    assert changed.json() == {"username": "charlie", "role": "annotator"}
    assert manager.delete(f"{path}charlie/").status_code == 204
    problem(manager.delete(f"{path}charlie/"), 404)


def test_a_corpus_keeps_a_manager(manager, manuela):
    problem(manager.delete(f"{NEWS}members/manuela/"), 422)
    problem(put(manager, f"{NEWS}members/manuela/", {"role": "viewer"}), 422)
    problem(manager.post_json(f"{NEWS}members/", {"username": "nobody", "role": "viewer"}), 422)


def test_a_username_may_hold_what_usernames_hold(manager):
    UserFactory(username="a.b+c@d-e_f")
    sent = {"username": "a.b+c@d-e_f", "role": "viewer"}
    manager.post_json(f"{NEWS}members/", sent)
    assert manager.delete(f"{NEWS}members/a.b+c@d-e_f/").status_code == 204


def test_an_invitation_shows_its_link_once(manager, client):
    path, key = f"{NEWS}invitations/", {"Idempotency-Key": "k"}
    sent = {"role": "annotator", "note": "for Ines"}

    made = manager.post(path, sent, content_type="application/json", headers=key)

    assert made.status_code == 201
    assert client.get(made.json()["link"]).status_code == 200
    again = manager.post(path, sent, content_type="application/json", headers=key)
    assert "only once" in problem(again, 409)["detail"]
    [listed] = manager.get(path).json()["results"]
    assert (listed["note"], listed["invited_by"]) == ("for Ines", "manuela")
    assert manager.delete(f"{path}{listed['id']}/").status_code == 204
    problem(manager.delete(f"{path}{listed['id']}/"), 404)
    assert not Invitation.objects.exists()


# Entities and sweeps


@pytest.fixture
def known(article, bob):
    """Two entities; each is named once, and one has a quote."""
    speaker = {"label": "speaker", "pieces": [[25, 36]]}
    edits = [
        add("q1"),
        add("s1", **speaker, entity="Ines Calado"),
        add("s2", label="speaker", pieces=[[25, 29]], entity="Ines"),
        {
            "id": str(uuid.uuid4()),
            "kind": "add_relation",
            "relation": {"id": "r1", "type": "said_by", "from": "q1", "to": "s1"},
        },
    ]
    apply_edits(article=article, by=bob, base_version=0, edits=edits)
    return {entity.name: entity.pk for entity in Entity.objects.all()}


def test_entities_are_listed_with_their_numbers(known, curator, alice, caller):
    [first, second] = curator.get(f"{NEWS}entities/").json()["results"]
    assert {first["name"], second["name"]} == set(known)
    named = curator.get(f"{NEWS}entities/?search=cal").json()["results"]
    assert [(row["name"], row["mentions"], row["quotes"]) for row in named] == [
        ("Ines Calado", 1, 1)
    ]
    blind = caller(alice).get(f"{NEWS}entities/?search=cal").json()["results"]
    assert [row["mentions"] for row in blind] == [0]


def test_entities_come_in_pages(known, curator):
    first = curator.get(f"{NEWS}entities/?page_size=1&order=name").json()
    second = curator.get(first["next"]).json()
    names = [page["results"][0]["name"] for page in (first, second)]
    assert (names, first["previous"], second["next"]) == (["Ines", "Ines Calado"], None, None)
    assert curator.get(second["previous"]).json() == first
    for cursor in ("page-0", "page-x", "after-1", "page-9999999", "page-٣"):
        problem(curator.get(f"{NEWS}entities/?cursor={cursor}"), 400)


def test_an_entity_shows_its_words_and_quotes(known, curator):
    path = f"{NEWS}entities/{known['Ines Calado']}/"
    assert curator.get(path).json()["words"] == [{"words": "Ines Calado", "mentions": 1}]
    [quote] = curator.get(f"{path}quotes/").json()["results"]
    assert (quote["words"], quote["named"]) == ("“The boat is late,”", "Ines Calado")
    [mention] = curator.get(f"{path}mentions/?words=Ines Calado").json()["results"]
    assert mention["before"].endswith("said ")
    assert curator.get(f"{path}mentions/?words=she").json()["results"] == []


def test_entities_are_merged_once_and_taken_apart_again(known, curator):
    path = f"{NEWS}entities/{known['Ines']}/"
    body = {"into": known["Ines Calado"]}
    tried = curator.post_json(f"{path}merger/", body | {"dry_run": True}).json()
    assert (tried["sweep"], tried["counts"]["spans"]) == (None, 1)

    key = {"Idempotency-Key": "m"}
    sent = {"data": body, "content_type": "application/json", "headers": key}
    done, again = (curator.post(f"{path}merger/", **sent).json() for _ in range(2))

    assert done == again
    assert curator.get(path).json()["merged_into"] == known["Ines Calado"]
    [listed] = curator.get(f"{NEWS}sweeps/").json()["results"]
    assert listed == done["sweep"]
    back = f"{NEWS}sweeps/{listed['id']}/"
    assert curator.post_json(f"{back}reversal/", {}).json()["counts"]["spans"] == 1
    assert curator.get(back).json()["undone_by"] == "bob"
    problem(curator.post_json(f"{back}reversal/", {}), 422)


def test_entities_are_split_and_renamed(known, curator):
    path = f"{NEWS}entities/{known['Ines Calado']}/"
    renamed = put(curator, f"{path}name/", {"name": "Inês Calado"})
    assert renamed.json()["sweep"]["sentence"] == "Renamed “Ines Calado” to “Inês Calado”."
    put(curator, f"{path}aliases/", {"aliases": ["Calado"]})
    assert curator.get(path).json()["aliases"] == ["Calado"]
    assert curator.get(path).json()["merged"] == ["Ines Calado"]
    split = {"name": "Somebody else", "words": ["Ines Calado"]}
    assert curator.post_json(f"{path}split/", split).json()["counts"]["spans"] == 1
    assert Entity.objects.filter(name="Somebody else").exists()


@pytest.mark.parametrize(
    ("what", "body", "words"),
    [
        ("merger", {"into": 999_999}, "no such entity"),
        ("merger", {"into": "1"}, "a whole number"),
        ("merger", {"into": True}, "a whole number"),
        ("split", {"name": "x"}, "at least one mention"),
        ("split", {"name": "x", "spans": ["1"]}, "each in it is a whole number"),
        ("split", {"name": "x", "dry_run": 1}, "true or false"),
    ],
)
def test_wrong_moves_are_refused(known, curator, what, body, words):
    path = f"{NEWS}entities/{known['Ines']}/{what}/"
    assert words in problem(curator.post_json(path, body), 422)["detail"]


def test_annotators_look_at_entities_and_change_none(known, alice, charlie, caller):
    path = f"{NEWS}entities/{known['Ines']}/"
    assert caller(alice).get(path).status_code == 200
    problem(caller(alice).post_json(f"{path}merger/", {"into": known["Ines Calado"]}), 403)
    problem(caller(alice).get(f"{NEWS}sweeps/"), 403)
    problem(caller(charlie).get(path), 404)
    problem(caller(charlie).post_json(f"{path}merger/", {"into": known["Ines Calado"]}), 404)


def test_an_entity_is_of_its_corpus(known, charlie, caller):
    path = f"/api/v1/corpora/elsewhere/entities/{known['Ines']}/"
    for what in ("", "quotes/", "mentions/"):
        problem(caller(charlie).get(f"{path}{what}"), 404)


# Jobs


@pytest.mark.usefixtures("storage")
def test_a_look_is_taken_again_with_names_that_mean_something(curator):
    seen = b'{"id":"a","text":"The boat.","reader":"x","spans":[{"id":"q","label":"PER","start":0,"end":3}]}\n'
    later = {"Prefer": "respond-async"}
    address = curator.send(f"{NEWS}import/?dry_run=true", seen, headers=later)["Location"]
    assert run(Job.objects.get()).result["spans"] == 0

    answer = curator.post_json(f"{address}mapping/", {"map": ["label:PER=speaker"]})

    assert answer.status_code == 202
    assert run(Job.objects.get(pk=answer.json()["id"])).result["spans"] == 1
    assert not Article.objects.exists()
    problem(curator.post_json(f"{address}mapping/", {"map": ["odd"]}), 422)
    assert len(curator.get("/api/v1/jobs/?corpus=news").json()["results"]) == 2
    problem(curator.get("/api/v1/jobs/?corpus=elsewhere"), 404)


# Labels


MOVES = {
    "key": ("quote/key/", {"key": "citation", "name": "Citation"}, "to “citation”"),
    "merger": ("quote/merger/", {"into": "claim"}, "into “claim”"),
    "split": (
        "quote/split/",
        {"attribute": "kind", "value": "direct", "into": "literal", "name": "Literal"},
        "off “quote” (kind: direct)",
    ),
    "split into one there is": (
        "quote/split/",
        {"attribute": "no_speaker", "value": "yes", "into": "claim"},
        "off “quote” (no_speaker: yes)",
    ),
    "choices": (
        "quote/attributes/medium/choices/",
        {"value": "speech", "to": "spoken"},
        "Renamed the choice “speech” of quote.medium",
    ),
}


@pytest.mark.parametrize(("path", "body", "words"), MOVES.values(), ids=MOVES)
def test_labels_are_moved_and_put_back(article, alice, manager, path, body, words):
    attributes = {"kind": "direct", "medium": "speech", "no_speaker": True}
    given = [add("q1", attributes=attributes)]
    apply_edits(article=article, by=alice, base_version=0, edits=given)
    url = f"{NEWS}schema/labels/{path}"
    tried = manager.post_json(url, body | {"dry_run": True}).json()
    assert (tried["sweep"], tried["counts"]["spans"]) == (None, 1)
    done = manager.post_json(url, body).json()
    assert words in done["sweep"]["sentence"]
    assert done["counts"] == tried["counts"]
    back = manager.post_json(f"{NEWS}sweeps/{done['sweep']['id']}/reversal/", {})
    assert back.json()["counts"]["spans"] == 1


def test_a_merger_says_what_falls_off(article, alice, manager):
    speaker = add("s1", label="speaker", pieces=[[25, 36]])
    link = {"id": "r1", "type": "said_by", "from": "q1", "to": "s1"}
    linked = {"id": str(uuid.uuid4()), "kind": "add_relation", "relation": link}
    given = [add("q1", attributes={"kind": "direct"}), speaker, linked]
    apply_edits(article=article, by=alice, base_version=0, edits=given)
    body = {"into": "claim", "dry_run": True}
    tried = manager.post_json(f"{NEWS}schema/labels/quote/merger/", body).json()
    assert tried["lost_attributes"] == {"kind": 1}
    assert tried["retyped"] == [{"type": "said_by", "to": "made_by", "count": 1}]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("quote/key/", {"key": "A b", "name": "x"}, "small letters"),
        ("quote/key/", {"key": "claim", "name": "x"}, "Merge the two instead"),
        ("quote/merger/", {"into": "nothing"}, "no label “nothing”"),
        ("quote/split/", {"attribute": "kind", "value": "x", "into": "claim"}, "has kind: x"),
        ("quote/attributes/kind/choices/", {"value": "x", "to": "y"}, "no choice “x”"),
    ],
)
def test_wrong_moves_of_labels_are_refused(corpus, manager, path, body, words):
    answer = manager.post_json(f"{NEWS}schema/labels/{path}", body)
    assert words in problem(answer, 422)["detail"]
