"""What has to be in order before the pages are served: the database, the static files, somebody to sign in."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator

import django
import psycopg
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError, NotSupportedError, OperationalError

from annotator.accounts.actions import first_administrator, make_sign_in_link
from annotator.accounts.models import User
from annotator.exchange import demo
from annotator.server.database_url import version_problem
from annotator.server.home import Home
from annotator.server.problems import ServerProblem

ONE_AT_A_TIME = 0x616E6E6F  # an advisory lock's number, "anno"

# We carry htmx ourselves (static/vendor); django-htmx brings a copy whose imports cannot be hashed.
# The API speaks JSON only and has no pages to style.
NOT_COLLECTED = ["django_htmx/*", "rest_framework/*"]


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Turn what a full disk or an unreachable database raises into a sentence."""
    try:
        yield
    except NotSupportedError as error:  # Django's own lower limit
        raise ServerProblem(f"{str(error).removesuffix('.')}.") from error
    except (OperationalError, psycopg.OperationalError) as error:
        first_line = str(error).strip().partition("\n")[0].removesuffix(".")
        raise ServerProblem(f"The database does not do what it should: {first_line}.") from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise ServerProblem(f"{where}{error.strerror}.") from error


def check_database_version() -> None:
    """Refuse a server that is too old or not there; without the pool, which would try for long."""
    parameters = connection.get_connection_params()
    parameters.pop("pool", None)
    with connection.Database.connect(**parameters) as found:  # type: ignore[attr-defined]
        problem = version_problem(found.info.server_version)
    if problem:
        raise ServerProblem(problem)


def pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def refuse_old_database() -> None:
    """For what runs on many machines: one of them migrates, before the others start."""
    if steps := pending_migrations():
        raise ServerProblem(
            f"The database is {steps} steps behind this version: run `annotator migrate` first."
        )


def migrate() -> int:
    """Bring the database up to date; return how many steps that took."""
    if not pending_migrations():
        return 0
    with _alone_in_database():
        steps = pending_migrations()  # somebody else may have done them while we waited
        with connection.cursor() as cursor:  # an index over 100,000 articles takes its time
            cursor.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        call_command("migrate", interactive=False, verbosity=0)
    return steps


@contextlib.contextmanager
def _alone_in_database() -> Iterator[None]:
    """Hold a lock that other machines on the same database wait for.

    It belongs to a transaction, not to a session, so that it also works through PgBouncer.
    """
    keeper = connections.create_connection("default")
    try:
        keeper.set_autocommit(False)
        with keeper.cursor() as cursor:
            for waiting in (
                "lock_timeout",
                "statement_timeout",
                "idle_in_transaction_session_timeout",
            ):
                cursor.execute(f"SET LOCAL {waiting} = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        yield
    finally:
        with contextlib.suppress(DatabaseError):
            keeper.rollback()
        keeper.close()


def collect_static(home: Home) -> bool:
    """Collect, hash and compress the static files if any of them changed; return whether it did."""
    stamp = home.static_root / ".collected-from"
    fingerprint = _static_fingerprint()
    with contextlib.suppress(OSError):
        if stamp.read_text(encoding="ascii") == fingerprint:
            return False
    home.make()
    # In a process of its own: compressing takes memory that this long-lived one would keep.
    ignored = [f"--ignore={pattern}" for pattern in NOT_COLLECTED]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "annotator", "collectstatic", "--no-input", "--clear", *ignored],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        last_line = done.stderr.strip().rpartition("\n")[2].removesuffix(".")
        raise ServerProblem(f"The static files could not be collected: {last_line}.")
    stamp.write_text(fingerprint, encoding="ascii")  # last: an interrupted run is done again
    return True


def _static_fingerprint() -> str:
    digest = hashlib.sha256(f"{django.__version__} {settings.STORAGES['staticfiles']}".encode())
    for finder in finders.get_finders():
        for name, storage in sorted(finder.list(NOT_COLLECTED), key=lambda found: found[0]):
            path = storage.path(name)
            found = os.stat(path)
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def first_start() -> str | None:
    """Make what a new installation begins with; return the path of the administrator's sign-in link.

    As long as no administrator ever signed in, every start offers a link. Afterwards: None.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:  # two first starts on one database
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        administrator = first_administrator()
        if administrator:
            demo.load(by=administrator)
        elif not User.objects.filter(is_superuser=True, last_login__isnull=False).exists():
            administrator = User.objects.filter(is_superuser=True, is_active=True).first()
        return make_sign_in_link(user=administrator) if administrator else None


def let_go_of_database() -> None:
    """Close every connection, and the pool with its threads, so that this process can be forked."""
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL's connections only
