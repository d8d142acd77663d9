"""Who is told of a job, and who is told again when a worker is gone."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from annotator.jobs import queue
from annotator.jobs.actions import put_forgotten_into_queue
from annotator.jobs.models import Job, JobState
from tests.factories import CorpusFactory
from tests.jobs.jobs import an_import, run, seen_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage", "empty_queue")]


def told(worker: int) -> int | None:
    """Return the job that a worker is told of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_fetch_job_v2(%s, %s)", [["jobs"], worker])
        (args,) = cursor.fetchone()
    return args and json.loads(args)["job"]


def test_a_job_and_its_place_in_the_queue_are_committed_together(corpus, bob):
    with transaction.atomic():
        an_import(corpus=corpus, by=bob)
        transaction.set_rollback(True)

    assert not Job.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_one_worker_is_told(corpus, bob):
    job = an_import(corpus=corpus, by=bob)

    assert [told(seen_worker()), told(seen_worker())] == [job.pk, None]


def test_imports_into_one_corpus_take_turns(corpus, bob):
    first, second = an_import(corpus=corpus, by=bob), an_import(corpus=corpus, by=bob)
    elsewhere = an_import(corpus=CorpusFactory(), by=bob)

    assert [told(seen_worker()) for _ in range(3)] == [first.pk, elsewhere.pk, None]
    assert second.state == JobState.WAITING


@pytest.mark.parametrize(("seconds", "again"), [(5, False), (60, True)])
def test_when_a_worker_is_gone_another_one_is_told(corpus, bob, seconds, again):
    job = an_import(corpus=corpus, by=bob)
    told(seen_worker(seconds))

    queue.take_back_lost()

    assert told(seen_worker()) == (job.pk if again else None)


def test_when_a_worker_is_forgotten_another_one_is_told(corpus, bob):
    job = an_import(corpus=corpus, by=bob)
    told(seen_worker())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")

    queue.take_back_lost()

    assert told(seen_worker()) == job.pk


@pytest.mark.parametrize(("minutes", "again"), [(0, False), (2, True)])
def test_a_job_that_the_queue_lost_is_put_in_again(corpus, bob, minutes, again):
    job = an_import(corpus=corpus, by=bob)
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=minutes))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    put_forgotten_into_queue()
    put_forgotten_into_queue()

    assert queue.known() == ({job.pk} if again else set())
    assert ProcrastinateJob.objects.count() == again


def test_jobs_that_are_over_are_not_put_in_again(corpus, bob):
    run(an_import(corpus=corpus, by=bob))
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=2), heartbeat=None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    put_forgotten_into_queue()

    assert queue.known() == set()


@pytest.mark.parametrize(("seconds", "there"), [(None, False), (5, True), (60, False)])
def test_a_worker_is_there_while_it_gives_signs_of_life(db, seconds, there):
    if seconds is not None:
        seen_worker(seconds)

    assert queue.has_worker() is there
