"""What a release is made of and how: everything that somebody chooses. Kept with the release.

Equal recipes over equal data give equal files.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from annotator.formats import FORMATS, WRITABLE
from annotator.readings.models import State
from annotator.schemas.schema import Schema

NATIVE = "jsonl"
BARE = {slug: found for slug, found in FORMATS.items() if found.write_bare}

# What keeps articles in one split.
NEAR_DUPLICATES = "near_duplicates"
SOURCE = "source"
DATE = "published"
SPEAKER = "speaker"
TIES = {
    NEAR_DUPLICATES: "texts that are nearly the same",
    SOURCE: "articles of one outlet",
    DATE: "articles of one day",
    SPEAKER: "articles that name the same speaker",
}


class ReleaseRefused(Exception):
    """There can be no such release; the message is for the person who asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Which readings, in which formats, and how they are split.

    An empty tuple is no restriction. Without ``readers`` a release takes what people and imports
    read, and not what a suggester says by itself; with ``adjudicated``, the adjudicated readings.
    ``validation`` and ``test`` are percents of the groups of articles.
    """

    states: tuple[str, ...] = (State.SUBMITTED.value,)
    adjudicated: bool = False
    readers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    published_from: str = ""
    published_until: str = ""
    formats: tuple[str, ...] = (NATIVE,)
    texts: bool = True
    validation: int = 10
    test: int = 10
    seed: str = "1"
    together: tuple[str, ...] = (NEAR_DUPLICATES,)
    license: str = ""
    note: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:  # Any: JSON
        """Return the recipe that was kept as JSON."""
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
        }
        return cls(**given)

    def as_json(self) -> dict[str, Any]:
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @property
    def splits(self) -> bool:
        """Return whether there is more than one split."""
        return bool(self.validation or self.test)

    def check(self, schema: Schema) -> None:
        """Raise ReleaseRefused with a sentence when it makes no sense for this schema."""
        _known("label", self.labels, schema.labels)
        _known("state", self.states, State.values)
        _known("format", self.formats, WRITABLE)
        _known("way to keep articles together", self.together, TIES)
        if not self.states:
            raise ReleaseRefused("Name at least one state that readings may be in.")
        if self.adjudicated and self.readers:
            raise ReleaseRefused("Name readers or ask for the adjudicated readings, not both.")
        self._check_dates()
        self._check_formats()
        self._check_splits()

    def _check_dates(self) -> None:
        for day in filter(None, (self.published_from, self.published_until)):
            try:
                date.fromisoformat(day)
            except ValueError:
                raise ReleaseRefused(f"“{day}” is not a date like 2026-03-01.") from None
        if self.published_until and self.published_until < self.published_from:
            raise ReleaseRefused("The last day comes before the first.")

    def _check_formats(self) -> None:
        if NATIVE not in self.formats:
            raise ReleaseRefused("Every release has the native JSONL; add formats to it.")
        for slug in self.formats:
            if said := FORMATS[slug].not_installed:
                raise ReleaseRefused(said)
        full = [slug for slug in self.formats if slug not in BARE]
        if full and not self.texts:
            raise ReleaseRefused(
                f"There is no {FORMATS[full[0]].title} without texts. There are: {', '.join(BARE)}."
            )

    def _check_splits(self) -> None:
        if min(self.validation, self.test) < 0 or self.validation + self.test >= 100:
            raise ReleaseRefused("Validation and test are percents and leave something to train.")
        if not re.fullmatch(r"[\w.-]{1,50}", self.seed, re.ASCII):
            raise ReleaseRefused("The seed is 1 to 50 letters, digits, dots or hyphens.")


def _known(what: str, given: Collection[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise ReleaseRefused(
                f"There is no {what} “{name}”. There are: {', '.join(known) or 'none'}."
            )
