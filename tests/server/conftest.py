import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.server.home import Home
from annotator.server.postgres import Postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may pass through: as root, PostgreSQL is another user."""
    with tempfile.TemporaryDirectory(
        prefix="annotator-server-", ignore_cleanup_errors=True
    ) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def home(folder: Path) -> Iterator[Home]:
    home = Home(folder / "home")
    yield home
    Postgres(home, durable=False).end()
    if home.socket_folder.parent != home.postgres_folder:
        shutil.rmtree(home.socket_folder, ignore_errors=True)
