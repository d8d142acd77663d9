"""Numbers as lengths: what the pictures are drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotator.readings.queries import ReaderProgress
from annotator.releases.models import Release

WIDTH = 1000  # of a bar, in units of its picture


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of four stretches, new at the end; lengths add up to ``WIDTH``."""

    progress: ReaderProgress
    submitted: int
    skipped: int
    in_progress: int

    @property
    def in_progress_from(self) -> int:
        return self.submitted + self.skipped

    @property
    def new_from(self) -> int:
        return self.in_progress_from + self.in_progress

    @property
    def new(self) -> int:
        return WIDTH - self.new_from

    @property
    def percent(self) -> int:
        """Return how much is submitted, rounded down: 100 means all of it."""
        return 100 * self.progress.submitted // max(self.progress.articles, 1)


def bars(readers: Iterable[ReaderProgress]) -> list[Bar]:
    return [
        Bar(
            reader,
            length(reader.submitted, reader.articles),
            length(reader.skipped, reader.articles),
            length(reader.in_progress, reader.articles),
        )
        for reader in readers
    ]


def length(part: int, whole: int) -> int:
    return WIDTH * part // whole if whole else 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """One label's share of a split, from ``start`` on, in units of the picture."""

    label: str
    colour: str
    spans: int
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class SplitBar:
    """A split of a release and how its spans are shared among the labels; as wide as the others."""

    split: str
    articles: int
    readings: int
    stretches: list[Stretch]

    @property
    def words(self) -> str:
        """Say what the picture shows."""
        spans = sum(stretch.spans for stretch in self.stretches)
        shares = (f"{s.label} {100 * s.spans // max(spans, 1)} percent" for s in self.stretches)
        return f"{self.split}: {', '.join(shares)}"


def balance(release: Release) -> list[SplitBar]:
    colours = {label["key"]: label["colour"] for label in release.manifest["schema"]["labels"]}
    return [
        SplitBar(split, held["articles"], held["readings"], _stretches(held["labels"], colours))
        for split, held in release.counts["splits"].items()
    ]


def _stretches(spans: dict[str, int], colours: dict[str, str]) -> list[Stretch]:
    whole = sum(spans.values())
    found: list[Stretch] = []
    passed = 0
    for label, count in spans.items():
        start, passed = length(passed, whole), passed + count
        width = length(passed, whole) - start
        found.append(Stretch(label, colours[label], count, start, width))
    return found
