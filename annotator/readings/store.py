"""The statements that every saved edit runs, written by hand.

The ORM spends 2 ms of processor time on building them, twelve times what PostgreSQL needs to commit
the row (``make bench``); an editor saves all day. Everything else goes through the ORM.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus, Role
from annotator.readings.edits import JSONObject
from annotator.readings.fields import Pieces, pieces_of, to_multirange
from annotator.readings.models import Edit, Reading, Relation, Span
from annotator.server import prepared

# Search vectors are large, and of no use outside of the database.
_ARTICLE = [f.attname for f in Article._meta.concrete_fields if f.attname != "search"]
_CORPUS = [f.attname for f in Corpus._meta.concrete_fields]
_COLUMNS = ", ".join([*(f"a.{name}" for name in _ARTICLE), *(f"c.{name}" for name in _CORPUS)])
_ARTICLE_FOR = (
    f"SELECT m.role, {_COLUMNS} FROM annotator_article a"  # noqa: S608  # names of columns
    " JOIN annotator_corpus c ON c.id = a.corpus_id"
    " LEFT JOIN annotator_membership m ON m.corpus_id = a.corpus_id AND m.user_id = %s"
    " WHERE a.id = %s"
)
_LARGEST_ID = 2**63 - 1


def article_for(user: User, pk: int) -> Article | None:
    """Return the article with its corpus, each with ``role``; None when ``user`` may not know of it.

    The same rule as ``Article.objects.visible_to(user)``.
    """
    if pk > _LARGEST_ID:
        return None
    for role, *row in prepared.rows(_ARTICLE_FOR, [user.pk, pk]):
        role = Role.MANAGER.value if user.is_superuser else role
        if role is None:
            return None
        article = Article.from_db("default", _ARTICLE, row[: len(_ARTICLE)])
        article.corpus = Corpus.from_db("default", _CORPUS, row[len(_ARTICLE) :])
        article.role = article.corpus.role = role
        return article
    return None


def lock_reading(article: Article, user_id: int) -> Reading | None:
    """Return the reading of ``article`` by ``user_id``, locked to the end of the transaction."""
    rows = prepared.rows(
        "SELECT id, reader, origin, state, skip_reason, version FROM annotator_reading"
        " WHERE article_id = %s AND user_id = %s FOR UPDATE",
        [article.pk, user_id],
    )
    for pk, reader, origin, state, skip_reason, version in rows:
        reading = Reading(
            id=pk, article=article, user_id=user_id, reader=reader, origin=origin, state=state,
            skip_reason=skip_reason,
        )  # fmt: skip
        reading.version = version
        reading._state.adding = False
        return reading
    return None


def known_edits(ids: Collection[UUID]) -> dict[UUID, tuple[int, int, str]]:
    """Return (reading id, version, fingerprint) of those ``ids`` that are stored."""
    rows = prepared.rows(
        "SELECT id, reading_id, version, fingerprint FROM annotator_edit WHERE id = ANY(%s)",
        [list(ids)],
    )
    return {pk: (reading_id, version, fingerprint) for pk, reading_id, version, fingerprint in rows}


def spans_of(reading: Reading, keys: Collection[str]) -> list[Span]:
    """Return the spans of ``reading`` under ``keys``."""
    return [
        Span(id=pk, reading=reading, key=key, label_id=label, extent=_pieces(extent),
             attributes=attributes, entity_id=entity)
        for pk, key, label, extent, attributes, entity in prepared.rows(
            "SELECT id, key, label_id, extent, attributes::json, entity_id FROM annotator_span"
            " WHERE reading_id = %s AND key = ANY(%s)",
            [reading.pk, list(keys)],
        )
    ]  # fmt: skip


def entity_named(corpus_id: int, name: str) -> int | None:
    """Return which entity ``name`` is of, None when it is new. It cannot be merged till all is saved."""
    rows = prepared.rows(
        "SELECT coalesce(merged_into_id, id) FROM annotator_entity"
        " WHERE corpus_id = %s AND name = %s FOR KEY SHARE",
        [corpus_id, name],
    )
    return rows[0][0] if rows else None


def entities_now(ids: Collection[int]) -> dict[int, int]:
    """Return which entity each of these is now, held as ``entity_named`` holds it; gone ones lack."""
    return dict(
        prepared.rows(
            "SELECT id, coalesce(merged_into_id, id) FROM annotator_entity"
            " WHERE id = ANY(%s) FOR KEY SHARE",
            [list(ids)],
        )
    )


_SPANS_TO_DRAW = (
    "SELECT s.key, s.label_id, s.extent::text, s.attributes::text, e.name, n.text"
    " FROM annotator_span s LEFT JOIN annotator_entity e ON e.id = s.entity_id"
    " LEFT JOIN annotator_note n ON n.span_id = s.id WHERE s.reading_id = %s ORDER BY s.id"
)
_LINKS_TO_DRAW = (
    "SELECT r.key, r.type_id, s.key, t.key FROM annotator_relation r"
    " JOIN annotator_relationtype k ON k.id = r.type_id JOIN annotator_span s ON s.id = r.source_id"
    ' JOIN annotator_span t ON t.id = r.target_id WHERE r.reading_id = %s ORDER BY k."order", r.id'
)


def spans_to_draw(reading: Reading) -> Iterator[tuple[str, int, Pieces, JSONObject, str, str]]:
    """Yield (key, label id, pieces, attributes, entity, note) of every span of ``reading``.

    Extent and attributes come as text, which is read faster here than by psycopg.
    """
    for key, label, extent, written, entity, note in prepared.rows(_SPANS_TO_DRAW, [reading.pk]):
        yield key, label, pieces_of(extent), orjson.loads(written), entity or "", note or ""


def links_to_draw(reading: Reading) -> Iterator[tuple[str, int, str, str]]:
    """Yield (key, type id, key of the source, key of the target), in the order of the schema."""
    yield from prepared.rows(_LINKS_TO_DRAW, [reading.pk])


def insert_spans(spans: Iterable[Span]) -> None:
    """Store new spans and give each its ``pk``."""
    for span in spans:
        [[span.pk]] = prepared.rows(
            "INSERT INTO annotator_span (reading_id, key, label_id, extent, attributes, entity_id)"
            " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
            [
                span.reading_id, span.key, span.label_id, to_multirange(span.extent),
                Jsonb(span.attributes), span.entity_id,
            ],
        )  # fmt: skip


def insert_relations(relations: Iterable[Relation]) -> None:
    with prepared.cursor() as cursor:
        for r in relations:
            cursor.execute(
                "INSERT INTO annotator_relation (reading_id, key, type_id, source_id, target_id)"
                " VALUES (%s, %s, %s, %s, %s)",
                [r.reading_id, r.key, r.type_id, r.source_id, r.target_id],
            )


class SchemaChanged(Exception):
    """The schema is no longer the one by which these edits were made."""


def insert_edits(reading: Reading, edits: Sequence[Edit]) -> None:
    """Store ``edits`` and the version and state that they lead ``reading`` to; the last step of saving.

    From here to the end of the transaction nobody changes the schema. Raises SchemaChanged when
    somebody has meanwhile.
    """
    corpus = [reading.article.corpus_id, edits[-1].schema_version]
    rows = [
        [
            edit.id, reading.pk, edit.version, str(edit.kind), edit.group, edit.reverts,
            edit.by_id, Jsonb(edit.before), Jsonb(edit.after), edit.fingerprint,
            edit.schema_version,
        ]
        for edit in edits
    ]  # fmt: skip
    with prepared.cursor() as cursor:
        for row in rows[:-1]:
            cursor.execute(f"{_INSERT_EDIT} VALUES ({_VALUES})", row)
        # The last one together with what it leads to: one journey to the server less.
        reads = [reading.version, reading.state, reading.skip_reason, reading.pk]
        cursor.execute(_INSERT_LAST_EDIT, [*corpus, *rows[-1], *reads])
        if not cursor.rowcount:
            raise SchemaChanged


_INSERT_EDIT = (
    'INSERT INTO annotator_edit (id, reading_id, version, kind, "group", reverts, by_id, before,'
    " after, fingerprint, schema_version)"
)
_VALUES = ", ".join(["%s"] * 11)
_INSERT_LAST_EDIT = (
    # Whoever changes the schema locks the corpus, and is waited for here.
    "WITH corpus AS (SELECT FROM annotator_corpus WHERE id = %s AND schema_version = %s"  # noqa: S608  # no value in it
    " FOR KEY SHARE),"
    f" edit AS ({_INSERT_EDIT} SELECT {_VALUES} FROM corpus)"
    " UPDATE annotator_reading SET version = %s, state = %s, skip_reason = %s, updated_at = now()"
    " WHERE id = %s AND EXISTS (SELECT FROM corpus)"
)


def _pieces(extent: Any) -> Pieces:
    return [(piece.lower, piece.upper) for piece in extent]
