"""The process that runs jobs, one at a time: beside the web server of `annotator serve`, or alone.

It asks the queue once a second rather than to LISTEN: that takes a connection of its own, and
behind PgBouncer in transaction mode nothing would ever be heard.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from annotator.jobs import files, queue
from annotator.jobs.actions import put_forgotten_into_queue
from annotator.server.endings import ENDINGS

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
LEAVE_SECONDS = 1.0  # for a job that is nearly done; else it is put back
PAUSE_SECONDS = 2.0
CARE_SECONDS = 5.0
SWEEP_SECONDS = 600.0
LONGEST = 3600.0


def work() -> None:
    """Run jobs until a signal asks to stop. Without a database it waits for one."""
    _lift_limits()
    asyncio.run(_Worker().run())


def _lift_limits() -> None:
    """Pages have to be quick; a job has its own deadline.

    But a worker whose machine is cut off must not hold its locks: another one waits for them.
    """
    options = connections.settings["default"]["OPTIONS"]
    limits = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=2min"
    options["options"] = f"{options.get('options', '')} {limits}".strip()
    options.pop("pool", None)  # a job needs two connections, and keeps them


class _Worker:
    """The queue's worker, and the care for jobs of workers that are gone."""

    def __init__(self) -> None:
        self._leaving = False
        self._work: asyncio.Task[None] | None = None
        self._swept_at = 0.0

    async def run(self) -> None:
        for number in ENDINGS:
            asyncio.get_running_loop().add_signal_handler(number, self._leave)
        while not self._leaving:
            try:
                await self._run_once()
            except (psycopg.Error, DatabaseError, ConnectorException) as error:
                log.warning("The worker lost the database and begins anew: %s", error)
            if not self._leaving:
                await asyncio.sleep(PAUSE_SECONDS)

    def _leave(self) -> None:
        if not self._leaving and self._work:
            self._work.cancel()  # which lets it end in good order
        self._leaving = True

    async def _run_once(self) -> None:
        connector = PsycopgConnector(kwargs=_parameters(), min_size=1, max_size=2)
        worker_app = app.with_connector(connector)
        async with worker_app.open_async():
            self._work = asyncio.create_task(
                worker_app.run_worker_async(
                    queues=[queue.QUEUE],
                    concurrency=1,
                    listen_notify=False,
                    fetch_job_polling_interval=POLL_SECONDS,
                    abort_job_polling_interval=LONGEST,  # cancelling is the watch's matter
                    shutdown_graceful_timeout=LEAVE_SECONDS,
                    delete_jobs="always",  # what became of it stands in Job
                    update_heartbeat_interval=queue.HEARTBEAT_SECONDS,
                    stalled_worker_timeout=queue.GONE_SECONDS,
                    install_signal_handlers=False,
                )
            )
            if self._leaving:  # a signal came a moment ago
                self._work.cancel()
            care = asyncio.create_task(self._care())
            try:
                await self._work
            except asyncio.CancelledError:
                pass
            finally:
                care.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await care

    async def _care(self) -> None:
        """Look after jobs whose workers are gone, and after files that nobody wants any more."""
        unseen = 0
        look_after = sync_to_async(_look_after, thread_sensitive=False)
        while True:
            await asyncio.sleep(CARE_SECONDS)
            try:
                unseen = 0 if await look_after(self._sweep_is_due()) else unseen + 1
            except Exception as error:  # of the database or the storage; it may be back next time
                log.warning("The worker could not look after other jobs: %s", error)
            if unseen > 1 and self._work:
                self._work.cancel()  # taken for dead while the machine slept: register anew

    def _sweep_is_due(self) -> bool:
        if time.monotonic() - self._swept_at < SWEEP_SECONDS:
            return False
        self._swept_at = time.monotonic()
        return True


def _look_after(sweep: bool) -> bool:
    """Do what has to be done once in a while; return whether any worker is seen, as we should be."""
    try:
        queue.take_back_lost()
        put_forgotten_into_queue()
        if sweep:
            files.sweep()
        return queue.has_worker()
    finally:
        connection.close()


def _parameters() -> dict[str, Any]:  # Any: as psycopg takes them
    parameters: dict[str, Any] = connection.get_connection_params()
    for name in ("cursor_factory", "context"):  # Django's own
        parameters.pop(name, None)
    return parameters
