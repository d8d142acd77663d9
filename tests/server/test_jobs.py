"""Jobs in real processes: killed, called off, left behind, shared. One home for all of it."""

import os
import shutil
import signal
import tempfile
import uuid
from pathlib import Path

import psycopg
import pytest

from annotator.server.home import DATABASE, ROLE, Home
from annotator.server.postgres import Postgres
from tests.jobs.jobs import lines
from tests.server.installation import Installation, until

WORKERS = "SELECT max(id) FROM procrastinate_workers"
LARGE = lines(30_000)


class Newsroom(Installation):
    """An installation whose administrator sends files by API."""

    token = ""

    def corpus(self) -> str:
        """Make an empty corpus."""
        slug = f"news-{uuid.uuid4().hex[:8]}"
        file = self.home.path.parent / "one.jsonl"
        file.write_bytes(b'{"id":"first","text":"The first one."}\n')
        code, said = self.run("import", slug, file, "--create")
        assert code == 0, said
        return slug

    def api(self, method: str, path: str, body: bytes = b"", **headers: str):
        headers["Authorization"] = f"Bearer {self.token}"
        return self.call(method, f"/api/v1/{path}", body, **headers)

    def send(self, slug: str, content: bytes = LARGE) -> int:
        headers = {"Prefer": "respond-async"}
        status, job = self.api("POST", f"corpora/{slug}/import/", content, **headers)
        assert status == 202
        return job["id"]

    def job(self, pk: int) -> dict:
        return self.api("GET", f"jobs/{pk}/")[1]

    def is_in_the_middle(self, pk: int) -> bool:
        job = self.job(pk)
        assert job["state"] in ("waiting", "running"), job
        return job["state"] == "running" and 0 < job["done"] < job["total"]

    def articles(self, slug: str) -> int:
        return self.api("GET", f"corpora/{slug}/")[1]["articles"]

    def rows(self, sql: str) -> list[tuple]:
        with psycopg.connect(
            host=str(self.home.socket_folder),
            user=ROLE,
            dbname=DATABASE,
            password=self.home.database_password(),
        ) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def installed():
    folder = Path(tempfile.mkdtemp(prefix="annotator-jobs-"))
    folder.chmod(0o711)
    newsroom = Newsroom(Home(folder / "home"))
    newsroom.serve()
    newsroom.token = newsroom.run("token", "admin")[1].strip()
    yield newsroom
    newsroom.stop()
    Postgres(newsroom.home).end()
    shutil.rmtree(folder)


@pytest.fixture
def newsroom(installed):
    if not installed.is_running():
        installed.serve()
    until(installed.is_ready)
    return installed


def is_over(newsroom: Newsroom, pk: int):
    return lambda: newsroom.job(pk)["state"] not in ("waiting", "running")


def test_a_killed_worker_loses_no_import_and_doubles_none(newsroom):
    slug = newsroom.corpus()
    job = newsroom.send(slug)
    until(lambda: newsroom.is_in_the_middle(job))

    os.kill(newsroom.worker(), signal.SIGKILL)
    assert newsroom.articles(slug) == 1
    until(is_over(newsroom, job), seconds=120)

    assert newsroom.job(job)["message"] == "30,000 new articles came in."
    assert newsroom.articles(slug) == 30_001
    assert newsroom.rows(f"SELECT attempt, lost FROM annotator_job WHERE id = {job}") == [(2, 1)]
    assert newsroom.rows(f"SELECT uploads FROM annotator_job WHERE id = {job}") == [([],)]
    assert newsroom.run("check-data")[0] == 0


def test_a_killed_worker_leaves_no_half_export(newsroom):
    slug = newsroom.corpus()
    import_ = newsroom.send(slug)
    until(is_over(newsroom, import_), seconds=120)
    export = newsroom.api("POST", f"corpora/{slug}/export/")[1]["id"]
    until(lambda: newsroom.job(export)["state"] == "running")

    os.kill(newsroom.worker(), signal.SIGKILL)
    until(is_over(newsroom, export), seconds=120)

    made = newsroom.job(export)
    assert (made["state"], made["done"]) == ("done", 30_001)
    [(kept,)] = newsroom.rows(f"SELECT file FROM annotator_job WHERE id = {export}")
    file = newsroom.home.files / kept
    assert [path for path in file.parent.iterdir() if "made" in path.name] == [file]
    assert file.read_bytes().count(b"\n") == 30_001
    assert newsroom.home.files.stat().st_mode & 0o077 == 0


def test_called_off_in_the_middle_leaves_nothing_and_the_next_one_runs(newsroom):
    slug = newsroom.corpus()
    job, after = newsroom.send(slug), newsroom.send(slug, lines(3))
    until(lambda: newsroom.is_in_the_middle(job))

    assert newsroom.api("POST", f"jobs/{job}/cancellation/")[1]["state"] == "cancelled"
    until(is_over(newsroom, after))

    assert newsroom.job(after)["message"] == "3 new articles came in."
    assert newsroom.articles(slug) == 4


def test_ctrl_c_in_the_middle_puts_the_job_back(newsroom):
    slug = newsroom.corpus()
    job = newsroom.send(slug)
    until(lambda: newsroom.is_in_the_middle(job))

    assert newsroom.stop() == 0
    newsroom.serve()
    until(is_over(newsroom, job), seconds=120)

    assert newsroom.articles(slug) == 30_001
    assert newsroom.rows(f"SELECT attempt, lost FROM annotator_job WHERE id = {job}") == [(2, 0)]


def test_of_two_workers_one_runs_a_job(newsroom):
    corpora = [newsroom.corpus() for _ in range(3)]
    before = newsroom.rows(WORKERS)
    more = newsroom.command("worker")
    until(lambda: newsroom.rows(WORKERS) > before)

    jobs = [newsroom.send(slug, lines(50)) for slug in corpora for _ in range(3)]
    for job in jobs:
        until(is_over(newsroom, job))

    assert [newsroom.articles(slug) for slug in corpora] == [51, 51, 51]
    found = newsroom.rows(f"SELECT DISTINCT attempt FROM annotator_job WHERE id >= {jobs[0]}")
    assert found == [(1,)]
    more.send_signal(signal.SIGINT)
    said, _ = more.communicate(timeout=30)
    assert "Traceback" not in said
    assert newsroom.rows(WORKERS) == before  # it said that it goes


def test_a_silent_worker_is_said_and_seen_again(newsroom):
    worker = newsroom.worker()
    os.kill(worker, signal.SIGSTOP)
    try:
        until(lambda: newsroom.get("/readyz")[0] == 503)
        assert b"No worker is running" in newsroom.get("/readyz")[1]
        assert newsroom.get("/healthz")[0] == 200
    finally:
        os.kill(worker, signal.SIGCONT)

    until(newsroom.is_ready)
