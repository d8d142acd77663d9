"""Releases: what there are, a new one, what is in one, and what is otherwise in the next."""

from dataclasses import asdict
from datetime import date
from itertools import islice

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api import base
from annotator.api.base import ApiView, user_of
from annotator.api.bodies import Body, body_of
from annotator.api.errors import BadRequest, Refused
from annotator.api.etags import tagged
from annotator.api.jobs import accepted
from annotator.api.once import IDEMPOTENCY_KEY, once
from annotator.api.pages import CURSOR, PAGE_SIZE, link, no_cursor, numbered, page_number
from annotator.api.serializers import JobSerializer
from annotator.corpora.models import Corpus, Right
from annotator.formats import WRITABLE
from annotator.jobs.actions import enqueue_release
from annotator.readings.models import State
from annotator.releases import archive, files
from annotator.releases.card import citation
from annotator.releases.compare import Fate, ReadingChange, changes, summary_of
from annotator.releases.models import Release
from annotator.releases.recipe import TIES, Recipe, ReleaseRefused
from annotator.releases.selection import preview
from annotator.schemas.schema import schema_of
from annotator.www.access import get_corpus, get_release
from annotator.www.releases import TAR, archive_of, file_of, stored_file

PAGE = 50
LARGEST_PAGE = 200
LARGEST_NUMBER = 2**31 - 1
COMPARED = 1_000  # readings whose spans are counted; the command counts all
MOST = 1_000
USUAL = Recipe()


class ReleaseRowSerializer(serializers.Serializer[object]):
    number = serializers.IntegerField()
    url = serializers.URLField()
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    sha256 = serializers.CharField(
        allow_null=True, help_text="null for annotators: a release holds what others marked"
    )
    counts = serializers.DictField(allow_null=True)


class ReleasePageSerializer(serializers.Serializer[object]):
    results = ReleaseRowSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class FileSerializer(serializers.Serializer[object]):
    path = serializers.CharField()
    size = serializers.IntegerField(help_text="in bytes")
    sha256 = serializers.CharField()
    url = serializers.URLField()


class RecipeBody(Body):
    """What is not said is as `annotator release make` has it."""

    states = serializers.ListField(
        child=serializers.ChoiceField(State.choices), max_length=MOST, default=list(USUAL.states)
    )
    adjudicated = serializers.BooleanField(default=USUAL.adjudicated)
    readers = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=MOST, default=list
    )
    labels = serializers.ListField(
        child=serializers.CharField(max_length=50), max_length=MOST, default=list
    )
    sources = serializers.ListField(
        child=serializers.CharField(max_length=1_000), max_length=MOST, default=list
    )
    published_from = serializers.DateField(required=False, help_text="2026-03-01")
    published_until = serializers.DateField(required=False, help_text="2026-03-31")
    formats = serializers.ListField(
        child=serializers.ChoiceField(list(WRITABLE)),
        max_length=MOST,
        default=list(USUAL.formats),
        help_text="the native jsonl among them",
    )
    texts = serializers.BooleanField(default=USUAL.texts, help_text="false leaves them out")
    validation = serializers.IntegerField(default=USUAL.validation, help_text="percent")
    test = serializers.IntegerField(default=USUAL.test, help_text="percent")
    seed = serializers.CharField(max_length=50, default=USUAL.seed)
    together = serializers.ListField(
        child=serializers.ChoiceField(list(TIES.items())),
        max_length=MOST,
        default=list(USUAL.together),
        help_text="what is never torn apart by the splits",
    )
    license = serializers.CharField(max_length=200, allow_blank=True, default="")
    note = serializers.CharField(max_length=2_000, allow_blank=True, default="")


class PreviewSerializer(serializers.Serializer[object]):
    articles = serializers.IntegerField()
    unread = serializers.IntegerField(
        help_text="articles that are looked at and have no such reading"
    )
    readings = serializers.IntegerField()
    spans = serializers.IntegerField()
    labels = serializers.DictField(child=serializers.IntegerField())


