"""A corpus as documents: one consistent state of it, streamed, in constant memory."""

import hashlib
from collections.abc import Collection, Generator, Iterable, Iterator
from typing import Any, NamedTuple, Self, TypedDict, Unpack

from django.db import connection
from django.db.models import Exists, OuterRef

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus
from annotator.exchange.progress import Progress, Unseen
from annotator.formats.document import Document, Format, Lose, Loss, Relation, Span, shown
from annotator.readings.fields import pieces_of
from annotator.readings.models import Reading, ReadingQuerySet
from annotator.readings.models import Span as StoredSpan
from annotator.readings.queries import readings_seen
from annotator.readings.snapshot import one_moment
from annotator.schemas.models import Entity
from annotator.schemas.schema import Schema, schema_of

# What an export holds in memory ends with whichever comes first.
CHUNK_ARTICLES = 200
CHUNK_CHARACTERS = 2_000_000
# Bytes leave in blocks of about this size: a line is too small to be sent alone.
BLOCK = 128 * 1024
SHOWN_LOSSES = 5

Head = tuple[int, int]  # an article's id and its length in code points
Texts = dict[int, tuple[str, str, str, dict[str, Any]]]  # key, title, text, meta (Any: JSON)


class Filters(TypedDict, total=False):
    """Which readings come out, and what of them."""

    reader: str
    state: str
    label: str  # keys, with commas between: only spans with these labels, and links between them


def export_documents(
    *,
    corpus: Corpus,
    by: User | None,
    reader: str | None = None,
    state: str | None = None,
    label: str | None = None,
) -> Generator[Document, None, None]:
    """Yield what ``by`` may see of ``corpus``: one document a reading, in the order of import.

    An article without any reading comes out once, with no reader, unless ``reader`` or ``state``
    asks for certain readings; one without spans of the wanted labels comes all the same. ``by`` is None for the command line, which sees all. Everything is
    of one moment, however long it takes. Close the generator to let that moment go.
    """
    readings = _seen_by(by)
    if reader is not None:
        readings = readings.filter(reader=reader)
    if state is not None:
        readings = readings.filter(state=state)
    chosen = reader is not None or state is not None
    with one_moment():
        corpus = Corpus.objects.get(pk=corpus.pk)
        schema = schema_of(corpus)
        for heads in _chunks(corpus):
            documents = _documents(heads, readings, schema, unread=not chosen)
            yield from _of_labels(documents, frozenset(label.split(","))) if label else documents


def reader_problem(corpus: Corpus, by: User | None, reader: str) -> str | None:
    """Return a sentence when ``by`` sees nothing that ``reader`` has read.

    An empty file for a misspelt name would be found out too late.
    """
    if _seen_by(by).filter(article__corpus=corpus, reader=reader).exists():
        return None
    return f"Nobody called {shown(reader)} has read anything in this corpus."


def label_problem(corpus: Corpus, label: str) -> str | None:
    """Return a sentence when ``label``, as ``Filters`` has it, names a label that is not there."""
    known = schema_of(corpus).labels
    unknown = next((key for key in label.split(",") if key not in known), None)
    return None if unknown is None else f"This corpus has no label {shown(unknown)}."


def extent(*, corpus: Corpus, by: User, **filters: Unpack[Filters]) -> dict[str, int]:
    """Return how many articles, readings and spans ``by`` would take out; fetched for ``by``."""
    labels = filters.pop("label", "")
    readings = Reading.objects.filter(readings_seen(corpus, by), article__corpus=corpus, **filters)
    spans = StoredSpan.objects.filter(reading__in=readings)
    if labels:
        spans = spans.filter(label__corpus=corpus, label__key__in=labels.split(","))
    articles = Article.objects.filter(corpus=corpus)
    if filters:
        articles = articles.filter(Exists(readings.filter(article=OuterRef("pk"))))
    return {
        "articles": articles.count(),
        "readings": readings.count(),
        "spans": spans.count(),
    }


class _Reading(NamedTuple):
    pk: int
    reader: str
    origin: str
    state: str


class Export:
    """The bytes of an export; counts and checksums what passes.

    Iterate it once; then ``summary()`` says what came out. ``lose`` is called for everything that
    the format cannot hold; the first of that is kept.
    """

    def __init__(
        self,
        *,
        corpus: Corpus,
        by: User | None,
        into: Format,
        reader: str | None = None,
        state: str | None = None,
        label: str | None = None,
        lose: Lose | None = None,
    ) -> None:
        if into.write is None:
            raise ValueError(f"{into.slug} only comes in.")
        self.progress: Progress = Unseen()  # in articles
        # For a first look: it ends behind so many readings, and says that it was cut.
        self.at_most: int | None = None
        self.is_cut = False
        self._documents = export_documents(
            corpus=corpus, by=by, reader=reader, state=state, label=label
        )
        self._write = into.write
        self._tell = lose
        self.losses = 0
        self.first_losses: list[Loss] = []
        self._sha256 = hashlib.sha256()
        self._articles = self._readings = 0
        self._blocks = self._make_blocks()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        return next(self._blocks)

    def close(self) -> None:
        """Let the snapshot go. A web server calls this too, when whoever reads goes away."""
        self._blocks.close()
        self._documents.close()

    def summary(self) -> dict[str, int | str]:
        return {
            "articles": self._articles,
            "readings": self._readings,
            "losses": self.losses,
            "sha256": self._sha256.hexdigest(),
        }

    def _make_blocks(self) -> Generator[bytes, None, None]:
        block: list[bytes] = []
        size = 0
        for line in self._write(self._counted(), self._lose):
            block.append(line)
            size += len(line)
            if size >= BLOCK:
                yield self._seal(block)
                block, size = [], 0
        if block:
            yield self._seal(block)

    def _lose(self, loss: Loss) -> None:
        self.losses += 1
        if len(self.first_losses) < SHOWN_LOSSES:
            self.first_losses.append(loss)
        if self._tell:
            self._tell(loss)

    def _seal(self, block: Iterable[bytes]) -> bytes:
        joined = b"".join(block)
        self._sha256.update(joined)
        return joined

    def _counted(self) -> Iterator[Document]:
        last = None
        for number, document in enumerate(self._documents):
            if number == self.at_most:
                self.is_cut = True
                return
            # Readings of one article follow each other.
            if document.id != last:
                self._articles += 1
                self.progress.advance()
            self._readings += document.reader is not None
            last = document.id
            yield document


