"""One job from its beginning to its end, and all that can come between."""

import errno
import threading
from datetime import timedelta

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from annotator.accounts.actions import deactivate
from annotator.corpora.actions import set_role
from annotator.corpora.models import Article, Corpus
from annotator.exchange.imports import import_documents
from annotator.formats import FORMATS
from annotator.jobs import kinds, runner, watch
from annotator.jobs.actions import cancel, enqueue_export
from annotator.jobs.models import Job, JobKind, JobState
from tests.exchange.documents import article, read
from tests.jobs.jobs import an_import, in_the_storage, lines, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]
# What the watch does on its own connection, or another process meanwhile, is seen only so.
committed = pytest.mark.django_db(transaction=True)


def meanwhile(monkeypatch, what, *, after: int):
    """Do ``what`` while a job is at its document number ``after``, and let its watch look."""
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.02)
    looked = threading.Event()
    plain_look = watch.Watch._look

    def look(self):
        plain_look(self)
        looked.set()

    def stoppable(items, progress):
        for number, item in enumerate(items):
            if number == after:
                what()
                looked.clear()
                assert looked.wait(10)
                looked.clear()
                assert looked.wait(10)
            progress.advance(0)
            yield item

    monkeypatch.setattr(watch.Watch, "_look", look)
    monkeypatch.setattr(kinds, "stoppable", stoppable)


def test_an_import_comes_in_and_its_file_goes(corpus, bob):
    job = run(an_import(corpus=corpus, by=bob, content=lines(3)))

    assert (job.state, job.message) == (JobState.DONE, "3 new articles came in.")
    assert (job.done, job.total) == (len(lines(3)), len(lines(3)))
    assert (job.started_at, job.ended_at) != (None, None)
    assert Article.objects.count() == 3
    assert (job.uploads, in_the_storage()) == ([], [])


def test_a_job_that_is_over_is_not_run_again(corpus, bob):
    job = run(an_import(corpus=corpus, by=bob))

    assert run(job).attempt == 1


def test_an_import_that_was_only_a_look_stores_nothing_and_keeps_the_file(corpus, bob):
    job = run(an_import(corpus=corpus, by=bob, dry_run=True))

    assert (job.state, job.message) == (JobState.DONE, "1 new article would come in.")
    assert job.result["first"][0]["text"] == "The boat is late."
    assert not Article.objects.exists()
    assert len(in_the_storage()) == 1


def test_a_bad_file_fails_with_its_lines_and_leaves_nothing(corpus, bob):
    job = run(an_import(corpus=corpus, by=bob, content=lines(2) + b"{\n"))

    assert (job.state, job.message) == (JobState.FAILED, "Nothing came in: 1 problem.")
    assert job.result["problems"][0]["where"] == "news.jsonl:3"
    assert not Article.objects.exists()
    assert in_the_storage() == []


def test_an_export_writes_its_file(corpus, bob):
    import_documents(corpus=corpus, by=bob, documents=[read(), article("a-2")])

    job = run(enqueue_export(corpus=corpus, by=bob, into=FORMATS["jsonl"], filters={}))

    assert (job.state, job.message) == (JobState.DONE, "2 articles went out.")
    assert (job.done, job.total) == (2, 2)
    with default_storage.open(job.file) as file:
        assert file.read().count(b"\n") == 2
    assert in_the_storage() == [job.file]


def test_an_export_holds_what_its_owner_may_see(corpus, alice, bob):
    import_documents(
        corpus=corpus,
        by=bob,
        documents=[read(reader="bob", origin="person"), read(reader="gold", line=2)],
    )

    job = run(enqueue_export(corpus=corpus, by=alice, into=FORMATS["jsonl"], filters={}))

    with default_storage.open(job.file) as file:
        assert b'"reader":"gold"' in (data := file.read())
    assert b'"reader":"bob"' not in data
    assert job.result["sees_all"] is False


@pytest.mark.parametrize("after", [0, 700, 1499])
@committed
def test_cancelled_in_the_middle_leaves_nothing(corpus, bob, monkeypatch, after):
    job = an_import(corpus=corpus, by=bob, content=lines(1500))
    meanwhile(monkeypatch, lambda: in_a_thread(lambda: cancel(job=job, by=bob)), after=after)

    job = run(job)

    assert (job.state, job.message) == (JobState.CANCELLED, "bob cancelled it.")
    assert not Article.objects.exists()
    assert in_the_storage() == []


