"""W3C Web Annotation in: texts, each before its annotations, alone, in pages or in collections.

An annotation has a place in the text that stands before it (a span) or links two others (a relation).
What a tool adds to the standard is passed over, as the standard wants it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from annotator.formats.annotation_nodes import (
    Node,
    claims,
    ends_of,
    has_place,
    is_link,
    listed,
    motivation,
    own_id,
    position_in,
    quotation_in,
    reference,
    said_by,
    unread_place,
    weight,
)
from annotator.formats.counting import Count, reads, way_of_counting
from annotator.formats.document import (
    JSON,
    ByteStream,
    Document,
    Items,
    Piece,
    Problem,
    Relation,
    Span,
    merged,
    shown,
)
from annotator.formats.fields import (
    OURS,
    check_surface,
    default_reading,
    give_ids,
    judged,
    name_of,
    object_of,
    objects_of,
    place_of,
    string,
    take_ours,
)
from annotator.formats.records import Record, json_items

_CONTEXT = "@context"
_GRAPH = "@graph"
_OF_A_TEXT = frozenset([_CONTEXT, "id", "type", "format", "language", "label", "value", OURS])
# How much may be said of one text by all its annotations, and how much is searched for quotations
# that come without a position; in characters.
_MOST_SAID = 16_000_000
_MOST_SEARCHED = 200_000_000


def read(stream: ByteStream, name: str) -> Items:
    """Yield the readings of each text, in the order in which they begin."""
    article: _Article | None = None
    awaited: dict[str, str] = {}
    for found in json_items(stream, name):
        if isinstance(found, Problem):
            yield found
            continue
        for item in _items(found, awaited):
            if isinstance(item, _Item) and item.is_text:
                if article:
                    yield from article.readings()
                article = _Article(item)
            elif article is None:
                yield item if isinstance(item, Problem) else Problem(item.where, _NO_TEXT)
                return
            else:
                article.take(item)
    for page, where in awaited.items():
        yield Problem(where, f"The next page, {shown(page)}, is not in this file and not fetched.")
    if article and not awaited:
        yield from article.readings()


_NO_TEXT = (
    "There is no text before these annotations. Put it there, with its “id”, “type” “Text” and the "
    "text itself as its “value”."
)


@dataclass(frozen=True, slots=True)
class _Item:
    """A text, an annotation or a page without any; and what its page says of who made it."""

    where: str
    node: Node
    page: Node

    @property
    def is_text(self) -> bool:
        return "value" in self.node and "target" not in self.node


def _items(found: Record, awaited: dict[str, str]) -> Iterator[_Item | Problem]:
    """Yield what a record holds, out of its graphs, collections and pages.

    Note in ``awaited`` where a page says that another one follows.
    """
    left: list[tuple[Node, Node]] = [(found.fields, {})]
    while left:
        node, page = left.pop()
        awaited.pop(str(node.get("id")), None)
        wrong: list[str] = []
        inner = _inner(node, wrong)
        if wrong:
            yield from (Problem(found.where, said) for said in wrong)
        elif inner is None:
            yield _Item(found.where, node, page)
        else:
            if following := reference(node.get("next")):
                awaited[following] = found.where
            about = {key: node[key] for key in (OURS, "creator") if key in node} or page
            if not inner and "items" in node:
                yield _Item(found.where, {}, about)
            left += [(one, about) for one in reversed(inner)]


def _inner(node: Node, wrong: list[str]) -> list[Node] | None:
    """Return what a node is made of; None for one that stands for itself."""
    if _GRAPH in node:
        return objects_of(node, _GRAPH, wrong)
    kinds = listed(node.get("type", node.get("@type")))
    if "AnnotationPage" in kinds or "AnnotationCollection" in kinds:
        if "items" in node:
            return objects_of(node, "items", wrong)
        if isinstance(node.get("first"), dict):
            return [object_of(node, "first", "", wrong)]
        wrong.append(
            "This page or collection has no “items”; what it only points to is not fetched."
        )
    elif "value" not in node and "target" not in node:
        wrong.append("This is neither a text with its “value” nor an annotation with its “target”.")
    return None


class _Article:
    """A text, and what is said of it, by reader."""

    def __init__(self, item: _Item) -> None:
        wrong: list[str] = []
        self._name = string(item.node, "id", "The text", wrong) or ""
        if not self._name and not wrong:
            wrong.append("The text has no “id”.")
        text = string(item.node, "value", "The text", wrong) or ""
        self._document = Document(own_id(self._name), text, where=item.where)
        self._document.title = string(item.node, "label", "The text", wrong) or ""
        take_ours(item.node, self._document, _OF_A_TEXT, wrong)
        if OURS not in item.node and (language := item.node.get("language")):
            self._document.meta["language"] = language
        self._problems = [Problem(item.where, said) for said in wrong]
        self._readings: dict[str, _Reading] = {}
        self._room = _MOST_SAID

    def take(self, item: _Item | Problem) -> None:
        """Keep an annotation, or what is wrong with what should have been some."""
        if isinstance(item, Problem):
            self._problems.append(item)
            return
        self._room -= weight(item.node)
        if self._room < 0:
            said = f"More is said of the text {shown(self._document.id)} than can be read."
            self._problems = [Problem(item.where, said)]
            return
        reader = _reader(item)
        reading = self._readings.get(reader)
        if reading is None:
            reading = self._readings[reader] = _Reading(self._document, self._name, reader)
        reading.take(item)

    def readings(self) -> Items:
        """Yield a document for each reading, or one for a text that nobody has read."""
        if self._problems:
            yield from self._problems
        elif self._readings:
            for reading in self._readings.values():
                yield from reading.judged()
        else:
            yield from judged(self._document, [])


def _reader(item: _Item) -> str:
    own = item.page.get(OURS)
    if isinstance(own, dict) and isinstance(own.get("reader"), str):
        return str(own["reader"])
    for creator in (*listed(item.node.get("creator")), *listed(item.page.get("creator"))):
        if isinstance(creator, dict):
            named = (creator.get(key) for key in ("name", "nickname", "email", "id"))
            creator = next((name for name in named if name), None)
        if isinstance(creator, str) and creator:
            return creator
    return "import"


@dataclass
class _Reading:
    """The annotations of one reader."""

    article: Document
    source: str
    reader: str
    _items: list[_Item] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _searched: int = 0

    def take(self, item: _Item) -> None:
        self._items.append(item)

    def judged(self) -> Items:
        """Yield the document that the annotations make, or everything wrong with them."""
        article = self.article
        document = Document(article.id, article.text, article.title, article.meta)
        document.where, document.reader = article.where, self.reader
        self._say_of_reading(document)
        annotations = [item for item in self._items if item.node]
        placed = [item for item in annotations if has_place(item.node)]
        count = way_of_counting(document.text, claims(item.node for item in placed))
        names: dict[str, str] = {}
        for item in placed:
            self._add_spans(document, item, count, names)
        give_ids("s", [span for span in document.spans if not span.id], set(names.values()))
        self._add_links(document, [item for item in annotations if not has_place(item.node)], names)
        default_reading(document)
        if self._problems:
            yield from self._problems
        else:
            yield from judged(document, [])

    def _say_of_reading(self, document: Document) -> None:
        first = self._items[0]
        wrong: list[str] = []
        own = object_of(first.page, OURS, "The page", wrong)
        document.origin = string(own, "origin", f"“{OURS}”", wrong)
        document.state = string(own, "state", f"“{OURS}”", wrong)
        self._say(first, wrong)

    def _say(self, item: _Item, wrong: list[str]) -> None:
        self._problems += [Problem(item.where, said) for said in wrong]

    def _add_spans(
        self, document: Document, item: _Item, count: Count, names: dict[str, str]
    ) -> None:
        """Add a span for an annotation; one with several labels is a span for each."""
        wrong: list[str] = []
        given = name_of(item.node, "id", "An annotation", wrong, needed=False) or ""
        key = own_id(given)
        name = f"Annotation {shown(key)}" if key else "An annotation without an id"
        labels, attributes = said_by(item.node, name, wrong)
        places = [
            self._place(target, name, count, wrong) for target in listed(item.node.get("target"))
        ]
        pieces = merged([place for place in places if place])
        for at, label in enumerate(labels or [motivation(item.node) or "annotation"]):
            own = key if at == 0 else f"{key}:{label}" if key else ""
            document.spans.append(Span(own, label, pieces, dict(attributes)))
            names.setdefault(given if at == 0 else own, own)
        self._say(item, wrong)

    def _place(self, target: JSON, name: str, count: Count, wrong: list[str]) -> Piece | None:
        if not isinstance(target, dict):
            wrong.append(f"{name} has a target that is no place in the text.")
            return None
        source = reference(target.get("source"))
        if source is not None and source != self.source:
            said = f"{name} is about {shown(source)}, not about the text before it"
            wrong.append(f"{said}, {shown(self.source)}.")
            return None
        text = self.article.text
        position, words = position_in(target), quotation_in(target)
        if position is None:
            if words:
                return self._find(words, name, wrong)
            wrong.append(f"{name} {unread_place(target)}.")
            return None
        start, end = position.get("start"), position.get("end")
        if type(start) is int and type(end) is int and start >= 0 and 0 <= end < 10**15:
            position = {"start": count(start), "end": count(end)}
        place = place_of(position, ("start", "end"), name, len(text), wrong)
        exact = string(words, "exact", name, wrong) if words else None
        if place and exact is not None and not reads(text, *place, exact):
            check_surface(name, exact, text, [place], wrong)
        return place

    def _find(self, words: Node, name: str, wrong: list[str]) -> Piece | None:
        """Return where a quotation stands in the text, if it stands there once."""
        text = self.article.text
        exact, prefix, suffix = (
            string(words, key, name, wrong) or "" for key in ("exact", "prefix", "suffix")
        )
        self._searched += len(text)
        if not exact:
            wrong.append(f"{name} quotes nothing.")
        elif self._searched > _MOST_SEARCHED:
            wrong.append(f"{name} has no position, and too much was searched for others already.")
        else:
            at = text.find(prefix + exact + suffix)
            if at < 0:
                wrong.append(f"{name} quotes {shown(exact)}, which is not in the text.")
            elif text.find(prefix + exact + suffix, at + 1) >= 0:
                said = "is there more than once: it needs a position"
                wrong.append(f"{name} quotes {shown(exact)}, which {said}.")
            else:
                return at + len(prefix), at + len(prefix) + len(exact)
        return None

    def _add_links(self, document: Document, items: list[_Item], names: dict[str, str]) -> None:
        """Add relations, named by their own tags or by annotations that are about them."""
        links = [item for item in items if is_link(item.node)]
        tags: dict[str, list[str]] = {
            key: [] for item in links if isinstance(key := item.node.get("id"), str)
        }
        for item in items:
            if is_link(item.node):
                continue
            wrong: list[str] = []
            name = f"Annotation {shown(own_id(str(item.node.get('id', ''))))}"
            labels, _ = said_by(item.node, name, wrong)
            about = [reference(target) for target in listed(item.node.get("target"))]
            if len(about) == 1 and about[0] in tags:
                tags[about[0]] += labels
            else:
                wrong.append(f"{name} has no place in the text and links nothing.")
            self._say(item, wrong)
        for item in links:
            self._add_link(document, item, tags, names)
        unnamed = [link for link in document.relations if not link.id]
        give_ids("r", unnamed, {link.id for link in document.relations})

    def _add_link(
        self, document: Document, item: _Item, tags: dict[str, list[str]], names: dict[str, str]
    ) -> None:
        wrong: list[str] = []
        given = name_of(item.node, "id", "A link", wrong, needed=False) or ""
        key = own_id(given)
        labels, _ = said_by(item.node, f"Annotation {shown(key)}", wrong)
        labels += tags.get(given, [])
        ends = ends_of(item.node)
        if len(ends) != 2:
            wrong.append(f"Annotation {shown(key)} links {len(ends)} others instead of two.")
        else:
            source, target = (names.get(end, own_id(end)) for end in ends)
            for at, label in enumerate(labels or ["relation"]):
                document.relations.append(Relation(key if at == 0 else "", label, source, target))
        self._say(item, wrong)