class ReleaseSerializer(ReleaseRowSerializer):
    name = serializers.CharField()
    schema_version = serializers.IntegerField()
    recipe = serializers.DictField(help_text="what was chosen")
    losses = serializers.DictField(
        child=serializers.IntegerField(), help_text="what did not fit, by format"
    )
    files = FileSerializer(many=True, help_text="manifest.json and README.md among them")
    archive = serializers.URLField(help_text="all files as one tar")
    archive_size = serializers.IntegerField()
    citation = serializers.CharField(help_text="BibTeX")


class FatesSerializer(serializers.Serializer[object]):
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField(default=0)


class SpanChangeSerializer(serializers.Serializer[object]):
    fate = serializers.ChoiceField([fate.value for fate in Fate])
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not DRF's own attribute
    before = serializers.CharField(allow_null=True, help_text="the words that it covered")
    after = serializers.CharField(allow_null=True)
    attributes = serializers.ListField(child=serializers.CharField())


class ReadingChangeSerializer(serializers.Serializer[object]):
    fate = serializers.ChoiceField([fate.value for fate in Fate])
    article = serializers.IntegerField()
    key = serializers.CharField()
    reader = serializers.CharField()
    spans = SpanChangeSerializer(many=True)
    links = FatesSerializer()


class ChangesSerializer(serializers.Serializer[object]):
    since = serializers.IntegerField(help_text="the other release")
    articles = FatesSerializer()
    readings = FatesSerializer()
    moved = serializers.IntegerField(help_text="articles in both, in another split")
    compared = serializers.IntegerField(help_text="readings whose spans are counted")
    labels = serializers.DictField(child=FatesSerializer())
    results = ReadingChangeSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class Releases(ApiView):
    parameters = frozenset({"cursor", "page_size"})

    @extend_schema(
        operation_id="releases_list",
        parameters=[CURSOR, PAGE_SIZE],
        responses=ReleasePageSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The releases of a corpus, the latest first. Annotators see that there are some."""
        corpus = get_corpus(user_of(request), slug)
        place = page_number(request)
        size = base.number(request, "page_size", default=PAGE, most=LARGEST_PAGE)
        frozen = Release.objects.frozen().filter(corpus=corpus).select_related("by")
        found = list(frozen.order_by("-number")[(place - 1) * size : place * size + 1])
        sees_all = corpus.allows(Right.SEE_ALL_READINGS)
        rows = [_row(request, corpus, release, sees_all=sees_all) for release in found[:size]]
        return Response(numbered(request, rows, place, has_next=len(found) > size))

    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=RecipeBody, responses={202: JobSerializer})
    def post(self, request: Request, slug: str) -> HttpResponseBase:
        """Have a worker freeze the next release."""
        corpus, by = get_corpus(user_of(request), slug, Right.RELEASE), user_of(request)
        recipe = _recipe(request, corpus)
        return once(
            request,
            lambda: accepted(request, enqueue_release(corpus=corpus, by=by, recipe=recipe)),
        )


class ReleasePreview(ApiView):
    @extend_schema(request=RecipeBody, responses={200: PreviewSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Say how much such a release would hold, were it made now. Nothing is made."""
        corpus = get_corpus(user_of(request), slug, Right.RELEASE)
        counts = preview(corpus, _recipe(request, corpus))
        return Response(PreviewSerializer(counts).data)


class ReleaseDetail(ApiView):
    @extend_schema(responses=ReleaseSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """What is in a release, how it was made, and where its files are."""
        corpus, release = get_release(user_of(request), slug, number)
        listed = [
            {
                **files.as_json(file),
                "url": _address(request, "release-file", slug, number, file.path),
            }
            for file in files.files_of(release)
        ]
        return Response(
            {
                **_row(request, corpus, release, sees_all=True),
                "name": release.name,
                "schema_version": release.schema_version,
                "recipe": release.recipe,
                "losses": release.manifest["losses"],
                "files": listed,
                "archive": _address(request, "release-archive", slug, number),
                "archive_size": archive.size_of(files.members(release)),
                "citation": citation(release.manifest),
            }
        )


class ReleaseArchive(ApiView):
    @extend_schema(responses={(200, TAR): OpenApiTypes.BINARY, 304: None})
    def get(self, request: Request, slug: str, number: int) -> HttpResponseBase:
        """All files as one tar, the same bytes every time."""
        _, release = get_release(user_of(request), slug, number)
        return tagged(request, archive_of(release), f'"{release.sha256}-{number}"')


class ReleaseFile(ApiView):
    @extend_schema(
        parameters=[OpenApiParameter("path", location=OpenApiParameter.PATH)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 304: None},
    )
    def get(self, request: Request, slug: str, number: int, path: str) -> HttpResponseBase:
        """One file. Its ETag is its SHA-256: it never changes."""
        _, release = get_release(user_of(request), slug, number)
        file = stored_file(release, path)
        return tagged(request, file_of(release, file), f'"{file.sha256}"')


class ReleaseChanges(ApiView):
    parameters = frozenset({"since", "cursor", "page_size"})

    @extend_schema(
        operation_id="release_changes_list",
        parameters=[
            OpenApiParameter(
                "since",
                OpenApiTypes.INT,
                description="The number of the other release; the one before when left out",
            ),
            CURSOR,
            PAGE_SIZE,
        ],
        responses=ChangesSerializer,
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        """What is otherwise in a release than in another, reading by reading."""
        _, newer = get_release(user_of(request), slug, number)
        _, older = get_release(user_of(request), slug, _since(request, number))
        summary = summary_of(older, newer)
        for change in islice(changes(older, newer), COMPARED):
            summary.add(change)
        page, last = _page(request, older, newer)
        return Response(
            {
                "since": older.number,
                "articles": _fates(summary.articles),
                "readings": _fates(summary.readings),
                "moved": summary.moved,
                "compared": summary.compared,
                "labels": {label: _fates(counts) for label, counts in summary.labels.items()},
                "results": [_change(change) for change in page],
                "next": link(request, f"after-{last}") if last else None,
            }
        )


def _recipe(request: Request, corpus: Corpus) -> Recipe:
    """Return what is asked for, as far as it makes sense for this corpus."""
    said = body_of(request, RecipeBody)
    for name in ("published_from", "published_until"):
        said[name] = said[name].isoformat() if isinstance(said.get(name), date) else ""
    recipe = Recipe.of(said)
    try:
        recipe.check(schema_of(corpus))
    except ReleaseRefused as refusal:
        raise Refused(str(refusal)) from refusal
    return recipe


def _row(
    request: Request, corpus: Corpus, release: Release, *, sees_all: bool
) -> dict[str, object]:
    return {
        "number": release.number,
        "url": _address(request, "release", corpus.slug, release.number),
        "at": release.at,
        "by": release.by.username if release.by else None,
        "sha256": release.sha256 if sees_all else None,
        "counts": release.counts if sees_all else None,
    }


def _since(request: Request, newer: int) -> int:
    said = request.query_params.get("since")
    if said is not None:
        return base.number(request, "since", default=1, most=LARGEST_NUMBER)
    if newer == 1:
        raise BadRequest("Nothing was released before. Name another release in “since”.")
    return newer - 1


def _page(
    request: Request, older: Release, newer: Release
) -> tuple[list[ReadingChange], int | None]:
    """Return some changes and after which article to go on; what is of one article stays together."""
    size = base.number(request, "page_size", default=PAGE, most=LARGEST_PAGE)
    found: list[ReadingChange] = []
    for change in changes(older, newer, after=_after(request)):
        if len(found) >= size and change.article != found[-1].article:
            return found, found[-1].article
        found.append(change)
    return found, None


def _after(request: Request) -> int:
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return 0
    side, _, digits = cursor.partition("-")
    if side != "after" or not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise no_cursor(cursor)
    return int(digits)


def _change(change: ReadingChange) -> dict[str, object]:
    return {
        "fate": change.fate,
        "article": change.article,
        "key": change.key,
        "reader": change.reader,
        "spans": [asdict(span) for span in change.spans],
        "links": _fates(change.links),
    }


def _fates(counts: dict[Fate, int]) -> dict[str, int]:
    return {fate.value: counts.get(fate, 0) for fate in Fate}


def _address(request: Request, name: str, *args: object) -> str:
    return request.build_absolute_uri(reverse(f"api:{name}", args=args))
