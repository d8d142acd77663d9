"""The registry of a corpus: which entities it knows, what they are called in the texts, what they say.

Counts and examples are of the readings that the user may see.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection, models
from django.db.models import Count, F, Func, IntegerField, Max, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Greatest, Least, Left, NullIf, Substr

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus, Right
from annotator.readings.models import Origin, Relation, Span
from annotator.schemas.models import Entity
from annotator.text.folding import prefixes

SURFACES = 200  # ways to name one entity that are listed, the commonest first
LONGEST_EXCERPT = 300
OFFERED = 200  # entities on the desk
NEAR = 30  # articles before one that it has its people in common with
FOUND = 20  # entities that looking up finds
COUNTED = 100  # quotes of each of these
AROUND = 60  # characters before and after a mention


class Order(models.TextChoices):
    """In what order entities come."""

    NAME = "name", "by name"
    MENTIONS = "mentions", "most mentions first"
    NEWEST = "newest", "newest first"


@dataclass(slots=True)
class EntityRow:
    """An entity with its other names and its numbers."""

    entity: Entity
    merged: list[str] = field(default_factory=list)  # names that lead to it
    mentions: int = 0  # spans that name it
    quotes: int = 0  # spans that are linked to those
    articles: int = 0
    last: datetime | None = None  # change of a reading that names it

    @property
    def names(self) -> list[str]:
        return [*self.entity.aliases, *self.merged]


@dataclass(slots=True)
class EntityPage:
    rows: list[EntityRow]
    number: int
    has_next: bool


class Known(NamedTuple):
    """An entity as the desk offers it."""

    name: str
    aliases: list[str]
    quotes: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span in words, and where it stands."""

    pk: int
    words: str
    label: str
    article_id: int
    article: str  # its title, else its key
    reader: str
    before: str = ""
    after: str = ""
    link: str = ""  # of a quote: how it is linked, and to which words
    named: str = ""


def page_of_entities(
    *,
    corpus: Corpus,
    user: User,
    search: str = "",
    order: str = "",
    number: int = 1,
    size: int = 50,
) -> EntityPage:
    """Return one page of the entities of ``corpus``, all of them or those with such names."""
    entities = Entity.objects.filter(corpus=corpus).current()
    if search:
        found = Entity.objects.filter(corpus=corpus).search(search)
        entities = entities.filter(Q(pk__in=found) | Q(pk__in=found.values("merged_into")))
    if order == Order.NEWEST:
        entities = entities.order_by("-pk")
    elif order == Order.MENTIONS:
        said = Count("spans", filter=_seen("spans__reading__", corpus, user))
        entities = entities.annotate(said=said).order_by("-said", "name")
    else:
        entities = entities.order_by("name")
    first = (number - 1) * size
    rows = list(entities[first : first + size + 1])
    return EntityPage(rows_of(corpus, user, rows[:size]), number, len(rows) > size)


def rows_of(corpus: Corpus, user: User, entities: Collection[Entity]) -> list[EntityRow]:
    """Return entities with their numbers, in three queries."""
    rows = {entity.pk: EntityRow(entity) for entity in entities}
    merged = Entity.objects.filter(merged_into__in=rows).order_by("name")
    for name in merged:
        rows[name.merged_into_id or 0].merged.append(name.name)
    spans = _seen_spans(corpus, user).filter(entity__in=rows).order_by()
    for pk, mentions, articles, last in spans.values_list("entity").annotate(
        Count("pk"), Count("reading__article", distinct=True), Max("reading__updated_at")
    ):
        rows[pk].mentions, rows[pk].articles, rows[pk].last = mentions, articles, last
    for pk, quotes in (
        _quotes(corpus, user, list(rows))
        .order_by()
        .values_list("target__entity")
        .annotate(Count("source", distinct=True))
    ):
        rows[pk].quotes = quotes
    return list(rows.values())


