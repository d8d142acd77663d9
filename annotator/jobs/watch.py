"""The eye that a worker keeps on the job it runs: shows how far it is, and ends it when it has to end.

The job itself is busy in one long transaction, so all this happens in a thread of its own, on a
connection of its own, in short transactions.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from enum import Enum
from types import TracebackType
from typing import Any, Self

import psycopg
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.utils import timezone

from annotator.exchange.progress import Stopped
from annotator.jobs.models import Job, JobState

LOOK_SECONDS = 0.5
# A job that is told to end does so at its next line or article; then its statement is cancelled;
# and at last the whole worker goes, so that one job cannot hold it for ever.
STATEMENT_SECONDS = 1.5
WORKER_SECONDS = 30

log = logging.getLogger(__name__)


class Why(Enum):
    """Why a job has to end."""

    NOT_OURS = "it was cancelled, or another worker has it"
    TOO_LONG = "its deadline is over"
    LEAVING = "the worker is leaving"


class Watch:
    """Watches one attempt for the length of a block; is the progress that the job tells of."""

    def __init__(self, job: Job, leaving: Callable[[], bool]) -> None:
        self.why: Why | None = None
        self._job = job
        self._leaving = leaving
        self._done = 0
        self.total = 0
        self._told_at = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch-{job.pk}", daemon=True)
        self._connection: psycopg.Connection[Any] | None = None  # Any: rows of whatever shape

    def __enter__(self) -> Self:
        connection.ensure_connection()
        self._connection = connection.connection
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    # What the job says (see exchange/progress.py)

    def expect(self, total: int) -> None:
        self._done, self.total = 0, total
        self.check()

    def advance(self, units: int = 1) -> None:
        self._done += units
        self.check()

    def check(self) -> None:
        """Raise Stopped once the job is to end."""
        if self.why:
            raise Stopped(self.why.value)

    # In the thread

    def _run(self) -> None:
        try:
            while not self._over.wait(LOOK_SECONDS):
                try:
                    self._look()
                except DatabaseError:
                    log.warning("Job %s cannot be watched just now.", self._job.pk)
                    connection.close()
        finally:
            connection.close()

    def _look(self) -> None:
        if self.why is None:
            self.why = self._reason_to_end()
            self._told_at = time.monotonic()
        elif time.monotonic() - self._told_at > WORKER_SECONDS:
            log.error("Job %s does not end; its worker does, instead.", self._job.pk)
            os.kill(os.getpid(), signal.SIGKILL)
        elif time.monotonic() - self._told_at > STATEMENT_SECONDS and self._connection:
            self._connection.cancel_safe(timeout=2)

    def _reason_to_end(self) -> Why | None:
        """Show the progress and a sign of life, unless the job is no longer ours."""
        if self._leaving():
            return Why.LEAVING
        ours = Job.objects.filter(
            pk=self._job.pk, attempt=self._job.attempt, state=JobState.RUNNING
        ).update(done=min(self._done, self.total), total=self.total, heartbeat=Now())
        if not ours:
            return Why.NOT_OURS
        return Why.TOO_LONG if timezone.now() > self._job.deadline else None
