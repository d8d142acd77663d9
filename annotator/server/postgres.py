"""The embedded PostgreSQL: made, started, shared by every command that needs it, stopped by the last.

Three locks in its folder say everything; no process id is trusted:

    change.lock  held while somebody starts or stops the server
    users.lock   shared by every process that uses the server; whoever gets it alone was the last
    alive.lock   inherited by `postgres` itself, so the kernel frees it when its last process is gone
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from annotator.server import locks
from annotator.server.binaries import MAJOR, RunAs, programs, run_as
from annotator.server.home import DATABASE, ROLE, SOCKET_NAME, Home, give_to_owner_of
from annotator.server.problems import ServerProblem

SUPERUSER = "postgres"
LOG_LIMIT = 10 * 1024 * 1024  # bytes; a longer log starts anew, the one before is kept
STOP_SECONDS = 60
# Written into no file: a newer Annotator brings its own, and no hand-edited one is lost or obeyed.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # An answered save survives a crash of the machine. These are the defaults; they are the promise.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # Small: the whole product is to idle below 200 MB.
    "max_connections": "100",  # eight web workers' pools of 12 (see __main__.py), and some to spare
    "shared_buffers": "48MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "io_method": "sync",
    "autovacuum_max_workers": "2",
    "max_worker_processes": "4",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    # Read by people and by `annotator`.
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
}
# For tests only: throws durability away for speed.
FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@contextlib.contextmanager
def running(home: Home) -> Iterator[Postgres]:
    """Have the home's PostgreSQL run for the length of a block, beside whoever else uses it."""
    server = Postgres(home)
    server.join()
    try:
        yield server
    finally:
        server.leave()


