"""What a corpus has already of the documents that come in."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from annotator.corpora.models import Article, Corpus
from annotator.readings.models import Reading


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
