"""What workers do for people: how far it is, calling it off, and what came of it."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotator.accounts.models import User
from annotator.corpora.models import Right
from annotator.exchange import losses
from annotator.exchange.summary import ImportSummary
from annotator.formats.mapping import Mapping, WrongMapping
from annotator.jobs import actions, files
from annotator.jobs.kinds import KINDS
from annotator.jobs.models import NO_WORKER, Job, JobKind, JobQuerySet
from annotator.jobs.queue import has_worker
from annotator.schemas.schema import schema_of
from annotator.www.access import get_corpus, get_job
from annotator.www.forms.mapping import rows
from annotator.www.http import AuthedRequest, wants_fragment

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A job as pages show it."""

    job: Job
    title: str
    unit: str
    standing: str


@require_safe
def jobs(request: AuthedRequest) -> HttpResponse:
    """Show the jobs of all corpora; htmx asks for the list again while something runs."""
    found = Job.objects.visible_to(request.user)
    template = "jobs/_list.html" if wants_fragment(request) else "jobs/page.html"
    return render(request, template, _list(request, found))


@require_safe
def corpus_jobs(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show the jobs of one corpus, as ``jobs`` does."""
    corpus = get_corpus(request.user, slug)
    found = Job.objects.visible_to(request.user).filter(corpus=corpus)
    template = "jobs/_list.html" if wants_fragment(request) else "jobs/corpus.html"
    context = {"corpus": corpus, "section": "jobs", **_list(request, found)}
    return render(request, template, context)


@require_safe
def job(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show one job with what came of it; htmx asks for it again until it is over."""
    found = get_job(request.user, pk)
    template = "jobs/_watch.html" if wants_fragment(request) else "jobs/job.html"
    return render(request, template, watched(request, found))


@require_POST
def job_cancellation(request: AuthedRequest, pk: int) -> HttpResponse:
    """Call a job off; one that is over already stays as it is."""
    actions.cancel(job=get_job(request.user, pk), by=request.user)
    if not wants_fragment(request):
        return redirect("job", pk)
    return render(request, "jobs/_row.html", {"row": _row(get_job(request.user, pk))})


@require_POST
def job_confirmation(request: AuthedRequest, pk: int) -> HttpResponse:
    """Import what the job has looked at; the file is there already and is not sent again."""
    looked = _looked(request, pk)
    try:
        return _gone_on(request, actions.confirm(job=looked, by=request.user))
    except actions.NotConfirmable as refusal:
        return _refused(request, looked, str(refusal))


@require_POST
def job_mapping(request: AuthedRequest, pk: int) -> HttpResponse:
    """Look at the same file again, with what its names stand for."""
    looked = _looked(request, pk)
    try:
        mapping = Mapping.parse(filter(None, request.POST.getlist("map")))
        return _gone_on(request, actions.look_again(job=looked, by=request.user, mapping=mapping))
    except (actions.NotConfirmable, WrongMapping) as refusal:
        return _refused(request, looked, str(refusal))


@require_safe
def job_file(request: AuthedRequest, pk: int) -> HttpResponseBase:
    return download_of(request.user, get_job(request.user, pk))


@require_safe
def job_losses(request: AuthedRequest, pk: int) -> HttpResponseBase:
    return losses_of(request.user, get_job(request.user, pk))


def download_of(user: User, job: Job) -> FileResponse:
    """Return the file that a job made, or raise Http404 (there is none) or PermissionDenied."""
    if not job.file or job.result is None:
        raise Http404("This job has no file, or it is not kept any longer.")
    return _made(user, job, job.file, job.result["filename"], job.result["media_type"])


def losses_of(user: User, job: Job) -> FileResponse:
    """Return the report of what the file of a job could not hold; raises as ``download_of``."""
    if not has_losses(job):
        raise Http404("This job has no list of losses, or it is not kept any longer.")
    name = f"{job.corpus.slug}.losses.jsonl"
    return _made(user, job, job.file + files.LOSSES, name, losses.MEDIA_TYPE)


def has_losses(job: Job) -> bool:
    return bool(job.file and job.result and job.result.get("loss_report"))


def _made(user: User, job: Job, stored: str, filename: str, media_type: str) -> FileResponse:
    corpus = get_corpus(user, job.corpus.slug)
    if (job.result or {}).get("sees_all", True) and not corpus.allows(Right.SEE_ALL_READINGS):
        raise PermissionDenied("This file holds readings that you may not see any more.")
    try:
        file = default_storage.open(stored)
    except FileNotFoundError as error:
        raise Http404("This job's file is not on this machine.") from error
    return FileResponse(file, as_attachment=True, filename=filename, content_type=media_type)


def watched(request: AuthedRequest, job: Job) -> dict[str, object]:
    """Return what ``jobs/_watch.html`` shows of a job and of what came of it."""
    corpus = get_corpus(request.user, job.corpus.slug)
    context: dict[str, object] = {"row": _row(job), "job": job, "corpus": corpus}
    if has_losses(job):
        context["losses"] = reverse("job-losses", args=[job.pk])
    if job.kind == JobKind.IMPORT and job.result:
        summary = ImportSummary.from_json(job.result)
        mapping = Mapping.parse(job.arguments["map"])
        context |= {
            "summary": summary,
            "names": rows(summary, mapping, schema_of(corpus)) if job.uploads else [],
            "problems": [problem for problem in summary.problems if not problem.unknown],
            "first": job.result["first"],
            "stored": job.has_stored,
        }
    return context


def _looked(request: AuthedRequest, pk: int) -> Job:
    looked = get_job(request.user, pk)
    get_corpus(request.user, looked.corpus.slug, Right.IMPORT)
    return looked


def _gone_on(request: AuthedRequest, made: Job) -> HttpResponse:
    if not wants_fragment(request):
        return redirect("job", made.pk)
    return render(request, "jobs/_watch.html", watched(request, made))


def _refused(request: AuthedRequest, job: Job, sentence: str) -> HttpResponse:
    template = "jobs/_watch.html" if wants_fragment(request) else "jobs/job.html"
    return render(request, template, watched(request, job) | {"refusal": sentence}, status=422)


def _list(request: AuthedRequest, found: JobQuerySet) -> dict[str, object]:
    """Return a page of jobs, the latest first."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    latest = found.select_related("corpus", "by").defer("result").order_by("-pk")
    jobs = list(latest[: PAGE + 1])
    working = has_worker()
    rows = [_row(job, working=working) for job in jobs[:PAGE]]
    return {
        "rows": rows,
        "running": any(row.job.is_open for row in rows),
        "no_worker": "" if working else NO_WORKER,
        "older": rows[-1].job.pk if len(jobs) > PAGE else None,
    }


def _row(job: Job, *, working: bool | None = None) -> Row:
    if working is None:
        working = not job.is_open or has_worker()
    kind = KINDS[job.kind]
    title = "Check" if job.is_look else kind.title
    return Row(job, title, kind.unit, job.standing(has_worker=working))
