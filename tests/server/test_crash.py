"""Kill the web server, then PostgreSQL, in the middle of saving: every answered edit is there, once.

A ledger outside the database notes what was answered; clients retry what was not, with the same id.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

ROUNDS = ["web", "database", "web and database"]
CLIENTS = 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Product:
    """`annotator serve` as a person starts it, with its processes at hand."""

    def __init__(self, home: Path) -> None:
        self.environ = {
            **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "ANNOTATOR_HOME")},
            "ANNOTATOR_HOME": str(home),
        }
        self.environ.pop("DJANGO_SETTINGS_MODULE", None)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "annotator", *words]

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command("serve", "--port", str(self.port)),
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("serve did not come up within a minute")

    def run(self, *words: str) -> str:
        done = subprocess.run(
            self.command(*words), env=self.environ, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def request(self, method: str, path: str, body: object = None, token: str = ""):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        if not token:
            del headers["Authorization"]
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def kill(self, what: str) -> None:
        """SIGKILL the whole web server, or PostgreSQL with all that it forked, or both."""
        doomed = set()
        for pid, command in descendants(self.process.pid).items():
            is_database = command.startswith("postgres") or "/postgres" in command.split(" ")[0]
            if (is_database and "database" in what) or (not is_database and "web" in what):
                doomed.add(pid)
        if "web" in what:
            doomed.add(self.process.pid)
        assert doomed
        for pid in doomed:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if "web" in what:
            self.process.wait()
            self.start()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)


def descendants(root: int) -> dict[int, str]:
    """Return the processes below ``root`` with their command lines."""
    rows = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    table = {int(p): (int(pp), args) for p, pp, args in (row.split(None, 2) for row in rows)}
    found: dict[int, str] = {}
    wave = {root}
    while wave:
        wave = {pid for pid, (parent, _) in table.items() if parent in wave} - found.keys()
        found.update({pid: table[pid][1] for pid in wave})
    return found


class Annotator(threading.Thread):
    """Saves span after span in one article, and goes on until each is answered."""

    def __init__(self, product: Product, token: str, article: int) -> None:
        super().__init__(daemon=True)
        self.product, self.token, self.article = product, token, article
        self.ledger: list[str] = []
        self.retries = 0
        self.enough = threading.Event()
        self.failure = ""

    def run(self) -> None:
        version = 0
        while not self.enough.is_set() and not self.failure:
            key = str(uuid.uuid4())
            edit = {
                "id": str(uuid.uuid4()),
                "kind": "add_span",
                "span": {"id": key, "label": "claim", "pieces": [[1, 5]]},
            }
            version = self._save({"base_version": version, "edits": [edit]})
            self.ledger.append(key)

    def _save(self, body: dict) -> int:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                path = f"/api/v1/articles/{self.article}/edits/"
                status, answer = self.product.request("POST", path, body, self.token)
                if status == 200:
                    return json.loads(answer)["version"]
                if status < 500:
                    self.failure = f"{status} {answer[:300]!r}"
                    return 0
            except OSError:
                pass
            self.retries += 1
            time.sleep(0.05)
        self.failure = "no answer for a minute"
        return 0


@pytest.fixture
def product(folder):
    product = Product(folder / "home")
    product.start()
    yield product
    product.stop()


def test_every_answered_edit_is_there_once(product):
    token = product.run("token", "admin")
    corpus = json.loads(product.request("GET", "/api/v1/corpora/", token=token)[1])["results"][0]
    listing = product.request("GET", f"/api/v1/corpora/{corpus['slug']}/articles/", token=token)
    articles = [row["id"] for row in json.loads(listing[1])["results"]][-CLIENTS:]
    people = [Annotator(product, token, article) for article in articles]
    for person in people:
        person.start()
    for what in ROUNDS:
        time.sleep(0.7)
        product.kill(what)
        seen = [len(person.ledger) for person in people]
        deadline = time.monotonic() + 60
        while any(len(p.ledger) <= n + 1 for p, n in zip(people, seen, strict=True)):
            assert time.monotonic() < deadline, [p.failure for p in people]
            assert not any(p.failure for p in people), [p.failure for p in people]
            time.sleep(0.05)
    for person in people:
        person.enough.set()
        person.join(timeout=60)
    assert not any(person.failure for person in people)
    assert sum(person.retries for person in people) > 0, (
        "no kill hit a save: the test proves nothing"
    )
    for person in people:
        path = f"/api/v1/articles/{person.article}/reading/"
        spans = json.loads(product.request("GET", path, token=token)[1])["spans"]
        assert sorted(span["id"] for span in spans) == sorted(person.ledger)
    product.run("check-data")
