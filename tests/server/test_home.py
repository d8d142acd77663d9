import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from annotator.server.home import SOCKET_NAME, SOCKET_PATH_LIMIT, Home
from annotator.server.problems import ServerProblem


def test_secret_is_made_once_and_kept(home):
    first = home.secret_key()

    assert len(first) >= 50
    assert Home(home.path).secret_key() == first
    assert stat.S_IMODE((home.path / "secret-key").stat().st_mode) == 0o600


def test_environment_names_the_home(folder):
    assert Home.from_env({"ANNOTATOR_HOME": str(folder)}).path == folder
    assert Home.from_env({}).path.is_absolute()


def read_secret(path: Path, results) -> None:
    results.put(Home(path).secret_key())


def test_everybody_who_comes_first_gets_the_same_secret(home):
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    crowd = [context.Process(target=read_secret, args=(home.path, results)) for _ in range(8)]
    for one in crowd:
        one.start()

    secrets = {results.get(timeout=10) for _ in crowd}

    for one in crowd:
        one.join()
    assert len(secrets) == 1
    assert os.listdir(home.path) == ["secret-key"]


def test_damaged_secret_is_not_used(home):
    home.secret_key()
    (home.path / "secret-key").write_text("short")

    with pytest.raises(ServerProblem, match="damaged"):
        home.secret_key()


def test_file_in_the_way_is_said(folder):
    (folder / "file").write_text("")

    with pytest.raises(ServerProblem, match="should be a folder"):
        Home(folder / "file").make()


def test_socket_path_stays_short_however_long_the_home(folder):
    near, far = Home(folder / "home"), Home(folder / ("long" * 50) / "home")

    assert near.socket_folder.is_relative_to(near.path)
    assert len(os.fsencode(far.socket_folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT
    assert far.socket_folder == Home(far.path).socket_folder