def _chunks(corpus: Corpus) -> Iterator[list[Head]]:
    """Yield the articles in the order of import, as many at once as fit into memory."""
    chunk: list[Head] = []
    characters = 0
    last = 0
    while True:
        ahead = Article.objects.filter(corpus=corpus, pk__gt=last).order_by("pk")
        heads = list(ahead.values_list("pk", "length")[: CHUNK_ARTICLES * 10])
        if not heads:
            break
        last = heads[-1][0]
        for head in heads:
            chunk.append(head)
            characters += head[1]
            if len(chunk) >= CHUNK_ARTICLES or characters >= CHUNK_CHARACTERS:
                yield chunk
                chunk, characters = [], 0
    if chunk:
        yield chunk


def _documents(
    heads: list[Head], readings: ReadingQuerySet, schema: Schema, *, unread: bool
) -> Iterator[Document]:
    ids = [pk for pk, _ in heads]
    by_article: dict[int, list[_Reading]] = {}
    rows = readings.filter(article_id__in=ids).order_by("article_id", "pk")
    for article, pk, name, origin, state in rows.values_list(
        "article_id", "pk", "reader", "origin", "state"
    ):
        by_article.setdefault(article, []).append(_Reading(pk, name, origin, state))
    wanted = [pk for pk in ids if unread or pk in by_article]
    if not wanted:
        return
    reading_ids = [reading.pk for found in by_article.values() for reading in found]
    spans = _spans(reading_ids, schema)
    relations = _relations(reading_ids, schema)
    texts = _texts(wanted)
    for pk in wanted:
        key, title, text, meta = texts[pk]
        if pk not in by_article:
            # Nobody has read it; when there are readings that ``by`` may not see, he does not
            # learn of them.
            yield Document(key, text, title, meta)
            continue
        for reading in by_article[pk]:
            yield Document(
                key,
                text,
                title,
                meta,
                spans.get(reading.pk, []),
                relations.get(reading.pk, []),
                reading.reader,
                reading.origin,
                reading.state,
            )


def _seen_by(by: User | None) -> ReadingQuerySet:
    return Reading.objects.all() if by is None else Reading.objects.visible_to(by)


def _of_labels(documents: Iterable[Document], labels: Collection[str]) -> Iterator[Document]:
    for document in documents:
        document.spans = [span for span in document.spans if span.label in labels]
        kept = {span.id for span in document.spans}
        document.relations = [r for r in document.relations if {r.source, r.target} <= kept]
        yield document


def _texts(ids: list[int]) -> Texts:
    rows = Article.objects.filter(pk__in=ids)
    return {
        pk: (key, title, text, meta)
        for pk, key, title, text, meta in rows.values_list("pk", "key", "title", "text", "meta")
    }


def _spans(reading_ids: list[int], schema: Schema) -> dict[int, list[Span]]:
    """Return the spans of each reading, by start, longest first, then by id."""
    found: dict[int, list[Span]] = {}
    keys = schema.label_keys
    named: list[tuple[Span, int, int]] = []
    for reading, key, label, extent, attributes, entity in _rows(
        "SELECT reading_id, key, label_id, extent::text, nullif(attributes, '{}')::json, entity_id"
        " FROM annotator_span WHERE reading_id = ANY(%s)",
        reading_ids,
    ):
        span = Span(key, keys[label], pieces_of(extent), attributes or {})
        if entity is not None:
            named.append((span, label, entity))
        if reading in found:
            found[reading].append(span)
        else:
            found[reading] = [span]
    _name_entities(named, schema)
    for spans in found.values():
        spans.sort(key=_place)
    return found


def _name_entities(named: list[tuple[Span, int, int]], schema: Schema) -> None:
    """Give spans the name of their entity back, as the attribute that it came in as."""
    if not named:
        return
    ids = {entity for _, _, entity in named}
    names = dict(Entity.objects.filter(pk__in=ids).values_list("pk", "name"))
    for span, label, entity in named:
        attribute = schema.labels[schema.label_keys[label]].entity_key or "entity"
        span.attributes[attribute] = names[entity]


def _relations(reading_ids: list[int], schema: Schema) -> dict[int, list[Relation]]:
    """Return the relations of each reading, in the order in which they were made."""
    found: dict[int, list[Relation]] = {}
    for reading, key, kind, source, target in _rows(
        "SELECT r.reading_id, r.key, r.type_id, s.key, t.key FROM annotator_relation r"
        " JOIN annotator_span s ON s.id = r.source_id JOIN annotator_span t ON t.id = r.target_id"
        " WHERE r.reading_id = ANY(%s) ORDER BY r.id",
        reading_ids,
    ):
        relation = Relation(key, schema.relation_keys[kind], source, target)
        if reading in found:
            found[reading].append(relation)
        else:
            found[reading] = [relation]
    return found


def _place(span: Span) -> tuple[int, int, str]:
    return span.pieces[0][0], -span.pieces[-1][1], span.id


def _rows(sql: str, ids: list[int]) -> Iterator[tuple[Any, ...]]:  # Any: what the columns hold
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids])
        yield from cursor.fetchall()
