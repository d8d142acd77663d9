"""File locks that end with the process that holds them, however it ends: nothing stale can block a start."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from annotator.server.home import give_to_owner_of


def open_lock(file: Path) -> int:
    """Open a lock file (made when missing); the caller closes it. Not inherited by other programs."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    give_to_owner_of(file.parent, file)
    return descriptor


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock if it is free; a lock already held by this descriptor changes its kind."""
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for(descriptor: int, *, seconds: float) -> bool:
    """Take the lock for ourselves within so many seconds."""
    end = time.monotonic() + seconds
    while not try_lock(descriptor):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def is_held(file: Path) -> bool:
    """Say whether some process holds the lock alone. Asking never gets in the way of two askers."""
    if not file.exists():
        return False
    descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    try:
        return not try_lock(descriptor, shared=True)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold the lock for the length of a block; wait as long as it takes."""
    descriptor = open_lock(file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
