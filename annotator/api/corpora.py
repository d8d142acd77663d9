"""Corpora, their schemas and their articles."""

from urllib.parse import urlencode

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.base import ApiView, chosen, number, user_of
from annotator.api.errors import BadRequest
from annotator.api.serializers import (
    ArticlePageSerializer,
    ArticleRowSerializer,
    CorpusDetailSerializer,
    CorpusListSerializer,
    CorpusSerializer,
    ProgressSerializer,
    SchemaSerializer,
)
from annotator.corpora.models import Corpus
from annotator.formats.document import shown
from annotator.readings.queries import (
    ArticlePage,
    ArticleState,
    Order,
    filter_articles,
    page_of,
    progress,
)
from annotator.schemas.schema import schema_of
from annotator.www.access import get_corpus

PAGE = 50
LARGEST_PAGE = 200


class Corpora(ApiView):
    @extend_schema(operation_id="corpora_list", responses=CorpusListSerializer)
    def get(self, request: Request) -> Response:
        """The corpora that you are a member of."""
        corpora = Corpus.objects.visible_to(user_of(request)).order_by("slug")
        return Response({"results": CorpusSerializer(corpora, many=True).data})


class CorpusDetail(ApiView):
    @extend_schema(responses=CorpusDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """A corpus, with its guidelines and how far its readers are."""
        corpus = get_corpus(user_of(request), slug)
        readers = progress(corpus=corpus, user=user_of(request))
        return Response(
            {
                **CorpusSerializer(corpus).data,
                "guidelines": corpus.guidelines,
                "articles": readers[0].articles if readers else corpus.articles.count(),
                "progress": ProgressSerializer(readers, many=True).data,
            }
        )


class CorpusSchema(ApiView):
    @extend_schema(responses=SchemaSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The labels, their attributes and the relation types; retired ones included."""
        schema = schema_of(get_corpus(user_of(request), slug))
        shape = {
            "version": schema.version,
            "labels": schema.labels.values(),
            "relation_types": schema.relations.values(),
        }
        return Response(SchemaSerializer(shape).data)


class Articles(ApiView):
    parameters = frozenset(
        {"search", "state", "label", "reader", "notes", "order", "cursor", "page_size"}
    )

    @extend_schema(
        operation_id="articles_list",
        parameters=[
            OpenApiParameter("search", description='Words; "a phrase", -not, or'),
            OpenApiParameter("state", enum=ArticleState.values),
            OpenApiParameter("label", description="Key of a label that some span has"),
            OpenApiParameter("reader", description="Whose state, label and notes are meant"),
            OpenApiParameter("notes", enum=["yes"], description="Only with a note to the reviewer"),
            OpenApiParameter("order", enum=Order.values),
            OpenApiParameter("cursor", description="From “next” or “previous”"),
            OpenApiParameter("page_size", OpenApiTypes.INT, description=f"1 to {LARGEST_PAGE}"),
        ],
        responses=ArticlePageSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The articles of a corpus that fit all filters, a page at a time."""
        corpus = get_corpus(user_of(request), slug)
        found = filter_articles(
            corpus=corpus,
            user=user_of(request),
            search=request.query_params.get("search", ""),
            state=chosen(request, "state", ArticleState.values),
            label=chosen(request, "label", list(schema_of(corpus).labels)),
            reader=request.query_params.get("reader", ""),
            notes=chosen(request, "notes", ["yes"]),
        )
        order = chosen(request, "order", Order.values) or Order.IMPORT
        size = number(request, "page_size", default=PAGE, most=LARGEST_PAGE)
        after, before = _cursor(request)
        page = page_of(found, order=order, after=after, before=before, size=size)
        return Response(
            {
                "results": ArticleRowSerializer(page.articles, many=True).data,
                "next": _link(request, "after", page.last if page.has_next else None),
                "previous": _previous(request, page),
            }
        )


def _cursor(request: Request) -> tuple[int | None, int | None]:
    """Return the article after which, and the one before which, the page lies."""
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None, None
    side, _, digits = cursor.partition("-")
    if side not in ("after", "before") or not (digits.isascii() and digits.isdigit()):
        raise BadRequest(f"{shown(cursor)} is no cursor. Take one from “next” or “previous”.")
    if len(digits) > 18:
        raise BadRequest(f"{shown(cursor)} is no cursor. Take one from “next” or “previous”.")
    return (int(digits), None) if side == "after" else (None, int(digits))


def _previous(request: Request, page: ArticlePage) -> str | None:
    return _link(request, "before", page.first if page.has_previous else None)


def _link(request: Request, side: str, article: int | None) -> str | None:
    if article is None:
        return None
    kept = {name: value for name, value in request.query_params.items() if name != "cursor"}
    query = urlencode({**kept, "cursor": f"{side}-{article}"})
    return request.build_absolute_uri(f"{request.path}?{query}")
