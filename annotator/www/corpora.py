"""A corpus: its table of articles, its progress, its settings, and the way to the next article."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus, Right
from annotator.readings.models import Note, Reading
from annotator.readings.queries import (
    ArticlePage,
    filter_articles,
    label_counts,
    next_article,
    page_of,
    progress,
    readings_seen,
)
from annotator.schemas.schema import schema_of
from annotator.www.access import get_corpus
from annotator.www.charts import bars, length
from annotator.www.forms.corpora import ArticlesForm, SettingsForm
from annotator.www.http import AuthedRequest, wants_fragment

FEW = 4  # readers in the small picture of the progress


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A line of the table: an article, the user's own reading of it and the others' he sees."""

    article: Article
    mine: Reading | None
    others: list[Reading]

    @property
    def updated(self) -> object:
        """Return when it was last read by anybody shown here; None when it is new."""
        readings = [*([self.mine] if self.mine else []), *self.others]
        return max((reading.updated_at for reading in readings), default=None)


@require_safe
def corpus(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show the articles; htmx swaps the table alone when a filter changes."""
    shown = get_corpus(request.user, slug)
    labels = [(label.key, label.name) for label in schema_of(shown).labels.values()]
    form = ArticlesForm(request.GET, labels=labels)
    filters = form.filters()
    articles = filter_articles(corpus=shown, user=request.user, **filters)
    page = page_of(articles, order=form.order_chosen(), **_one_of(form.place()))
    chosen = filters | {"order": form.order_chosen()}
    context = {
        "corpus": shown,
        "form": form,
        "filters": filters,
        "rows": _rows(shown, request.user, page),
        "page": page,
        "previous": urlencode(chosen | {"before": str(page.first)}) if page.has_previous else "",
        "next": urlencode(chosen | {"after": str(page.last)}) if page.has_next else "",
        "sees_all": shown.allows(Right.SEE_ALL_READINGS),
    }
    if wants_fragment(request):
        return render(request, "corpus/_articles.html", context)
    return render(request, "corpus/page.html", context | _page_only(shown))


def _one_of(place: dict[str, int]) -> dict[str, int]:
    """Return one direction: an address that says both goes on after the first."""
    return {"after": place["after"]} if "after" in place else place


def _rows(shown: Corpus, user: User, page: ArticlePage) -> list[ArticleRow]:
    """Return the lines of the table; one query for the readings of the whole page."""
    readings = Reading.objects.filter(
        readings_seen(shown, user), article__in=[article.pk for article in page.articles]
    ).annotate(has_notes=Exists(Note.objects.filter(reading=OuterRef("pk"))))
    readings = readings.order_by("reader")
    mine: dict[int, Reading] = {}
    others: dict[int, list[Reading]] = {}
    for reading in readings:
        if reading.user_id == user.pk:
            mine[reading.article_id] = reading
        else:
            others.setdefault(reading.article_id, []).append(reading)
    return [
        ArticleRow(article, mine.get(article.pk), others.get(article.pk, []))
        for article in page.articles
    ]


def _page_only(shown: Corpus) -> dict[str, object]:
    """Return what stands around the table and does not change with it."""
    members = shown.memberships.order_by("user__username").values_list("user__username", flat=True)
    sees_all = shown.allows(Right.SEE_ALL_READINGS)
    return {
        "section": "articles",
        "readers": list(members) if sees_all else [],
    }


@require_safe
def corpus_progress(request: AuthedRequest, slug: str) -> HttpResponse:
    """Draw how far everybody is; loaded after the page, as it counts the whole corpus."""
    shown = get_corpus(request.user, slug)
    readers = progress(corpus=shown, user=request.user)
    if request.GET.get("small") == "1":
        few = {"corpus": shown, "readers": bars(readers)[:FEW], "more": len(readers) - FEW}
        return render(request, "corpus/_progress_small.html", few)
    counts = label_counts(corpus=shown, user=request.user)
    most = max(counts.values(), default=0)
    labels = [
        (label, counts.get(label.id, 0), length(counts.get(label.id, 0), most))
        for label in schema_of(shown).labels.values()
        if counts.get(label.id) or not label.retired
    ]
    context = {
        "corpus": shown,
        "section": "progress",
        "readers": bars(readers),
        "labels": labels,
        "most": most,
        "sees_all": shown.allows(Right.SEE_ALL_READINGS),
    }
    template = "corpus/_progress.html" if wants_fragment(request) else "corpus/progress.html"
    return render(request, template, context)


@require_safe
def next_to_read(request: AuthedRequest, slug: str) -> HttpResponse:
    """Go to the article that the user should open next, or say that all are read."""
    shown = get_corpus(request.user, slug, Right.ANNOTATE)
    found = next_article(corpus=shown, user=request.user)
    if found is not None:
        return redirect("desk", found)
    return render(request, "corpus/all_read.html", {"corpus": shown, "section": "articles"})


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AuthedRequest, slug: str) -> HttpResponse:
    shown = get_corpus(request.user, slug, Right.EDIT_SETTINGS)
    name = shown.name  # a form that is not valid leaves what was typed on its instance
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=shown)
    context = {"corpus": shown, "name": name, "form": form, "section": "settings"}
    if request.method != "POST":
        return render(request, "corpus/settings.html", context)
    if not form.is_valid():
        shown.name = name
        return render(request, "corpus/settings.html", context, status=422)
    shown.save(update_fields=["name", "description"])
    messages.success(request, "Saved.")
    return redirect("corpus-settings", slug)
