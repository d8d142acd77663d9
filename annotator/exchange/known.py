"""What a corpus has already of the documents that come in."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from annotator.corpora.models import Article, Corpus
from annotator.exchange.rows import State
from annotator.readings.models import Reading
from annotator.schemas.schema import Schema


@dataclass(slots=True)
class KnownArticle:
    pk: int
    sha256: str
    title: str
    meta: dict[str, Any]  # Any: JSON
    fresh: bool = False  # made by this very import
    unread: bool = False  # and first given without a reader


@dataclass(slots=True)
class KnownReading:
    pk: int
    origin: str
    user_id: int | None
    fresh: bool = False


# By article and reader's name.
Readings = dict[tuple[int, str], KnownReading]


def articles(corpus: Corpus, keys: Collection[str]) -> dict[str, KnownArticle]:
    """Return the articles of ``corpus`` under these keys; their texts stay where they are."""
    rows = Article.objects.filter(corpus=corpus, key__in=keys)
    return {
        key: KnownArticle(pk, sha256, title, meta)
        for key, pk, sha256, title, meta in rows.values_list("key", "pk", "sha256", "title", "meta")
    }


def readings(article_ids: Collection[int]) -> Readings:
    """Return all readings of these articles."""
    if not article_ids:
        return {}
    rows = Reading.objects.filter(article_id__in=article_ids)
    return {
        (article, reader): KnownReading(pk, origin, user)
        for article, reader, pk, origin, user in rows.values_list(
            "article_id", "reader", "pk", "origin", "user_id"
        )
    }


def states(reading_ids: Collection[int], schema: Schema) -> dict[int, State]:
    """Return what each of these readings holds, in the shape of ``Edit.after``."""
    found: dict[int, State] = {}
    if not reading_ids:
        return found
    ids = list(reading_ids)
    for pk, state in Reading.objects.filter(pk__in=ids).values_list("pk", "state"):
        found[pk] = {"spans": {}, "relations": {}, "state": state}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reading_id, key, label_id, extent::text, attributes::json, entity_id"
            " FROM annotator_span WHERE reading_id = ANY(%s) ORDER BY reading_id, id",
            [ids],
        )
        for pk, key, label, extent, attributes, entity in cursor.fetchall():
            found[pk]["spans"][key] = {
                "label": schema.label_keys[label],
                "pieces": pieces_of(extent),
                "attributes": attributes,
                "entity": entity,
            }
        cursor.execute(
            "SELECT r.reading_id, r.key, r.type_id, s.key, t.key FROM annotator_relation r"
            " JOIN annotator_span s ON s.id = r.source_id JOIN annotator_span t ON t.id = r.target_id"
            " WHERE r.reading_id = ANY(%s) ORDER BY r.reading_id, r.id",
            [ids],
        )
        for pk, key, kind, source, target in cursor.fetchall():
            found[pk]["relations"][key] = {
                "type": schema.relation_keys[kind],
                "from": source,
                "to": target,
            }
    return found


def pieces_of(extent: str) -> list[tuple[int, int]]:
    """Return the pieces of a multirange as PostgreSQL writes it: ``{[1,4),[7,9)}``."""
    if extent.count("[") == 1:
        start, _, end = extent[2:-2].partition(",")
        return [(int(start), int(end))]
    pairs = (pair.split(",") for pair in extent[2:-2].split("),["))
    return [(int(start), int(end)) for start, end in pairs]
