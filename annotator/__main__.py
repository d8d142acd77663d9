"""The `annotator` command: Django's commands, with the embedded PostgreSQL running around them."""

from __future__ import annotations

import os
import sys

from django.db.utils import OperationalError

from annotator.server.endings import ignore_signals, leave_on_signals
from annotator.server.home import Home
from annotator.server.postgres import running
from annotator.server.problems import ServerProblem

# They start what they need themselves.
SERVERS = {"serve", "web"}
NEED_NO_DATABASE = {
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "makemigrations",
    "spectacular",
    "version",
}


def main(argv: list[str] | None = None) -> None:
    """Run one command; a known trouble of the machine is one sentence and exit code 1."""
    argv = sys.argv if argv is None else argv
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    try:
        _run(argv)
        sys.stdout.flush()
    except ServerProblem as problem:
        sys.exit(f"annotator: {problem}")
    except OperationalError as error:  # unreachable, full, or it took too long
        sys.exit(f"annotator: The database: {str(error).strip().partition(chr(10))[0]}")
    except BrokenPipeError:
        # Whoever read the output has had enough; Python is not to complain at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _run(argv: list[str]) -> None:
    from django.core.management import execute_from_command_line

    # `annotator check-data` is check_data.py.
    if len(argv) > 1 and not argv[1].startswith("-"):
        argv = [argv[0], argv[1].replace("-", "_"), *argv[2:]]
    if set(argv[1:2]) & SERVERS:
        os.environ.setdefault("ANNOTATOR_POOL", "12")
        return execute_from_command_line(argv)
    # Somebody watches a command on the terminal; only the pages have to be quick.
    os.environ.setdefault("ANNOTATOR_STATEMENT_TIMEOUT", "0")
    os.environ.setdefault("ANNOTATOR_IDLE_TIMEOUT", "0")
    if not needs_embedded_database(argv):
        return execute_from_command_line(argv)
    leave_on_signals()
    with running(Home.from_env()):
        try:
            return execute_from_command_line(argv)
        finally:
            ignore_signals()


def needs_embedded_database(argv: list[str]) -> bool:
    """Say whether the command line wants a database, and none of one's own is named."""
    if os.environ.get("DATABASE_URL") or len(argv) < 2 or {"-h", "--help"} & set(argv):
        return False
    return argv[1].lstrip("-") not in NEED_NO_DATABASE or "--database" in argv


if __name__ == "__main__":
    main()
