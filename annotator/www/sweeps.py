"""What was done to all readings of a corpus at once, and the way back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotator.corpora.models import Right
from annotator.readings.models import Span, Sweep
from annotator.readings.registry import surface
from annotator.readings.sweeps import Outcome, SweepBusy, SweepRefused, undo
from annotator.www.access import get_corpus, get_sweep
from annotator.www.http import AuthedRequest

PAGE = 50


@require_safe
def sweeps(request: AuthedRequest, slug: str) -> HttpResponse:
    """List what was done, the latest first."""
    corpus = get_corpus(request.user, slug, Right.SEE_ALL_READINGS)
    said = request.GET.get("page", "")
    number = max(int(said), 1) if said.isascii() and said.isdigit() and len(said) < 6 else 1
    first = (number - 1) * PAGE
    done = Sweep.objects.filter(corpus=corpus).select_related("by", "undone_by").order_by("-at")
    found = list(done[first : first + PAGE + 1])
    context = {
        "corpus": corpus,
        "section": "sweeps",
        "sweeps": found[:PAGE],
        "previous": f"page={number - 1}" if number > 1 else "",
        "next": f"page={number + 1}" if len(found) > PAGE else "",
    }
    return render(request, "sweeps/page.html", context)


@require_safe
def sweep(request: AuthedRequest, slug: str, pk: UUID) -> HttpResponse:
    """Show one: what it changed, and what its undo left."""
    corpus = get_corpus(request.user, slug, Right.SEE_ALL_READINGS)
    shown = get_sweep(corpus, pk)
    context = {"corpus": corpus, "section": "sweeps", "sweep": shown, "left": _left(shown)}
    return render(request, "sweeps/sweep.html", context)


@require_POST
def sweep_reversal(request: AuthedRequest, slug: str, pk: UUID) -> HttpResponse:
    corpus = get_corpus(request.user, slug)
    undone = get_sweep(corpus, pk)
    if not corpus.allows(undone.right):
        raise PermissionDenied(f"You may not {undone.right.value} here.")
    try:
        outcome = undo(sweep=undone, by=request.user)
    except (SweepRefused, SweepBusy) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Undone: {undone.sentence} {in_numbers(outcome)}")
    return redirect("sweep", slug, pk)


def say_done(request: AuthedRequest, outcome: Outcome) -> None:
    """Say what was done, beside a button that undoes it."""
    done = outcome.sweep
    if done is None:
        return
    address = reverse("sweep-reversal", args=[done.corpus.slug, done.pk])
    sentence = f"{done.sentence} {in_numbers(outcome)}".strip()
    messages.success(request, sentence, extra_tags=address)


def in_numbers(outcome: Outcome) -> str:
    """Return what was changed, and what was left, as sentences; nothing when no reading was."""
    counts, said = outcome.counts, []
    if counts["spans"]:
        said.append(
            f"{_count(counts, 'spans')} in {_count(counts, 'readings')} of "
            f"{_count(counts, 'articles')}."
        )
    if counts["left_spans"]:
        said.append(f"{_count(counts, 'left_spans')} stayed, as somebody changed them since.")
    return " ".join(said)


def _count(counts: dict[str, int], name: str) -> str:
    what = name.removeprefix("left_").removesuffix("s")
    return f"{counts[name]:,} {what}{pluralize(counts[name])}"


def _left(sweep: Sweep) -> list[Span]:
    """Return the spans that the undo left and that are there still."""
    wanted = {(reading, key) for reading, key in sweep.left}
    spans = Span.objects.filter(reading__in={reading for reading, _ in wanted})
    found = spans.filter(key__in={key for _, key in wanted}).select_related("reading__article")
    found = found.annotate(surface=surface())
    return [span for span in found.order_by("pk") if (span.reading_id, span.key) in wanted]
