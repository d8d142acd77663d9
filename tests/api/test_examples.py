"""The examples of the API's description: each is sent, and answers as it says.

``RECORD=1 pytest tests/api/test_examples.py`` writes down what is answered now.
"""

import json
import os
import re
import uuid

import pytest
from django.db import transaction

from annotator.api.examples import FILE, examples
from annotator.api.openapi import described
from annotator.corpora.actions import invite
from annotator.corpora.models import Article, Invitation, Role
from annotator.readings.actions import apply_edits
from annotator.readings.entities import rename
from annotator.releases.actions import make_release
from annotator.releases.recipe import Recipe
from annotator.schemas.models import Entity
from tests.api.conftest import Caller
from tests.factories import UserFactory
from tests.jobs.jobs import an_import, run, seen_worker

pytestmark = pytest.mark.django_db

HOST, OURS = "http://testserver/", "https://annotator.example.org/"
SWEEP = "0b8f4c5e-6a51-4c0e-9d2b-3f7a1c9e5d10"
EDIT = "f4b8c1de-2f5a-4c1b-8f3e-0a6d5b9c7e21"  # sent by an example
# What is otherwise each time: of these only the kind is compared, and one of each stands there.
PASSING = {
    "id": 17, "article": 17, "merged_into": 17, "span": 17, "created_at": "2026-03-01T09:30:00Z",
    "updated_at": "2026-03-01T09:30:00Z", "started_at": "2026-03-01T09:30:01Z",
    "ended_at": "2026-03-01T09:30:02Z", "deadline": "2026-03-01T15:30:00Z",
    "expires_at": "2026-03-15T09:30:00Z", "at": "2026-03-01T09:30:00Z",
    "undone_at": "2026-03-01T09:31:00Z", "sha256": "c5b7…", "size": 512, "archive_size": 20480,
    "citation": "@misc{news-1, …}",
}  # fmt: skip


def edit(kind, part, body):
    return {"id": str(uuid.uuid4()), "kind": kind, part: body}


@pytest.fixture
def places(corpus, article, manuela, alice, bob, settings):
    """A corpus as the examples have it; what their ids are here."""
    settings.STORAGES = dict(settings.STORAGES)
    seen_worker()
    quote = {"id": "q1", "label": "quote", "pieces": [[0, 19], [38, 53]]}
    speaker = {"id": "s1", "label": "speaker", "pieces": [[25, 36]], "entity": "Ines Calado"}
    other = {"id": "s2", "label": "speaker", "pieces": [[25, 29]], "entity": "Calado"}
    link = {"id": "r1", "type": "said_by", "from": "q1", "to": "s1"}
    edits = [
        edit("add_span", "span", quote),
        edit("add_span", "span", speaker),
        edit("add_span", "span", other),
        edit("add_relation", "relation", link),
    ]
    Article.objects.filter(pk=article.pk).update(title="Late again")
    apply_edits(article=article, by=manuela, base_version=0, edits=edits)
    first = make_release(
        corpus=corpus, recipe=Recipe(states=("in_progress",), validation=0, test=0), by=bob
    )
    change = {"id": "q1", "label": "quote", "pieces": [[0, 19]]}
    apply_edits(
        article=article, by=manuela, base_version=4, edits=[edit("change_span", "span", change)]
    )
    make_release(corpus=corpus, recipe=first.chosen, by=bob)
    entities = {entity.name: entity.pk for entity in Entity.objects.all()}
    entity = Entity.objects.get(name="Ines Calado")
    sweep = rename(entity=entity, name="Inês Calado", by=bob).sweep
    UserFactory(username="dora")
    invite(corpus=corpus, role=Role.ANNOTATOR, by=manuela, note="for Ines")
    look = an_import(
        corpus=corpus, by=bob, content=b'{"id":"ap-17","text":"The boat."}\n', dry_run=True
    )
    run(look)
    return {
        "/articles/17/": f"/articles/{article.pk}/",
        "/entities/17/": f"/entities/{entity.pk}/",
        "/entities/18/": f"/entities/{entities['Calado']}/",
        f"/sweeps/{SWEEP}/": f"/sweeps/{sweep.pk}/",
        "/jobs/17/": f"/jobs/{look.pk}/",
        "/invitations/17/": f"/invitations/{Invitation.objects.get().pk}/",
        '"into": 17': f'"into": {entity.pk}',
    }


def test_every_example_is_answered_as_it_says(places, manuela):
    client = Caller(manuela)
    recorded, wrong = {}, []
    for name, example in examples().items():
        with transaction.atomic():
            status, answer = send(client, name.split()[0], example, places)
            transaction.set_rollback(True)
        assert status < 300, f"{name}: {answer}"
        recorded[name] = {**example, "status": status}
        if answer is not None:
            recorded[name]["answer"] = answer
        if (example.get("status"), example.get("answer")) != (status, answer):
            wrong.append(f"{name}: {status} {json.dumps(answer, ensure_ascii=False)}")
    if os.environ.get("RECORD"):
        FILE.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n")
    else:
        assert not wrong, "\n".join(wrong)


def send(client, method, example, places):
    address, body = example["at"], example.get("body")
    sent = json.dumps(body) if not isinstance(body, str) else body
    for documented, here in places.items():
        address, sent = address.replace(documented, here), sent.replace(documented, here)
    kind = "application/octet-stream" if isinstance(body, str) else "application/json"
    headers = example.get("headers", {})
    more = {} if body is None else {"data": sent, "content_type": kind}
    answer = client.generic(method, f"/api/v1{address}", headers=headers, **more)
    if not answer.content:
        return answer.status_code, None
    return answer.status_code, plain(answer.json(), "", places)


def plain(value, key, places):
    """Return an answer with what passes made the same."""
    if isinstance(value, dict):
        return {name: plain(inner, name, places) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, key, places) for inner in value]
    if key == "id" and isinstance(value, str):
        return SWEEP if re.fullmatch(r"[0-9a-f-]{36}", value) and value != EDIT else value
    if key in PASSING and value is not None:
        return PASSING[key]
    if isinstance(value, str) and value.startswith(HOST):
        value = value.replace(HOST, OURS)
        for documented, here in places.items():
            value = value.replace(here, documented)
        value = re.sub(r"/invitations/[\w-]+/", "/invitations/7Qm…/", value)
        return re.sub(r"/jobs/\d+/", "/jobs/17/", value)
    return value


def test_every_operation_that_speaks_json_has_an_example():
    paths = json.loads(described("json"))["paths"]
    spoken = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in paths.items()
        for method, operation in operations.items()
        if any(
            status < "300"
            and (not answer.get("content") or "application/json" in answer["content"])
            for status, answer in operation["responses"].items()
        )
    }
    assert set(examples()) == spoken


def test_examples_stand_in_the_description():
    paths = json.loads(described("json"))["paths"]
    merger = paths["/api/v1/corpora/{slug}/entities/{id}/merger/"]["post"]
    example = examples()["POST /corpora/{slug}/entities/{id}/merger/"]
    body = merger["requestBody"]["content"]["application/json"]
    answer = merger["responses"]["200"]["content"]["application/json"]
    assert (body["example"], answer["example"]) == (example["body"], example["answer"])
