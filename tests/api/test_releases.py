"""Releases through the API: asked for, looked into, taken out, compared."""

import hashlib
import io
import tarfile

import pytest

from annotator.jobs.models import Job
from annotator.releases.models import Release
from tests.api.test_api import problem
from tests.jobs.jobs import run
from tests.releases.corpora import bring, release, told

pytestmark = pytest.mark.django_db

NEWS = "/api/v1/corpora/news/releases/"


@pytest.fixture(autouse=True)
def own_storage(settings):
    """An empty storage for each test: what is assigned anew is made anew."""
    settings.STORAGES = dict(settings.STORAGES)


@pytest.fixture
def curator(corpus, bob, caller):
    return caller(bob)


@pytest.fixture
def made(corpus, bob):
    bring(corpus, *(told(number) for number in range(3)))
    return release(corpus, bob, validation=0, test=0)


def test_a_release_is_asked_for_and_frozen_by_a_worker(curator, corpus):
    bring(corpus, told(1))
    recipe = {"validation": 0, "test": 0, "note": "The first."}
    answer = curator.post_json(NEWS, recipe)

    assert answer.status_code == 202
    run(Job.objects.get())
    job = curator.get(answer["Location"]).json()
    assert (job["state"], job["result"]) == ("done", {"number": 1})
    [listed] = curator.get(NEWS).json()["results"]
    shown = curator.get(listed["url"]).json()
    assert (shown["name"], shown["by"], shown["recipe"]["note"]) == ("news-1", "bob", "The first.")
    assert shown["counts"]["spans"] == 1
    assert listed.items() <= shown.items()


def test_a_release_is_asked_for_once(curator, made):
    sent = {"data": {}, "content_type": "application/json", "headers": {"Idempotency-Key": "r"}}
    first, again = (curator.post(NEWS, **sent).json() for _ in range(2))
    assert first == again
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"labels": ["verdict"]}, "no label “verdict”"),
        ({"formats": ["brat"]}, "native JSONL"),
        ({"formats": ["odd"]}, "“formats”"),
        ({"validation": 60, "test": 60}, "percents"),
        ({"published_from": "yesterday"}, "“published_from”"),
        ({"published_from": "2026-03-02", "published_until": "2026-03-01"}, "before the first"),
        ({"readers": "alice"}, "a list"),
        ({"seed": "a b"}, "The seed"),
        ({"states": []}, "at least one state"),
    ],
)
def test_what_makes_no_sense_is_refused_before_a_worker_has_it(curator, recipe, words):
    for path in (NEWS, f"{NEWS}preview/"):
        assert words in problem(curator.post_json(path, recipe), 422)["detail"]
    assert not Job.objects.exists()


def test_a_preview_counts_and_makes_nothing(curator, corpus):
    bring(corpus, told(1), told(2, source="The Ferry"))
    counts = curator.post_json(f"{NEWS}preview/", {"sources": ["The Ferry"]}).json()
    assert (counts["articles"], counts["spans"], counts["labels"]["quote"]) == (1, 1, 1)
    assert not Release.objects.exists()


def test_every_file_comes_as_it_was_frozen(curator, made):
    shown = curator.get(f"{NEWS}1/").json()
    assert {"manifest.json", "README.md", "SHA256SUMS"} < {file["path"] for file in shown["files"]}
    for file in shown["files"]:
        answer = curator.get(file["url"])
        data = b"".join(answer.streaming_content)
        assert hashlib.sha256(data).hexdigest() == file["sha256"]
        assert int(answer["Content-Length"]) == len(data) == file["size"]
        assert answer["ETag"] == f'"{file["sha256"]}"'
        known = curator.get(file["url"], headers={"If-None-Match": answer["ETag"]})
        assert known.status_code == 304


def test_the_archive_holds_every_file(curator, made):
    shown = curator.get(f"{NEWS}1/").json()
    answer = curator.get(shown["archive"])
    data = b"".join(answer.streaming_content)
    assert len(data) == shown["archive_size"] == int(answer["Content-Length"])
    with tarfile.open(fileobj=io.BytesIO(data)) as opened:
        names = opened.getnames()
    assert names == [f"news-1/{file['path']}" for file in shown["files"]]


def test_a_release_is_compared_with_the_one_before(curator, made, corpus, bob):
    problem(curator.get(f"{NEWS}1/changes/"), 400)
    bring(corpus, told(7), told(8))
    release(corpus, bob, validation=0, test=0)

    first = curator.get(f"{NEWS}2/changes/?page_size=1").json()
    second = curator.get(first["next"]).json()

    assert (first["since"], first["articles"]["added"], first["labels"]["quote"]["added"]) == (
        1,
        2,
        2,
    )
    keys = [page["results"][0]["key"] for page in (first, second)]
    assert (keys, second["next"]) == (["t-7", "t-8"], None)
    assert first["results"][0]["spans"][0]["before"] is None
    assert curator.get(f"{NEWS}1/changes/?since=2").json()["articles"]["removed"] == 2
    problem(curator.get(f"{NEWS}2/changes/?since=9"), 404)
    problem(curator.get(f"{NEWS}2/changes/?cursor=page-1"), 400)


def test_releases_come_in_pages(curator, made, corpus, bob):
    release(corpus, bob, validation=0, test=0)
    first = curator.get(f"{NEWS}?page_size=1").json()
    second = curator.get(first["next"]).json()
    assert [page["results"][0]["number"] for page in (first, second)] == [2, 1]


def test_annotators_see_that_there_are_some(made, alice, charlie, vera, caller):
    [seen] = caller(alice).get(NEWS).json()["results"]
    assert (seen["number"], seen["sha256"], seen["counts"]) == (1, None, None)
    for path in ("1/", "1/archive/", "1/files/manifest.json"):
        problem(caller(alice).get(f"{NEWS}{path}"), 403)
        problem(caller(charlie).get(f"{NEWS}{path}"), 404)
        assert caller(vera).get(f"{NEWS}{path}").status_code == 200
    for person, status in ((alice, 403), (vera, 403), (charlie, 404)):
        problem(caller(person).post_json(NEWS, {}), status)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "path", ["9/", "1/files/nothing", "1/files/../../etc/passwd", "99999999999/"]
)
def test_what_is_not_there_is_not_found(made, curator, path):
    problem(curator.get(f"{NEWS}{path}"), 404)
