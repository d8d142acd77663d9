"""The registry of a corpus: who is known, in which words and quotes; merging, splitting, renaming."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.base import ApiView, chosen, number, user_of
from annotator.api.bodies import Body, body_of
from annotator.api.errors import Refused
from annotator.api.once import IDEMPOTENCY_KEY
from annotator.api.pages import CURSOR, PAGE_SIZE, numbered, page_number
from annotator.api.sweeps import OutcomeSerializer, swept_once
from annotator.corpora.models import Right
from annotator.readings.entities import (
    LONGEST_NAME,
    MOST_ALIASES,
    change_aliases,
    merge,
    rename,
    split,
)
from annotator.readings.registry import (
    EntityRow,
    Excerpt,
    Order,
    mentions_of,
    page_of_entities,
    quotes_of,
    rows_of,
    surfaces_of,
)
from annotator.schemas.models import Entity
from annotator.www.access import get_corpus, get_entity

PAGE = 50
LARGEST_PAGE = 200
LONGEST_SEARCH = 200
LARGEST_ID = 2**63 - 1
MOST_CHOSEN = 1_000


class EntitySerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    merged = serializers.ListField(
        child=serializers.CharField(), help_text="names of what was merged into it"
    )
    merged_into = serializers.IntegerField(allow_null=True, help_text="what it was merged into")
    mentions = serializers.IntegerField(help_text="spans that name it")
    quotes = serializers.IntegerField(help_text="spans that are linked to those")
    articles = serializers.IntegerField()


class EntityPageSerializer(serializers.Serializer[object]):
    results = EntitySerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SurfaceSerializer(serializers.Serializer[object]):
    words = serializers.CharField()
    mentions = serializers.IntegerField()


class EntityDetailSerializer(EntitySerializer):
    words = SurfaceSerializer(many=True, help_text="in which it is named, the commonest first")


class ExcerptSerializer(serializers.Serializer[object]):
    span = serializers.IntegerField(help_text="to be named when an entity is split")
    label = serializers.CharField(help_text="its name")  # type: ignore[assignment]  # a field, not DRF's own attribute
    words = serializers.CharField()
    before = serializers.CharField(allow_blank=True, help_text="the text before it")
    after = serializers.CharField(allow_blank=True)
    article = serializers.IntegerField()
    title = serializers.CharField(help_text="of the article, or its key")
    reader = serializers.CharField()
    link = serializers.CharField(allow_blank=True, help_text="of a quote: how it is linked")
    named = serializers.CharField(allow_blank=True, help_text="of a quote: to which words")


class ExcerptPageSerializer(serializers.Serializer[object]):
    results = ExcerptSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class NameBody(Body):
    name = serializers.CharField(max_length=LONGEST_NAME)


class AliasesBody(Body):
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_NAME), max_length=MOST_ALIASES
    )


class MergerBody(Body):
    into = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text="the entity that stays"
    )
    dry_run = serializers.BooleanField(default=False, help_text="only say what would change")


class SplitBody(Body):
    name = serializers.CharField(
        max_length=LONGEST_NAME, help_text="of a new entity, or of one that there is"
    )
    words = serializers.ListField(
        child=serializers.CharField(trim_whitespace=False, max_length=100_000),
        max_length=MOST_CHOSEN,
        default=list,
        help_text="all mentions that read so",
    )
    spans = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        max_length=MOST_CHOSEN,
        default=list,
        help_text="single mentions",
    )
    dry_run = serializers.BooleanField(default=False, help_text="only say what would change")


class Entities(ApiView):
    parameters = frozenset({"search", "order", "cursor", "page_size"})

    @extend_schema(
        operation_id="entities_list",
        parameters=[
            OpenApiParameter("search", description="How words of its names begin"),
            OpenApiParameter("order", enum=Order.values, default=Order.MENTIONS.value),
            CURSOR,
            PAGE_SIZE,
        ],
        responses=EntityPageSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Who is known in a corpus, with the numbers of what you may see."""
        corpus = get_corpus(user_of(request), slug)
        place = page_number(request)
        page = page_of_entities(
            corpus=corpus,
            user=user_of(request),
            search=request.query_params.get("search", "")[:LONGEST_SEARCH],
            order=chosen(request, "order", Order.values) or Order.MENTIONS,
            number=place,
            size=number(request, "page_size", default=PAGE, most=LARGEST_PAGE),
        )
        rows = [_shape(row) for row in page.rows]
        return Response(numbered(request, rows, place, has_next=page.has_next))


