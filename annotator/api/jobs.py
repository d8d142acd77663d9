"""Jobs: what a worker does for a program that asked for it."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.base import ApiView, number, user_of
from annotator.api.bodies import body_of
from annotator.api.errors import Conflict, Refused
from annotator.api.once import IDEMPOTENCY_KEY, once
from annotator.api.serializers import JobListSerializer, JobSerializer, MappingBody
from annotator.corpora.models import Right
from annotator.formats import WRITABLE
from annotator.formats.mapping import Mapping, WrongMapping
from annotator.jobs import actions
from annotator.jobs.kinds import KINDS
from annotator.jobs.models import Job
from annotator.jobs.queue import has_worker
from annotator.www.access import get_corpus, get_job
from annotator.www.jobs import download_of, has_losses, losses_of

PAGE = 50
# In whichever format it was asked for.
A_FILE = {
    (200, media_type): OpenApiTypes.BINARY
    for media_type in {found.media_type for found in WRITABLE.values()}
}
LARGEST_ID = 999_999_999


class Jobs(ApiView):
    parameters = frozenset({"before", "corpus"})

    @extend_schema(
        operation_id="jobs_list",
        parameters=[
            OpenApiParameter("before", OpenApiTypes.INT, description="Only jobs with a smaller id"),
            OpenApiParameter("corpus", description="Only jobs of this corpus"),
        ],
        responses=JobListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Your jobs, and those of the corpora that you look after; the latest first."""
        before = number(request, "before", default=LARGEST_ID, most=LARGEST_ID)
        found = Job.objects.visible_to(user_of(request)).filter(pk__lt=before)
        if slug := request.query_params.get("corpus"):
            found = found.filter(corpus=get_corpus(user_of(request), slug))
        jobs = list(found.select_related("corpus", "by").order_by("-pk")[: PAGE + 1])
        more = len(jobs) > PAGE
        return Response(
            {
                "results": [shape_of(request, job) for job in jobs[:PAGE]],
                "next": _older(request, jobs[PAGE - 1]) if more else None,
            }
        )


class JobDetail(ApiView):
    @extend_schema(responses=JobSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far a job is, and what came of it. Ask once a second or less often."""
        return Response(shape_of(request, get_job(user_of(request), pk)))


class JobCancellation(ApiView):
    @extend_schema(request=None, responses=JobSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Call a job off; what it had begun is undone. One that is over stays as it is."""
        actions.cancel(job=get_job(user_of(request), pk), by=user_of(request))
        return Response(shape_of(request, get_job(user_of(request), pk)))


class JobConfirmation(ApiView):
    @extend_schema(
        request=None,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: JobSerializer},
    )
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        """Import the file that a job with `dry_run` has looked at; it need not be sent again."""
        looked = get_job(user_of(request), pk)
        get_corpus(user_of(request), looked.corpus.slug, Right.IMPORT)

        def confirm() -> Response:
            try:
                return accepted(request, actions.confirm(job=looked, by=user_of(request)))
            except actions.NotConfirmable as refusal:
                raise Conflict(str(refusal)) from refusal

        return once(request, confirm, body="")


class JobMapping(ApiView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=MappingBody, responses={202: JobSerializer}
    )
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        """Look at the file of a job with `dry_run` again, with what its names stand for."""
        looked, by = get_job(user_of(request), pk), user_of(request)
        get_corpus(by, looked.corpus.slug, Right.IMPORT)
        try:
            mapping = Mapping.parse(body_of(request, MappingBody)["map"])
        except WrongMapping as error:
            raise Refused(str(error)) from error

        def look_again() -> Response:
            try:
                made = actions.look_again(job=looked, by=by, mapping=mapping)
            except actions.NotConfirmable as refusal:
                raise Conflict(str(refusal)) from refusal
            return accepted(request, made)

        return once(request, look_again)


class JobFile(ApiView):
    @extend_schema(responses=A_FILE)
    def get(self, request: Request, pk: int) -> FileResponse:
        """The file that a job made. It is kept for a week."""
        return download_of(user_of(request), get_job(user_of(request), pk))


class JobLosses(ApiView):
    @extend_schema(responses={(200, "application/jsonl"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int) -> FileResponse:
        """What the file of an export could not hold, each with the reason. It is kept as the file is."""
        return losses_of(user_of(request), get_job(user_of(request), pk))


def accepted(request: Request, job: Job) -> Response:
    """Answer that a worker does it, and where to ask how far it is."""
    headers = {"Location": _address(request, "job", job)}
    return Response(shape_of(request, job), status=HTTPStatus.ACCEPTED, headers=headers)


def shape_of(request: Request, job: Job) -> dict[str, object]:
    working = not job.is_open or has_worker()
    return {
        "id": job.pk,
        "url": _address(request, "job", job),
        "kind": job.kind,
        "corpus": job.corpus.slug,
        "by": job.by.username,
        "about": job.about,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "unit": KINDS[job.kind].unit,
        "message": job.standing(has_worker=working),
        "result": job.result,
        "file": _address(request, "job-file", job) if job.file else None,
        "losses": _address(request, "job-losses", job) if has_losses(job) else None,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "deadline": job.deadline,
    }


def _address(request: Request, name: str, job: Job) -> str:
    return request.build_absolute_uri(reverse(f"api:{name}", args=[job.pk]))


def _older(request: Request, last: Job) -> str:
    query = urlencode({**request.query_params.dict(), "before": last.pk})
    return request.build_absolute_uri(f"{request.path}?{query}")
