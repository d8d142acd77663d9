"""Documents into a corpus: all of them or none, in one pass, in flat memory.

Each batch is checked against the schema and against what is there, then written by COPY. From the
first problem on nothing more is written, but the rest is still read, so that all problems are
listed at once; then everything is rolled back.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psycopg
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)

from annotator.accounts.models import User
from annotator.corpora.models import Corpus, Membership
from annotator.exchange import known
from annotator.exchange.checks import mapping_problems, schema_problems
from annotator.exchange.known import KnownArticle, KnownReading, Readings
from annotator.exchange.rows import Ids, Rows, add_reading, article_row, state_of
from annotator.exchange.summary import ImportSummary
from annotator.formats.document import Document, Problem, shown
from annotator.formats.mapping import NOTHING, Mapped, Mapping
from annotator.readings.models import Origin
from annotator.readings.states import State, states_of
from annotator.schemas.models import Entity
from annotator.schemas.schema import Schema, schema_of

# A batch ends with whichever comes first; it is what an import holds in memory.
BATCH_DOCUMENTS = 500
BATCH_CHARACTERS = 2_000_000
BATCH_SPANS = 20_000
# How many articles that are not written are remembered, to find those given twice.
MOST_REMEMBERED = 100_000


class ImportBusy(Exception):
    """Another import into the same corpus takes too long to wait for."""


def import_documents(
    *,
    corpus: Corpus,
    by: User | None,
    documents: Iterable[Document | Problem],
    mapping: Mapping = NOTHING,
    dry_run: bool = False,
) -> ImportSummary:
    """Bring ``documents`` into ``corpus``, all of them or, when there is any problem, none.

    ``mapping`` says what the labels, relations, attributes and readers of the file are called here.
    What is there already and equals the file is left alone; what differs is a problem, never
    overwritten. ``dry_run`` says what would be made and writes nothing. ``by`` is None for the
    command line. Raises ImportBusy when another import holds the corpus.
    """
    summary = ImportSummary()
    run: _Run | None = None
    try:
        with transaction.atomic():
            run = _Run(_lock(corpus), by, summary, write=not dry_run)
            run.check_mapping(mapping)
            if not summary.ok:
                return summary  # what it leads to is not there, and no news of the file
            mapped = Mapped(documents, mapping)
            for batch in _batches(mapped, summary):
                run.take(batch)
            for said in mapped.left_out():
                summary.add_notice(Problem("the mapping", said))
            _check_constraints("DEFERRED")
            if dry_run or not summary.ok:
                transaction.set_rollback(True)
    except (IntegrityError, DataError, psycopg.IntegrityError, psycopg.DataError) as error:
        # Something that only the database knows of: a first edit made meanwhile, a guard.
        summary.add_problem(Problem(run.where if run else "", _sentence(error)))
    return summary


def _lock(corpus: Corpus) -> Corpus:
    """Return the row of ``corpus``, locked against other imports and changes of its schema.

    Articles and readings may refer to it all the same: annotators go on working.
    """
    _check_constraints("IMMEDIATE")
    _plan_for_large_tables()
    try:
        return Corpus.objects.select_for_update(no_key=True).get(pk=corpus.pk)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":
            raise
        raise ImportBusy(
            "Another import into this corpus is going on. Try again when it is done."
        ) from error


def _plan_for_large_tables() -> None:
    """Have foreign keys looked up by index from the first row on.

    PostgreSQL plans such a look-up once a session, by what it last knew of the table: one that was
    small then is read through for every row, while this very import makes it large.
    """
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS; SET LOCAL enable_seqscan = off")


def _check_constraints(when: str) -> None:
    """Let foreign keys be checked batch by batch: a list of all rows would grow in the server."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL {when}")


def _sentence(error: DatabaseError | psycopg.Error) -> str:
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    said = getattr(getattr(cause, "diag", None), "message_primary", None) or str(error)
    return f"The database refused this or one of the {BATCH_DOCUMENTS} lines after it: {said}."


def _batches(
    documents: Iterable[Document | Problem], summary: ImportSummary
) -> Iterator[list[Document]]:
    """Yield documents in batches of bounded size; what could not be read goes into ``summary``."""
    batch: list[Document] = []
    characters = spans = 0
    for item in documents:
        if isinstance(item, Problem):
            summary.add_problem(item)
            continue
        batch.append(item)
        characters += len(item.text)
        spans += len(item.spans)
        if len(batch) >= BATCH_DOCUMENTS or characters >= BATCH_CHARACTERS or spans >= BATCH_SPANS:
            yield batch
            batch, characters, spans = [], 0, 0
    if batch:
        yield batch


