"""Releases: what there are, a new one, what is in one, and what is otherwise in the next."""

from dataclasses import dataclass, field
from itertools import islice

from django.db.models.fields.json import KeyTransform
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from annotator.corpora.models import Corpus, Right
from annotator.jobs.actions import enqueue_release
from annotator.jobs.models import Job, JobKind
from annotator.releases import archive, files
from annotator.releases.card import citation
from annotator.releases.compare import ReadingChange, changes, summary_of
from annotator.releases.models import Release
from annotator.releases.recipe import TIES
from annotator.releases.selection import Preview, preview
from annotator.schemas.schema import schema_of
from annotator.www.access import get_corpus, get_release
from annotator.www.charts import balance, length
from annotator.www.forms.releases import ReleaseForm
from annotator.www.http import AuthedRequest, file_response, wants_fragment

TAR = "application/x-tar"
SHOWN = 50  # readings in a comparison
COMPARED = 1_000  # readings whose spans are counted; the command counts all


@require_safe
def releases(request: AuthedRequest, slug: str) -> HttpResponse:
    """List the releases. Annotators see that there are some: what is in them is everybody's work."""
    corpus = get_corpus(request.user, slug)
    found = Release.objects.frozen().filter(corpus=corpus).select_related("by").order_by("-number")
    jobs = Job.objects.visible_to(request.user).open().filter(corpus=corpus, kind=JobKind.RELEASE)
    context = {
        "corpus": corpus,
        "section": "releases",
        # Guidelines and schema stand in each manifest; the list needs its counts alone.
        "releases": found.defer("manifest").annotate(held=KeyTransform("counts", "manifest")),
        "jobs": jobs,
        "sees_all": corpus.allows(Right.SEE_ALL_READINGS),
    }
    return render(request, "releases/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_release(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show how much would come; with POST let a worker freeze it."""
    corpus = get_corpus(request.user, slug, Right.RELEASE)
    posted = request.method == "POST"
    form = ReleaseForm(request.POST if posted else request.GET or None, corpus=corpus)
    valid = form.is_valid()
    if posted and valid:
        job = enqueue_release(corpus=corpus, by=request.user, recipe=form.recipe())
        return redirect("job", job.pk)
    context = {
        "corpus": corpus,
        "section": "releases",
        "form": form,
        "preview": _preview(corpus, preview(corpus, form.recipe())) if valid else None,
    }
    if wants_fragment(request) and not posted:
        return render(request, "releases/_preview.html", context)
    return render(request, "releases/new.html", context, status=422 if posted else 200)


@require_safe
def release(request: AuthedRequest, slug: str, number: int) -> HttpResponse:
    corpus, found = get_release(request.user, slug, number)
    numbers = Release.objects.frozen().filter(corpus=corpus).order_by("-number")
    recipe = found.chosen
    context = {
        "corpus": corpus,
        "section": "releases",
        "release": found,
        "recipe": recipe,
        "together": [TIES[tie] for tie in recipe.together],
        "balance": balance(found),
        "losses": sum(found.manifest["losses"].values()),
        "files": files.files_of(found),
        "size": archive.size_of(files.members(found)),
        "citation": citation(found.manifest),
        "command": f"annotator release download {slug} {number} -o {found.name}",
        "others": [n for n in numbers.values_list("number", flat=True) if n != number],
    }
    return render(request, "releases/release.html", context)


@require_safe
def release_archive(request: AuthedRequest, slug: str, number: int) -> HttpResponseBase:
    """Stream all files as one tar, the same bytes every time."""
    _, found = get_release(request.user, slug, number)
    return archive_of(found)


def archive_of(release: Release) -> StreamingHttpResponse:
    """Answer with all files of a release, for pages and the API alike."""
    members = files.members(release)
    response = file_response(archive.tar(members), TAR, f"{release.name}.tar")
    response["Content-Length"] = str(archive.size_of(members))
    return response


@require_safe
def release_file(request: AuthedRequest, slug: str, number: int, path: str) -> HttpResponseBase:
    _, found = get_release(request.user, slug, number)
    return file_of(found, stored_file(found, path))


def stored_file(release: Release, path: str) -> files.Written:
    """Return what the manifest says of a file. Raises Http404 where there is none, or not any more."""
    file = next((file for file in files.files_of(release) if file.path == path), None)
    if file is None or not files.is_stored(release, path):
        raise Http404("This release has no such file in its storage.")
    return file


def file_of(release: Release, file: files.Written) -> StreamingHttpResponse:
    """Answer with a file of a release, for pages and the API alike."""
    response = file_response(
        files.read(release, file.path), "application/octet-stream", file.path.rpartition("/")[2]
    )
    response["Content-Length"] = str(file.size)
    return response


@require_safe
def release_changes(request: AuthedRequest, slug: str, number: int) -> HttpResponse:
    """Show what is otherwise in this release than in another, the one before it if none is named."""
    corpus, newer = get_release(request.user, slug, number)
    there = Release.objects.frozen().filter(corpus=corpus).exclude(pk=newer.pk)
    numbers = [n for n in there.order_by("-number").values_list("number", flat=True) if n]
    asked = request.GET.get("since", "")
    earlier = [n for n in numbers if n < number]
    since = int(asked) if asked in map(str, numbers) else next(iter(earlier or numbers), None)
    context: dict[str, object] = {
        "corpus": corpus,
        "section": "releases",
        "release": newer,
        "numbers": numbers,
        "since": since,
    }
    if since is not None:
        _, older = get_release(request.user, slug, since)
        context |= _comparison(older, newer, request.GET.get("after", ""))
    template = "releases/_changes.html" if wants_fragment(request) else "releases/changes.html"
    return render(request, template, context)


@dataclass(frozen=True, slots=True)
class PreviewShown:
    """A preview with its labels as lengths."""

    counts: Preview
    labels: list[tuple[object, int, int]] = field(default_factory=list)


def _preview(corpus: Corpus, counts: Preview) -> PreviewShown:
    most = max(counts.labels.values(), default=0)
    schema = schema_of(corpus)
    return PreviewShown(
        counts,
        [(schema.labels[key], n, length(n, most)) for key, n in counts.labels.items()],
    )


def _comparison(older: Release, newer: Release, after: str) -> dict[str, object]:
    """Return the counts, and the readings of a page; what was marked in one article stays together."""
    summary = summary_of(older, newer)
    for change in islice(changes(older, newer), COMPARED):
        summary.add(change)
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    found: list[ReadingChange] = []
    more = None
    for change in changes(older, newer, after=place):
        if len(found) >= SHOWN and change.article != found[-1].article:
            more = found[-1].article
            break
        found.append(change)
    return {"older": older, "summary": summary, "changes": found, "more": more}
