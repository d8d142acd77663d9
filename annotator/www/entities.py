"""Entities: who is known in a corpus, and one of them with names, words in the texts, and quotes."""

from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from annotator.corpora.models import Corpus, Right
from annotator.readings.entities import LONGEST_NAME, change_aliases, rename
from annotator.readings.models import Sweep
from annotator.readings.registry import (
    Order,
    look_up,
    page_of_entities,
    quotes_of,
    rows_of,
    surfaces_of,
)
from annotator.readings.sweeps import Outcome, SweepBusy, SweepRefused
from annotator.schemas.models import Entity
from annotator.www.access import get_corpus, get_entity
from annotator.www.forms.entities import AliasesForm, EntitiesForm, NameForm
from annotator.www.http import AuthedRequest, wants_fragment
from annotator.www.sweeps import say_done

QUOTES = 50
FEW = 5  # of the latest changes


@require_safe
def entities(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show who is known; htmx swaps the table alone when a filter changes."""
    corpus = get_corpus(request.user, slug)
    chosen = EntitiesForm(request.GET).chosen()
    page = page_of_entities(corpus=corpus, user=request.user, **chosen)
    kept = {name: chosen[name] for name in ("search", "order")}
    context = {
        "corpus": corpus,
        "section": "entities",
        "chosen": chosen,
        "orders": Order.choices,
        "page": page,
        "previous": urlencode({**kept, "page": page.number - 1}) if page.number > 1 else "",
        "next": urlencode({**kept, "page": page.number + 1}) if page.has_next else "",
    }
    template = "entities/_entities.html" if wants_fragment(request) else "entities/page.html"
    return render(request, template, context)


@require_safe
def entity_search(request: AuthedRequest, slug: str) -> JsonResponse:
    """Return who has words in their names that begin as those of ``q``, in the shape of the desk's."""
    corpus = get_corpus(request.user, slug)
    said = request.GET.get("q", "").replace("\0", "")[:LONGEST_NAME]
    found = look_up(corpus, request.user, said)
    return JsonResponse([known._asdict() for known in found], safe=False)


@require_safe
def entity(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Show one; the address of what was merged leads to what it went into."""
    corpus = get_corpus(request.user, slug)
    shown = get_entity(corpus, pk)
    if shown.merged_into_id:
        return redirect("entity", slug, shown.merged_into_id)
    return _page(request, corpus, shown)


@require_POST
def entity_name(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_ENTITIES)
    changed = get_entity(corpus, pk)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, corpus, changed, name_form=form, status=422)
    try:
        outcome = rename(entity=changed, by=request.user, **form.cleaned_data)
    except (SweepRefused, SweepBusy) as refusal:
        form.add_error("name", str(refusal))
        return _page(request, corpus, changed, name_form=form, status=422)
    return _done(request, outcome, changed)


@require_POST
def entity_aliases(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_ENTITIES)
    changed = get_entity(corpus, pk)
    form = AliasesForm(request.POST)
    if not form.is_valid():
        return _page(request, corpus, changed, aliases_form=form, status=422)
    try:
        outcome = change_aliases(entity=changed, by=request.user, **form.cleaned_data)
    except (SweepRefused, SweepBusy) as refusal:
        form.add_error("aliases", str(refusal))
        return _page(request, corpus, changed, aliases_form=form, status=422)
    return _done(request, outcome, changed)


def _done(request: AuthedRequest, outcome: Outcome, changed: Entity) -> HttpResponse:
    say_done(request, outcome)
    return redirect("entity", changed.corpus.slug, changed.pk)


def _page(
    request: AuthedRequest,
    corpus: Corpus,
    shown: Entity,
    *,
    name_form: Form | None = None,
    aliases_form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    number = EntitiesForm(request.GET).chosen()["number"]
    first = (number - 1) * QUOTES
    quotes = quotes_of(shown, request.user, first=first, size=QUOTES + 1)
    [row] = rows_of(corpus, request.user, [shown])
    context = {
        "corpus": corpus,
        "section": "entities",
        "row": row,
        "surfaces": surfaces_of(shown, request.user),
        "quotes": quotes[:QUOTES],
        "previous": f"page={number - 1}" if number > 1 else "",
        "next": f"page={number + 1}" if len(quotes) > QUOTES else "",
        "name_form": name_form or NameForm({"name": shown.name}),
        "aliases_form": aliases_form or AliasesForm({"aliases": "\n".join(shown.aliases)}),
    }
    if corpus.allows(Right.SEE_ALL_READINGS):
        done = Sweep.objects.filter(corpus=corpus, after__entities__has_key=str(shown.pk))
        context["sweeps"] = done.select_related("by").order_by("-at")[:FEW]
    return render(request, "entities/entity.html", context, status=status)