@dataclass(slots=True)
class _Batch:
    """What a batch is checked against, and the rows that it leads to."""

    articles: dict[str, KnownArticle]
    readings: Readings
    states: dict[int, State]
    entities: dict[str, int]
    ids: Ids
    rows: Rows
    users: set[tuple[int, int]]  # whose accounts have a reading of which article


class _Run:
    """One import: what it knows from batch to batch."""

    def __init__(
        self, corpus: Corpus, by: User | None, summary: ImportSummary, *, write: bool
    ) -> None:
        self.where = ""
        self._corpus = corpus
        self._by = by.pk if by else None
        self._summary = summary
        self._write = write
        self._schema: Schema = schema_of(corpus)
        members = Membership.objects.filter(corpus=corpus)
        self._members: dict[str, int] = dict(members.values_list("user__username", "user_id"))
        self._entities: dict[str, int] = {}
        self._unwritten: dict[str, KnownArticle] = {}
        self._unwritten_readings: Readings = {}
        self._known_before: set[int] = set()
        # Rows from these ids on were made by this import.
        self._first_article = self._first_reading = 2**63
        self._next_unwritten = -1

    def take(self, documents: list[Document]) -> None:
        """Check a batch and write it, unless there was a problem up to its end."""
        self.where = documents[0].where
        fitting = [document for document in documents if self._fits(document)]
        batch = self._prepare(fitting)
        for document in fitting:
            self._place(document, batch)
        if self._write and self._summary.ok:
            batch.rows.write()
            return
        room = MOST_REMEMBERED - len(self._unwritten)
        for key, article in list(batch.articles.items())[: max(room, 0)]:
            self._unwritten[key] = article
        for place, reading in batch.readings.items():
            if place[0] < 0 and len(self._unwritten_readings) < MOST_REMEMBERED:
                self._unwritten_readings[place] = reading

    def check_mapping(self, mapping: Mapping) -> None:
        for said in mapping_problems(mapping, self._schema):
            self._summary.add_problem(Problem("the mapping", said))

    def _fits(self, document: Document) -> bool:
        wrong = schema_problems(document, self._schema)
        for problem in wrong:
            self._summary.add_problem(problem)
        return not wrong

    def _prepare(self, documents: list[Document]) -> _Batch:
        articles = known.articles(self._corpus, {document.id for document in documents})
        for article in articles.values():
            article.fresh = article.pk >= self._first_article
        for document in documents:
            if document.id in self._unwritten:
                articles.setdefault(document.id, self._unwritten[document.id])
        readings = known.readings([article.pk for article in articles.values()])
        for reading in readings.values():
            reading.fresh = reading.pk >= self._first_reading
        places = {(articles[d.id].pk, d.reader) for d in documents if d.id in articles and d.reader}
        for place in places & self._unwritten_readings.keys():
            readings[place] = self._unwritten_readings[place]
        compared = [r for place, r in readings.items() if place in places and not r.fresh]
        return _Batch(
            articles,
            readings,
            states_of([reading.pk for reading in compared], self._schema),
            self._entity_ids(documents),
            self._take_ids([d for d in documents if self._is_new(d, articles, readings)]),
            Rows(),
            {(article, r.user_id) for (article, _), r in readings.items() if r.user_id},
        )

    def _is_new(
        self, document: Document, articles: dict[str, KnownArticle], readings: Readings
    ) -> bool:
        article = articles.get(document.id)
        return article is None or (article.pk, document.reader) not in readings

    def _take_ids(self, documents: list[Document]) -> Ids:
        if not (self._write and self._summary.ok):
            return self._ids_of_nothing(documents)
        ids = Ids.take(documents)
        self._first_article = min([self._first_article, *ids.articles])
        self._first_reading = min([self._first_reading, *ids.readings])
        return ids

    def _ids_of_nothing(self, documents: list[Document]) -> Ids:
        """Return ids that no row has, for what is checked only."""
        count = len(documents)
        self._next_unwritten -= count
        below = list(range(self._next_unwritten, self._next_unwritten + count))
        return Ids(
            below,
            list(below),
            list(range(sum(len(document.spans) for document in documents))),
            list(range(sum(len(document.relations) for document in documents))),
        )

    def _entity_ids(self, documents: list[Document]) -> dict[str, int]:
        """Return the ids of all names that spans have as their entity; new ones are made."""
        names: set[str] = set()
        for document in documents:
            for span in document.spans:
                key = self._schema.labels[span.label].entity_key if span.attributes else None
                if key and key in span.attributes:
                    names.add(str(span.attributes[key]))
        if not names:
            return {}
        if len(self._entities) > MOST_REMEMBERED:
            self._entities.clear()
        if missing := names - self._entities.keys():
            self._entities.update(self._make_entities(sorted(missing)))
        return self._entities

    def _make_entities(self, names: list[str]) -> dict[str, int]:
        if not (self._write and self._summary.ok):
            return dict.fromkeys(names, -1) | Entity.objects.ids_of(self._corpus, names)
        Entity.objects.bulk_create(
            [Entity(corpus=self._corpus, name=name) for name in names], ignore_conflicts=True
        )
        return Entity.objects.ids_of(self._corpus, names)

    # One document against what is there

    def _place(self, document: Document, batch: _Batch) -> None:
        article = self._article(document, batch)
        if article is None:
            return
        if document.reader is not None:
            self._reading(document, article, batch)

    def _article(self, document: Document, batch: _Batch) -> KnownArticle | None:
        """Return the article of a document, new or known; None when it cannot be."""
        sha256 = hashlib.sha256(document.text.encode()).hexdigest()
        article = batch.articles.get(document.id)
        if article is None:
            article = KnownArticle(
                batch.ids.articles.pop(), sha256, document.title, document.meta, fresh=True
            )
            article.unread = document.reader is None
            batch.articles[document.id] = article
            batch.rows.articles.append(article_row(document, article.pk, self._corpus.pk, sha256))
            self._summary.articles += 1
            return article
        if article.sha256 != sha256:
            self._problem(
                document,
                f"The article {shown(document.id)} "
                f"{'stands further up' if article.fresh else 'is here already'} "
                "with another text.",
            )
            return None
        if not article.fresh:
            self._known_article(document, article)
        elif document.reader is None and (article.unread or not self._is_read(article.pk, batch)):
            self._problem(document, f"The article {shown(document.id)} is given twice.")
            return None
        return article

    def _is_read(self, article: int, batch: _Batch) -> bool:
        return any(pk == article for pk, _ in batch.readings)

    def _known_article(self, document: Document, article: KnownArticle) -> None:
        if article.pk in self._known_before:
            return
        self._known_before.add(article.pk)
        self._summary.known_articles += 1
        other_title = document.title and document.title != article.title
        if other_title or (document.meta and document.meta != article.meta):
            what = "title" if other_title else "metadata"
            self._summary.add_notice(
                Problem(
                    document.where,
                    f"The article {shown(document.id)} is here already; its {what} stays as it is.",
                )
            )

    def _reading(self, document: Document, article: KnownArticle, batch: _Batch) -> None:
        reader = str(document.reader)
        reading = batch.readings.get((article.pk, reader))
        state = state_of(document, self._schema, batch.entities)
        if reading is None:
            self._new_reading(document, article, state, batch)
        elif reading.fresh:
            self._problem(
                document,
                f"The article {shown(document.id)} is given twice for the reader {shown(reader)}.",
            )
        elif reading.origin == document.origin and state == batch.states[reading.pk]:
            self._summary.known_readings += 1
        else:
            self._problem(
                document,
                f"What {shown(reader)} marked in {shown(document.id)} is here already, and is not "
                "the same. A file never overwrites a reading.",
            )

    def _new_reading(
        self, document: Document, article: KnownArticle, state: State, batch: _Batch
    ) -> None:
        reader, pk = str(document.reader), batch.ids.readings.pop()
        user = self._user_of(document, article, batch)
        batch.readings[article.pk, reader] = KnownReading(
            pk, str(document.origin), user, fresh=True
        )
        row = (pk, article.pk, reader, document.origin, user, document.state, 1)
        add_reading(batch.rows, state, row, batch.ids, self._schema, self._by)
        self._summary.readings += 1
        self._summary.spans += len(document.spans)
        self._summary.relations += len(document.relations)

    def _user_of(self, document: Document, article: KnownArticle, batch: _Batch) -> int | None:
        """Return the member whose reading this is: a person's, under the name of an account here."""
        if document.origin != Origin.PERSON:
            return None
        user = self._members.get(str(document.reader))
        if user is None:
            return None
        # Somebody who took another name since has one reading of an article all the same.
        return None if (article.pk, user) in batch.users else user

    def _problem(self, document: Document, sentence: str) -> None:
        self._summary.add_problem(Problem(document.where, sentence))
