"""`annotator serve` as a person meets it: started, stopped, killed, started twice. One home for all of it."""

import os
import re
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest

from annotator.server.home import Home
from annotator.server.postgres import Postgres
from tests.server.installation import Installation, free_port, until


@pytest.fixture(scope="module")
def installed():
    """An installation that has been started before."""
    folder = Path(tempfile.mkdtemp(prefix="annotator serve "))
    folder.chmod(0o711)
    installation = Installation(Home(folder / "home"))
    installation.serve()
    installation.first_said = "".join(installation.said)
    yield installation
    installation.stop()
    Postgres(installation.home).end()
    shutil.rmtree(folder)


@pytest.fixture
def serving(installed):
    if not installed.is_running():
        installed.serve()
    return installed


@pytest.fixture
def stopped(installed):
    if installed.is_running():
        installed.stop()
    until(installed.is_gone)
    return installed


def test_first_start_prints_a_link_and_serves_pages_with_their_style(serving):
    assert "Making a new database" in serving.first_said
    status, page = serving.get("/accounts/login/")
    style = re.search(rb'href="(/static/css/[^"]+\.css)"', page)

    assert status == 200
    assert serving.get(serving.sign_in_link())[0] == 200
    assert style
    assert serving.get(style[1].decode())[0] == 200


def test_ctrl_c_after_a_second_start_leaves_nothing(stopped):
    stopped.serve()

    assert stopped.stop(signal.SIGINT) == 0
    assert stopped.is_gone()
    assert stopped.said[0].startswith("Annotator is ready")


def test_ctrl_c_while_it_starts_leaves_nothing(stopped):
    process = stopped.command("serve", "--port", stopped.port)
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)

    assert "Traceback" not in said
    until(stopped.is_gone)


def test_second_serve_on_the_same_home_is_refused(serving):
    code, said = serving.run("serve", "--port", free_port())

    assert code == 1
    assert "Another `annotator serve`" in said
    assert "Traceback" not in said
    assert serving.is_ready()


def test_port_in_use_is_said(serving, folder):
    code, said = serving.run("serve", "--port", serving.port, ANNOTATOR_HOME=str(folder / "other"))

    assert code == 1
    assert f"Port {serving.port} on 127.0.0.1 cannot be used" in said
    assert "Traceback" not in said


def test_commands_work_beside_it_and_without_it(serving):
    code, said = serving.run("sign-in-link")
    assert (code, said[:7]) == (0, "http://")
    assert serving.is_ready()
    serving.stop()

    code, said = serving.run("sign-in-link")
    assert (code, said[:7]) == (0, "http://")
    assert serving.is_gone()


def test_killed_serve_takes_everything_along_and_starts_again(serving):
    serving.process.kill()
    serving.process.wait()
    until(serving.is_gone)

    serving.serve()

    assert serving.is_ready()


def test_killed_postgres_comes_back_by_itself(serving):
    [postgres] = serving.processes("postgres -D")

    os.kill(postgres, signal.SIGKILL)
    until(lambda: serving.processes("postgres -D") not in ([], [postgres]))

    until(serving.is_ready)
    assert serving.process.poll() is None


def test_killed_web_processes_come_back_by_themselves(serving):
    jobs = serving.worker()
    web, *workers = [pid for pid in serving.processes("annotator serve") if pid != jobs]
    os.kill(workers[0], signal.SIGKILL)
    until(lambda: workers[0] not in serving.processes("annotator serve"))
    until(serving.is_ready)

    os.kill(web, signal.SIGKILL)
    until(lambda: web not in serving.processes("annotator serve"))

    until(serving.is_ready)
    assert not set(workers) & set(serving.processes("annotator serve"))


def test_killed_worker_comes_back_by_itself(serving):
    until(lambda: serving.worker() is not None)
    worker = serving.worker()

    os.kill(worker, signal.SIGKILL)
    until(lambda: serving.worker() not in (None, worker))

    until(serving.is_ready)


def test_other_databases_are_refused_by_name(installed):
    code, said = installed.run("serve", DATABASE_URL="sqlite:///db.sqlite3")

    assert code == 1
    assert said.startswith("annotator: DATABASE_URL names SQLite")
    assert said.count("\n") == 1


def test_unreachable_database_is_said(stopped):
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere"

    code, said = stopped.run("serve", "--port", stopped.port, DATABASE_URL=url)

    assert code == 1
    assert "Traceback" not in said
    assert "refused" in said


def test_home_that_is_a_file_is_said(installed, folder):
    (folder / "file").write_text("")

    code, said = installed.run("serve", ANNOTATOR_HOME=str(folder / "file"))

    assert (code, "should be a folder" in said, said.count("\n")) == (1, True, 1)
