"""The files of a release, made from what was frozen: the first time, and whenever it is made again."""

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import connection
from django.db.models import Max

from annotator.exchange.progress import Progress
from annotator.formats import FORMATS
from annotator.formats.document import Document, Loss
from annotator.formats.jsonl import line_of
from annotator.releases import files
from annotator.releases.card import card
from annotator.releases.documents import Released, Replay
from annotator.releases.files import Sink, Written
from annotator.releases.models import Release, ReleasedReading
from annotator.releases.recipe import NATIVE
from annotator.releases.splits import Split

_IN_MEMORY = 4_000_000  # bytes of the loss report
_NOTED_AT_ONCE = 1_000  # checksums of readings
_OF_A_SPLIT = ("articles", "readings", "spans", "relations")

Facts = dict[str, Any]  # Any: JSON


class Build:
    """One making of a release. Call ``data`` and then ``manifest``."""

    def __init__(self, release: Release, sink: Sink, progress: Progress) -> None:
        self._release = release
        self._recipe = release.chosen
        self._sink = sink
        self._progress = progress
        self._replay = Replay(release)
        self._tallies: dict[str, _Tally] = {}
        self._languages: set[str] = set()
        self._written: list[Written] = []
        self._lost: Counter[str] = Counter()
        self._checksums: list[tuple[int, str]] = []

    def data(self) -> None:
        """Write every shard in every format, and the report of what formats could not hold."""
        shards = _shards(self._release)
        self._tallies = {split: _Tally() for split in shards}
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as report:
            for slug in self._recipe.formats:
                for split, count in shards.items():
                    for shard in range(count):
                        self._write_shard(slug, split, shard, count, report)
            if self._lost:
                report.seek(0)
                self._write(files.LOSSES, iter(lambda: report.read(files.BLOCK), b""))
        if guidelines := self._release.manifest["guidelines"]["text"]:
            self._write(files.GUIDELINES, iter([guidelines.encode()]))
        self._written.sort(key=lambda file: file.path)

    def manifest(self, number: int) -> Facts:
        """Write what says that this is release ``number``; return the content of its manifest."""
        sums = "".join(f"{file.sha256}  {file.path}\n" for file in self._written).encode()
        known: Facts = self._release.manifest | {
            "number": number,
            "counts": self._counts(),
            "losses": {slug: self._lost[slug] for slug in self._recipe.formats if self._lost[slug]},
            "files": [files.as_json(file) for file in self._written],
            "sha256": hashlib.sha256(sums).hexdigest(),
        }
        about = [
            self._sink.write(files.CARD, [card(known, self._languages).encode()]),
            self._sink.write(files.SUMS, [sums]),
        ]
        listed = sorted([*self._written, *about], key=lambda file: file.path)
        known["files"] = [files.as_json(file) for file in listed]
        self._sink.write(files.MANIFEST, [files.manifest_bytes(known)])
        return known

    def _write_shard(
        self, slug: str, split: str, shard: int, count: int, report: IO[bytes]
    ) -> None:
        found = FORMATS[slug]
        write = found.write if self._recipe.texts else found.write_bare
        if write is None:
            raise ValueError(f"Nothing can be written as {slug} here.")
        folder = "data" if slug == NATIVE else slug
        path = f"{folder}/{split}-{shard:05}-of-{count:05}{found.extensions[0]}"

        def lose(loss: Loss) -> None:
            self._lost[slug] += 1
            report.write(_lost_line(path, loss))

        self._write(path, write(self._documents(slug, split, shard), lose))

    def _documents(self, slug: str, split: str, shard: int) -> Iterator[Document]:
        for released in self._replay.of(split=split, shard=shard):
            if slug == NATIVE:
                self._note(split, released)
            yield released.document
            self._progress.advance()
        self._store_checksums()

    def _note(self, split: str, released: Released) -> None:
        document = released.document
        self._tallies[split].add(released)
        if isinstance(language := document.meta.get("language"), str):
            self._languages.add(language.partition("-")[0].lower())
        self._checksums.append((released.pk, hashlib.sha256(line_of(document)).hexdigest()))
        if len(self._checksums) >= _NOTED_AT_ONCE:
            self._store_checksums()

    def _store_checksums(self) -> None:
        """Keep what each reading's line is, for comparing releases; not when made again."""
        noted, self._checksums = self._checksums, []
        if not noted or self._release.is_frozen:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE annotator_releasedreading r SET sha256 = noted.sha256"
                " FROM unnest(%s::bigint[], %s::text[]) AS noted (id, sha256)"
                " WHERE r.id = noted.id",
                [list(column) for column in zip(*noted, strict=True)],
            )

    def _write(self, path: str, blocks: Iterator[bytes]) -> None:
        self._written.append(self._sink.write(path, blocks))

    def _counts(self) -> Facts:
        used = {label for tally in self._tallies.values() for label in tally.labels}
        schema = self._release.manifest["schema"]["labels"]
        wanted = self._recipe.labels or [label["key"] for label in schema if not label["retired"]]
        labels = [label["key"] for label in schema if label["key"] in used.union(wanted)]
        splits = {split: tally.as_json(labels) for split, tally in self._tallies.items()}
        return {
            **{name: sum(split[name] for split in splits.values()) for name in _OF_A_SPLIT},
            "labels": {
                label: sum(split["labels"][label] for split in splits.values()) for label in labels
            },
            "splits": splits,
        }


@dataclass(slots=True)
class _Tally:
    """What one split holds."""

    articles: int = 0
    readings: int = 0
    spans: int = 0
    relations: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    last: int = 0

    def add(self, released: Released) -> None:
        # Readings of one article follow each other.
        self.articles += released.article != self.last
        self.last = released.article
        self.readings += 1
        self.spans += len(released.document.spans)
        self.relations += len(released.document.relations)
        self.labels.update(span.label for span in released.document.spans)

    def as_json(self, labels: list[str]) -> Facts:
        counts = {name: getattr(self, name) for name in _OF_A_SPLIT}
        return {**counts, "labels": {label: self.labels[label] for label in labels}}


def steps(release: Release) -> int:
    """Return how many documents are written in all, as the progress counts them."""
    return len(release.chosen.formats) * release.readings.count()


def _shards(release: Release) -> dict[str, int]:
    """Return how many shards each split has; a split without articles has no file."""
    rows = ReleasedReading.objects.filter(release=release).values_list("split")
    last = dict(rows.annotate(last=Max("shard")).order_by())
    return {split.value: last[split] + 1 for split in Split if split in last}


def _lost_line(path: str, loss: Loss) -> bytes:
    record = {
        "file": path,
        "article": loss.article,
        "reader": loss.reader,
        "part": loss.part,
        "reason": loss.reason,
    }
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"
