"""Whole files in and out, in memory that does not grow with them."""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from django.conf import settings
from django.core.files.base import File
from django.http import HttpRequest, StreamingHttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from annotator import formats
from annotator.api.base import ApiView, chosen, user_of
from annotator.api.errors import ApiProblem, BadRequest, Conflict, Refused, TooLarge
from annotator.api.jobs import A_FILE, accepted
from annotator.api.once import IDEMPOTENCY_KEY, once
from annotator.api.serializers import (
    ImportedSerializer,
    ImportProblemSerializer,
    JobSerializer,
    PlaceSerializer,
)
from annotator.corpora.models import Corpus, Right
from annotator.exchange import losses
from annotator.exchange.exports import Export, Filters, label_problem, reader_problem
from annotator.exchange.imports import ImportBusy, import_documents
from annotator.exchange.summary import ImportSummary
from annotator.formats import READABLE, WRITABLE
from annotator.formats.document import Format
from annotator.formats.mapping import Mapping, WrongMapping
from annotator.jobs import files as jobs
from annotator.jobs.actions import enqueue_export, enqueue_import
from annotator.readings.models import State
from annotator.www.access import get_corpus
from annotator.www.http import file_response

CHUNK = 256 * 1024
IN_MEMORY = 1024 * 1024
LONGEST_NAME = 200
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}
DEFAULT = "jsonl"
PREFER = OpenApiParameter(
    "Prefer",
    location=OpenApiParameter.HEADER,
    description="respond-async: have a worker do it, and answer at once with the job",
)


class Import(ApiView):
    parameters = frozenset({"format", "name", "map", "dry_run"})
    repeatable = frozenset({"map"})

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "format",
                enum=list(READABLE),
                description="Else the ending of the name and how the file begins say it; without "
                f"a name that ends like one, it is {DEFAULT}",
            ),
            OpenApiParameter(
                "name", description="The file's name: plain text takes its id from it"
            ),
            OpenApiParameter(
                "map",
                many=True,
                description="What a name of the file stands for: “label:PER=speaker”, "
                "“column:body=text”; nothing behind the = leaves it out",
            ),
            OpenApiParameter("dry_run", enum=["true", "false"], description="Store nothing"),
            PREFER,
            IDEMPOTENCY_KEY,
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: ImportedSerializer, 202: JobSerializer, 422: ImportProblemSerializer},
    )
    def post(self, request: Request, slug: str) -> HttpResponseBase:
        """Bring a file into a corpus; the body is the file itself. All of it or nothing.

        What is large, or sent with `Prefer: respond-async`, is done by a worker: 202, and a job.
        """
        corpus = get_corpus(user_of(request), slug, Right.IMPORT)
        name = request.query_params.get("name", "")
        # By its name a file is told as on the page and the command line; bytes alone are native.
        usual = "" if formats.formats_of(name) else DEFAULT
        slug_of_format = chosen(request, "format", list(READABLE)) or usual
        dry_run = chosen(request, "dry_run", ["true", "false"]) == "true"
        name = name or f"body{READABLE[slug_of_format].extensions[0]}"
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise BadRequest(f"“name” is a file's name of at most {LONGEST_NAME} characters.")
        try:
            mapping = Mapping.parse(request.query_params.getlist("map"))
        except WrongMapping as error:
            raise BadRequest(str(error)) from error
        by = user_of(request)

        def have_taken_in() -> Response:
            job = enqueue_import(
                corpus=corpus,
                by=by,
                about=name,
                uploads=_kept(name, body),
                format_slug=slug_of_format,
                mapping=mapping,
                dry_run=dry_run,
            )
            return accepted(request, job)

        def take_in() -> Response:
            documents = formats.read(body, name, slug=slug_of_format, mapping=mapping)
            try:
                summary = import_documents(
                    corpus=corpus, by=by, documents=documents, mapping=mapping, dry_run=dry_run
                )
            except ImportBusy as problem:
                raise Conflict(str(problem)) from problem
            return _taken_in(summary)

        with _received(request._request, settings.MAX_UPLOAD_BYTES) as (body, size):
            is_large = size > settings.JOB_ABOVE_BYTES
            make = have_taken_in if is_large or prefers_job(request) else take_in
            return once(request, make, body=_checksum(request, body))


_CHOICE = [
    OpenApiParameter("format", enum=list(WRITABLE), default=DEFAULT),
    OpenApiParameter("reader", description="Only what this reader marked"),
    OpenApiParameter("state", enum=State.values, description="Only readings in this state"),
    OpenApiParameter(
        "label", description="Only spans with these labels: keys, with commas between"
    ),
]


