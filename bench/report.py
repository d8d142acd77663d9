"""Figures as a table: ours, what it is held against, the ratio and the target."""

import json
import statistics
from dataclasses import asdict, dataclass, field


@dataclass(slots=True)
class Figure:
    what: str
    ours: float
    unit: str
    against: float | None = None
    reference: str = ""
    target: str = ""
    reached: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.against if self.against else None


@dataclass(slots=True)
class Report:
    figures: list[Figure] = field(default_factory=list)

    def ratio(
        self,
        what: str,
        ours: list[float],
        against: list[float],
        reference: str,
        most: float,
        *,
        unit: str = "s",
        note: str = "",
    ) -> None:
        """Add the medians of two series, and whether their ratio is at most ``most``."""
        mine, theirs = statistics.median(ours), statistics.median(against)
        self._add(
            Figure(
                what, mine, unit, theirs, reference, f"≤ {most:g} ×", mine / theirs <= most, note
            )
        )

    def limit(
        self,
        what: str,
        value: float,
        unit: str,
        most: float | None,
        *,
        against: float | None = None,
        reference: str = "",
        note: str = "",
    ) -> None:
        """Add one value that is to be at most ``most`` (None: only shown), beside what it is held against."""
        target = "" if most is None else f"≤ {most:g} {unit}"
        self._add(
            Figure(
                what,
                value,
                unit,
                against,
                reference,
                target=target,
                reached=None if most is None else value <= most,
                note=note,
            )
        )

    def least(self, what: str, value: float, unit: str, least: float, *, note: str = "") -> None:
        """Add one value that is to be at least ``least``."""
        target = f"≥ {least:g} {unit}"
        self._add(Figure(what, value, unit, target=target, reached=value >= least, note=note))

    def _add(self, figure: Figure) -> None:
        self.figures.append(figure)
        print(_line(figure), flush=True)

    def table(self) -> str:
        head = "| what | ours | held against | ratio | target | |\n|---|---:|---:|---:|---|---|"
        return "\n".join([head, *(_row(figure) for figure in self.figures)])

    def as_json(self) -> str:
        return json.dumps([asdict(figure) for figure in self.figures], indent=1)


def _line(figure: Figure) -> str:
    ratio = f"  = {figure.ratio:.2f} × {figure.reference}" if figure.ratio else ""
    mark = {None: " ", True: "✓", False: "✗"}[figure.reached]
    note = f"  ({figure.note})" if figure.note else ""
    return f"{mark} {figure.what}: {_value(figure.ours, figure.unit)}{ratio}  {figure.target}{note}"


def _row(figure: Figure) -> str:
    against = (
        f"{_value(figure.against, figure.unit)} ({figure.reference})" if figure.against else ""
    )
    ratio = f"{figure.ratio:.2f} ×" if figure.ratio else ""
    mark = {None: "", True: "reached", False: "missed"}[figure.reached]
    what = f"{figure.what} ({figure.note})" if figure.note else figure.what
    return (
        f"| {what} | {_value(figure.ours, figure.unit)} | {against} | {ratio} "
        f"| {figure.target} | {mark} |"
    )


def _value(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"
