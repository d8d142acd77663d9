"""Running a job: begun by one worker at a time, ended in the same transaction as what it wrote.

A worker may die at any moment. What it began is then begun anew by another, and counts once: an
import and its job's “done” are committed together, and a file counts when its job names it.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import NoReturn

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from annotator.corpora.models import Corpus
from annotator.exchange.imports import ImportBusy
from annotator.exchange.progress import Stopped
from annotator.jobs import files
from annotator.jobs.kinds import KINDS, Kind
from annotator.jobs.models import OPEN, Job, JobQuerySet, JobState
from annotator.jobs.watch import Watch, Why
from annotator.jobs.work import CannotRun, Outcome, Work

MOST_LOST = 3  # workers that died of a job, before it is given up
TOO_LONG = "It was stopped: its time was over before it was done."
# Classes of SQLSTATE that are over when one tries again: connection gone, conflict, lock, shutdown.
PASSING = ("08", "40", "55", "57P")

log = logging.getLogger(__name__)


class Later(Exception):
    """The job was put back: a worker is to be told of it again."""


def run(pk: int, *, leaving: Callable[[], bool] = lambda: False) -> None:
    """Run a job to its end, if it is still to be run; raise Later when it is to be begun again."""
    job = _begin(pk)
    if job is None:
        return _tidy_after_others(pk)
    watch = Watch(job, leaving)
    try:
        _refuse_what_is_hopeless(job)
        with watch:
            _work(job, KINDS[job.kind], watch)
    except Stopped:
        _stopped(job, watch.why)
    except CannotRun as refusal:
        _fail(job, str(refusal))
    except ImportBusy:
        _put_back(job, "Another import into this corpus is going on; this one waits for it.")
    except (OperationalError, InterfaceError) as error:
        if watch.why:  # it was the watch that cancelled the statement
            _stopped(job, watch.why)
        else:
            _database_trouble(job, error)
    except OSError as error:
        _fail(job, f"A file could not be kept or read: {error.strerror or error}.")
    except Exception:
        log.exception("Job %s (%s of corpus %s) failed", job.pk, job.kind, job.corpus_id)
        _fail(job, f"Something went wrong inside Annotator. The log has it under job {job.pk}.")
    finally:
        files.tidy(job)


def _tidy_after_others(pk: int) -> None:
    """Remove the files of a job that was called off while its worker was dead."""
    for over in Job.objects.filter(pk=pk).exclude(state__in=OPEN):
        files.tidy(over)


def _begin(pk: int) -> Job | None:
    """Take a job for this attempt; None when there is nothing left to do."""
    with transaction.atomic():
        found = Job.objects.open().select_for_update(of=("self",))
        job = found.select_related("corpus", "by").filter(pk=pk).first()
        if job is None:
            return None
        now = timezone.now()
        job.lost += job.state == JobState.RUNNING  # nobody put it back
        job.attempt += 1
        job.state = JobState.RUNNING
        job.message = ""
        job.started_at = job.started_at or now
        job.heartbeat = now
        job.done = job.total = 0
        job.save()
    return job


def _refuse_what_is_hopeless(job: Job) -> None:
    if job.lost >= MOST_LOST:
        raise CannotRun(f"It was given up: {job.lost} workers died while they ran it.")
    if timezone.now() > job.deadline:
        raise CannotRun(TOO_LONG)


def _work(job: Job, kind: Kind, watch: Watch) -> None:
    """Do the work and note its end, together where it is written to the database."""
    corpus = Corpus.objects.visible_to(job.by).filter(pk=job.corpus_id).first()
    if corpus is None or not job.by.is_active or not corpus.allows(kind.right):
        raise CannotRun(f"{job.by} may not {kind.right.value} in this corpus any more.")
    with transaction.atomic() if kind.writes_rows else contextlib.nullcontext():
        outcome = kind.run(Work(job, corpus, job.by, watch))
        watch.check()
        job.total = watch.total
        if not _finish(job, outcome):
            watch.why = Why.NOT_OURS
            raise Stopped(watch.why.value)


def _stopped(job: Job, why: Why | None) -> None:
    if why is Why.TOO_LONG:
        _fail(job, TOO_LONG)
    elif why is Why.LEAVING:
        _put_back(job, "Its worker was stopped; it begins anew with the next one.")


def _database_trouble(job: Job, error: OperationalError | InterfaceError) -> None:
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if not state or state.startswith(PASSING):
        connection.close()  # what it was in the middle of is gone with it
        _put_back(job, "The database was away for a moment; it begins anew.")
    first_line = str(error).strip().partition("\n")[0].removesuffix(".")
    _fail(job, f"The database refused: {first_line}.")


def _fail(job: Job, sentence: str) -> None:
    _finish(job, Outcome(sentence, ok=False))


def _finish(job: Job, outcome: Outcome) -> bool:
    """Note how the attempt ended; False, and nothing noted, when the job is no longer ours."""
    values: dict[str, object] = {
        "state": JobState.DONE if outcome.ok else JobState.FAILED,
        "message": outcome.message,
        "result": outcome.result,
        "file": outcome.file,
        "ended_at": timezone.now(),
    }
    if outcome.ok:
        values |= {"done": job.total, "total": job.total}
    return bool(_ours(job).update(**values))


def _put_back(job: Job, sentence: str) -> NoReturn:
    _ours(job).update(state=JobState.WAITING, message=sentence)
    raise Later(sentence)


def _ours(job: Job) -> JobQuerySet:
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
