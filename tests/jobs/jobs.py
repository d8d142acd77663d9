"""Jobs for tests, and how they are run without a worker's process."""

from contextlib import suppress

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from annotator.formats import FORMATS
from annotator.jobs import files, runner
from annotator.jobs.actions import enqueue_export, enqueue_import
from annotator.jobs.models import Job, JobState

LINE = b'{"id":"a%d","text":"The boat is late."}\n'


@pytest.fixture
def empty_queue(db):
    """Nobody waits and nobody works: after tests that commit, Django empties its own tables, not the queue's."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def lines(count: int) -> bytes:
    return b"".join(LINE % number for number in range(count))


def an_import(*, corpus, by, content: bytes = LINE % 0, name="news.jsonl", dry_run=False) -> Job:
    """An import that waits for a worker."""
    uploads = files.keep([(name, ContentFile(content))])
    return enqueue_import(
        corpus=corpus, by=by, about=name, uploads=uploads, format_slug="", dry_run=dry_run
    )


def an_export(*, corpus, by, content: bytes = b"{}\n", lost: bytes = b"") -> Job:
    """An export that is done, with its file and the report of what that could not hold."""
    job = enqueue_export(corpus=corpus, by=by, into=FORMATS["jsonl"], filters={})
    job.attempt = 1
    with files.made_by(job) as (name, stream):
        stream.write(content)
    with files.made_by(job, files.LOSSES) as (_, stream):
        stream.write(lost)
    job.state, job.ended_at, job.file = JobState.DONE, timezone.now(), name
    job.message = "1 article went out."
    job.result = {
        "articles": 1,
        "losses": lost.count(b"\n"),
        "loss_report": bool(lost),
        "filename": "news.jsonl",
        "media_type": "application/jsonl",
        "sees_all": True,
    }
    job.save()
    return job


def in_the_storage() -> list[str]:
    """Return the names of all files of jobs."""
    try:
        return [f"jobs/{name}" for name in default_storage.listdir("jobs")[1]]
    except FileNotFoundError:
        return []


@pytest.fixture
def storage():
    """An empty storage."""
    for name in in_the_storage():
        default_storage.delete(name)
    return default_storage


def run(job: Job, **more) -> Job:
    """Run a job as a worker does, and return how it stands then."""
    with suppress(runner.Later):
        runner.run(job.pk, **more)
    return Job.objects.get(pk=job.pk)


def seen_worker(seconds_ago: float = 0) -> int:
    """Let a worker have shown a sign of life."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_ago],
        )
        return cursor.fetchone()[0]