@committed
def test_cancelled_after_the_last_look_is_either_done_or_cancelled(corpus, bob, monkeypatch):
    """The end of a job is written with its rows: who cancelled first wins, all of it."""
    job = an_import(corpus=corpus, by=bob)
    monkeypatch.setattr(watch, "LOOK_SECONDS", 60)
    plain = runner._finish

    def finish(*args):
        in_a_thread(lambda: cancel(job=job, by=bob))
        return plain(*args)

    monkeypatch.setattr(runner, "_finish", finish)

    assert run(job).state == JobState.CANCELLED
    assert not Article.objects.exists()


@committed
def test_a_deadline_ends_a_job_in_the_middle(corpus, bob, monkeypatch):
    job = an_import(corpus=corpus, by=bob, content=lines(600))
    meanwhile(monkeypatch, lambda: None, after=550)
    Job.objects.update(deadline=timezone.now() + timedelta(milliseconds=20))

    job = run(job)

    assert (job.state, job.message) == (JobState.FAILED, runner.TOO_LONG)
    assert not Article.objects.exists()


def test_a_job_that_waited_too_long_is_not_begun(corpus, bob):
    job = an_import(corpus=corpus, by=bob)
    Job.objects.update(deadline=timezone.now() - timedelta(seconds=1))

    assert run(job).state == JobState.FAILED
    assert in_the_storage() == []


@committed
def test_a_worker_that_leaves_puts_its_job_back(corpus, bob, monkeypatch):
    job = an_import(corpus=corpus, by=bob, content=lines(600))
    leaving: list[int] = []
    meanwhile(monkeypatch, lambda: leaving.append(1), after=550)

    with pytest.raises(runner.Later):
        runner.run(job.pk, leaving=lambda: bool(leaving))
    job.refresh_from_db()

    assert job.state == JobState.WAITING
    assert not Article.objects.exists()
    assert len(in_the_storage()) == 1
    monkeypatch.undo()
    assert run(job).message == "600 new articles came in."
    assert Job.objects.get().lost == 0


def test_what_a_dead_worker_began_is_begun_anew_and_counts_once(corpus, bob):
    job = an_import(corpus=corpus, by=bob)
    Job.objects.update(state=JobState.RUNNING, attempt=1)  # its worker is gone

    job = run(job)

    assert (job.state, job.attempt, job.lost) == (JobState.DONE, 2, 1)
    assert Article.objects.count() == 1


@committed
def test_who_lost_a_job_to_another_worker_writes_nothing(corpus, bob, monkeypatch):
    """A worker that seemed dead: its job was begun by another, and is done by that one alone."""
    job = an_import(corpus=corpus, by=bob, content=lines(600))
    meanwhile(monkeypatch, lambda: in_a_thread(lambda: Job.objects.update(attempt=2)), after=550)

    job = run(job)

    assert (job.state, job.attempt) == (JobState.RUNNING, 2)
    assert not Article.objects.exists()
    assert len(in_the_storage()) == 1


def test_a_job_that_kills_its_workers_is_given_up(corpus, bob):
    job = an_import(corpus=corpus, by=bob)
    Job.objects.update(state=JobState.RUNNING, attempt=3, lost=2)

    job = run(job)

    assert job.state == JobState.FAILED
    assert "3 workers died" in job.message


def test_an_export_rewrites_what_a_dead_worker_left(corpus, bob):
    import_documents(corpus=corpus, by=bob, documents=[read()])
    job = enqueue_export(corpus=corpus, by=bob, into=FORMATS["jsonl"], filters={})
    Job.objects.update(state=JobState.RUNNING, attempt=1)
    with default_storage.open(f"jobs/{job.key}-made1", "wb") as half:
        half.write(b"half")

    job = run(job)

    assert in_the_storage() == [job.file]
    with default_storage.open(job.file) as file:
        assert file.read().endswith(b"\n")


