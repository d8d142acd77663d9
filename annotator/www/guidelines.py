"""The guidelines of a corpus: read beside the text, written in Markdown."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotator.corpora.models import Right
from annotator.www.access import get_corpus
from annotator.www.forms.corpora import GuidelinesForm
from annotator.www.http import AuthedRequest, wants_fragment
from annotator.www.markdown import render_markdown


@require_safe
def guidelines(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show them; as a fragment (htmx, or ``?fragment=1``) for the desk to open beside the text."""
    corpus = get_corpus(request.user, slug)
    context = {
        "corpus": corpus,
        "section": "guidelines",
        "html": render_markdown(corpus.guidelines),
        "may_edit": corpus.allows(Right.EDIT_GUIDELINES),
    }
    fragment = wants_fragment(request) or request.GET.get("fragment") == "1"
    template = "guidelines/_text.html" if fragment else "guidelines/page.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthedRequest, slug: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_GUIDELINES)
    form = GuidelinesForm(request.POST if request.method == "POST" else None, instance=corpus)
    written = request.POST.get("guidelines", corpus.guidelines)
    context = {
        "corpus": corpus,
        "section": "guidelines",
        "form": form,
        "html": render_markdown(written[:200_000]),
    }
    if request.method != "POST":
        return render(request, "guidelines/edit.html", context)
    if not form.is_valid():
        return render(request, "guidelines/edit.html", context, status=422)
    corpus.save(update_fields=["guidelines"])
    messages.success(request, "The guidelines are saved.")
    return redirect("guidelines", slug)


@require_POST
def preview(request: AuthedRequest, slug: str) -> HttpResponse:
    """Render what is being written, and store nothing."""
    corpus = get_corpus(request.user, slug, Right.EDIT_GUIDELINES)
    html = render_markdown(request.POST.get("guidelines", "")[:200_000])
    return render(request, "guidelines/_text.html", {"corpus": corpus, "html": html})
