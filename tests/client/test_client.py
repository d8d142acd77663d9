"""The client, against the product in the same process, over a network that breaks."""

import hashlib
import json
import subprocess
import sys
import uuid

import httpx
import pytest

from annotator.accounts.actions import make_token
from annotator.client import ApiError, Client, Damaged, JobFailed, Unreachable
from annotator.corpora.models import Article
from annotator.jobs.models import Job
from tests.exchange.documents import article, read
from tests.jobs.jobs import lines, run
from tests.releases.corpora import bring, release, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]

NATIVE = '{"id":"a-1","text":"“Late,” said Kim.\u2028Again."}\n{"id":"a-2","text":"Two."}\n'


class Network(httpx.BaseTransport):
    """Reaches the product; does with each request what comes next in ``weather``."""

    def __init__(self, app):
        self.inner = httpx.WSGITransport(app=app)
        self.weather = []
        self.sent = []

    def handle_request(self, request):
        self.sent.append(request)
        weather = self.weather.pop(0) if self.weather else "fine"
        if weather == "away":
            raise httpx.ConnectError("no route")
        if isinstance(weather, httpx.Response):
            return weather
        response = self.inner.handle_request(request)
        if weather == "answer lost":
            response.read()
            raise httpx.ReadError("broken pipe")
        if weather == "breaks off":
            return httpx.Response(response.status_code, stream=HalfOf(response.read()))
        return response