class Postgres:
    """The server of one home. Joined and left by each process that uses it."""

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.folder = home.postgres_folder
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.settings = SETTINGS if durable else SETTINGS | FORGETFUL
        self._durable = durable
        self._users: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        # A forked process is a user of the server only if it joins as one.
        os.register_at_fork(after_in_child=self._forget_everything)

    def join(self) -> None:
        """Count as a user of the server, and start it when nobody has."""
        self._make_folder()
        with locks.alone(self.folder / "change.lock"):
            self._users = locks.open_lock(self.folder / "users.lock")
            locks.try_lock(self._users, shared=True)
            try:
                self._start_unless_alive()
            except BaseException:  # a Ctrl-C, too, may come while it starts
                if locks.try_lock(self._users):
                    self.end()
                self._forget_me()
                raise

    def leave(self) -> None:
        """Stop the server unless somebody else uses it."""
        if self._users is None:
            return
        try:
            with locks.alone(self.folder / "change.lock"):
                if locks.try_lock(self._users):
                    self.end()
        finally:
            self._forget_me()

    def keep_alive(self) -> bool:
        """Start the server again when it died; return whether it had to be."""
        if self.is_alive():
            return False
        with locks.alone(self.folder / "change.lock"):
            return self._start_unless_alive()

    def is_alive(self) -> bool:
        """Say whether any process of the server is left (a zombie is none)."""
        if self._child:
            self._child.poll()  # reaps it
        return locks.is_held(self.folder / "alive.lock")

    def end(self) -> None:
        """Stop it cleanly, whoever uses it: end the sessions, roll back what is open, write all down."""
        end = time.monotonic() + STOP_SECONDS
        while self.is_alive():
            pid = _first_number(self.data / "postmaster.pid")
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
            if time.monotonic() > end:
                raise ServerProblem(f"PostgreSQL does not stop. Its log is {self.log}.")
            _wait_while(
                self.is_alive, seconds=5 if pid else 0.1
            )  # it may not have noted its id yet
        if self.home.socket_folder.parent != self.folder:
            shutil.rmtree(self.home.socket_folder, ignore_errors=True)

    def _forget_me(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def _forget_everything(self) -> None:
        self._forget_me()
        self._child = None

    # Making

    def _make_folder(self) -> None:
        self.home.make()
        try:
            for folder in (self.folder.parent, self.folder):
                if not folder.exists():
                    folder.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, exist_ok=True)
                    give_to_owner_of(folder.parent, folder)
            if self.folder.parent != self.home.path and not self.home.elsewhere.exists():
                self.home.elsewhere.write_text(f"{self.folder}\n", encoding="utf-8")
                give_to_owner_of(self.home.path, self.home.elsewhere)
            locks.is_held(self.folder / "change.lock")
        except PermissionError as error:
            raise ServerProblem(
                f"You may not use {self.folder}, which belongs to another user. "
                "Set ANNOTATOR_HOME to a folder of your own."
            ) from error
        except OSError as error:
            raise ServerProblem(f"{self.folder} cannot be made: {error.strerror}.") from error

    def _make_data(self, user: RunAs, bin_folder: Path) -> None:
        """Make the database cluster beside its place and move it there when it is whole."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        user.give(fresh)
        # The builtin locale sorts by code point and knows Unicode's cases, on every system and for
        # ever: an index made on one machine is right on the next. (ICU is not in the wheel.)
        sync = [] if self._durable else ["--no-sync"]
        self._run(
            [bin_folder / "initdb", "-D", fresh, "-U", SUPERUSER, "--auth=reject", "--encoding=UTF8",
             "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
             "--data-checksums", "--no-instructions", *sync], user
        )  # fmt: skip
        password = self.home.database_password()
        bootstrap = (
            f"ALTER ROLE {SUPERUSER} PASSWORD '{password}';\n"
            f"CREATE ROLE {ROLE} LOGIN PASSWORD '{password}';\n"
            f"CREATE DATABASE {DATABASE} OWNER {ROLE};\n"
        )
        said = self._run(
            [
                bin_folder / "postgres",
                "--single",
                "-D",
                fresh,
                "-c",
                "log_checkpoints=off",
                SUPERUSER,
            ],
            user,
            bootstrap,
        )
        if "ERROR" in said or "FATAL" in said:
            raise ServerProblem(f"The database could not be made: {_last_complaint(said)}.")
        (fresh / "pg_hba.conf").write_text("local all all scram-sha-256\n", encoding="ascii")
        fresh.rename(self.data)

    def _run(self, command: list[Path | str], user: RunAs, said_to_it: str = "") -> str:
        done = subprocess.run(  # noqa: S603
            command,
            input=said_to_it.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            env=_environment(),
            umask=0o077,
            **user.popen(),  # type: ignore[call-overload]  # a dict of keywords
        )
        said: str = done.stderr.decode(errors="replace")
        if done.returncode:
            raise ServerProblem(f"The database could not be made: {_last_complaint(said)}.")
        return said

    # Starting

    def _start_unless_alive(self) -> bool:
        if not self.is_alive():
            try:
                self._start()
            except OSError as error:
                raise ServerProblem(f"PostgreSQL could not be started: {error}.") from error
            return True
        self._wait_until_ready()
        return False

    def _start(self) -> None:
        user = run_as(self.data if self.data.exists() else self.home.path)
        bin_folder = programs(user)
        if not self.data.exists():
            self._make_data(user, bin_folder)
        self._check_version()
        sockets = self._make_socket_folder(user)
        self._clear_stale_files(sockets)
        command = [
            bin_folder / "postgres",
            "-D",
            self.data,
            "-c",
            f"unix_socket_directories={sockets}",
        ]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        alive = locks.open_lock(self.folder / "alive.lock")
        try:
            if not locks.wait_for(alive, seconds=15):  # the last processes of a killed server
                raise ServerProblem("An earlier PostgreSQL of this home does not end.")
            with self._open_log() as log:
                self._child = subprocess.Popen(  # noqa: S603
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=_environment(),
                    umask=0o077,
                    pass_fds=[alive],
                    start_new_session=True,  # a Ctrl-C is for us; we stop the server in our own time
                    preexec_fn=None if self._durable else _die_with_parent,
                    **user.popen(),  # type: ignore[call-overload]  # a dict of keywords
                )
        finally:
            os.close(alive)
        self._wait_until_ready()

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != str(MAJOR):
            raise ServerProblem(
                f"The database in {self.data} was made by PostgreSQL {found}, but this Annotator "
                f"carries PostgreSQL {MAJOR}. Use the Annotator that made it to move the data over."
            )

    def _make_socket_folder(self, user: RunAs) -> Path:
        folder = self.home.socket_folder
        owner = os.geteuid() if user.uid is None else user.uid
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            user.give(folder)
        found = folder.lstat()
        # In /tmp anybody could have been there first.
        if found.st_uid != owner or found.st_mode & 0o077 or folder.is_symlink():
            raise ServerProblem(
                f"{folder} belongs to somebody else or is open to others. Remove it."
            )
        return folder

    def _clear_stale_files(self, sockets: Path) -> None:
        """Remove what a killed server left behind.

        PostgreSQL itself takes any live process with the old id for a server: a zombie that nobody
        reaps, or, after a container was restarted, something else entirely. We know better, because
        nobody holds alive.lock; only a server started by hand could still be there.
        """
        noted = self.data / "postmaster.pid"
        pid = _first_number(noted)
        if pid is not None and _is_server_of(pid, self.data):
            return
        for file in (noted, sockets / SOCKET_NAME, sockets / f"{SOCKET_NAME}.lock"):
            file.unlink(missing_ok=True)

    def _open_log(self) -> BinaryIO:
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LOG_LIMIT:
                self.log.replace(self.log.with_suffix(".log.1"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        give_to_owner_of(self.folder, self.log)
        return os.fdopen(descriptor, "ab")

    def _wait_until_ready(self) -> None:
        """Wait for the server to accept connections, for as long as it works on it.

        After a crash it first replays its log, which takes as long as it takes.
        """
        noted = self.data / "postmaster.pid"
        while self.is_alive():
            with contextlib.suppress(FileNotFoundError):
                if noted.read_bytes().rstrip().endswith(b"ready"):
                    return
            if self._child and self._child.returncode is not None:
                break
            time.sleep(0.02)
        raise ServerProblem(
            f"PostgreSQL could not be started: {_last_complaint(self._log_tail())}. "
            f"Its log is {self.log}."
        )

    def _log_tail(self) -> str:
        with contextlib.suppress(OSError), open(self.log, "rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4000))
            return log.read().decode(errors="replace")
        return ""


def _wait_while(condition: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while condition() and time.monotonic() < end:
        time.sleep(0.02)


def _environment() -> dict[str, str]:
    """Only what PostgreSQL needs: the user's PGDATA, PGPORT and locale are about other servers."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _first_number(file: Path) -> int | None:
    """Return the process id in the first line of postmaster.pid."""
    try:
        number = int(file.read_bytes().split(b"\n", 1)[0])
    except (OSError, ValueError):
        return None
    return number if number > 1 else None


def _is_server_of(pid: int, data: Path) -> bool:
    """Say whether the process is a live PostgreSQL on this very data folder."""
    proc = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            return Path(os.readlink(proc / "cwd")) == data.resolve()  # a zombie has none
        except OSError:
            return False
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True
    )
    return f"-D {data} " in shown.stdout


def _last_complaint(said: str) -> str:
    """Return the sentence of PostgreSQL's own that says best what is wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for mark in ("FATAL:", "PANIC:", "ERROR:", "error:"):
        for line in reversed(lines):
            if mark in line:
                return line.partition(mark)[2].strip().removesuffix(".")
    return lines[-1].removesuffix(".") if lines else "it said nothing"


def _die_with_parent() -> None:
    """Ask Linux to end the tests' server with the tests."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG
