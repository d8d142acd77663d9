"""Corpora, their schemas and their articles."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.accounts.models import User
from annotator.api import stream
from annotator.api.base import ApiView, chosen, number, user_of
from annotator.api.bodies import body_of
from annotator.api.errors import BadRequest
from annotator.api.etags import IF_MATCH, check_unchanged
from annotator.api.once import IDEMPOTENCY_KEY, once
from annotator.api.pages import CURSOR, PAGE_SIZE, link, no_cursor
from annotator.api.serializers import (
    ArticlePageSerializer,
    ArticleRowSerializer,
    CorpusBody,
    CorpusDetailSerializer,
    CorpusListSerializer,
    CorpusProgressSerializer,
    CorpusSerializer,
    GuidelinesBody,
    GuidelinesSerializer,
    NewCorpusBody,
    NextArticleSerializer,
    ProgressSerializer,
    SchemaSerializer,
)
from annotator.corpora.actions import create_corpus, may_create_corpora
from annotator.corpora.models import Corpus, Right
from annotator.readings.queries import (
    ArticleState,
    Order,
    filter_articles,
    label_counts,
    next_article,
    page_of,
    progress,
)
from annotator.schemas.schema import schema_of
from annotator.schemas.templates import apply_template
from annotator.www.access import get_corpus
from annotator.www.http import file_response

PAGE = 50
LARGEST_PAGE = 200


class Corpora(ApiView):
    @extend_schema(operation_id="corpora_list", responses=CorpusListSerializer)
    def get(self, request: Request) -> Response:
        """The corpora that you are a member of."""
        corpora = Corpus.objects.visible_to(user_of(request)).order_by("slug")
        return Response({"results": CorpusSerializer(corpora, many=True).data})

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=NewCorpusBody,
        responses={201: CorpusDetailSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Begin a corpus, with a schema to change later. You become its manager."""
        by = user_of(request)
        if not may_create_corpora(by):
            raise PermissionDenied("Only who manages a corpus already may create another.")
        said = body_of(request, NewCorpusBody)

        def make() -> Response:
            with transaction.atomic():
                made = create_corpus(name=said["name"], description=said["description"], by=by)
                apply_template(corpus=made, template=said["template"])
            address = request.build_absolute_uri(reverse("api:corpus", args=[made.slug]))
            shape = _shape(get_corpus(by, made.slug), by)
            return Response(shape, status=HTTPStatus.CREATED, headers={"Location": address})

        return once(request, make)


class CorpusDetail(ApiView):
    @extend_schema(responses=CorpusDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """A corpus, with its guidelines and how far its readers are."""
        return Response(_shape(get_corpus(user_of(request), slug), user_of(request)))

    @extend_schema(request=CorpusBody, responses=CorpusDetailSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Change its name or description."""
        corpus = get_corpus(user_of(request), slug, Right.EDIT_SETTINGS)
        said = body_of(request, CorpusBody)
        for name, value in said.items():
            setattr(corpus, name, value)
        corpus.save(update_fields=list(said))
        return Response(_shape(corpus, user_of(request)))


class Guidelines(ApiView):
    @extend_schema(responses=GuidelinesSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What readers are asked to do, in Markdown."""
        return Response({"guidelines": get_corpus(user_of(request), slug).guidelines})

    @extend_schema(parameters=[IF_MATCH], request=GuidelinesBody, responses=GuidelinesSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Write them anew."""
        corpus = get_corpus(user_of(request), slug, Right.EDIT_GUIDELINES)
        said = body_of(request, GuidelinesBody)
        with transaction.atomic():
            now = Corpus.objects.select_for_update(no_key=True).get(pk=corpus.pk)
            check_unchanged(request, {"guidelines": now.guidelines})
            now.guidelines = said["guidelines"]
            now.save(update_fields=["guidelines"])
        return Response({"guidelines": now.guidelines})


class CorpusProgress(ApiView):
    @extend_schema(responses=CorpusProgressSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """How far its readers are, and how many spans each label has: of what you may see."""
        corpus = get_corpus(user_of(request), slug)
        counts = label_counts(corpus=corpus, user=user_of(request))
        labels = schema_of(corpus).labels.values()
        shape = {
            "readers": progress(corpus=corpus, user=user_of(request)),
            "labels": {label.key: counts.get(label.id, 0) for label in labels},
        }
        return Response(CorpusProgressSerializer(shape).data)


class NextArticle(ApiView):
    @extend_schema(responses=NextArticleSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The article that you should read next: one that you have begun, else a new one."""
        corpus = get_corpus(user_of(request), slug, Right.ANNOTATE)
        return Response({"article": next_article(corpus=corpus, user=user_of(request))})


def _shape(corpus: Corpus, user: User) -> dict[str, object]:
    readers = progress(corpus=corpus, user=user)
    return {
        **CorpusSerializer(corpus).data,
        "guidelines": corpus.guidelines,
        "articles": readers[0].articles if readers else corpus.articles.count(),
        "progress": ProgressSerializer(readers, many=True).data,
    }


class CorpusSchema(ApiView):
    @extend_schema(responses=SchemaSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The labels, their attributes and the relation types; retired ones included."""
        return Response(schema_shape(get_corpus(user_of(request), slug)))


def schema_shape(corpus: Corpus) -> dict[str, object]:
    """Return the schema as it is shown; its ETag is made of this."""
    schema = schema_of(corpus)
    shape = {
        "version": schema.version,
        "labels": schema.labels.values(),
        "relation_types": schema.relations.values(),
    }
    return SchemaSerializer(shape).data


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
            CURSOR,
            PAGE_SIZE,
        ],
        responses={
            (200, "application/json"): ArticlePageSerializer,
            (200, stream.MEDIA_TYPE): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """The articles of a corpus that fit all filters, a page at a time.

        With `Accept: application/x-ndjson` all of them, from `cursor` on, as lines of JSON with
        their texts.
        """
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
        if stream.wants_lines(request):
            if before is not None or "page_size" in request.query_params:
                raise BadRequest("Lines go on from a cursor of “next”, and have no page_size.")
            found_lines = stream.lines(found, order=order, after=after)
            return file_response(found_lines, stream.MEDIA_TYPE, f"{slug}.articles.jsonl")
        page = page_of(found, order=order, after=after, before=before, size=size)
        return Response(
            {
                "results": ArticleRowSerializer(page.articles, many=True).data,
                "next": link(request, f"after-{page.last}") if page.has_next else None,
                "previous": link(request, f"before-{page.first}")
                if page.has_previous and page.articles
                else None,
            }
        )


def _cursor(request: Request) -> tuple[int | None, int | None]:
    """Return the article after which, and the one before which, the page lies."""
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None, None
    side, _, digits = cursor.partition("-")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 18
    if side not in ("after", "before") or not plain:
        raise no_cursor(cursor)
    return (int(digits), None) if side == "after" else (None, int(digits))