def registry_for(article: Article, user: User) -> list[Known]:
    """Return who may be meant in ``article``, for the desk: at most ``OFFERED``.

    First who is named in it and in the articles before it, the nearest first, then the newest.
    Quotes are those of these few articles: all of them would take longer than the page.
    """
    return _known(
        _OFFERED,
        article.allows(Right.SEE_ALL_READINGS),
        user,
        {"article": article.pk, "corpus": article.corpus_id, "near": NEAR, "most": OFFERED},
    )


def look_up(corpus: Corpus, user: User, said: str) -> list[Known]:
    """Return those that have words in their names that begin as those said; at most ``FOUND``.

    Quotes are counted up to ``COUNTED``.
    """
    asked = prefixes(said)
    if not asked:
        return []
    return _known(
        _FOUND,
        corpus.allows(Right.SEE_ALL_READINGS),
        user,
        {"corpus": corpus.pk, "asked": asked, "said": said, "most": FOUND, "counted": COUNTED},
    )


def surfaces_of(entity: Entity, user: User) -> list[tuple[str, int]]:
    """Return in which words spans name ``entity``, and how often, the commonest first."""
    spans = _seen_spans(entity.corpus, user).filter(entity=entity).annotate(surface=surface())
    counted = spans.values_list("surface").annotate(times=Count("pk"))
    return list(counted.order_by("-times", "surface")[:SURFACES])


def spans_naming(
    entity: Entity, *, surfaces: Collection[str] = (), pks: Collection[int] = ()
) -> QuerySet[Span]:
    """Return the spans that name ``entity`` in one of these ways, or that are one of these."""
    chosen = Q(pk__in=pks)
    if surfaces:
        return entity.spans.alias(surface=surface()).filter(chosen | Q(surface__in=surfaces))
    return entity.spans.filter(chosen)


def mentions_of(
    entity: Entity, user: User, *, words: str = "", first: int = 0, size: int = 50
) -> list[Excerpt]:
    """Return spans that name ``entity``, all or those that read so, with the text around them."""
    spans = _seen_spans(entity.corpus, user).filter(entity=entity)
    if words:
        spans = spans.alias(surface=surface()).filter(surface=words)
    return excerpts_of(spans.order_by("-pk")[first : first + size])


def excerpts_of(spans: QuerySet[Span]) -> list[Excerpt]:
    """Return these spans with the text around them. Who may see them has been asked already."""
    return [
        Excerpt(*row)
        for row in spans.annotate(surface=surface()).values_list(
            "pk",
            Left("surface", LONGEST_EXCERPT),
            "label__name",
            "reading__article",
            _title("reading__article__"),
            "reading__reader",
            *_around(),
        )
    ]


def quotes_of(entity: Entity, user: User, *, first: int = 0, size: int = 50) -> list[Excerpt]:
    """Return the spans that are linked to one that names ``entity``, the newest first."""
    links = _quotes(entity.corpus, user, [entity.pk]).order_by("-pk")
    rows = links.values_list(
        "source",
        Left(surface("source__"), LONGEST_EXCERPT),
        "source__label__name",
        "reading__article",
        _title("reading__article__"),
        "reading__reader",
        "type__name",
        Left(surface("target__"), LONGEST_EXCERPT),
    )
    return [
        Excerpt(pk, words, label, article, title, reader, link=link, named=named)
        for pk, words, label, article, title, reader, link, named in rows[first : first + size]
    ]


def surface(at: str = "") -> Func:
    """Return the words of a span as an expression; ``at`` leads from the row to the span."""
    text = "reading__article__text"
    return Func(F(text), F(f"{at}extent"), function="annotator_surface", output_field=TextField())


def _title(at: str) -> Coalesce:
    """Return the title of an article, or its key when it has none."""
    return Coalesce(NullIf(F(f"{at}title"), Value("")), F(f"{at}key"))


def _around() -> tuple[Substr, Substr]:
    """Return the text before and after a span."""
    text = "reading__article__text"
    start, end = (
        Func("extent", function=f, output_field=IntegerField()) for f in ("lower", "upper")
    )
    return (
        Substr(text, Greatest(start - AROUND + 1, 1), Least(start, AROUND)),
        Substr(text, end + 1, AROUND),
    )


