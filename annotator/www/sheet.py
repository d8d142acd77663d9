"""A sheet: an article with one reading drawn on it, as the desk's templates print it.

``draw`` does all the looking up; the templates only print. The whole sheet is drawn for a page,
the paragraphs that an edit touched for an answer to it; both come out of the same code, so a
fragment equals its page.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise

from annotator.corpora.models import Article
from annotator.readings import store
from annotator.readings.fields import Pieces
from annotator.readings.models import Reading
from annotator.schemas.schema import LabelRule, RelationRule, Schema
from annotator.text.segments import (
    LANES,
    Paragraph,
    ParagraphLayout,
    Run,
    lay_out,
    paragraphs,
    touched,
)

LONGEST_SURFACE = 90  # characters of a span shown in a list
MANY_PARAGRAPHS = 60
SHORT_RUN = 3  # characters: a tag is as wide
LONGEST_LIST = 40  # lines of what is unfinished, and of people
_NOT_IN_A_WORD = re.compile(r"[\s%]|^-$")


def token(key: str) -> str:
    """Return ``key`` as one word of a list of keys; ``spans.js`` has the same rule.

    A key that came with a file may be anything; those made here are UUIDs and stay as they are.
    """
    return _NOT_IN_A_WORD.sub(lambda found: f"%{ord(found[0]):x};", key)


@dataclass(slots=True)
class Link:
    """A relation as seen from its source."""

    key: str
    type: RelationRule
    target: "Item"


@dataclass(slots=True)
class Item:
    """A span as the desk shows it; ``number`` is Q4, or the letter alone for what is not counted."""

    key: str
    rule: LabelRule
    pieces: Pieces
    attributes: dict[str, object]
    entity: str
    surface: str
    counted: bool
    number: str = ""
    note: str = ""  # to whoever reviews
    asks: RelationRule | None = None  # what it still has to be linked by
    links: list[Link] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.rule.key

    @property
    def name(self) -> str:
        """Return who or what it names: its entity, else its words."""
        return self.entity or self.surface

    @property
    def more_pieces(self) -> int:
        return len(self.pieces) - 1

    @property
    def pieces_text(self) -> str:
        """Return the pieces for the page: ``10-20 30-42``, in code points."""
        return " ".join(f"{start}-{end}" for start, end in self.pieces)

    @property
    def attributes_json(self) -> str:
        return json.dumps(self.attributes, ensure_ascii=False, sort_keys=True)

    @property
    def facts(self) -> list[str]:
        """Return its attributes as words: direct, speech, no speaker."""
        return [
            rule.name if value is True else str(value)
            for key, value in self.attributes.items()
            if value is not False and (rule := self.rule.attributes.get(key))
        ]


@dataclass(slots=True)
class RunView:
    """A run as the template prints it: classes for its lanes, keys of its spans, tags it begins."""

    text: str
    classes: str = ""
    keys: str = ""
    more: int = 0
    begins: list[Item] = field(default_factory=list)
    crowded: bool = False  # the run before begins too, and is shorter than its tags


@dataclass(slots=True)
class ParagraphView:
    """A paragraph with its runs, the items that begin in it and the chips beside it."""

    index: int
    start: int
    end: int
    runs: list[RunView]
    items: list[Item]

    @property
    def chips(self) -> list[Item]:
        return [item for item in self.items if item.counted and (item.links or item.asks)]


@dataclass(slots=True)
class Sheet:
    """Everything about one reading that the desk prints."""

    paragraphs: list[ParagraphView]
    unfinished: list[Item]
    people: list[tuple[str, int]]
    noted: list[Item]

    @property
    def is_long(self) -> bool:
        """Return whether the browser should lay out what is in sight only."""
        return len(self.paragraphs) > MANY_PARAGRAPHS

    @property
    def more_unfinished(self) -> int:
        return max(0, len(self.unfinished) - LONGEST_LIST)

    @property
    def shown_unfinished(self) -> list[Item]:
        return self.unfinished[:LONGEST_LIST]


def draw(
    article: Article,
    reading: Reading | None,
    schema: Schema,
    changed: Mapping[str, Iterable[Sequence[int]]] | None = None,
) -> Sheet:
    """Draw ``reading`` (nothing marked when None) on its article.

    ``changed`` names spans, with pieces that they had before: then only the paragraphs are drawn
    that show, or showed, something of them. In two queries.
    """
    items = _items(article, reading, schema)
    paras = paragraphs(article.text)
    only: AbstractSet[int] | None = None
    if changed is not None:
        only = touched(paras, _pieces_shown(items, changed))
    near = list(items.values()) if only is None else _between(items, [paras[n] for n in only])
    layouts = lay_out(article.text, near, only, paras)
    begin_in: dict[int, list[Item]] = {}
    for item in near:
        begin_in.setdefault(min(touched(paras, item.pieces), default=0), []).append(item)
    return Sheet(
        paragraphs=[_paragraph(layout, items, begin_in) for layout in layouts],
        unfinished=[item for item in items.values() if item.asks],
        people=_people(items.values()),
        noted=[item for item in items.values() if item.note],
    )


def counted_labels(schema: Schema) -> set[str]:
    """Return the labels whose spans are numbered: those that ask for a link; else all of them."""
    asking = {label for label in schema.labels if asked_link(schema, label)}
    return asking or set(schema.labels)


def asked_link(schema: Schema, label: str) -> RelationRule | None:
    """Return the link that a span of ``label`` should have: the first one to another label."""
    for rule in schema.relations.values():
        if rule.source == label and rule.target != label and not rule.retired:
            return rule
    return None


def _items(article: Article, reading: Reading | None, schema: Schema) -> dict[str, Item]:
    """Return all items of a reading by key, in text order, numbered and linked."""
    if reading is None or reading.pk is None:
        return {}
    counted = counted_labels(schema)
    found = [
        _item(article, schema.labels[schema.label_keys[label]], key, pieces, attributes, entity,
              note, schema.label_keys[label] in counted)
        for key, label, pieces, attributes, entity, note in store.spans_to_draw(reading)
    ]  # fmt: skip
    found.sort(key=lambda item: (item.pieces[0][0], -item.pieces[-1][1]))
    items = {item.key: item for item in found}
    _number(found)
    for key, kind, source, target in store.links_to_draw(reading):
        rule = schema.relations[schema.relation_keys[kind]]
        items[source].links.append(Link(key, rule, items[target]))
    for item in found:
        item.asks = _what_it_asks(item, schema)
    return items


def _item(
    article: Article,
    rule: LabelRule,
    key: str,
    pieces: Pieces,
    attributes: dict[str, object],
    entity: str,
    note: str,
    counted: bool,
) -> Item:
    start, end = pieces[0]
    words = article.text[start : min(end, start + LONGEST_SURFACE)]
    surface = words if start + len(words) == end else words.rstrip() + "…"
    return Item(key, rule, pieces, attributes, entity, surface, counted, note=note)


def _number(items: Iterable[Item]) -> None:
    counts: Counter[str] = Counter()
    for item in items:
        item.number = item.rule.letter
        if item.counted:
            counts[item.rule.letter] += 1
            item.number += str(counts[item.rule.letter])


def _what_it_asks(item: Item, schema: Schema) -> RelationRule | None:
    """Return the link that ``item`` misses: none when it is there, or said not to exist.

    ``no_speaker`` answers a link to a speaker. A claim stated in a quote has the quote's speaker.
    """
    asked = asked_link(schema, item.label)
    if asked is None or item.attributes.get(f"no_{asked.target}"):
        return None
    for link in item.links:
        via = asked_link(schema, link.target.label)
        if link.type.key == asked.key or (via and via.target == asked.target):
            return None
    return asked


def _people(items: Iterable[Item]) -> list[tuple[str, int]]:
    """Return who is linked to how often, the busiest first."""
    counts = Counter(
        link.target.name
        for item in items
        for link in item.links
        if item.counted and not link.target.counted
    )
    return counts.most_common(LONGEST_LIST)


def _pieces_shown(
    items: Mapping[str, Item], changed: Mapping[str, Iterable[Sequence[int]]]
) -> list[tuple[int, int]]:
    """Return where what changed was and is, and what is linked to it and so shows its name."""
    shown = [(start, end) for pieces in changed.values() for start, end in pieces]
    for item in items.values():
        if item.key in changed or any(link.target.key in changed for link in item.links):
            shown.extend(item.pieces)
    return shown


def _between(items: Mapping[str, Item], drawn: Sequence[Paragraph]) -> list[Item]:
    """Return the items that lie, with any piece, between the first and the last of some paragraphs."""
    first = min((one.start for one in drawn), default=0)
    last = max((one.end for one in drawn), default=0)
    return [
        item
        for item in items.values()
        if any(start < last and first < end for start, end in item.pieces)
    ]


def _paragraph(
    layout: ParagraphLayout, items: Mapping[str, Item], begin_in: Mapping[int, list[Item]]
) -> ParagraphView:
    runs = [_run(run, items) for run in layout.runs]
    for before, run in pairwise(runs):
        run.crowded = bool(before.begins and not before.crowded and len(before.text) < SHORT_RUN)
        if run.more == before.more:
            before.more = 0  # said once, where it ends
    return ParagraphView(
        layout.index,
        layout.start,
        layout.end,
        runs,
        begin_in.get(layout.index, []),
    )


def _run(run: Run, items: Mapping[str, Item]) -> RunView:
    """Name the lanes by class (l0-quote) and the spans by key: lanes first, ``-`` for an empty one."""
    if not run.spans:
        return RunView(run.text)
    lanes = list(run.lanes)
    hidden = [key for key in run.spans if key not in lanes]
    while not hidden and lanes[-1] is None:
        lanes.pop()
    classes = [f"l{lane}-{items[key].label}" for lane, key in enumerate(lanes[:LANES]) if key]
    return RunView(
        text=run.text,
        classes=" ".join(classes),
        keys=" ".join(token(key) if key else "-" for key in [*lanes, *hidden]),
        more=run.more,
        begins=[items[key] for key in run.starts],
    )
