"""Schema moves: what becomes of a label, or of a choice, in all readings; seen first, then done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotator.corpora.models import Corpus, Right
from annotator.readings import labels
from annotator.readings.models import Span
from annotator.readings.registry import Excerpt, excerpts_of
from annotator.readings.sweeps import Outcome, SweepBusy, SweepRefused
from annotator.schemas.models import AttributeKind, Label
from annotator.www.access import get_corpus
from annotator.www.forms.schema_moves import ChoiceForm, MergerForm, RenameForm, SplitForm
from annotator.www.http import AuthedRequest, wants_fragment
from annotator.www.schema import get_attribute, get_label
from annotator.www.sweeps import in_numbers, say_done

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Move:
    """A page about a move: what it says, what it changes, and how that is done or tried."""

    title: str
    lead: str
    verb: str
    form: forms.Form
    make: Callable[[bool], Outcome]  # of whether it is only tried
    spans: Callable[[], QuerySet[Span]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change, and the first spans that would."""

    numbers: str
    outcome: Outcome
    shares: list[labels.Share]
    examples: list[Excerpt]

    # Lists, as templates take “items” for a key of a Counter.

    @property
    def retyped(self) -> list[tuple[str, str, int]]:
        return [(old, new, count) for (old, new), count in self.outcome.retyped.items()]

    @property
    def lost_links(self) -> list[tuple[str, int]]:
        return list(self.outcome.lost.items())

    @property
    def lost_attributes(self) -> list[tuple[str, int]]:
        return [(key, count) for (_, key), count in self.outcome.lost_attributes.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def label_key(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus, label = _label(request, slug, key)
    form = RenameForm(_sent(request), label=label)
    move = Move(
        f"Rename {label.name}",
        "Files and programs will know it by the new key only. Links and attributes stay.",
        "Rename the label",
        form,
        lambda dry_run: labels.rename(
            label=label, by=request.user, dry_run=dry_run, **form.cleaned_data
        ),
        label.spans.all,
    )
    return _move(request, corpus, move)


@require_http_methods(["GET", "HEAD", "POST"])
def label_merger(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus, label = _label(request, slug, key)
    form = MergerForm(_sent(request), label=label)
    move = Move(
        f"Merge {label.name} into another label",
        f"All spans of “{label.name}” get the other label, and “{label.name}” is retired.",
        "Merge the labels",
        form,
        lambda dry_run: labels.merge(
            label=label, by=request.user, dry_run=dry_run, **form.chosen()
        ),
        label.spans.all,
    )
    return _move(request, corpus, move)


@require_http_methods(["GET", "HEAD", "POST"])
def label_split(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus, label = _label(request, slug, key)
    form = SplitForm(_sent(request), label=label)

    def spans() -> QuerySet[Span]:
        chosen = form.chosen()
        return labels.spans_with(label, chosen["attribute"], chosen["value"])

    move = Move(
        f"Split {label.name}",
        "Spans with a certain value get a label of their own. "
        "A new one has the other attributes and the links of the old one.",
        "Split the label",
        form,
        lambda dry_run: labels.split(
            label=label, by=request.user, dry_run=dry_run, **form.chosen()
        ),
        spans,
    )
    return _move(request, corpus, move, nothing="" if form.has_values else label.name)


@require_http_methods(["GET", "HEAD", "POST"])
def attribute_choices(
    request: AuthedRequest, slug: str, key: str, attribute_key: str
) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    attribute = get_attribute(corpus, key, attribute_key)
    if attribute.kind != AttributeKind.CHOICE:
        raise Http404("This attribute has no choices.")
    form = ChoiceForm(_sent(request), attribute=attribute)
    move = Move(
        f"Choices of {attribute.name} of {attribute.label.name}",
        "A choice gets another name on all spans that have it, or becomes one with another choice.",
        "Change the choice",
        form,
        lambda dry_run: labels.change_choice(
            attribute=attribute, by=request.user, dry_run=dry_run, **form.cleaned_data
        ),
        lambda: labels.spans_with(attribute.label, attribute.key, form.cleaned_data["value"]),
    )
    return _move(request, corpus, move)


def _label(request: AuthedRequest, slug: str, key: str) -> tuple[Corpus, Label]:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    return corpus, get_label(corpus, key)


def _sent(request: AuthedRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else request.GET or None


def _move(request: AuthedRequest, corpus: Corpus, move: Move, *, nothing: str = "") -> HttpResponse:
    """Show what would change; with ``confirm`` do it. ``nothing``: the label that cannot be split."""
    posted, form = request.method == "POST", move.form
    context: dict[str, Any] = {  # Any: what templates print
        "corpus": corpus,
        "section": "schema",
        "move": move,
        "form": form,
        "nothing": nothing,
    }
    if form.is_valid():
        try:
            if posted and request.POST.get("confirm"):
                say_done(request, move.make(False))
                return redirect("schema", corpus.slug)
            context["preview"] = _preview(move)
        except (SweepRefused, SweepBusy) as refusal:
            form.add_error(None, str(refusal))
    if wants_fragment(request) and not posted:
        return render(request, "schema/_move.html", context)
    status = 422 if posted and form.errors else 200
    return render(request, "schema/move.html", context, status=status)


def _preview(move: Move) -> Preview:
    tried, spans = move.make(True), move.spans()
    return Preview(
        in_numbers(tried) or "No span: nobody has used it yet.",
        tried,
        labels.spread(spans),
        excerpts_of(spans.order_by("pk")[:EXAMPLES]),
    )
