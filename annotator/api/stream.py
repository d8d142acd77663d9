"""Articles as a stream: a line of JSON each, however many there are (NDJSON)."""

from collections.abc import Iterator

import orjson
from rest_framework.request import Request

from annotator.api.serializers import ArticleLineSerializer
from annotator.corpora.models import Article, ArticleQuerySet
from annotator.readings.queries import page_of

MEDIA_TYPE = "application/x-ndjson"
AT_ONCE = 200  # articles
MOST_CHARACTERS = 2_000_000  # of their texts, in memory
# Where the fields of a line stand, by their names.
COLUMNS = {name: name for name in ArticleLineSerializer.Meta.fields} | {"corpus": "corpus__slug"}


def wants_lines(request: Request) -> bool:
    accepted = request.headers.get("Accept", "").lower().split(",")
    return MEDIA_TYPE in [one.partition(";")[0].strip() for one in accepted]


def lines(articles: ArticleQuerySet, *, order: str, after: int | None) -> Iterator[bytes]:
    """Yield all articles behind ``after``, in their order, each as it is when its turn comes."""
    while True:
        page = page_of(articles, order=order, after=after, size=AT_ONCE)
        for some in _portions(page.articles):
            rows = Article.objects.filter(pk__in=some).values(*COLUMNS.values())
            found = {row["id"]: row for row in rows}
            yield b"".join(_line(found[pk]) for pk in some if pk in found)
        if not page.has_next:
            return
        after = page.last


def _line(row: dict[str, object]) -> bytes:
    """Return what ``ArticleLineSerializer`` would, five times as fast."""
    said = {name: row[column] for name, column in COLUMNS.items()}
    return orjson.dumps(said, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def _portions(articles: list[Article]) -> Iterator[list[int]]:
    """Yield the ids of as many articles as may be in memory at once."""
    some: list[int] = []
    characters = 0
    for article in articles:
        if some and characters + article.length > MOST_CHARACTERS:
            yield some
            some, characters = [], 0
        some.append(article.pk)
        characters += article.length
    if some:
        yield some