class HalfOf(httpx.SyncByteStream):
    def __init__(self, content):
        self.content = content

    def __iter__(self):
        yield self.content[: len(self.content) // 2]
        raise httpx.ReadError("broken pipe")


@pytest.fixture
def own_storage(settings, storage):
    settings.STORAGES = dict(settings.STORAGES)


@pytest.fixture
def network(in_process):
    return Network(in_process)


@pytest.fixture
def waits():
    return []


@pytest.fixture
def news(network, waits, corpus, bob):
    """Bob's corpus, from afar; whatever waits is noted, and meanwhile a worker works."""
    client = Client("http://localhost", make_token(user=bob), transport=network, tries=3)

    def sleep(seconds):
        waits.append(seconds)
        for job in Job.objects.open():
            run(job)

    client._session.sleep = sleep
    return client.corpus("news")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(NATIVE, encoding="utf-8")
    return path


# Files


def test_a_file_goes_in_and_comes_out(news, file, tmp_path):
    seen = []

    made = news.import_jsonl(file, progress=lambda *numbers: seen.append(numbers))

    size = len(NATIVE.encode())
    assert (made.articles, made.known_articles, seen) == (2, 0, [(size, size)])
    out = news.export(tmp_path / "out.jsonl", progress=lambda *numbers: seen.append(numbers))
    assert [json.loads(line)["id"] for line in out.read_bytes().splitlines()] == ["a-1", "a-2"]
    assert seen[-1] == (out.stat().st_size, 0)


def test_a_problem_is_told_with_its_place(news, file):
    file.write_text("{\n")
    with pytest.raises(ApiError, match="1 problem") as refused:
        news.import_jsonl(file)
    assert refused.value.status == 422
    assert refused.value.problem["problems"][0]["where"] == "news.jsonl:1"


def test_names_are_mapped_and_a_look_stores_nothing(news, tmp_path):
    path = tmp_path / "odd.jsonl"
    path.write_bytes(
        b'{"id":"a","text":"The boat.","reader":"x","spans":[{"id":"q","label":"PER","start":0,"end":3}]}\n'
    )
    made = news.import_file(path, map=["label:PER=speaker"], dry_run=True)
    assert (made.spans, Article.objects.count()) == (1, 0)


def test_a_large_file_is_followed_until_a_worker_has_done_it(news, file, settings):
    settings.JOB_ABOVE_BYTES = 10
    seen = []

    assert news.import_jsonl(file, progress=lambda *numbers: seen.append(numbers)).articles == 2

    size = len(NATIVE.encode())
    assert seen == [(size, size), (size, size)]
    file.write_bytes(lines(1) + b"{\n")
    with pytest.raises(JobFailed, match="1 problem") as failed:
        news.import_jsonl(file)
    assert failed.value.result["problems"][0]["where"] == "news.jsonl:2"


# A network that breaks


def test_an_import_whose_answer_was_lost_is_done_once(news, network, file):
    network.weather = ["away", "answer lost"]

    made = news.import_jsonl(file)

    assert (made.articles, made.known_articles) == (2, 0)
    keys = {request.headers["Idempotency-Key"] for request in network.sent}
    assert (len(network.sent), len(keys)) == (3, 1)


def test_who_is_told_to_wait_waits_as_long(news, network, waits):
    network.weather = [httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(503)]
    assert news.about()["slug"] == "news"
    assert waits[0] == 7
    assert 1 <= waits[1] <= 1.5


def test_a_server_that_is_away_is_not_asked_for_ever(news, network, waits):
    network.weather = ["away"] * 9
    with pytest.raises(Unreachable, match="no route"):
        news.about()
    assert (len(network.sent), len(waits)) == (3, 2)


def test_what_is_refused_is_not_sent_again(news, network):
    with pytest.raises(ApiError, match="no such article"):
        news.article(0)
    assert len(network.sent) == 1


def test_a_file_is_there_when_it_is_whole(news, network, file, tmp_path):
    news.import_jsonl(file)
    out = tmp_path / "out" / "news.jsonl"
    out.parent.mkdir()

    network.weather = ["breaks off"] * 3
    with pytest.raises(Unreachable):
        news.export(out)
    assert list(out.parent.iterdir()) == []
    network.weather = ["breaks off"]
    assert news.export(out).read_bytes().count(b"\n") == 2


def test_articles_go_on_where_they_broke_off(news, network, corpus):
    bring(corpus, *(article(f"a-{number}") for number in range(9)))
    network.weather = ["breaks off", "breaks off"]

    found = list(news.articles(search="boat"))

    assert [one.key for one in found] == [f"a-{number}" for number in range(9)]
    assert len(network.sent) == 3


# Articles and readings


def test_articles_are_found_with_their_texts(news, file, corpus):
    news.import_jsonl(file)
    bring(corpus, read("a-3"))
    [found] = news.articles(label="quote", reader="gold")
    assert (found.key, found.corpus) == ("a-3", "news")
    [first] = news.articles(search="kim")
    assert first.text == "“Late,” said Kim.\u2028Again."
    assert news.article(first.id) == first


def test_edits_are_saved_and_read(news, file):
    news.import_jsonl(file)
    [first] = news.articles(search="kim")
    assert news.reading(first).version == 0
    spans = [("q", "quote", [0, 7]), ("s", "speaker", [13, 16])]
    edits = [
        {"kind": "add_span", "span": {"id": key, "label": label, "pieces": [piece]}}
        for key, label, piece in spans
    ]
    edits.append(
        {"kind": "add_relation", "relation": {"id": "r", "type": "said_by", "from": "q", "to": "s"}}
    )
    for edit in edits:
        edit["id"] = str(uuid.uuid4())

    assert news.edit(first, 0, edits)["version"] == 3

    reading = news.reading(first)
    assert [span.text for span in reading.spans] == ["“Late,”", "Kim"]
    assert [(link.type, link.source, link.target) for link in reading.relations] == [
        ("said_by", "q", "s")
    ]
    assert news.reading(first.id, reader="bob") == reading


# Releases


def test_a_release_is_made_waited_for_and_loaded(news, corpus, tmp_path):
    bring(corpus, *(told(number) for number in range(4)))

    made = news.releases.make(validation=0, test=25, note="The first.")

    assert (made.name, made.counts["readings"]) == ("news-1", 4)
    assert made.manifest()["recipe"]["note"] == "The first."
    seen = []
    place = made.download(tmp_path / "here", progress=lambda *numbers: seen.append(numbers))
    total = sum(file.size for file in made.files)
    assert seen[-1] == (total, total)
    sums = hashlib.sha256((place / "SHA256SUMS").read_bytes()).hexdigest()
    assert sums == made.sha256
    loaded = news.releases.latest().to_datasets(place, cache_dir=str(tmp_path / "cache"))
    assert sum(len(split) for split in loaded.values()) == 4


def test_what_is_here_is_not_fetched_again(news, network, corpus, bob, tmp_path):
    bring(corpus, told(1))
    made = news.releases[release(corpus, bob).number]
    made.download(tmp_path)
    (tmp_path / "README.md").write_text("changed")
    before = len(network.sent)

    made.download(tmp_path)

    assert [request.url.path.rsplit("/")[-1] for request in network.sent[before:]] == ["README.md"]


def test_a_damaged_file_is_fetched_again_and_never_kept(news, network, corpus, bob, tmp_path):
    bring(corpus, told(1))
    made = news.releases[release(corpus, bob).number]
    network.weather = [httpx.Response(200, content=b"x")]
    made.download(tmp_path / "one")
    network.weather = [httpx.Response(200, content=b"x") for _ in range(3)]
    with pytest.raises(Damaged):
        made.download(tmp_path / "two")
    assert [path for path in (tmp_path / "two").rglob("*") if path.is_file()] == []


def test_no_file_of_a_release_lands_elsewhere(news, network, corpus, bob, tmp_path):
    bring(corpus, told(1))
    made = news.releases[release(corpus, bob).number]
    made._said["files"] = [{"path": "../evil", "size": 1, "sha256": ""}]
    with pytest.raises(ValueError, match="outside"):
        made.download(tmp_path / "here")


def test_releases_come_page_by_page(news, corpus, bob, monkeypatch):
    monkeypatch.setattr("annotator.api.releases.PAGE", 1)
    with pytest.raises(LookupError):
        news.releases.latest()
    bring(corpus, told(1))
    for _ in range(3):
        release(corpus, bob)
    assert [made.number for made in news.releases] == [3, 2, 1]


# The package


def test_a_client_needs_a_token(monkeypatch):
    monkeypatch.delenv("ANNOTATOR_TOKEN", raising=False)
    with pytest.raises(ValueError, match="ANNOTATOR_TOKEN"):
        Client()


def test_where_and_who_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("ANNOTATOR_URL", "https://annotator.example.org/")
    monkeypatch.setenv("ANNOTATOR_TOKEN", "secret")
    with Client() as client:
        assert client._session._http.base_url == "https://annotator.example.org/api/v1/"


def test_the_client_needs_nothing_of_the_server():
    code = "import sys, annotator.client; print([n for n in ('django', 'psycopg', 'rest_framework') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
