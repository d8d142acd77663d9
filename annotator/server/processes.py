"""Processes below `annotator serve`: forked where that is safe, and never left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess, parent_process

from annotator.server.endings import end_on_signals
from annotator.server.home import Home
from annotator.server.postgres import running

# Forked processes share memory. macOS' own libraries do not survive a fork.
START_METHOD = "fork" if sys.platform == "linux" else "spawn"
STOP_SECONDS = 15
LONGEST_PAUSE = 30


@dataclass
class Background:
    """A process that works beside the web server, and is started again whenever it ends.

    The pages do without it, so it never takes them along: one that dies at once is started again
    after ever longer pauses.
    """

    name: str
    target: Callable[[], None]
    home: Home | None  # None: the database is somebody else's to run
    _process: BaseProcess | None = None
    _started_at: float = 0
    _pause: float = 0.5

    def start(self) -> None:
        self._started_at = time.monotonic()
        arguments = (self.name, self.target, self.home)
        self._process = Process(target=_run, args=arguments, name=self.name)
        self._process.start()

    def keep_alive(self) -> None:
        if self._process is None or self._process.is_alive():
            return
        lived = time.monotonic() - self._started_at
        if lived > LONGEST_PAUSE:
            self._pause = 0.5
        elif lived < self._pause:
            return
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self._process.join()
        self.start()

    def ask_to_stop(self) -> None:
        if self._process:
            self._process.terminate()

    def stop(self) -> None:
        if self._process:
            stop(self._process)


def stop(process: BaseProcess) -> None:
    """Ask a process to end, and end it when it does not."""
    if not process.is_alive():
        return
    process.terminate()
    process.join(STOP_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


def end_with_parent() -> None:
    """Have this process end when its parent is gone, however that happened."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def _run(name: str, target: Callable[[], None], home: Home | None) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(15, name.encode())  # PR_SET_NAME: `ps` tells us from the others
    os.setsid()  # a Ctrl-C is for `annotator serve`, which stops us in its own time
    end_on_signals()
    end_with_parent()
    if home is None:
        return target()
    # A user of the database in its own right: it is there until what is begun here is put back.
    with running(home):
        target()
