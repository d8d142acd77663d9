"""Pages as a browser asks for them: how long the server needs, and how much goes over the line."""

import gzip
import http.client
import re
import statistics
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus
from annotator.exchange.imports import import_documents
from bench import corpora
from bench.product import Product
from bench.report import Report
from bench.transfer import analyze, new_corpus

TIMES = 15
LINKS = re.compile(rb"""(?:src|href)=["']?([^"' >]+\.(?:css|js|svg|woff2|png|ico))""")
IMPORTS = re.compile(rb"""(?:from|import)\s*\(?["']([^"']+\.js)["']""")


@dataclass(slots=True)
class Browser:
    """Just enough of one: a session, one connection, compressed answers."""

    product: Product
    cookie: str
    line: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.product.port)

    def get(self, path: str) -> tuple[bytes, int]:
        """Return a body and how many bytes of it went over the line."""
        headers = {
            "Host": f"localhost:{self.product.port}",
            "Cookie": self.cookie,
            "Accept-Encoding": "gzip",
        }
        try:
            self.line.request("GET", path, headers=headers)
            response = self.line.getresponse()
        except ConnectionError:  # kept open for too long while tables were filled
            self.line.close()
            self.line.request("GET", path, headers=headers)
            response = self.line.getresponse()
        data = response.read()
        assert response.status == 200, (path, response.status, data[:300])
        zipped = response.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(data) if zipped else data), len(data)

    def median(self, path: str) -> float:
        """Return the median of what a page takes, in ms, once it is warm."""
        return self.medians(path)[0]

    def medians(self, *paths: str) -> list[float]:
        """Return the medians of pages asked for in turn, so that a busy moment hits all alike."""
        times: dict[str, list[float]] = {path: [] for path in paths}
        for number in range(TIMES + 3):
            for path in paths:
                began = time.perf_counter()
                self.get(path)
                if number >= 3:
                    times[path].append(time.perf_counter() - began)
        return [statistics.median(found) * 1e3 for found in times.values()]

    def cold_bytes(self, path: str) -> int:
        """Return the bytes of a page with all its styles and scripts, as they are transferred."""
        body, total = self.get(path)
        ahead = [urljoin(path, link.decode()) for link in LINKS.findall(body)]
        seen: set[str] = set()
        while ahead:
            link = urlsplit(ahead.pop()).path
            if link in seen or not link.startswith("/"):
                continue
            seen.add(link)
            data, size = self.get(link)
            total += size
            if link.endswith(".js"):
                ahead += [urljoin(link, found.decode()) for found in IMPORTS.findall(data)]
        return total


def measure(report: Report, product: Product, corpus: Corpus, articles: int) -> None:
    browser = Browser(product, sign_in())
    _article_pages(report, browser, corpus)
    _tables(report, browser, articles)


def _article_pages(report: Report, browser: Browser, corpus: Corpus) -> None:
    small = Article.objects.filter(corpus=corpus).order_by("pk").first()
    assert small is not None
    path = f"/articles/{small.pk}/?reader=bench"
    report.limit("article page, 500 words, 12 spans", browser.median(path), "ms", 80)
    report.limit("… cold visit, all it loads", browser.cold_bytes(path) / 1e3, "kB", 120)
    long = new_corpus("long")
    made = corpora.documents(1, words=10_000, spans=1_000, relations=400, seed=2)
    assert import_documents(corpus=long, by=None, documents=made).ok
    large = Article.objects.get(corpus=long)
    path = f"/articles/{large.pk}/?reader=bench"
    report.limit("article page, 10,000 words, 1,000 spans", browser.median(path), "ms", 350)
    report.limit("… its HTML over the line", browser.get(path)[1] / 1e3, "kB", None)


def _tables(report: Report, browser: Browser, articles: int) -> None:
    small, large = _filled("table-small", 1_000), _filled("table-large", articles)
    analyze()
    middle = Article.objects.filter(corpus=large).order_by("pk")[articles // 2].pk
    pages = {
        "table page": "",
        "table page from the middle": "?after={middle}",
        "search for a word that one article has": "?search=number777",
        "search for a word that one in 20 has": "?search=seldom7",
        "search for a word that most have": "?search=harbour",
        "search for two words": "?search=harbour+seldom7",
        "filter by state": "?state=new",
    }
    first = Article.objects.filter(corpus=small).order_by("pk")[500].pk
    for what, query in pages.items():
        ours, against = browser.medians(
            f"/corpora/{large.slug}/{query.format(middle=middle)}",
            f"/corpora/{small.slug}/{query.format(middle=first)}",
        )
        report.ratio(
            f"{what}, {articles:,} articles", [ours], [against], "at 1,000", 1.5, unit="ms"
        )


def _filled(slug: str, articles: int) -> Corpus:
    corpus = new_corpus(slug)
    with connection.cursor() as cursor:
        cursor.execute(
            corpora.FILL,
            {
                "corpus": corpus.pk,
                "articles": articles,
                "words": corpora.WORDS,
                "count": len(corpora.WORDS),
            },
        )
    return corpus


def sign_in() -> str:
    """Return the cookie of a session of the administrator."""
    user = User.objects.get(is_superuser=True)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"
