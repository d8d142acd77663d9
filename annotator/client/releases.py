"""Releases from afar: found, made, taken out, loaded."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from annotator.client.downloads import checksum, download
from annotator.client.jobs import Job, Progress
from annotator.client.records import JSON, Record
from annotator.client.session import Session

if TYPE_CHECKING:
    from datasets import DatasetDict


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Record):
    path: str
    size: int
    sha256: str


class Releases:
    """The releases of a corpus, the latest first."""

    def __init__(self, session: Session, slug: str) -> None:
        self._session = session
        self._path = f"corpora/{slug}/releases/"

    def __iter__(self) -> Iterator["Release"]:
        cursor: str | None = None
        while True:
            page = self._session.get(self._path, {"cursor": cursor})
            for row in page["results"]:
                yield self[row["number"]]
            if page["next"] is None:
                return
            # Of its address only the cursor: the server may be called otherwise from here.
            [cursor] = parse_qs(urlsplit(page["next"]).query)["cursor"]

    def __getitem__(self, number: int) -> "Release":
        path = f"{self._path}{number}/"
        return Release(self._session, path, self._session.get(path))

    def latest(self) -> "Release":
        """Return the newest one; LookupError when there is none yet."""
        for release in self:
            return release
        raise LookupError("Nothing has been released yet.")

    def make(self, *, progress: Progress | None = None, **recipe: object) -> "Release":
        """Have the next one frozen, and wait for it: ``make(states=["submitted"], test=20)``."""
        job = Job(self._session, self._session.post(self._path, recipe))
        return self[job.wait(progress)["number"]]


class Release:
    """What was frozen. It never changes, so what is here already is not fetched again."""

    def __init__(self, session: Session, path: str, said: JSON) -> None:
        self._session = session
        self._path = path
        self._said = said

    def __repr__(self) -> str:
        return f"Release({self.name!r})"

    @property
    def name(self) -> str:
        return str(self._said["name"])

    @property
    def number(self) -> int:
        return int(self._said["number"])

    @property
    def sha256(self) -> str:
        return str(self._said["sha256"])

    @property
    def counts(self) -> JSON:
        counts: JSON = self._said["counts"]
        return counts

    @property
    def files(self) -> list[File]:
        return [File.of(file) for file in self._said["files"]]

    def manifest(self) -> JSON:
        manifest: JSON = self._session.get(f"{self._path}files/manifest.json")
        return manifest

    def download(self, folder: str | Path, *, progress: Progress | None = None) -> Path:
        """Write all files into ``folder``, each checked by its SHA-256; ``progress`` is in bytes."""
        top = Path(folder).resolve()
        done, total = 0, sum(file.size for file in self.files)
        for file in self.files:
            path = (top / file.path).resolve()
            if not path.is_relative_to(top):
                raise ValueError(f"The release has a file outside of its folder: {file.path}")
            if not (path.exists() and checksum(path) == file.sha256):
                path.parent.mkdir(parents=True, exist_ok=True)
                address = f"{self._path}files/{quote(file.path)}"
                download(self._session, address, path, sha256=file.sha256)
            done += file.size
            if progress:
                progress(done, total)
        return top

    def to_datasets(
        self,
        folder: str | Path | None = None,
        *,
        progress: Progress | None = None,
        **options: Any,  # Any: as load_dataset takes them
    ) -> "DatasetDict":
        """Return it as Hugging Face datasets, by its splits; ``pip install datasets``.

        Its files are kept in ``folder``, else where caches are.
        """
        try:
            from datasets import load_dataset
        except ImportError as error:
            raise ImportError("Loading a release needs: pip install datasets") from error
        place = self.download(
            folder or _cache() / f"{self.name}-{self.sha256[:12]}", progress=progress
        )
        return load_dataset(str(place), **options)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "annotator"
