"""A PostgreSQL for the tests: a fresh one for each run, gone with it; DATABASE_URL uses one's own instead.

Loaded by `-p tests.pg_plugin`, before Django reads its settings. Nothing else of the machine is
touched: the run has an ANNOTATOR_HOME of its own.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from annotator.server.home import DATABASE, ROLE, Home
from annotator.server.postgres import SUPERUSER, Postgres

OWN = "ANNOTATOR_TESTS_OWN_SERVER"  # in the environment, which the workers of a run share
HOME = pytest.StashKey[Path]()
SERVER = pytest.StashKey[Postgres]()


@pytest.hookimpl(wrapper=True)  # a wrapper comes before pytest-django, which reads the settings
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="annotator-tests-"))
    folder.chmod(0o711)  # as root, PostgreSQL runs as another user
    os.environ["ANNOTATOR_HOME"] = str(folder)
    early_config.stash[HOME] = folder
    early_config.add_cleanup(lambda: clean_up(early_config))
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start(early_config, Home(folder))
        os.environ[OWN] = "1"
    return (yield)


def start(config: pytest.Config, home: Home) -> str:
    """Start a server that forgets fast; return the URL of a role that may make test databases."""
    server = Postgres(home, durable=False)
    server.join()
    config.stash[SERVER] = server
    let_role_create_databases(home)
    password, sockets = home.database_password(), quote(str(home.socket_folder), safe="")
    return f"postgresql://{ROLE}:{password}@{sockets}/{DATABASE}"


def let_role_create_databases(home: Home) -> None:
    import psycopg

    with psycopg.connect(
        host=str(home.socket_folder),
        user=SUPERUSER,
        password=home.database_password(),
        dbname=DATABASE,
        autocommit=True,
    ) as connection:
        connection.execute(f"ALTER ROLE {ROLE} CREATEDB")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Drop no database of a server that goes with the run: a thread may still hold a connection."""
    return OWN in os.environ


def clean_up(config: pytest.Config) -> None:
    if server := config.stash.get(SERVER, None):
        server.leave()
        del os.environ["DATABASE_URL"], os.environ[OWN]
    shutil.rmtree(config.stash[HOME], ignore_errors=True)
