"""Taking a corpus out: see what will come, then have it streamed."""

import shlex
from contextlib import closing
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from annotator.accounts.models import User
from annotator.corpora.models import Corpus, Right
from annotator.exchange.exports import Export, extent
from annotator.exchange.losses import MEDIA_TYPE, LossReport
from annotator.formats.document import Loss
from annotator.jobs.actions import enqueue_export
from annotator.readings.models import Reading
from annotator.readings.queries import readings_seen
from annotator.www.access import get_corpus
from annotator.www.forms.exports import ExportForm
from annotator.www.http import AuthedRequest, file_response, wants_fragment

SHOWN = 1_500  # bytes of the file that stand in the preview
MOST_READERS = 100  # that are offered; any can be typed
LOOKED_AT = 8  # blocks of it that are looked at for losses
# And readings: some formats have to see all of them before they write the first.
READINGS_LOOKED_AT = 500


@require_safe
def export(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show what would come out; htmx swaps that part alone when a choice changes."""
    corpus = get_corpus(request.user, slug)
    form = ExportForm(request.GET, corpus=corpus)
    refused = [str(error) for error in form.errors.get("format", ())]
    if not form.is_valid():
        form = ExportForm({}, corpus=corpus)
        form.is_valid()
    chosen = form.chosen()
    query = urlencode(chosen)
    counts = extent(corpus=corpus, by=request.user, **form.filters())
    name = _file_name(corpus, form)
    context = {
        "corpus": corpus,
        "section": "export",
        "form": form,
        "into": form.format_chosen(),
        "counts": counts,
        "refused": refused,
        "first": _first_look(corpus, request, form),
        "file": f"{reverse('export-file', args=[slug])}?{query}",
        "losses": f"{reverse('export-losses', args=[slug])}?{query}",
        "command": _command(corpus, chosen, name),
        "chosen": chosen,
        "labels": form.cleaned_data["label"].split(","),
        "for_a_worker": counts["articles"] > settings.JOB_ABOVE_ARTICLES,
        "api_call": _api_call(request, corpus, chosen, name),
    }
    if wants_fragment(request):
        return render(request, "export/_preview.html", context)
    return render(request, "export/page.html", context | _page_only(corpus, request.user))


@require_safe
def export_file(request: AuthedRequest, slug: str) -> HttpResponseBase:
    """Stream the file. A filter that is not understood is refused, not ignored: the file would lie."""
    corpus = get_corpus(request.user, slug)
    form = ExportForm(request.GET, corpus=corpus)
    if not form.is_valid():
        return _refusal(request, form)
    chosen = form.format_chosen()
    stream = Export(corpus=corpus, by=request.user, into=chosen, **form.filters())
    return file_response(stream, chosen.media_type, _file_name(corpus, form))


@require_safe
def export_losses(request: AuthedRequest, slug: str) -> HttpResponseBase:
    """Stream what that file leaves out, and why."""
    corpus = get_corpus(request.user, slug)
    form = ExportForm(request.GET, corpus=corpus)
    if not form.is_valid():
        return _refusal(request, form)
    chosen = form.format_chosen()
    report = LossReport(corpus=corpus, by=request.user, into=chosen, **form.filters())
    return file_response(report, MEDIA_TYPE, f"{slug}.losses.jsonl")


@require_POST
def export_job(request: AuthedRequest, slug: str) -> HttpResponse:
    """Have a worker make the file, to be downloaded when it is whole."""
    corpus = get_corpus(request.user, slug)
    form = ExportForm(request.POST, corpus=corpus)
    if not form.is_valid():
        return _refusal(request, form)
    into, filters = form.format_chosen(), form.filters()
    job = enqueue_export(corpus=corpus, by=request.user, into=into, filters=filters)
    return redirect("job", job.pk)


def _refusal(request: AuthedRequest, form: ExportForm) -> HttpResponse:
    sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return render(request, "400.html", {"sentence": sentence}, status=400)


@dataclass(slots=True)
class FirstLook:
    """How an export begins: its first bytes as text, and what of them was lost."""

    text: str
    losses: int
    first_losses: list[Loss]
    whole: bool


def _first_look(corpus: Corpus, request: AuthedRequest, form: ExportForm) -> FirstLook:
    """Let an export run until enough is known to be shown, or it is done."""
    into = form.format_chosen()
    begun = Export(corpus=corpus, by=request.user, into=into, **form.filters())
    begun.at_most = READINGS_LOOKED_AT
    found = b""
    whole = False
    with closing(begun):
        for number, block in enumerate(begun, 1):
            found = found or block
            if number == LOOKED_AT:
                break
        else:
            whole = not begun.is_cut
    text = found[:SHOWN].decode("utf-8", "ignore") if into.is_text else ""
    return FirstLook(
        f"{text}…" if len(found) > SHOWN else text, begun.losses, begun.first_losses, whole
    )


def _file_name(corpus: Corpus, form: ExportForm) -> str:
    return f"{corpus.slug}{form.format_chosen().extensions[0]}"


def _command(corpus: Corpus, chosen: dict[str, str], name: str) -> str:
    options = " ".join(f"--{option} {shlex.quote(value)}" for option, value in chosen.items())
    return f"annotator export {corpus.slug} {options} -o {name}"


def _api_call(request: AuthedRequest, corpus: Corpus, chosen: dict[str, str], name: str) -> str:
    url = request.build_absolute_uri(f"/api/v1/corpora/{corpus.slug}/export/?{urlencode(chosen)}")
    # With -f a refusal is no file: its JSON under that name would pass for the data.
    return f"curl -f -H 'Authorization: Bearer TOKEN' -o {name} {shlex.quote(url)}"


def _page_only(corpus: Corpus, user: User) -> dict[str, object]:
    readings = Reading.objects.filter(readings_seen(corpus, user), article__corpus=corpus)
    readers = readings.order_by("reader").values_list("reader", flat=True).distinct()
    sees_all = corpus.allows(Right.SEE_ALL_READINGS)
    return {"readers": list(readers[:MOST_READERS]), "sees_all": sees_all}
