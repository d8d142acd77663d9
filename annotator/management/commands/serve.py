"""`annotator serve`: the whole product on one machine."""

from __future__ import annotations

import contextlib
import os
from argparse import ArgumentParser
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import BaseCommand

from annotator.jobs.process import run_worker
from annotator.management import preparation
from annotator.server import locks
from annotator.server.endings import ignore_signals, leave_on_signals
from annotator.server.home import Home
from annotator.server.postgres import Postgres, running
from annotator.server.problems import ServerProblem
from annotator.server.processes import Background
from annotator.server.web import Address, Web, keep_serving

MOST_WORKERS = 8  # what the embedded PostgreSQL has connections for


class Command(BaseCommand):
    help = (
        "Run Annotator: the embedded PostgreSQL (unless DATABASE_URL is set), the web server and "
        "a worker."
    )
    requires_system_checks = ()  # the web server's workers fail loudly enough; a start is to be quick
    alone = True  # one such process per home, with all that belongs to it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 for all of the network")
        parser.add_argument("--workers", type=int, default=2, help="web processes (default: 2)")

    def handle(self, *args: object, port: int, host: str, workers: int, **options: object) -> None:
        leave_on_signals(ctrl_c=0)
        home: Home = settings.HOME
        address = Address(host, port)
        if not 1 <= workers <= MOST_WORKERS:
            raise ServerProblem(f"--workers goes from 1 to {MOST_WORKERS}.")
        with self._alone(home), preparation.sentences():
            address.check_free()
            with self._database(home) as server:
                link = self.prepare(home)
                preparation.let_go_of_database()
                web = Web(address, workers, home if server else None)
                jobs = Background("annotator-jobs", run_worker, web.home) if self.alone else None
                keep_serving(web, jobs, server, lambda: self._say_ready(address, link))

    def prepare(self, home: Home) -> str | None:
        """Put everything in order, and say what had to be done; return a path to sign in by."""
        preparation.check_database_version()
        if steps := preparation.migrate():
            self._say(f"Database brought up to date ({steps} steps).")
        if preparation.collect_static(home):
            self._say("Static files collected.")
        return preparation.first_start()

    @contextlib.contextmanager
    def _alone(self, home: Home) -> Iterator[None]:
        """Hold the home for ourselves; the lock ends with us and our web server, however we end."""
        if not self.alone:
            yield
            return
        home.make()
        lock = locks.open_lock(home.path / "serve.lock")
        try:
            # A killed predecessor's web server needs a moment to notice.
            if not locks.wait_for(lock, seconds=3):
                raise ServerProblem(
                    f"Another `annotator serve` runs on {home.path}. "
                    "Stop it, or set ANNOTATOR_HOME to a folder of its own."
                )
            yield
        finally:
            os.close(lock)

    @contextlib.contextmanager
    def _database(self, home: Home) -> Iterator[Postgres | None]:
        if os.environ.get("DATABASE_URL"):
            yield None
            return
        if not (home.postgres_folder / "data").exists():
            self._say(f"Making a new database in {home.postgres_folder}.")
        with running(home) as server:
            try:
                yield server
            finally:
                ignore_signals()  # a second Ctrl-C would leave the database running
                preparation.let_go_of_database()

    def _say_ready(self, address: Address, link: str | None) -> None:
        base = (settings.BASE_URL or address.url).rstrip("/")
        self._say(f"Annotator is ready: {base}/")
        if link:
            self._say(f"Sign in as administrator with this link, once: {base}{link}")
        self._say("Ctrl-C stops it.")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
