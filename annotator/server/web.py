"""The web server (granian) in a process of its own, and the loop that keeps it and the database alive.

    annotator serve          this process: starts things, watches, stops things
      ├─ web                 granian's main process, in its own session: Ctrl-C reaches us only
      │    └─ worker × N     Django; forked, so that they share what they have in common
      ├─ jobs                runs what takes longer than a page may, see jobs/worker.py
      └─ postgres            see postgres.py

Each of them ends when the one above it is gone, even by SIGKILL.
"""

from __future__ import annotations

import gc
import http.client
import importlib
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any
from wsgiref.util import setup_testing_defaults

from annotator.server.endings import end_on_signals, ignore_signals, leave_if_asked
from annotator.server.home import Home
from annotator.server.postgres import Postgres, running
from annotator.server.problems import ServerProblem
from annotator.server.processes import START_METHOD, Background, end_with_parent, stop

APPLICATION = "annotator.wsgi"
# Threads are for waiting on slow clients; how many reach the database at once is the pool's matter.
THREADS = 64
STOP_SECONDS = 10  # for requests that are still being answered
READY_SECONDS = 60
LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def url(self) -> str:
        host = "localhost" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def check_free(self) -> None:
        """Refuse a port that is taken: granian itself would share it with another granian."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.host, self.port))
                probe.listen()
        except OSError as error:
            raise ServerProblem(
                f"Port {self.port} on {self.host} cannot be used: {error.strerror}. "
                "Choose another one with --port."
            ) from error

    def answers(self) -> bool:
        local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        connection = http.client.HTTPConnection(local, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            connection.getresponse()
            return True
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@dataclass
class Web:
    """The web server's process, started again when it dies."""

    address: Address
    workers: int
    home: Home | None  # None: the database is somebody else's to run
    _process: BaseProcess | None = None
    _starts: tuple[float, ...] = ()

    def start(self) -> None:
        now = time.monotonic()
        self._starts = (*(at for at in self._starts if now - at < 60), now)
        if len(self._starts) > 5:
            raise ServerProblem(
                "The web server died five times within a minute. See above for why."
            )
        multiprocessing.set_start_method(START_METHOD, force=True)
        if START_METHOD == "fork":
            load_what_is_shared()
        self._process = multiprocessing.Process(
            target=_web_process, args=(self.address, self.workers, self.home), name="annotator-web"
        )
        self._process.start()

    def keep_alive(self, seconds: float) -> None:
        """Watch the process for so many seconds, and start it again if it ends."""
        if self._process and wait([self._process.sentinel], timeout=seconds):
            self._process.join()
            self.start()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while not self.address.answers():
            if time.monotonic() > end:
                raise ServerProblem(f"The web server did not answer within {READY_SECONDS} s.")
            leave_if_asked()
            self.keep_alive(0.02)

    def stop(self) -> None:
        if self._process:
            stop(self._process)


def keep_serving(
    web: Web, jobs: Background | None, server: Postgres | None, ready: Callable[[], None]
) -> None:
    """Serve until a signal raises out of here; then stop what was started."""
    try:
        web.start()
        if jobs:
            jobs.start()
        web.wait_until_ready()
        ready()
        while True:
            leave_if_asked()
            web.keep_alive(LOOK_SECONDS)
            if jobs:
                jobs.keep_alive()
            if server and server.keep_alive():
                print("PostgreSQL had died and was started again.", file=sys.stderr, flush=True)
    finally:
        ignore_signals()  # we are on our way out already
        if jobs:
            jobs.ask_to_stop()
        web.stop()
        if jobs:
            jobs.stop()


# In the web server's process


def _web_process(address: Address, workers: int, home: Home | None) -> None:
    """Run granian until it is told to stop, or until the process that started it is gone."""
    os.setsid()
    end_on_signals()
    end_with_parent()
    if home is None:
        return _granian(address, workers)
    # A user of the database in its own right: if `annotator serve` is killed, we stop the database.
    with running(home):
        _granian(address, workers)


def _granian(address: Address, workers: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    multiprocessing.set_start_method(START_METHOD, force=True)  # for granian's workers
    if START_METHOD == "fork":
        # A new worker would inherit granian's handler, and miss a SIGTERM until it sets its own.
        os.register_at_fork(after_in_child=end_on_signals)
    Server(
        APPLICATION,
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=2 * THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.error,
    ).serve(target_loader=_load_in_worker)


def _load_in_worker(module: str) -> Any:  # Any: a WSGI application, which has no type of its own
    end_with_parent()
    return load_application(module)


def load_application(module: str) -> Any:
    return importlib.import_module(module).application


def load_what_is_shared() -> None:
    """Load all of Django before the first fork: one request makes it import the pages, too."""
    environ: dict[str, Any] = {"PATH_INFO": "/healthz", "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    load_application(APPLICATION)(environ, lambda status, headers: None).close()
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every shared page