class ExportView(ApiView):
    parameters = frozenset({"format", "reader", "state", "label"})

    @extend_schema(
        parameters=_CHOICE,
        responses=A_FILE,
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Take a corpus out as it is at this moment: what you may see, in the order of import."""
        corpus = get_corpus(user_of(request), slug)
        into, filters = _chosen(request, corpus)
        export = Export(corpus=corpus, by=user_of(request), into=into, **filters)
        return file_response(export, into.media_type, f"{slug}{into.extensions[0]}")

    @extend_schema(
        parameters=[*_CHOICE, IDEMPOTENCY_KEY],
        request=None,
        responses={202: JobSerializer},
    )
    def post(self, request: Request, slug: str) -> HttpResponseBase:
        """Have a worker make the same file, to be downloaded when it is whole."""
        corpus = get_corpus(user_of(request), slug)
        into, filters = _chosen(request, corpus)
        by = user_of(request)
        return once(
            request,
            lambda: accepted(
                request, enqueue_export(corpus=corpus, by=by, into=into, filters=filters)
            ),
            body="",
        )


class ExportLosses(ApiView):
    parameters = frozenset({"format", "reader", "state", "label"})

    @extend_schema(
        parameters=_CHOICE,
        responses={(200, losses.MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Say what an export leaves out because its format cannot hold it: a line for each thing."""
        corpus = get_corpus(user_of(request), slug)
        into, filters = _chosen(request, corpus)
        report = losses.LossReport(corpus=corpus, by=user_of(request), into=into, **filters)
        return file_response(report, losses.MEDIA_TYPE, f"{slug}.losses.jsonl")


def _chosen(request: Request, corpus: Corpus) -> tuple[Format, Filters]:
    into = WRITABLE[chosen(request, "format", list(WRITABLE)) or DEFAULT]
    if into.not_installed:
        raise BadRequest(into.not_installed)
    filters: Filters = {}
    if (reader := request.query_params.get("reader")) is not None:
        if problem := reader_problem(corpus, user_of(request), reader):
            raise BadRequest(problem)
        filters["reader"] = reader
    if state := chosen(request, "state", State.values):
        filters["state"] = state
    if (label := request.query_params.get("label")) is not None:
        if problem := label_problem(corpus, label):
            raise BadRequest(problem)
        filters["label"] = label
    return into, filters


def prefers_job(request: Request) -> bool:
    """Return whether the client would rather ask later than wait (RFC 7240)."""
    preferences = request.headers.get("Prefer", "").lower().split(",")
    return "respond-async" in [one.partition(";")[0].strip() for one in preferences]


def _kept(name: str, body: IO[bytes]) -> list[jobs.Upload]:
    try:
        return jobs.keep([(name, File(body))])
    except OSError as error:
        raise _no_room_or(error) from error


@contextmanager
def _received(request: HttpRequest, most: int) -> Iterator[tuple[IO[bytes], int]]:
    """Take a body in before anything is done with it: no lock is held while a slow client sends.

    Beyond a megabyte it lies on disk. With it comes how many bytes it has.
    """
    if request.content_type in FORMS:
        raise ApiProblem(
            "Send the file itself as the body, not a form. If it is no form, say so by a "
            "Content-Type: application/octet-stream, which curl does not by itself.",
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise TooLarge(f"A file has at most {most:,} bytes.")
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        size = 0
        try:
            while chunk := request.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise TooLarge(f"A file has at most {most:,} bytes.")
                file.write(chunk)
        except UnreadablePostError as error:
            raise BadRequest("The body broke off.") from error
        except OSError as error:
            raise _no_room_or(error) from error
        file.seek(0)
        yield cast(IO[bytes], file), size


def _no_room_or(error: OSError) -> Exception:
    if error.errno != errno.ENOSPC:
        return error
    return ApiProblem(
        "The server has no room for this file just now.",
        status=HTTPStatus.INSUFFICIENT_STORAGE,
    )


def _checksum(request: Request, body: IO[bytes]) -> str:
    """Return what stands for a body under an Idempotency-Key; read again only when there is one."""
    if "Idempotency-Key" not in request.headers:
        return ""
    digest = hashlib.sha256()
    while block := body.read(CHUNK):
        digest.update(block)
    body.seek(0)
    return digest.hexdigest()


def _taken_in(summary: ImportSummary) -> Response:
    if not summary.ok:
        raise _refusal(summary)
    notices = PlaceSerializer(summary.notices, many=True).data
    return Response({**summary.counts(), "notices": notices})


def _refusal(summary: ImportSummary) -> Refused:
    count = len(summary.problems) + summary.more_problems
    return Refused(
        f"Nothing was stored: the file has {count:,} problem{'s' if count > 1 else ''}.",
        problems=PlaceSerializer(summary.problems, many=True).data,
        more_problems=summary.more_problems,
        unknown=[
            {"kind": kind, "name": name, "count": count}
            for kind, name, count in summary.unknown_names()
        ],
    )
