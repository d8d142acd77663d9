"""Schema moves: labels renamed, merged and split, and choices changed, over all readings."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from annotator.api.base import ApiView, user_of
from annotator.api.bodies import Body, body_of
from annotator.api.errors import Refused
from annotator.api.once import IDEMPOTENCY_KEY
from annotator.api.sweeps import OutcomeSerializer, swept_once
from annotator.corpora.models import Right
from annotator.readings import labels
from annotator.schemas.models import KEY, SHORTCUT, AttributeKind, Label
from annotator.www.access import get_corpus
from annotator.www.schema import get_attribute, get_label


class MoveBody(Body):
    dry_run = serializers.BooleanField(default=False, help_text="only say what would change")


class KeyBody(MoveBody):
    key = serializers.CharField(max_length=50, validators=[KEY])
    name = serializers.CharField(max_length=100, help_text="for people")


class LabelMergerBody(MoveBody):
    into = serializers.CharField(max_length=50, help_text="key of the label that stays")


class LabelSplitBody(MoveBody):
    attribute = serializers.CharField(max_length=50, help_text="one of choices, or of yes and no")
    value = serializers.CharField(max_length=100, help_text="a choice, or “yes”")
    into = serializers.CharField(
        max_length=50, validators=[KEY], help_text="key of a label that there is, or of a new one"
    )
    name = serializers.CharField(
        max_length=100, required=False, help_text="of a new label; with it, “into” is new"
    )
    shortcut = serializers.CharField(
        default="", allow_blank=True, validators=[SHORTCUT], help_text="letter of a new label"
    )


class ChoiceBody(MoveBody):
    value = serializers.CharField(max_length=100)
    to = serializers.CharField(
        max_length=100, help_text="a new name, or that of another choice: then the two are one"
    )


class LabelKey(ApiView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=KeyBody, responses={200: OutcomeSerializer}
    )
    def post(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Let files and programs know a label by another key, in all readings."""
        label, by = _label(request, slug, key), user_of(request)
        said = body_of(request, KeyBody)
        return swept_once(request, lambda: labels.rename(label=label, by=by, **said))


class LabelMerger(ApiView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=LabelMergerBody, responses={200: OutcomeSerializer}
    )
    def post(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Give all its spans another label, and retire it."""
        label, by = _label(request, slug, key), user_of(request)
        said = body_of(request, LabelMergerBody)
        said["into"] = _other(label, said["into"])
        return swept_once(request, lambda: labels.merge(label=label, by=by, **said))


class LabelSplit(ApiView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=LabelSplitBody, responses={200: OutcomeSerializer}
    )
    def post(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Give those of its spans that have a value another label. A new one gets its links, too."""
        label, by = _label(request, slug, key), user_of(request)
        said = body_of(request, LabelSplitBody)
        name, shortcut = said.pop("name", ""), said.pop("shortcut")
        said["into"] = (
            Label(key=said["into"], name=name, shortcut=shortcut)
            if name
            else _other(label, said["into"])
        )
        attribute = label.attributes.filter(key=said["attribute"]).first()
        if attribute and attribute.kind == AttributeKind.BOOLEAN:
            said["value"] = said["value"] == "yes"
        return swept_once(request, lambda: labels.split(label=label, by=by, **said))


class AttributeChoices(ApiView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=ChoiceBody, responses={200: OutcomeSerializer}
    )
    def post(self, request: Request, slug: str, key: str, attribute_key: str) -> HttpResponseBase:
        """Let a choice have another name on all spans, or become one with another choice."""
        corpus, by = get_corpus(user_of(request), slug, Right.EDIT_SCHEMA), user_of(request)
        attribute = get_attribute(corpus, key, attribute_key)
        said = body_of(request, ChoiceBody)
        return swept_once(request, lambda: labels.change_choice(attribute=attribute, by=by, **said))


def _label(request: Request, slug: str, key: str) -> Label:
    return get_label(get_corpus(user_of(request), slug, Right.EDIT_SCHEMA), key)


def _other(label: Label, key: str) -> Label:
    found = Label.objects.filter(corpus=label.corpus_id, key=key).first()
    if found is None:
        raise Refused(f"There is no label “{key}”.")
    return found
