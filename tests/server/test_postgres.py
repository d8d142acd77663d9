"""The embedded PostgreSQL; mostly with fsync off, which is all that differs from an installation."""

import os
import signal
import subprocess
import sys
import threading
import time

import psycopg
import pytest

from annotator.server.home import DATABASE, ROLE, SOCKET_NAME, Home
from annotator.server.postgres import SETTINGS, Postgres
from annotator.server.problems import ServerProblem


@pytest.fixture
def server(home):
    return Postgres(home, durable=False)


def connect(home):
    return psycopg.connect(
        host=str(home.socket_folder),
        user=ROLE,
        password=home.database_password(),
        dbname=DATABASE,
        autocommit=True,
    )


def postmaster(server):
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_database_is_there_while_it_is_used_and_gone_after(home, server):
    server.join()
    with connect(home) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.leave()

    assert not server.is_alive()
    with pytest.raises(psycopg.OperationalError):
        connect(home)


def test_what_was_written_is_there_the_next_time(home, server):
    server.join()
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'ÀÉ' AS word")
    server.leave()

    server.join()
    with connect(home) as connection:
        row = connection.execute("SELECT lower(word) FROM kept").fetchone()
    server.leave()

    assert row == ("àé",)


def test_role_of_the_application_is_no_superuser_and_password_is_asked(home, server):
    server.join()
    with connect(home) as connection:
        assert connection.execute("SHOW is_superuser").fetchone() == ("off",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(home.socket_folder), user=ROLE, password="wrong", dbname=DATABASE)
    server.leave()


def test_installations_are_durable():
    assert {SETTINGS[name] for name in ("fsync", "full_page_writes", "synchronous_commit")} == {
        "on"
    }


def test_last_user_out_stops_it(home, server):
    other = Postgres(home, durable=False)
    server.join()
    other.join()

    server.leave()
    assert other.is_alive()
    other.leave()

    assert not other.is_alive()


def test_two_who_start_at_once_share_one_server(home):
    crowd = [Postgres(home) for _ in range(4)]
    threads = [threading.Thread(target=one.join) for one in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(one._child is not None for one in crowd) == 1
    for one in crowd:
        one.leave()
    assert not crowd[0].is_alive()


def test_killed_server_is_started_again_with_what_it_had_confirmed(home):
    server = Postgres(home)
    server.join()
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        os.kill(postmaster(server), signal.SIGKILL)
        until(lambda: not server.is_alive())

    assert server.keep_alive()
    with connect(home) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert not server.keep_alive()
    server.leave()


@pytest.mark.parametrize("squatter", ["another program", "a zombie", "nothing"])
def test_stale_notes_of_a_killed_server_block_nothing(home, server, squatter):
    server.join()
    os.kill(postmaster(server), signal.SIGKILL)
    until(lambda: not server.is_alive())
    server.leave()
    owner = server.data.stat().st_uid  # PostgreSQL minds only processes of its own user
    sleeper = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    if squatter != "another program":
        sleeper.kill()  # a zombie until somebody waits for it
    if squatter == "nothing":
        sleeper.wait()
    # As after the restart of a container, where process ids begin anew.
    note = server.data / "postmaster.pid"
    note.write_text(note.read_text().replace(note.read_text().split("\n")[0], str(sleeper.pid), 1))
    (home.socket_folder / f"{SOCKET_NAME}.lock").write_text(f"{sleeper.pid}\n")

    server.join()
    with connect(home) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.leave()

    sleeper.kill()
    sleeper.wait()


def test_server_of_a_killed_command_is_taken_over(home, server):
    script = (
        "import pathlib, sys, time; from annotator.server.home import Home;"
        "from annotator.server.postgres import Postgres, _die_with_parent;"
        "import annotator.server.postgres as module; module._die_with_parent = lambda: None;"
        "Postgres(Home(pathlib.Path(sys.argv[1])), durable=False).join();"
        "print('up', flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", script, home.path], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"up\n"
    orphan = postmaster(server)
    starter.kill()
    starter.communicate()

    server.join()
    assert postmaster(server) == orphan
    server.leave()

    assert not server.is_alive()


def test_forked_process_is_no_user_of_the_server(home, server):
    other = Postgres(home, durable=False)
    server.join()
    other.join()
    heard, said = os.pipe()
    child = os.fork()
    if not child:
        os.write(said, b"!")
        time.sleep(60)
        os._exit(0)
    os.read(heard, 1)

    server._forget_me()  # as if killed
    other.leave()

    assert not server.is_alive()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(heard)
    os.close(said)


def test_interrupted_making_is_done_again(home, server):
    (server.folder / "data.new").mkdir(parents=True)
    (server.folder / "data.new" / "half").write_text("written")

    server.join()
    server.leave()

    assert (server.data / "PG_VERSION").exists()


def test_data_of_another_version_is_left_alone(home, server):
    server.join()
    server.leave()
    (server.data / "PG_VERSION").write_text("16\n")

    with pytest.raises(ServerProblem, match="made by PostgreSQL 16"):
        server.join()


def test_reason_for_not_starting_is_told(home, server):
    server.join()
    server.leave()
    server.settings["shared_buffers"] = "none"

    with pytest.raises(ServerProblem, match="shared_buffers"):
        server.join()


def test_folder_of_somebody_else_gets_no_socket(home, server):
    home.socket_folder.mkdir(parents=True, mode=0o755)
    home.socket_folder.chmod(0o755)

    with pytest.raises(ServerProblem, match="open to others"):
        server.join()


def test_long_path_with_spaces_works(folder):
    home = Home(folder / "a b" / ("long" * 50) / "home")
    server = Postgres(home, durable=False)

    server.join()
    with connect(home) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.leave()

    assert not home.socket_folder.exists()


def test_interrupted_start_leaves_no_server(home, server, monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Postgres, "_wait_until_ready", interrupted)

    with pytest.raises(KeyboardInterrupt):
        server.join()

    assert not server.is_alive()
