"""The queue (procrastinate, in our own database): it tells a worker that a job is there.

Delivered at least once: a job is told of again when its worker is gone. ``runner.run`` bears that.
"""

import logging
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from annotator.jobs import runner

log = logging.getLogger(__name__)

QUEUE = "jobs"
RETRY_SECONDS = 2
HEARTBEAT_SECONDS = 3
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # by whichever clock
GONE_SECONDS = 15  # a worker that is silent for so long is gone, and its job another's


@app.task(
    name="job",
    queue=QUEUE,
    pass_context=True,
    retry=RetryStrategy(wait=RETRY_SECONDS),  # whatever escapes could not even be noted
)
def run_job(context: JobContext, *, job: int) -> None:
    try:
        runner.run(job, leaving=context.should_abort)
    except runner.Later:
        raise
    except Exception:  # the database or the storage went away under it
        log.exception("Job %s could not be brought to an end; it is begun anew", job)
        raise


def put(job: int, *, lock: str | None) -> None:
    """Tell a worker of a job, once the transaction at hand is committed.

    Of the jobs with one ``lock`` only one runs at a time, in the order in which they came.
    """
    run_job.configure(lock=lock).defer(job=job)


def has_worker() -> bool:
    """Say whether any worker has shown a sign of life of late."""
    return bool(_living_workers().exists())


def known() -> set[int]:
    """Return the jobs that a worker is told of, or was told of and has in hand."""
    rows = ProcrastinateJob.objects.filter(queue_name=QUEUE, status__in=["todo", "doing"])
    return {args["job"] for args in rows.values_list("args", flat=True)}


def take_back_lost() -> None:
    """Put the jobs of workers that are gone back, so that others are told of them."""
    with transaction.atomic():
        lost = (
            ProcrastinateJob.objects.select_for_update(skip_locked=True)
            .filter(queue_name=QUEUE, status="doing")
            .exclude(worker__in=_living_workers())
        )
        for pk in lost.values_list("pk", flat=True):
            app.job_manager.retry_job_by_id(pk, retry_at=AT_ONCE)


def _living_workers() -> QuerySet[ProcrastinateWorker]:
    since = Now() - timedelta(seconds=GONE_SECONDS)  # by the clock that wrote it
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=since)
