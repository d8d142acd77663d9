"""What was done to all readings of a corpus at once, and the way back."""

from collections import Counter
from collections.abc import Callable, Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.base import ApiView, number, user_of
from annotator.api.bodies import Body, body_of
from annotator.api.errors import Conflict, Refused
from annotator.api.once import IDEMPOTENCY_KEY, once
from annotator.api.pages import CURSOR, PAGE_SIZE, numbered, page_number
from annotator.corpora.models import Right
from annotator.readings.models import Sweep, SweepKind
from annotator.readings.sweeps import Outcome, SweepBusy, SweepRefused, undo
from annotator.www.access import get_corpus, get_sweep

PAGE = 50
LARGEST_PAGE = 200


class CountsSerializer(serializers.Serializer[object]):
    readings = serializers.IntegerField()
    articles = serializers.IntegerField()
    spans = serializers.IntegerField()
    relations = serializers.IntegerField()


class SweepSerializer(serializers.Serializer[object]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(SweepKind.choices)
    sentence = serializers.CharField(help_text="what it did")
    counts = CountsSerializer(help_text="what it changed")
    by = serializers.CharField()
    at = serializers.DateTimeField()
    undone_by = serializers.CharField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)


class SweepPageSerializer(serializers.Serializer[object]):
    results = SweepSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class RetypedSerializer(serializers.Serializer[object]):
    type = serializers.CharField()
    to = serializers.CharField()
    count = serializers.IntegerField()


class OutcomeSerializer(serializers.Serializer[object]):
    sweep = SweepSerializer(allow_null=True, help_text="null when it was only tried")
    counts = CountsSerializer(help_text="what was changed, or would be")
    lost = serializers.DictField(
        child=serializers.IntegerField(), help_text="links that fall off, by type"
    )
    lost_attributes = serializers.DictField(
        child=serializers.IntegerField(), help_text="spans that lose an attribute, by its key"
    )
    retyped = RetypedSerializer(many=True, help_text="links that get another type")
    left = serializers.IntegerField(
        help_text="of an undo: spans that stay, as somebody changed them since"
    )


class ReversalBody(Body):
    dry_run = serializers.BooleanField(default=False, help_text="only say what would change")


class Sweeps(ApiView):
    parameters = frozenset({"cursor", "page_size"})

    @extend_schema(
        operation_id="sweeps_list",
        parameters=[CURSOR, PAGE_SIZE],
        responses=SweepPageSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """What was done to all readings at once, the latest first."""
        corpus = get_corpus(user_of(request), slug, Right.SEE_ALL_READINGS)
        place = page_number(request)
        size = number(request, "page_size", default=PAGE, most=LARGEST_PAGE)
        done = Sweep.objects.filter(corpus=corpus).select_related("by", "undone_by").order_by("-at")
        found = list(done[(place - 1) * size : place * size + 1])
        rows = [sweep_shape(sweep) for sweep in found[:size]]
        return Response(numbered(request, rows, place, has_next=len(found) > size))


class SweepDetail(ApiView):
    @extend_schema(responses=SweepSerializer)
    def get(self, request: Request, slug: str, pk: UUID) -> Response:
        """One of them."""
        corpus = get_corpus(user_of(request), slug, Right.SEE_ALL_READINGS)
        return Response(sweep_shape(get_sweep(corpus, pk)))


class SweepReversal(ApiView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=ReversalBody, responses={200: OutcomeSerializer}
    )
    def post(self, request: Request, slug: str, pk: UUID) -> HttpResponseBase:
        """Take it back. What somebody changed since stays as it is."""
        corpus, by = get_corpus(user_of(request), slug), user_of(request)
        undone = get_sweep(corpus, pk)
        if not corpus.allows(undone.right):
            raise PermissionDenied(f"You may not {undone.right.value} here.")
        said = body_of(request, ReversalBody)
        return swept_once(request, lambda: undo(sweep=undone, by=by, **said))


def swept_once(request: Request, sweep: Callable[[], Outcome]) -> HttpResponseBase:
    """Answer with what ``sweep`` does, or with what it did when the same was sent before."""

    def make() -> Response:
        try:
            return Response(_outcome_shape(sweep()))
        except SweepRefused as refusal:
            raise Refused(str(refusal)) from refusal
        except SweepBusy as refusal:
            raise Conflict(str(refusal)) from refusal

    return once(request, make)


def sweep_shape(sweep: Sweep) -> dict[str, object]:
    return {
        "id": sweep.pk,
        "kind": sweep.kind,
        "sentence": sweep.sentence,
        "counts": _counts(sweep.counts),
        "by": sweep.by.username,
        "at": sweep.at,
        "undone_by": sweep.undone_by.username if sweep.undone_by else None,
        "undone_at": sweep.undone_at,
    }


def _outcome_shape(outcome: Outcome) -> dict[str, object]:
    attributes: Counter[str] = Counter()
    for (_, key), count in outcome.lost_attributes.items():
        attributes[key] += count
    return {
        "sweep": sweep_shape(outcome.sweep) if outcome.sweep else None,
        "counts": _counts(outcome.counts),
        "lost": dict(outcome.lost),
        "lost_attributes": dict(attributes),
        "retyped": [
            {"type": old, "to": new, "count": count}
            for (old, new), count in outcome.retyped.items()
        ],
        "left": outcome.counts["left_spans"],
    }


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in ("readings", "articles", "spans", "relations")}
