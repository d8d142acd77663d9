"""ANNOTATOR_HOME: the one folder where an installation keeps everything that is its own.

secret-key            signs sessions and links (0600)
database-password     of the embedded PostgreSQL (0600)
static/               the collected, compressed static files
files/                uploads, exports and releases, unless ANNOTATOR_STORAGE names another place
serve.lock            held by the `annotator serve` that runs here
postgres/             the embedded PostgreSQL: data/, its log, its locks, its socket
postgres-is-elsewhere only for root: names the folder that stands in for postgres/
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs

from annotator.server.database_url import with_defaults
from annotator.server.problems import ServerProblem

DATABASE = "annotator"
ROLE = "annotator"
PORT = "5432"  # nothing listens on it: it is part of the socket's name
FOR_ROOT = Path("/var/lib/annotator")
# sun_path holds 108 bytes on Linux and 104 on macOS, with the closing NUL.
SOCKET_PATH_LIMIT = 103
SOCKET_NAME = f".s.PGSQL.{PORT}"


@dataclass(frozen=True)
class Home:
    """One installation's folder. Making a Home touches nothing; asking it for a secret may write one."""

    path: Path

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Home:
        if os.environ.get("HOME") == "":
            del os.environ["HOME"]  # Python would take the root of the disk for it
        chosen = environ.get("ANNOTATOR_HOME") or platformdirs.user_data_dir("annotator")
        return cls(Path(chosen).expanduser().absolute())

    def make(self) -> None:
        """Create the folder when it is missing; never change one that is there."""
        # PostgreSQL of a root installation runs as another user, who has to pass through.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.path.mkdir(mode=mode, parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise ServerProblem(f"{self.path} should be a folder, but it is not.") from error
        except OSError as error:
            raise ServerProblem(
                f"The folder {self.path} cannot be made: {error.strerror}. "
                "Set ANNOTATOR_HOME to a folder you may write to."
            ) from error

    def secret_key(self) -> str:
        return self._kept("secret-key", lambda: secrets.token_urlsafe(60))

    def database_password(self) -> str:
        return self._kept("database-password", lambda: secrets.token_urlsafe(30))

    @property
    def static_root(self) -> Path:
        return self.path / "static"

    @property
    def files(self) -> Path:
        return self.path / "files"

    def database(self) -> dict[str, Any]:  # Any: the shape of Django's DATABASES entries
        """Return the Django DATABASES entry of the embedded PostgreSQL, which this does not start."""
        return with_defaults(
            {
                "NAME": DATABASE,
                "USER": ROLE,
                "PASSWORD": self.database_password(),
                "HOST": str(self.socket_folder),
                "PORT": PORT,
            }
        )

    @cached_property
    def postgres_folder(self) -> Path:
        """Where the embedded PostgreSQL lives.

        PostgreSQL refuses to run as root, so root lends it another user, and that user cannot enter
        a home such as /root. Then it lives below /var/lib; the choice is noted in the home, so that
        a later change of a parent's permissions does not lose sight of the data.
        """
        usual = self.path / "postgres"
        if os.geteuid() != 0 or usual.exists():
            return usual
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return Path(self.elsewhere.read_text(encoding="utf-8").strip())
        return usual if open_to_all(self.path) else FOR_ROOT / _digest(self.path)

    @property
    def elsewhere(self) -> Path:
        return self.path / "postgres-is-elsewhere"

    @cached_property
    def socket_folder(self) -> Path:
        """Return a 0700 folder whose path is short enough for a Unix socket, the same for every caller."""
        beside = self.postgres_folder / "socket"
        if len(os.fsencode(beside / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return beside
        # Not $TMPDIR or $XDG_RUNTIME_DIR: two shells must come to the same folder.
        return Path("/tmp") / f"annotator-{os.geteuid()}-{_digest(self.postgres_folder)}"  # noqa: S108

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        """Return the secret in the file `name`; the first caller makes it, whoever else tries at the time."""
        file = self.path / name
        try:
            if not file.exists():
                self.make()
                self._write_once(file, make())
            kept = file.read_text(encoding="ascii").strip()
        except OSError as error:
            raise ServerProblem(f"{file} cannot be used: {error.strerror}.") from error
        if len(kept) < 40:
            raise ServerProblem(f"{file} is damaged. Restore it from a backup, or delete it.")
        return kept

    def _write_once(self, file: Path, content: str) -> None:
        descriptor, temporary = tempfile.mkstemp(dir=self.path, prefix=f".{file.name}-")
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(content + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            give_to_owner_of(self.path, Path(temporary))
            # A link appears whole or not at all, and never replaces what another process made first.
            with contextlib.suppress(FileExistsError):
                os.link(temporary, file)
        finally:
            os.unlink(temporary)


def open_to_all(folder: Path) -> bool:
    """Say whether any user of the machine may pass through to `folder` (which may not exist yet)."""
    existing = [parent for parent in (folder, *folder.parents) if parent.exists()]
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in existing)


def give_to_owner_of(folder: Path, file: Path) -> None:
    """When root works in somebody's home, what it makes there stays readable to that somebody."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
