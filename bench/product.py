"""The product as a user starts it, in a home of its own that is gone afterwards."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class Product:
    port: int
    pid: int
    start_seconds: float

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def memory(self) -> float:
        """Return what all its processes hold, database included, in MB (shared pages once)."""
        return sum(_pss(pid) for pid in [self.pid, *_descendants(self.pid)]) / 1e6


@contextlib.contextmanager
def temporary_home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="annotator-bench-"))
    folder.chmod(0o711)  # as root, PostgreSQL runs as another user
    os.environ["ANNOTATOR_HOME"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(home: Path) -> Iterator[Product]:
    """Run `annotator serve` until the caller is done."""
    port = _free_port()
    log = home / "serve.log"
    began = time.perf_counter()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "annotator", "serve", "--port", str(port)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        while b"Annotator is ready" not in log.read_bytes():
            if process.poll() is not None or time.perf_counter() - began > 120:
                raise SystemExit(f"The product did not start:\n{log.read_text()}")
            time.sleep(0.05)
        yield Product(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _descendants(pid: int) -> list[int]:
    """Return the processes below ``pid``, by /proc (Linux)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, ahead = [], [pid]
    while ahead:
        ahead = [child for parent in ahead for child in children.get(parent, [])]
        found += ahead
    return found


def _pss(pid: int) -> int:
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", said, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
