"""What a worker does for a program: asked for, followed, called off, fetched."""

import pytest

from annotator.corpora.models import Article
from annotator.exchange.imports import import_documents
from annotator.jobs.models import NO_WORKER, Job, JobState
from tests.exchange.documents import article, read
from tests.jobs.jobs import an_export, an_import, in_the_storage, lines, run, seen_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage", "empty_queue")]

IMPORT = "/api/v1/corpora/news/import/"
EXPORT = "/api/v1/corpora/news/export/"
JOBS = "/api/v1/jobs/"
LATER = {"Prefer": "respond-async"}


@pytest.fixture
def curator(corpus, bob, caller):
    return caller(bob)


def test_an_import_is_followed_to_its_end(curator):
    seen_worker()
    answer = curator.send(f"{IMPORT}?name=news.jsonl", lines(3), headers=LATER)

    assert answer.status_code == 202
    assert answer["Location"] == answer.json()["url"]
    assert answer.json()["state"] == "waiting"
    run(Job.objects.get())
    job = curator.get(answer["Location"]).json()
    assert (job["state"], job["done"], job["total"], job["unit"]) == ("done", 117, 117, "bytes")
    assert job["message"] == "3 new articles came in."
    assert job["result"]["articles"] == 3
    assert Article.objects.count() == 3


@pytest.mark.parametrize(
    ("size", "headers", "status"),
    [
        (200, {}, 200),
        (100, {}, 202),
        (200, LATER, 202),
        (200, {"Prefer": "wait=5, Respond-Async; x=1"}, 202),
        (200, {"Prefer": "return=minimal"}, 200),
    ],
)
def test_what_is_large_or_asked_for_is_done_later(curator, settings, size, headers, status):
    settings.JOB_ABOVE_BYTES = size

    assert curator.send(IMPORT, lines(3), headers=headers).status_code == status
    assert Job.objects.count() == (status == 202)


def test_problems_are_in_the_result(curator):
    address = curator.send(f"{IMPORT}?name=n.jsonl", lines(1) + b"{\n", headers=LATER)["Location"]

    run(Job.objects.get())

    job = curator.get(address).json()
    assert job["state"] == "failed"
    assert job["result"]["problems"][0]["where"] == "n.jsonl:2"


def test_a_look_is_confirmed_without_sending_again(curator):
    address = curator.send(f"{IMPORT}?dry_run=true", lines(3), headers=LATER)["Location"]
    run(Job.objects.get())
    assert not Article.objects.exists()

    answer = curator.post(f"{address}confirmation/")

    assert answer.status_code == 202
    run(Job.objects.get(pk=answer.json()["id"]))
    assert Article.objects.count() == 3
    assert curator.post(f"{address}confirmation/").status_code == 409
    assert in_the_storage() == []


def test_names_are_mapped_by_a_worker_too(curator):
    seen = b'{"id":"a","text":"The boat.","reader":"x","spans":[{"id":"q","label":"PER","start":0,"end":3}]}\n'
    curator.send(f"{IMPORT}?map=label:PER=speaker", seen, headers=LATER)

    assert run(Job.objects.get()).result["spans"] == 1


def test_an_export_is_made_and_fetched(curator, corpus, bob):
    import_documents(corpus=corpus, by=bob, documents=[read(), article("a-2")])
    address = curator.post(f"{EXPORT}?state=submitted")["Location"]
    assert curator.get(address).json()["file"] is None

    run(Job.objects.get())

    job = curator.get(address).json()
    assert (job["done"], job["total"], job["unit"]) == (1, 1, "articles")
    assert job["losses"] is None
    file = curator.get(job["file"])
    assert file["Content-Disposition"] == 'attachment; filename="news.jsonl"'
    assert b"".join(file.streaming_content).count(b"\n") == 1


def test_a_wrong_filter_makes_no_job(curator):
    assert curator.post(f"{EXPORT}?state=odd").status_code == 400
    assert not Job.objects.exists()


def test_cancelling_is_said_and_leaves_nothing(curator, corpus, bob):
    job = an_import(corpus=corpus, by=bob)

    answer = curator.post(f"{JOBS}{job.pk}/cancellation/")

    assert (answer.json()["state"], in_the_storage()) == ("cancelled", [])
    assert run(job).state == JobState.CANCELLED


def test_no_worker_is_said(curator, corpus, bob):
    job = an_import(corpus=corpus, by=bob)

    assert curator.get(f"{JOBS}{job.pk}/").json()["message"] == NO_WORKER


def test_who_sees_which_jobs(corpus, alice, bob, charlie, vera, caller):
    mine, other = an_export(corpus=corpus, by=alice), an_import(corpus=corpus, by=bob)
    for person, seen in ((alice, [mine]), (bob, [other, mine]), (charlie, []), (vera, [])):
        found = caller(person).get(JOBS).json()["results"]
        assert [job["id"] for job in found] == [job.pk for job in seen], person
    for what in ("", "cancellation/", "confirmation/", "file/"):
        method = "get" if what in ("", "file/") else "post"
        address = f"{JOBS}{other.pk}/{what}"
        assert getattr(caller(charlie), method)(address).status_code == 404
        assert getattr(caller(alice), method)(address).status_code == 404


def test_jobs_come_in_pages(curator, corpus, bob, monkeypatch):
    monkeypatch.setattr("annotator.api.jobs.PAGE", 2)
    jobs = [an_export(corpus=corpus, by=bob) for _ in range(3)]

    first = curator.get(JOBS).json()
    second = curator.get(first["next"]).json()

    assert [job["id"] for job in first["results"]] == [jobs[2].pk, jobs[1].pk]
    assert ([job["id"] for job in second["results"]], second["next"]) == ([jobs[0].pk], None)
    assert curator.get(f"{JOBS}?before=x").status_code == 400


def test_who_may_not_import_leaves_no_file(corpus, alice, charlie, caller):
    for person, status in ((alice, 403), (charlie, 404)):
        assert caller(person).send(IMPORT, lines(1), headers=LATER).status_code == status
    assert in_the_storage() == []