class EntityDetail(ApiView):
    @extend_schema(responses=EntityDetailSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One of them, and in which words the texts name it."""
        corpus = get_corpus(user_of(request), slug)
        entity = get_entity(corpus, pk)
        [row] = rows_of(corpus, user_of(request), [entity])
        surfaces = surfaces_of(entity, user_of(request))
        words = [{"words": surface, "mentions": times} for surface, times in surfaces]
        return Response({**_shape(row), "words": words})


class EntityQuotes(ApiView):
    parameters = frozenset({"cursor", "page_size"})

    @extend_schema(
        operation_id="entity_quotes_list",
        parameters=[CURSOR, PAGE_SIZE],
        responses=ExcerptPageSerializer,
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """What it said: spans linked to one that names it, the newest first."""
        entity = get_entity(get_corpus(user_of(request), slug), pk)
        return _excerpts(
            request, lambda first, size: quotes_of(entity, user_of(request), first=first, size=size)
        )


class EntityMentions(ApiView):
    parameters = frozenset({"words", "cursor", "page_size"})

    @extend_schema(
        operation_id="entity_mentions_list",
        parameters=[
            OpenApiParameter("words", description="Only those that read so"),
            CURSOR,
            PAGE_SIZE,
        ],
        responses=ExcerptPageSerializer,
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Where it is named: the spans that name it, the newest first."""
        entity = get_entity(get_corpus(user_of(request), slug), pk)
        words = request.query_params.get("words", "")
        return _excerpts(
            request,
            lambda first, size: mentions_of(
                entity, user_of(request), words=words, first=first, size=size
            ),
        )


class EntityName(ApiView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=NameBody, responses=OutcomeSerializer)
    def put(self, request: Request, slug: str, pk: int) -> HttpResponseBase:
        """Give it another name; the old one keeps leading here."""
        entity, by = _to_change(request, slug, pk), user_of(request)
        said = body_of(request, NameBody)
        return swept_once(request, lambda: rename(entity=entity, by=by, **said))


class EntityAliases(ApiView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=AliasesBody, responses=OutcomeSerializer)
    def put(self, request: Request, slug: str, pk: int) -> HttpResponseBase:
        """Say by which other names it goes: they help to find it, and join nothing."""
        entity, by = _to_change(request, slug, pk), user_of(request)
        said = body_of(request, AliasesBody)
        return swept_once(request, lambda: change_aliases(entity=entity, by=by, **said))


class EntityMerger(ApiView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=MergerBody, responses={200: OutcomeSerializer}
    )
    def post(self, request: Request, slug: str, pk: int) -> HttpResponseBase:
        """Let every span that names it name another entity; its name leads there from then on."""
        entity, by = _to_change(request, slug, pk), user_of(request)
        said = body_of(request, MergerBody)
        into = Entity.objects.filter(pk=said.pop("into"), corpus=entity.corpus).first()
        if into is None:
            raise Refused("There is no such entity to merge into.")
        into.corpus = entity.corpus
        return swept_once(request, lambda: merge(entity=entity, into=into, by=by, **said))


class EntitySplit(ApiView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=SplitBody, responses={200: OutcomeSerializer}
    )
    def post(self, request: Request, slug: str, pk: int) -> HttpResponseBase:
        """Let some of its mentions name another entity: those that read so, and single ones."""
        entity, by = _to_change(request, slug, pk), user_of(request)
        said = body_of(request, SplitBody)
        said["surfaces"] = said.pop("words")
        return swept_once(request, lambda: split(entity=entity, by=by, **said))


def _to_change(request: Request, slug: str, pk: int) -> Entity:
    return get_entity(get_corpus(user_of(request), slug, Right.EDIT_ENTITIES), pk)


def _excerpts(request: Request, find: Callable[[int, int], list[Excerpt]]) -> Response:
    place = page_number(request)
    size = number(request, "page_size", default=PAGE, most=LARGEST_PAGE)
    found = find((place - 1) * size, size + 1)
    rows = [_excerpt(excerpt) for excerpt in found[:size]]
    return Response(numbered(request, rows, place, has_next=len(found) > size))


def _shape(row: EntityRow) -> dict[str, object]:
    return {
        "id": row.entity.pk,
        "name": row.entity.name,
        "aliases": row.entity.aliases,
        "merged": row.merged,
        "merged_into": row.entity.merged_into_id,
        "mentions": row.mentions,
        "quotes": row.quotes,
        "articles": row.articles,
    }


def _excerpt(excerpt: Excerpt) -> dict[str, object]:
    return {
        "span": excerpt.pk,
        "label": excerpt.label,
        "words": excerpt.words,
        "before": excerpt.before,
        "after": excerpt.after,
        "article": excerpt.article_id,
        "title": excerpt.article,
        "reader": excerpt.reader,
        "link": excerpt.link,
        "named": excerpt.named,
    }
