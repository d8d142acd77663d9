"""A real `annotator serve` in a process of its own, as a person has it running."""

import contextlib
import http.client
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from annotator.server import locks
from annotator.server.home import Home

ROOT = Path(__file__).resolve().parents[2]
READY = "Annotator is ready"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


class Installation:
    """One home, and whatever runs on it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.port = free_port()
        ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        self.environ = {k: v for k, v in os.environ.items() if k not in ours}
        self.environ |= {"ANNOTATOR_HOME": str(home.path), "PYTHONUNBUFFERED": "1"}
        self.process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    def command(self, *words: object, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "annotator", *map(str, words)],
            cwd=ROOT,
            env=self.environ | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: object, **environ: str) -> tuple[int, str]:
        process = self.command(*words, **environ)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def serve(self) -> None:
        """Start it and wait until it says that it is ready."""
        self.process = self.command("serve", "--port", self.port)
        lines: queue.Queue[str | None] = queue.Queue()

        def listen(stream) -> None:
            with stream:
                for line in stream:
                    lines.put(line)
            lines.put(None)

        threading.Thread(target=listen, args=(self.process.stdout,), daemon=True).start()
        self.said = []
        while not self.said or READY not in self.said[-1]:
            line = lines.get(timeout=60)
            assert line is not None, "".join(self.said)
            self.said.append(line)
        # The link, if there is one, comes before the last line.
        while "Ctrl-C" not in self.said[-1]:
            self.said.append(lines.get(timeout=30) or "Ctrl-C")

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        assert self.process
        if self.is_running():
            self.process.send_signal(how)
        return self.process.wait(timeout=90)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_gone(self) -> bool:
        """Say whether no process of it is left: web workers hold one lock, PostgreSQL the other."""
        folder = self.home.postgres_folder
        held = [self.home.path / "serve.lock", folder / "users.lock", folder / "alive.lock"]
        return not any(taken(file) for file in held)

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/readyz")[0] == 200
        return False

    def sign_in_link(self) -> str | None:
        found = re.search(r"http://127\.0\.0\.1:\d+(/\S+/\S+)", "".join(self.said))
        return found and found[1]

    def worker(self) -> int | None:
        """Return the process that runs jobs."""
        for pid in self.processes("annotator serve"):
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().strip() == "annotator-jobs":
                    return pid
        return None

    def call(self, method: str, path: str, body: bytes = b"", **headers: str):
        """Ask the API; return the status and the answer's JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        kind = {"Content-Type": "application/octet-stream"}
        try:
            connection.request(method, path, body or None, kind | headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def processes(self, named: str) -> list[int]:
        """Return the processes below `annotator serve` whose command line has `named` in it."""
        assert self.process
        rows = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        table = {
            int(p): (int(parent), args) for p, parent, args in (r.split(None, 2) for r in rows)
        }
        below = [self.process.pid]
        for pid in below:
            below += [child for child, (parent, _) in table.items() if parent == pid]
        return [pid for pid in below[1:] if named in table[pid][1]]


def taken(lock: Path) -> bool:
    if not lock.exists():
        return False
    descriptor = locks.open_lock(lock)
    try:
        return not locks.try_lock(descriptor)
    finally:
        os.close(descriptor)
