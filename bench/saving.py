"""One saved edit through HTTP, held against one committed INSERT; and 32 people at once."""

import asyncio
import http.client
import json
import statistics
import time
import uuid
from typing import Any

from django.db import connection

from annotator.accounts.actions import make_token
from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus, Membership, Role
from bench.product import Product
from bench.report import Report

CLIENTS = 32
SECONDS = 4.0
ROUNDS = 5
SAVES = 60


def measure(report: Report, product: Product, corpus: Corpus) -> None:
    articles = list(Article.objects.filter(corpus=corpus).order_by("pk")[: CLIENTS + 4])
    people = [_person(corpus, number) for number in range(CLIENTS)]
    ours: list[float] = []
    inserts: list[float] = []
    _save_in_turn(product, people[0], articles[0], SAVES)  # warm
    for number in range(ROUNDS):
        ours += _save_in_turn(product, people[0], articles[number % 4], SAVES)
        inserts += _insert_in_turn(SAVES * 4)
    report.ratio(
        "one saved edit through HTTP, median",
        [seconds * 1e3 for seconds in ours],
        [seconds * 1e3 for seconds in inserts],
        "INSERT and COMMIT",
        15,
        unit="ms",
    )
    rates, waits = [], []
    for _ in range(3):
        done = asyncio.run(_save_at_once(product, people, articles[4:]))
        rates.append(len(done) / SECONDS)
        waits += done
    report.least(
        f"saves of {CLIENTS} people at once",
        statistics.median(rates),
        "/s",
        500,
        note=f"median {statistics.median(waits) * 1e3:.0f} ms; the clients share the machine",
    )


def _person(corpus: Corpus, number: int) -> str:
    user = User.objects.create_user(username=f"bench-{uuid.uuid4().hex[:8]}-{number}")
    Membership.objects.create(corpus=corpus, user=user, role=Role.ANNOTATOR)
    return make_token(user=user, name="bench")


def _body(version: int, number: int) -> bytes:
    at = 10 + number % 400
    span = {"id": str(uuid.uuid4()), "label": "quote", "pieces": [[at, at + 40]], "attributes": {}}
    edit = {"id": str(uuid.uuid4()), "kind": "add_span", "span": span}
    return json.dumps({"base_version": version, "edits": [edit]}).encode()


def _save_in_turn(product: Product, token: str, article: Article, count: int) -> list[float]:
    """Return the seconds that each of ``count`` saves took, over one connection."""
    line = http.client.HTTPConnection("127.0.0.1", product.port)
    headers = {
        "Host": f"localhost:{product.port}",
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
    }
    path = f"/api/v1/articles/{article.pk}"
    line.request("GET", f"{path}/reading/", headers=headers)
    version = json.loads(line.getresponse().read())["version"]
    times = []
    for number in range(count):
        body = _body(version, number)
        began = time.perf_counter()
        line.request("POST", f"{path}/edits/", body, headers)
        response = line.getresponse()
        said = response.read()
        times.append(time.perf_counter() - began)
        assert response.status == 200, said
        version = json.loads(said)["version"]
    line.close()
    return times


def _insert_in_turn(count: int) -> list[float]:
    """Return the seconds of committed INSERTs of a row like an edit's, on one connection."""
    raw: Any = connection.connection
    payload = _body(1, 1).decode()
    times = []
    with raw.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench (id bigserial PRIMARY KEY, row jsonb)")
        for _ in range(count):
            began = time.perf_counter()
            cursor.execute("INSERT INTO bench (row) VALUES (%s)", [payload])
            times.append(time.perf_counter() - began)
    return times


async def _save_at_once(
    product: Product, people: list[str], articles: list[Article]
) -> list[float]:
    """Let everybody save as fast as answers come, each in an article of their own."""
    until = time.perf_counter() + SECONDS
    done = await asyncio.gather(
        *(
            _save_until(product, token, article, until)
            for token, article in zip(people, articles, strict=True)
        )
    )
    return [seconds for times in done for seconds in times]


async def _save_until(product: Product, token: str, article: Article, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
    head = (
        f"Host: localhost:{product.port}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\n"
    )
    path = f"/api/v1/articles/{article.pk}"
    writer.write(f"GET {path}/reading/ HTTP/1.1\r\n{head}\r\n".encode())
    version = json.loads(await _answer(reader))["version"]
    times: list[float] = []
    while (began := time.perf_counter()) < until:
        body = _body(version, len(times))
        writer.write(
            f"POST {path}/edits/ HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        version = json.loads(await _answer(reader))["version"]
        times.append(time.perf_counter() - began)
    writer.close()
    return times


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in head.split(b"\r\n", 1)[0], head
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return await reader.readexactly(length)
