"""Taking a corpus out: see what will come, then have it streamed."""

import shlex
from contextlib import closing

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from annotator.corpora.models import Corpus, Right
from annotator.exchange.exports import Export, extent
from annotator.www.access import get_corpus
from annotator.www.forms.exports import ExportForm
from annotator.www.http import AuthedRequest, wants_fragment

SHOWN = 1_500  # bytes of the file that stand in the preview


@require_safe
def export(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show what would come out; htmx swaps that part alone when a choice changes."""
    corpus = get_corpus(request.user, slug)
    form = ExportForm(request.GET)
    if not form.is_valid():
        form = ExportForm({})
        form.is_valid()
    chosen = {"format": form.format_chosen().slug, **form.filters()}
    context = {
        "corpus": corpus,
        "section": "export",
        "form": form,
        "counts": extent(corpus=corpus, by=request.user, **form.filters()),
        "first": _first_bytes(corpus, request, form),
        "file": f"{reverse('export-file', args=[slug])}?{urlencode(chosen)}",
        "command": _command(corpus, chosen),
        "api_call": _api_call(request, corpus, chosen),
    }
    if wants_fragment(request):
        return render(request, "export/_preview.html", context)
    return render(request, "export/page.html", context | _page_only(corpus))


@require_safe
def export_file(request: AuthedRequest, slug: str) -> HttpResponseBase:
    """Stream the file. A filter that is not understood is refused, not ignored: the file would lie."""
    corpus = get_corpus(request.user, slug)
    form = ExportForm(request.GET)
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return render(request, "400.html", {"sentence": sentence}, status=400)
    chosen = form.format_chosen()
    stream = Export(corpus=corpus, by=request.user, into=chosen, **form.filters())
    response = StreamingHttpResponse(stream, content_type=chosen.media_type)
    response["Content-Disposition"] = f'attachment; filename="{slug}{chosen.extensions[0]}"'
    return response


def _first_bytes(corpus: Corpus, request: AuthedRequest, form: ExportForm) -> str:
    """Return the beginning of the file, cut where the preview ends."""
    whole = Export(corpus=corpus, by=request.user, into=form.format_chosen(), **form.filters())
    with closing(whole):
        found = next(whole, b"")
    text = found[:SHOWN].decode("utf-8", "ignore")
    return text + "…" if len(found) > SHOWN else text


def _command(corpus: Corpus, chosen: dict[str, str]) -> str:
    options = " ".join(f"--{name} {shlex.quote(value)}" for name, value in chosen.items())
    return f"annotator export {corpus.slug} {options} -o {corpus.slug}.{chosen['format']}"


def _api_call(request: AuthedRequest, corpus: Corpus, chosen: dict[str, str]) -> str:
    url = request.build_absolute_uri(f"/api/v1/corpora/{corpus.slug}/export/?{urlencode(chosen)}")
    return f"curl -H 'Authorization: Bearer TOKEN' {shlex.quote(url)}"


def _page_only(corpus: Corpus) -> dict[str, object]:
    sees_all = corpus.allows(Right.SEE_ALL_READINGS)
    members = corpus.memberships.order_by("user__username").values_list("user__username", flat=True)
    return {"readers": list(members) if sees_all else [], "sees_all": sees_all}
