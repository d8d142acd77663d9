"""The first page: my corpora, and the next article of each."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from annotator.corpora.actions import create_corpus, may_create_corpora
from annotator.corpora.models import Corpus, Right
from annotator.readings.queries import ReaderProgress, own_progress
from annotator.schemas.templates import apply_template
from annotator.www.charts import Bar, bars
from annotator.www.forms.corpora import NewCorpusForm
from annotator.www.http import AuthedRequest


@dataclass(frozen=True, slots=True)
class CorpusCard:
    corpus: Corpus
    progress: ReaderProgress
    may_annotate: bool
    may_import: bool

    @property
    def bar(self) -> Bar:
        return bars([self.progress])[0]


@require_safe
def home(request: AuthedRequest) -> HttpResponse:
    corpora = list(Corpus.objects.visible_to(request.user).order_by("name", "id"))
    progress = own_progress(user=request.user, corpora=corpora)
    cards = [
        CorpusCard(
            corpus,
            progress[corpus.pk],
            may_annotate=corpus.allows(Right.ANNOTATE),
            may_import=corpus.allows(Right.IMPORT),
        )
        for corpus in corpora
    ]
    context = {"cards": cards, "may_create": may_create_corpora(request.user)}
    return render(request, "home/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_corpus(request: AuthedRequest) -> HttpResponse:
    if not may_create_corpora(request.user):
        raise PermissionDenied("Only who manages a corpus already may create another.")
    if request.method != "POST":
        return render(request, "home/new_corpus.html", {"form": NewCorpusForm()})
    form = NewCorpusForm(request.POST)
    if not form.is_valid():
        return render(request, "home/new_corpus.html", {"form": form}, status=422)
    with transaction.atomic():
        corpus = create_corpus(
            name=form.cleaned_data["name"],
            description=form.cleaned_data["description"],
            by=request.user,
        )
        apply_template(corpus=corpus, template=form.cleaned_data["template"])
    return redirect("import", corpus.slug)