def _quotes(corpus: Corpus, user: User, entities: Collection[int]) -> QuerySet[Relation]:
    """Return the links to spans that name one of these; those between spans of one label join names."""
    links = Relation.objects.filter(_seen("reading__", corpus, user), target__entity__in=entities)
    return links.exclude(type__source=F("type__target"))


def _seen_spans(corpus: Corpus, user: User) -> QuerySet[Span]:
    return Span.objects.filter(_seen("reading__", corpus, user), label__corpus=corpus)


def _seen(at: str, corpus: Corpus, user: User) -> Q:
    """Return which readings the user may see, from rows that ``at`` leads from: ``readings_seen``.

    What no person made is named, as the opposite of “a person” would be asked for each row.
    """
    if corpus.allows(Right.SEE_ALL_READINGS):
        return Q()
    origins = [origin for origin in Origin.values if origin != Origin.PERSON]
    return Q(**{f"{at}user": user}) | Q(**{f"{at}origin__in": origins})


_SEEN = "(%(all)s OR r.user_id = %(user)s OR r.origin <> 'person')"
_NAMES = """e.name, e.aliases || ARRAY(
  SELECT m.name FROM annotator_entity m WHERE m.merged_into_id = e.id ORDER BY m.name)"""
_OFFERED = f"""
WITH near AS (
  SELECT id FROM annotator_article WHERE corpus_id = %(corpus)s AND id <= %(article)s
  ORDER BY id DESC LIMIT %(near)s + 1
), used AS (
  SELECT s.entity_id AS id, max(r.article_id) AS at, count(t.id) AS quotes
  FROM near n JOIN annotator_reading r ON r.article_id = n.id
  JOIN annotator_span s ON s.reading_id = r.id
  LEFT JOIN annotator_relation l ON l.target_id = s.id
  LEFT JOIN annotator_relationtype t ON t.id = l.type_id AND t.source_id <> t.target_id
  WHERE s.entity_id IS NOT NULL AND {_SEEN}
  GROUP BY s.entity_id ORDER BY at DESC, quotes DESC LIMIT %(most)s
), new AS (
  SELECT id FROM annotator_entity WHERE corpus_id = %(corpus)s AND merged_into_id IS NULL
  ORDER BY id DESC LIMIT %(most)s
), offered AS (
  SELECT id, at, quotes FROM used
  UNION ALL SELECT id, NULL, 0 FROM new WHERE id NOT IN (SELECT id FROM used)
  ORDER BY at DESC NULLS LAST, quotes DESC, id DESC LIMIT %(most)s
)
SELECT {_NAMES}, o.quotes FROM offered o JOIN annotator_entity e ON e.id = o.id
ORDER BY o.at DESC NULLS LAST, o.quotes DESC, o.id DESC
"""  # noqa: S608  # nothing in it comes from outside
_FOUND = f"""
WITH found AS (
  SELECT DISTINCT coalesce(merged_into_id, id) AS id FROM annotator_entity
  WHERE corpus_id = %(corpus)s AND array_to_tsvector(words) @@ %(asked)s::tsquery
)
SELECT {_NAMES}, (SELECT count(*) FROM (
    SELECT FROM annotator_span s JOIN annotator_reading r ON r.id = s.reading_id
    JOIN annotator_relation l ON l.target_id = s.id
    JOIN annotator_relationtype t ON t.id = l.type_id AND t.source_id <> t.target_id
    WHERE s.entity_id = e.id AND {_SEEN} LIMIT %(counted)s) quotes)
FROM found f JOIN annotator_entity e ON e.id = f.id
ORDER BY starts_with(lower(e.name), lower(%(said)s)) DESC, e.id DESC LIMIT %(most)s
"""  # noqa: S608  # nothing in it comes from outside


def _known(sql: str, sees_all: bool, user: User, values: dict[str, int | str]) -> list[Known]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "all": sees_all, "user": user.pk})
        return [Known(*row) for row in cursor.fetchall()]
