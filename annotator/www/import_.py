"""Bringing articles in: look at what a file would make, then make it. All of it or nothing."""

import errno
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_http_methods

from annotator.corpora.models import Right
from annotator.exchange.imports import ImportBusy, import_documents
from annotator.exchange.sources import FirstOnes
from annotator.formats import READABLE
from annotator.jobs.actions import enqueue_import
from annotator.schemas.schema import schema_of
from annotator.www.access import get_corpus
from annotator.www.forms.imports import ImportForm
from annotator.www.forms.mapping import rows
from annotator.www.http import AuthedRequest, wants_fragment
from annotator.www.jobs import watched
from annotator.www.middleware import takes_uploads


@takes_uploads
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: AuthedRequest, slug: str) -> HttpResponse:
    """Check what was sent and show what it would make; with ``confirm`` store it.

    Nothing is kept between the two: the browser sends the files again. What is large is sent once,
    and read by a worker while the page shows how far that is.
    """
    corpus = get_corpus(request.user, slug, Right.IMPORT)
    context = {
        "corpus": corpus,
        "section": "import",
        "formats": READABLE.values(),
        "most_bytes": settings.MAX_UPLOAD_BYTES,
    }
    if request.method != "POST":
        return render(request, "import/page.html", context | {"form": ImportForm()})
    template = "import/_result.html" if wants_fragment(request) else "import/page.html"
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, template, context | {"form": form}, status=422)
    confirmed = bool(request.POST.get("confirm"))
    if form.size() > settings.JOB_ABOVE_BYTES:
        return _by_worker(request, context, form, confirmed=confirmed)
    first = FirstOnes(form.documents())
    try:
        summary = import_documents(
            corpus=corpus,
            by=request.user,
            documents=first,
            mapping=form.cleaned_data["mapping"],
            dry_run=not confirmed,
        )
    except ImportBusy:
        form.add_error(None, "Another import into this corpus is under way. Try again in a moment.")
        return render(request, template, context | {"form": form}, status=409)
    stored = confirmed and not summary.problems
    if stored and not wants_fragment(request):
        messages.success(
            request, f"Done: {summary.articles:,} new article{pluralize(summary.articles)}."
        )
        return redirect("corpus", slug)
    context |= {
        "form": form,
        "summary": summary,
        "names": rows(summary, form.cleaned_data["mapping"], schema_of(corpus)),
        "problems": [problem for problem in summary.problems if not problem.unknown],
        "first": first.seen,
        "stored": stored,
    }
    return render(request, template, context, status=422 if summary.problems else 200)


def _by_worker(
    request: AuthedRequest, context: dict[str, Any], form: ImportForm, *, confirmed: bool
) -> HttpResponse:
    try:
        uploads = form.keep()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        form.add_error(None, "The server has no room for these files just now.")
        return render(request, "import/_result.html", context | {"form": form}, status=507)
    job = enqueue_import(
        corpus=context["corpus"],
        by=request.user,
        about=form.about(),
        uploads=uploads,
        format_slug=form.cleaned_data["format"],
        mapping=form.cleaned_data["mapping"],
        dry_run=not confirmed,
    )
    if not wants_fragment(request):
        return redirect("job", job.pk)
    return render(request, "import/_result.html", context | watched(request, job), status=202)
