"""Two entities that are one, and one that is two: the evidence, what would change, and doing it.

Nobody is proposed: whoever merges looks a name up, and sees what the texts say of both.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotator.corpora.models import Corpus, Right
from annotator.readings.entities import merge, split
from annotator.readings.registry import (
    EntityRow,
    Excerpt,
    mentions_of,
    page_of_entities,
    quotes_of,
    rows_of,
    surfaces_of,
)
from annotator.readings.sweeps import SweepBusy, SweepRefused
from annotator.schemas.models import Entity
from annotator.www.access import get_corpus, get_entity
from annotator.www.forms.entities import LARGEST_ID, EntitiesForm, SplitForm, digest
from annotator.www.http import AuthedRequest
from annotator.www.sweeps import in_numbers, say_done

FOUND = 20
EXAMPLES = 5
MENTIONS = 100


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the texts say of an entity, in short."""

    row: EntityRow
    surfaces: list[tuple[str, int]]
    quotes: list[Excerpt]


@require_http_methods(["GET", "HEAD", "POST"])
def entity_merger(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Look another entity up (``search``), compare the two (``into``), merge (POST)."""
    corpus = get_corpus(request.user, slug, Right.EDIT_ENTITIES)
    merged = get_entity(corpus, pk)
    if merged.merged_into_id:
        return redirect("entity", slug, merged.merged_into_id)
    sent = request.POST if request.method == "POST" else request.GET
    into = _named(corpus, sent.get("into", ""))
    context = {"corpus": corpus, "section": "entities", "entity": merged, "into": into}
    if request.method != "POST":
        return _merger(request, context, merged, into)
    if into is None:
        problem = "Choose which entity it is merged into."
        return _merger(request, context | {"problem": problem}, merged, None, status=422)
    try:
        outcome = merge(entity=merged, into=into, by=request.user)
    except (SweepRefused, SweepBusy) as refusal:
        return _merger(request, context | {"problem": str(refusal)}, merged, into, status=422)
    say_done(request, outcome)
    return redirect("entity", slug, into.pk)


def _named(corpus: Corpus, said: str) -> Entity | None:
    """Return the entity of this id that can be merged into; None when there is none."""
    if not (said.isascii() and said.isdigit() and int(said) <= LARGEST_ID):
        return None
    found = Entity.objects.filter(corpus=corpus, pk=int(said)).current().first()
    if found:
        found.corpus = corpus
    return found


def _merger(
    request: AuthedRequest,
    context: dict[str, Any],  # Any: what templates print
    merged: Entity,
    into: Entity | None,
    status: int = 200,
) -> HttpResponse:
    corpus = merged.corpus
    if into is None or into == merged:
        search = EntitiesForm(request.GET).chosen()["search"]
        context["search"] = search
        if search:
            page = page_of_entities(corpus=corpus, user=request.user, search=search, size=FOUND)
            context["found"] = [row for row in page.rows if row.entity != merged]
            context["more"] = page.has_next
        return render(request, "entities/pick.html", context, status=status)
    context["both"] = [_evidence(request, entity) for entity in (merged, into)]
    try:
        tried = merge(entity=merged, into=into, by=request.user, dry_run=True)
        context["would"] = in_numbers(tried) or "No mention changes."
    except SweepRefused as refusal:  # merged by somebody else meanwhile
        context["problem"] = str(refusal)
    return render(request, "entities/merger.html", context, status=status)


def _evidence(request: AuthedRequest, entity: Entity) -> Evidence:
    [row] = rows_of(entity.corpus, request.user, [entity])
    return Evidence(
        row,
        surfaces_of(entity, request.user)[: EXAMPLES * 2],
        quotes_of(entity, request.user, size=EXAMPLES),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def entity_split(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Choose words or single mentions (``words``: those that read so); see, then confirm."""
    corpus = get_corpus(request.user, slug, Right.EDIT_ENTITIES)
    whole = get_entity(corpus, pk)
    if whole.merged_into_id:
        return redirect("entity", slug, whole.merged_into_id)
    surfaces = surfaces_of(whole, request.user)
    known = [surface for surface, _ in surfaces]
    form = SplitForm(request.POST if request.method == "POST" else None, surfaces=known)
    context = {
        "corpus": corpus,
        "section": "entities",
        "entity": whole,
        "form": form,
        "surfaces": [(digest(surface), surface, times) for surface, times in surfaces],
    }
    if request.method != "POST":
        return _split(request, context, whole)
    if not form.is_valid():
        return _split(request, context, whole, status=422)
    chosen: dict[str, Any] = {  # Any: of each argument its own
        "name": form.cleaned_data["name"],
        "surfaces": form.surfaces(),
        "spans": form.cleaned_data["spans"],
    }
    try:
        tried = split(entity=whole, by=request.user, dry_run=True, **chosen)
        if request.POST.get("confirm"):
            say_done(request, split(entity=whole, by=request.user, **chosen))
            return redirect("entity", slug, pk)
    except (SweepRefused, SweepBusy) as refusal:
        form.add_error(None, str(refusal))
        return _split(request, context, whole, status=422)
    other = Entity.objects.ids_of(corpus, [chosen["name"]]).get(chosen["name"])
    context |= {
        "would": in_numbers(tried),
        "words": chosen["surfaces"],
        "other": _evidence(request, get_entity(corpus, other)) if other else None,
    }
    return render(request, "entities/split_preview.html", context)


def _split(
    request: AuthedRequest,
    context: dict[str, Any],  # Any: what templates print
    whole: Entity,
    status: int = 200,
) -> HttpResponse:
    """Show the form, with the single mentions of the words that the address names, or of all."""
    asked = request.GET.get("words", "")
    words = {key: surface for key, surface, _ in context["surfaces"]}.get(asked, "")
    context |= {
        "asked": words,
        "mentions": mentions_of(whole, request.user, words=words, size=MENTIONS),
        "ticked": set(request.POST.getlist("words") + request.POST.getlist("spans")),
    }
    return render(request, "entities/split.html", context, status=status)
