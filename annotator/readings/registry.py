"""The registry of a corpus: which entities it knows, what they are called in the texts, what they say.

Counts and examples are of the readings that the user may see.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.db.models import Count, F, Func, IntegerField, Max, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Greatest, Least, Left, NullIf, Substr

from annotator.accounts.models import User
from annotator.corpora.models import Corpus, Right
from annotator.readings.models import Reading, Relation, Span
from annotator.readings.queries import readings_seen
from annotator.schemas.models import Entity

SURFACES = 200  # ways to name one entity that are listed, the commonest first
LONGEST_EXCERPT = 300
AROUND = 60  # characters before and after a mention


class Order(models.TextChoices):
    """In what order entities come."""

    MENTIONS = "mentions", "most mentions first"
    NAME = "name", "by name"
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
    elif order == Order.NAME:
        entities = entities.order_by("name")
    else:
        seen = (
            None if corpus.allows(Right.SEE_ALL_READINGS) else Q(spans__in=spans_seen(corpus, user))
        )
        entities = entities.annotate(said=Count("spans", filter=seen)).order_by("-said", "name")
    first = (number - 1) * size
    rows = list(entities[first : first + size + 1])
    return EntityPage(rows_of(corpus, user, rows[:size]), number, len(rows) > size)


def rows_of(corpus: Corpus, user: User, entities: Collection[Entity]) -> list[EntityRow]:
    """Return entities with their numbers, in three queries."""
    rows = {entity.pk: EntityRow(entity) for entity in entities}
    merged = Entity.objects.filter(merged_into__in=rows).order_by("name")
    for name in merged:
        rows[name.merged_into_id or 0].merged.append(name.name)
    spans = spans_seen(corpus, user).filter(entity__in=rows).order_by()
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


def spans_seen(corpus: Corpus, user: User) -> QuerySet[Span]:
    """Return the spans of ``corpus`` in readings that the user may see."""
    spans = Span.objects.filter(label__corpus=corpus)
    if corpus.allows(Right.SEE_ALL_READINGS):
        return spans
    return spans.filter(reading__in=Reading.objects.filter(readings_seen(corpus, user)))


def surfaces_of(entity: Entity, user: User) -> list[tuple[str, int]]:
    """Return in which words spans name ``entity``, and how often, the commonest first."""
    spans = spans_seen(entity.corpus, user).filter(entity=entity).annotate(surface=surface())
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
    spans = spans_seen(entity.corpus, user).filter(entity=entity).annotate(surface=surface())
    if words:
        spans = spans.filter(surface=words)
    return [
        Excerpt(*row)
        for row in spans.order_by("-pk").values_list(
            "pk",
            Left("surface", LONGEST_EXCERPT),
            "label__key",
            "reading__article",
            _title("reading__article__"),
            "reading__reader",
            *_around(),
        )[first : first + size]
    ]


def quotes_of(entity: Entity, user: User, *, first: int = 0, size: int = 50) -> list[Excerpt]:
    """Return the spans that are linked to one that names ``entity``, the newest first."""
    links = _quotes(entity.corpus, user, [entity.pk]).order_by("-pk")
    rows = links.values_list(
        "source",
        Left(surface("source__"), LONGEST_EXCERPT),
        "source__label__key",
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
    links = Relation.objects.filter(target__entity__in=entities)
    links = links.exclude(type__source=F("type__target"))
    if corpus.allows(Right.SEE_ALL_READINGS):
        return links
    return links.filter(reading__in=Reading.objects.filter(readings_seen(corpus, user)))
