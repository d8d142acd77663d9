"""What is otherwise in one release than in another: articles, readings, spans."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import connection

from annotator.formats.document import Document, Span, surface
from annotator.releases.documents import Released, Replay
from annotator.releases.models import Release

AT_ONCE = 50  # readings
LAST = 2**63 - 1


class Fate(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class SpanChange:
    """What became of one span: the words it covered and covers; None when it was, or is, not there."""

    fate: Fate
    id: str
    label: str
    before: str | None
    after: str | None
    attributes: list[str]


@dataclass(frozen=True, slots=True)
class ReadingChange:
    """What became of one reading. ``links`` says how many relations came and went."""

    fate: Fate
    article: int
    key: str
    title: str
    reader: str
    spans: list[SpanChange]
    links: dict[Fate, int]


@dataclass(slots=True)
class Summary:
    """How much is otherwise. Spans are counted in the first ``compared`` readings of ``differing``."""

    articles: dict[Fate, int]
    readings: dict[Fate, int]
    moved: int  # articles in both, in another split
    compared: int = 0
    labels: dict[str, dict[Fate, int]] = field(default_factory=dict)

    @property
    def differing(self) -> int:
        return sum(self.readings.values())

    def add(self, change: ReadingChange) -> None:
        self.compared += 1
        for span in change.spans:
            counts = self.labels.setdefault(span.label, dict.fromkeys(Fate, 0))
            counts[span.fate] += 1


def summary_of(older: Release, newer: Release) -> Summary:
    """Count articles and readings; ``Summary.add`` counts the spans of what ``changes`` yields."""
    [(new, gone, changed, moved)] = _rows(_COUNTS, older, newer)
    return Summary(
        articles={Fate.ADDED: _without(newer, older), Fate.REMOVED: _without(older, newer)},
        readings={Fate.ADDED: new, Fate.REMOVED: gone, Fate.CHANGED: changed},
        moved=moved,
    )


def _without(one: Release, other: Release) -> int:
    """Return how many articles are in one release and not in the other."""
    articles = one.readings.values("article").order_by()
    return articles.difference(other.readings.values("article").order_by()).count()


def changes(older: Release, newer: Release, *, after: int = 0) -> Iterator[ReadingChange]:
    """Yield what became of each reading that is not the same in both, in the order of import.

    Readings of articles up to the one with the id ``after`` are passed over.
    """
    before, now = Replay(older), Replay(newer)
    place = (after, LAST)
    while rows := _rows(_DIFFERING, older, newer, article=place[0], reading=place[1], most=AT_ONCE):
        place = rows[-1][0], rows[-1][1]
        old = {row.pk: row for row in before.of(pk__in=[pk for *_, pk, _ in rows])}
        new = {row.pk: row for row in now.of(pk__in=[pk for *_, pk in rows])}
        for _, _, old_pk, new_pk in rows:
            yield _change(old.get(old_pk), new.get(new_pk))


_COUNTS = """
SELECT count(*) FILTER (WHERE o.id IS NULL), count(*) FILTER (WHERE n.id IS NULL),
       count(*) FILTER (WHERE o.sha256 <> n.sha256),
       count(DISTINCT o.article_id) FILTER (WHERE o.split <> n.split)
FROM (SELECT * FROM annotator_releasedreading WHERE release_id = %(older)s) o
FULL JOIN (SELECT * FROM annotator_releasedreading WHERE release_id = %(newer)s) n
  ON n.reading_id = o.reading_id
"""
_DIFFERING = """
SELECT * FROM (
  SELECT coalesce(o.article_id, n.article_id) AS article,
         coalesce(o.reading_id, n.reading_id) AS reading, o.id, n.id
  FROM (SELECT * FROM annotator_releasedreading WHERE release_id = %(older)s) o
  FULL JOIN (SELECT * FROM annotator_releasedreading WHERE release_id = %(newer)s) n
    ON n.reading_id = o.reading_id
  WHERE o.sha256 IS DISTINCT FROM n.sha256) differing
WHERE (article, reading) > (%(article)s, %(reading)s)
ORDER BY article, reading
LIMIT %(most)s
"""

Row = tuple[Any, ...]  # Any: what the columns hold


def _rows(sql: str, older: Release, newer: Release, **more: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"older": older.pk, "newer": newer.pk, **more})
        rows: list[Row] = cursor.fetchall()
        return rows


def _change(old: Released | None, new: Released | None) -> ReadingChange:
    before = old.document if old else None
    now = new.document if new else None
    released = new or old
    if released is None:
        raise LookupError("A row is in one release or in the other.")
    links = _links(before), _links(now)
    return ReadingChange(
        fate=_fate(old, new),
        article=released.article,
        key=released.document.id,
        title=released.document.title,
        reader=released.document.reader or "",
        spans=list(_span_changes(_spans(before), _spans(now), released.document.text)),
        links={Fate.ADDED: len(links[1] - links[0]), Fate.REMOVED: len(links[0] - links[1])},
    )


def _fate(old: object | None, new: object | None) -> Fate:
    if old and new:
        return Fate.CHANGED
    return Fate.ADDED if new else Fate.REMOVED


def _span_changes(before: dict[str, Span], now: dict[str, Span], text: str) -> Iterator[SpanChange]:
    """Yield what is not the same, by its place; what has another label was removed and added."""
    differing = [
        (before.get(key), now.get(key))
        for key in before.keys() | now.keys()
        if before.get(key) != now.get(key)
    ]
    pairs: list[tuple[Span | None, Span | None]] = []
    for old, new in differing:
        relabelled = old and new and old.label != new.label
        pairs += [(old, None), (None, new)] if relabelled else [(old, new)]
    for old, new in sorted(pairs, key=_place):
        span = new or old
        if span:
            yield SpanChange(
                _fate(old, new),
                span.id,
                span.label,
                surface(text, old.pieces) if old else None,
                surface(text, new.pieces) if new else None,
                _attribute_changes(old, new) if old and new else [],
            )


def _place(pair: tuple[Span | None, Span | None]) -> tuple[int, int, str, bool]:
    span = pair[1] or pair[0]
    if span is None:
        return 0, 0, "", False
    return span.pieces[0][0], -span.pieces[-1][1], span.id, pair[1] is not None


def _attribute_changes(old: Span, new: Span) -> list[str]:
    return [
        f"{key}: {old.attributes.get(key, '–')} → {new.attributes.get(key, '–')}"
        for key in sorted(old.attributes.keys() | new.attributes.keys())
        if old.attributes.get(key) != new.attributes.get(key)
    ]


def _spans(document: Document | None) -> dict[str, Span]:
    return {span.id: span for span in document.spans} if document else {}


def _links(document: Document | None) -> set[tuple[str, str, str]]:
    if document is None:
        return set()
    return {(link.type, link.source, link.target) for link in document.relations}
