"""Numbers as lengths: what the pictures are drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotator.readings.queries import ReaderProgress

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