def test_called_off_while_its_worker_was_dead_leaves_nothing(corpus, bob):
    job = an_import(corpus=corpus, by=bob)
    Job.objects.update(state=JobState.RUNNING, attempt=1)
    cancel(job=Job.objects.get(), by=bob)

    assert run(job).state == JobState.CANCELLED
    assert (Job.objects.get().uploads, in_the_storage()) == ([], [])


def test_rights_are_looked_at_when_it_runs(corpus, bob, manuela):
    job = an_import(corpus=corpus, by=bob)
    set_role(corpus=corpus, user=bob, role=None, by=manuela)

    job = run(job)

    assert (job.state, job.message) == (
        JobState.FAILED,
        "bob may not import in this corpus any more.",
    )
    assert not Article.objects.exists()


def test_a_shut_account_imports_nothing(corpus, bob, root):
    job = an_import(corpus=corpus, by=bob)
    deactivate(user=bob, by=root)

    assert run(job).state == JobState.FAILED


@committed
def test_an_import_waits_for_another_one(corpus, bob, monkeypatch):
    job = an_import(corpus=corpus, by=bob)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        with held(corpus):
            job = run(job)
    finally:
        connection.close()

    assert job.state == JobState.WAITING
    assert "Another import" in job.message
    assert run(job).state == JobState.DONE
    assert Job.objects.get().lost == 0


def test_a_file_that_is_not_here_is_said(corpus, bob):
    job = an_import(corpus=corpus, by=bob)
    default_storage.delete(job.uploads[0]["name"])

    job = run(job)

    assert job.state == JobState.FAILED
    assert "ANNOTATOR_STORAGE" in job.message


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "failed", "No space left on device"),
        (RuntimeError("a bug at db.internal"), "failed", "The log has it under job"),
        (psycopg.errors.AdminShutdown("bye"), "waiting", "begins anew"),
        (psycopg.errors.ConnectionFailure("gone"), "waiting", "begins anew"),
        (psycopg.errors.DiskFull("no room on disk"), "failed", "refused: no room on disk"),
    ],
    ids=lambda value: type(value).__name__,
)
@committed
def test_what_goes_wrong_is_said_in_a_sentence(corpus, bob, monkeypatch, error, state, said):
    def fail(**_):
        if isinstance(error, psycopg.Error):
            raise OperationalError(str(error)) from error
        raise error

    monkeypatch.setattr(kinds, "import_documents", fail)

    job = run(an_import(corpus=corpus, by=bob))

    assert job.state == state
    assert said in job.message
    assert "db.internal" not in job.message


@committed
def test_a_long_statement_is_cancelled(corpus, bob, monkeypatch):
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(watch, "STATEMENT_SECONDS", 0.02)
    job = an_import(corpus=corpus, by=bob)

    def sleep(**_):
        in_a_thread(lambda: cancel(job=job, by=bob))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr(kinds, "import_documents", sleep)

    assert run(job).state == JobState.CANCELLED


@committed
def test_progress_is_shown_while_it_goes_on(corpus, bob, monkeypatch):
    seen: list[tuple[str, int, int]] = []
    meanwhile(monkeypatch, lambda: None, after=1000)
    plain = kinds.stoppable

    def noting(items, progress):
        for number, item in enumerate(plain(items, progress)):
            if number == 1000:
                in_a_thread(lambda: seen.extend(Job.objects.values_list("state", "done", "total")))
            yield item

    monkeypatch.setattr(kinds, "stoppable", noting)
    run(an_import(corpus=corpus, by=bob, content=lines(1500)))

    [(state, done, total)] = seen
    assert (state, total) == ("running", len(lines(1500)))
    assert done == len(lines(1001))


def test_every_kind_can_be_run():
    assert set(kinds.KINDS) == set(JobKind)


def in_a_thread(what) -> None:
    """Do something on a connection of its own, as another process would."""

    def work():
        try:
            what()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


class held:
    """Hold a corpus as another import does, for the length of a block."""

    def __init__(self, corpus):
        self.corpus = corpus
        self.over = threading.Event()
        self.begun = threading.Event()

    def __enter__(self):
        def hold():
            with transaction.atomic():
                Corpus.objects.select_for_update(no_key=True).get(pk=self.corpus.pk)
                self.begun.set()
                self.over.wait(30)
            connection.close()

        self.thread = threading.Thread(target=hold)
        self.thread.start()
        assert self.begun.wait(10)

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
