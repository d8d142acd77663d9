"""A corpus from afar: files in and out, its articles, its releases."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx

from annotator.client.downloads import download
from annotator.client.errors import Unreachable
from annotator.client.jobs import Job, Progress
from annotator.client.records import JSON, Article, Imported, Reading
from annotator.client.releases import Releases
from annotator.client.session import Session

BLOCK = 256 * 1024
LINES = "application/x-ndjson"


class Corpus:
    """Ask it for what you need; nothing is fetched before."""

    def __init__(self, session: Session, slug: str) -> None:
        self.slug = slug
        self._session = session
        self._path = f"corpora/{slug}/"

    def __repr__(self) -> str:
        return f"Corpus({self.slug!r})"

    @property
    def releases(self) -> Releases:
        return Releases(self._session, self.slug)

    def about(self) -> JSON:
        """Return name, guidelines and progress."""
        about: JSON = self._session.get(self._path)
        return about

    def schema(self) -> JSON:
        """Return labels, attributes and relation types."""
        schema: JSON = self._session.get(f"{self._path}schema/")
        return schema

    def import_jsonl(
        self, path: str | Path, *, dry_run: bool = False, progress: Progress | None = None
    ) -> Imported:
        """Bring a file of native JSONL in, all of it or nothing."""
        return self.import_file(path, format="jsonl", dry_run=dry_run, progress=progress)

    def import_file(
        self,
        path: str | Path,
        *,
        format: str | None = None,  # noqa: A002  # as the API calls it
        map: list[str] | None = None,  # noqa: A002
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Imported:
        """Bring a file in; ``map`` says what its names stand for: ``label:PER=speaker``.

        Without ``format`` its ending and how it begins say what it is.
        ``progress`` is told of the bytes that were sent, and then of those that a worker has read.
        Raises ApiError, or JobFailed, with every problem of the file.
        """
        file = Path(path)
        size = file.stat().st_size
        response = self._session.send(
            "POST",
            f"{self._path}import/",
            params={
                "format": format,
                "name": file.name,
                "map": map,
                "dry_run": "true" if dry_run else None,
            },
            content=lambda: _blocks(file, size, progress),
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)},
        )
        said = response.json()
        if response.status_code == httpx.codes.ACCEPTED:
            said = Job(self._session, said).wait(progress)
        return Imported.of(said)

    def export(
        self,
        path: str | Path,
        *,
        format: str = "jsonl",  # noqa: A002  # as the API calls it
        reader: str | None = None,
        state: str | None = None,
        labels: Iterable[str] = (),
        progress: Progress | None = None,
    ) -> Path:
        """Take out what you may see, into a file that is there when it is whole."""
        params = {
            "format": format, "reader": reader, "state": state, "label": ",".join(labels) or None,
        }  # fmt: skip
        return download(
            self._session, f"{self._path}export/", Path(path), params=params, progress=progress
        )

    def articles(
        self,
        *,
        search: str | None = None,
        state: str | None = None,
        label: str | None = None,
        reader: str | None = None,
        order: str | None = None,
    ) -> Iterator[Article]:
        """Yield the articles that fit all that is given, as they come in; broken off, it goes on."""
        params: dict[str, Any] = {  # Any: texts, or nothing
            "search": search, "state": state, "label": label, "reader": reader, "order": order,
        }  # fmt: skip
        tries = 0
        while True:
            try:
                with self._session.stream(f"{self._path}articles/", params, LINES) as response:
                    for line in _lines(response):
                        article = Article.of(json.loads(line))
                        yield article
                        params["cursor"], tries = f"after-{article.id}", 0
                return
            except httpx.TransportError as error:
                tries += 1
                self._session.again(tries, Unreachable(str(error)))

    def article(self, id: int) -> Article:  # noqa: A002  # as the API calls it
        return Article.of(self._session.get(f"articles/{id}/"))

    def reading(self, article: Article | int, reader: str | None = None) -> Reading:
        """Return what ``reader`` marked; your own reading when nobody is named."""
        said = self._session.get(f"articles/{_id(article)}/reading/", {"reader": reader})
        return Reading.of(said)

    def edit(self, article: Article | int, base_version: int, edits: list[JSON]) -> JSON:
        """Apply edits to your own reading: all of them or none, each id once (docs/api.md)."""
        body = {"base_version": base_version, "edits": edits}
        saved: JSON = self._session.post(f"articles/{_id(article)}/edits/", body)
        return saved


def _id(article: Article | int) -> int:
    return article.id if isinstance(article, Article) else article


def _lines(response: httpx.Response) -> Iterator[bytes]:
    """Yield whole lines; httpx's own would cut at U+2028, too."""
    rest = b""
    for block in response.iter_bytes():
        *whole, rest = (rest + block).split(b"\n")
        yield from whole


def _blocks(file: Path, size: int, progress: Progress | None) -> Iterator[bytes]:
    sent = 0
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block
            sent += len(block)
            if progress:
                progress(sent, size)
