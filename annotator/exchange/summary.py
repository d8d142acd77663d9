"""What an import led to, in numbers and sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from annotator.formats.document import Problem, UnknownName

MOST_PROBLEMS = 1_000
MOST_NOTICES = 100
MOST_UNKNOWN = 200


@dataclass(slots=True)
class ImportSummary:
    """What was made, what was there already, and what is wrong. With a problem nothing was made.

    ``known_…`` were there before and equal what the file says. A notice is no error: it says what
    the file has otherwise and was left as it is (a title, the metadata), or what a mapping left out.
    ``unknown`` are the names, by kind, that a mapping could give a meaning to, and how often each
    was met.
    """

    articles: int = 0
    known_articles: int = 0
    readings: int = 0
    known_readings: int = 0
    spans: int = 0
    relations: int = 0
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    notices: list[Problem] = field(default_factory=list)
    more_notices: int = 0
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "ImportSummary":
        """Return what ``dataclasses.asdict`` made JSON of."""
        summary = cls(**{one.name: kept[one.name] for one in fields(cls)})
        summary.problems = [_problem(one) for one in kept["problems"]]
        summary.notices = [_problem(one) for one in kept["notices"]]
        return summary

    @property
    def ok(self) -> bool:
        return not self.problems

    def add_problem(self, problem: Problem) -> None:
        """Keep a problem, or only count it when there are too many to show."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1
        for unknown in problem.unknown:
            counts = self.unknown.setdefault(unknown.kind, {})
            if unknown.name in counts or len(counts) < MOST_UNKNOWN:
                counts[unknown.name] = counts.get(unknown.name, 0) + 1

    def unknown_names(self) -> list[tuple[str, str, int]]:
        """Return kind, name and count of each."""
        return [(kind, *met) for kind, counts in self.unknown.items() for met in counts.items()]

    def add_notice(self, notice: Problem) -> None:
        if len(self.notices) < MOST_NOTICES:
            self.notices.append(notice)
        else:
            self.more_notices += 1

    def counts(self) -> dict[str, int]:
        """Return the numbers by name, as the command and the API print them."""
        return {
            "articles": self.articles,
            "known_articles": self.known_articles,
            "readings": self.readings,
            "known_readings": self.known_readings,
            "spans": self.spans,
            "relations": self.relations,
        }


def _problem(kept: Mapping[str, Any]) -> Problem:
    unknown = tuple(UnknownName(**name) for name in kept["unknown"])
    return Problem(kept["where"], kept["message"], unknown)
