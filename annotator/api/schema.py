"""Changing the schema of a corpus: labels, their attributes, the kinds of links.

What is in use keeps its key, and is retired and not deleted; ``schemas/actions.py`` sees to it.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.base import ApiView, user_of
from annotator.api.bodies import Body, Values, body_of
from annotator.api.corpora import schema_shape
from annotator.api.errors import Conflict, Refused
from annotator.api.etags import IF_MATCH, check_unchanged
from annotator.api.once import IDEMPOTENCY_KEY, once
from annotator.corpora.models import Corpus, Right
from annotator.readings import labels
from annotator.readings.sweeps import SweepBusy
from annotator.schemas.actions import (
    Part,
    SchemaRefused,
    bring_back,
    is_used,
    move_label,
    retire,
    save_attribute,
    save_label,
    save_relation_type,
)
from annotator.schemas.models import (
    Attribute,
    AttributeKind,
    Label,
    LineStyle,
    Preset,
    RelationType,
)
from annotator.www.access import get_corpus
from annotator.www.forms.schema import AttributeForm, LabelForm, RelationTypeForm
from annotator.www.schema import get_attribute, get_label, get_relation_type

KEY = r"^[a-z][a-z0-9_-]{0,49}$"
CHANGE = [IF_MATCH, IDEMPOTENCY_KEY]


class PartSerializer(serializers.Serializer[object]):
    key = serializers.CharField()
    retired = serializers.BooleanField()
    deleted = serializers.BooleanField(help_text="nothing stored named it, so it is gone")
    schema_version = serializers.IntegerField()


class PartBody(Body):
    """What a new one needs is name and key; of one that there is, only what is said changes."""

    name = serializers.CharField(max_length=100, required=False)
    key = serializers.RegexField(KEY, required=False, help_text="fixed once it is used")


class LabelBody(PartBody):
    shortcut = serializers.RegexField(r"^[a-z]?$", required=False, allow_blank=True)
    colour = serializers.RegexField(r"^#[0-9a-f]{6}$", required=False)
    style = serializers.ChoiceField(LineStyle.choices, required=False)  # type: ignore[assignment]  # a field, not DRF's own attribute
    description = serializers.CharField(max_length=1_000, required=False, allow_blank=True)


class ValueBody(Body):
    value = serializers.RegexField(r"^[^()\n\r]+$", max_length=100)
    shortcut = serializers.RegexField(r"^[a-z]?$", default="", allow_blank=True)


class AttributeBody(PartBody):
    kind = serializers.ChoiceField(AttributeKind.choices, required=False)
    choices = serializers.ListField(child=ValueBody(), max_length=100, required=False)
    preset = serializers.ChoiceField(Preset.choices, required=False, allow_blank=True)


class LinkBody(PartBody):
    source = serializers.RegexField(KEY, required=False, help_text="the label at its beginning")  # type: ignore[assignment]  # a field, not DRF's own attribute
    target = serializers.RegexField(KEY, required=False, help_text="the label at its end")


class PlaceBody(Body):
    direction = serializers.ChoiceField(["up", "down"])


class _PartView(ApiView):
    """Fetches what is to be changed for who may, and answers with how it stands then."""

    def corpus(self, slug: str) -> Corpus:
        return get_corpus(user_of(self.request), slug, Right.EDIT_SCHEMA)

    def label(self, slug: str, key: str) -> Label:
        return get_label(self.corpus(slug), key)

    def attribute(self, slug: str, key: str, attribute_key: str) -> Attribute:
        return get_attribute(self.corpus(slug), key, attribute_key)

    def link(self, slug: str, key: str) -> RelationType:
        return get_relation_type(self.corpus(slug), key)

    def changed(
        self,
        corpus: Corpus,
        change: Callable[[], tuple[Part, bool]],
        *,
        made: bool = False,
        body: str | None = None,
    ) -> HttpResponseBase:
        """Change a part unless the schema is otherwise than it was seen. Once, if asked for."""

        def make() -> Response:
            now = Corpus.objects.select_for_update().get(pk=corpus.pk)
            check_unchanged(self.request, schema_shape(now))
            try:
                part, deleted = change()
            except SchemaRefused as refusal:
                raise Refused(str(refusal)) from refusal
            except SweepBusy as refusal:
                raise Conflict(str(refusal)) from refusal
            except IntegrityError as error:
                raise Conflict("Somebody changed the schema at the same time.") from error
            now.refresh_from_db(fields=["schema_version"])
            shape = {
                "key": part.key,
                "retired": part.retired,
                "deleted": deleted,
                "schema_version": now.schema_version,
            }
            return Response(shape, status=HTTPStatus.CREATED if made else HTTPStatus.OK)

        with transaction.atomic():
            return once(self.request, make, body=body)

    def retired(self, corpus: Corpus, part: Part) -> HttpResponseBase:
        """Retire it. Of a label with spans that is a sweep, which can be taken back."""

        def put_away() -> tuple[Part, bool]:
            if not isinstance(part, Label) or not is_used(part):
                return part, retire(part=part)
            labels.retire(label=part, by=user_of(self.request))
            part.refresh_from_db(fields=["retired"])
            return part, False

        return self.changed(corpus, put_away, body="")

    def back(self, corpus: Corpus, part: Part) -> HttpResponseBase:
        def bring() -> tuple[Part, bool]:
            bring_back(part=part)
            return part, False

        return self.changed(corpus, bring, body="")


class Labels(_PartView):
    @extend_schema(parameters=CHANGE, request=LabelBody, responses={201: PartSerializer})
    def post(self, request: Request, slug: str) -> HttpResponseBase:
        """Add a label at the end."""
        corpus = self.corpus(slug)
        said = body_of(request, LabelBody)
        return self.changed(corpus, lambda: _label(Label(corpus=corpus), said), made=True)


class LabelDetail(_PartView):
    @extend_schema(parameters=CHANGE, request=LabelBody, responses=PartSerializer)
    def patch(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Change a label."""
        label = self.label(slug, key)
        said = body_of(request, LabelBody)
        return self.changed(label.corpus, lambda: _label(label, said))


class LabelPlace(_PartView):
    @extend_schema(parameters=CHANGE, request=PlaceBody, responses={200: PartSerializer})
    def post(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Let a label swap places with the one before or after it."""
        label = self.label(slug, key)
        said = body_of(request, PlaceBody)

        def move() -> tuple[Part, bool]:
            move_label(label=label, up=said["direction"] == "up")
            return label, False

        return self.changed(label.corpus, move)


class LabelRetirement(_PartView):
    @extend_schema(parameters=CHANGE, request=None, responses={200: PartSerializer})
    def post(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Offer a label to no new span; delete it when there is none that has it."""
        label = self.label(slug, key)
        return self.retired(label.corpus, label)

    @extend_schema(parameters=CHANGE, responses={200: PartSerializer})
    def delete(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Offer it again."""
        label = self.label(slug, key)
        return self.back(label.corpus, label)


class Attributes(_PartView):
    @extend_schema(parameters=CHANGE, request=AttributeBody, responses={201: PartSerializer})
    def post(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Add an attribute to a label."""
        label = self.label(slug, key)
        said = body_of(request, AttributeBody)
        return self.changed(
            label.corpus, lambda: _attribute(Attribute(label=label), said), made=True
        )


class AttributeDetail(_PartView):
    @extend_schema(parameters=CHANGE, request=AttributeBody, responses=PartSerializer)
    def patch(self, request: Request, slug: str, key: str, attribute_key: str) -> HttpResponseBase:
        """Change an attribute. Choices are given whole; those that spans have stay."""
        attribute = self.attribute(slug, key, attribute_key)
        said = body_of(request, AttributeBody)
        return self.changed(attribute.label.corpus, lambda: _attribute(attribute, said))


class AttributeRetirement(_PartView):
    @extend_schema(parameters=CHANGE, request=None, responses={200: PartSerializer})
    def post(self, request: Request, slug: str, key: str, attribute_key: str) -> HttpResponseBase:
        """Offer an attribute to no new span; delete it when there is none that has it."""
        attribute = self.attribute(slug, key, attribute_key)
        return self.retired(attribute.label.corpus, attribute)

    @extend_schema(parameters=CHANGE, responses={200: PartSerializer})
    def delete(self, request: Request, slug: str, key: str, attribute_key: str) -> HttpResponseBase:
        """Offer it again."""
        attribute = self.attribute(slug, key, attribute_key)
        return self.back(attribute.label.corpus, attribute)


class Links(_PartView):
    @extend_schema(parameters=CHANGE, request=LinkBody, responses={201: PartSerializer})
    def post(self, request: Request, slug: str) -> HttpResponseBase:
        """Add a kind of link between two labels."""
        corpus = self.corpus(slug)
        said = body_of(request, LinkBody)
        return self.changed(corpus, lambda: _link(RelationType(corpus=corpus), said), made=True)


class LinkDetail(_PartView):
    @extend_schema(parameters=CHANGE, request=LinkBody, responses=PartSerializer)
    def patch(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Change a kind of link."""
        link = self.link(slug, key)
        said = body_of(request, LinkBody)
        return self.changed(link.corpus, lambda: _link(link, said))


class LinkRetirement(_PartView):
    @extend_schema(parameters=CHANGE, request=None, responses={200: PartSerializer})
    def post(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Make no such link any more; delete the kind when there is none of it."""
        link = self.link(slug, key)
        return self.retired(link.corpus, link)

    @extend_schema(parameters=CHANGE, responses={200: PartSerializer})
    def delete(self, request: Request, slug: str, key: str) -> HttpResponseBase:
        """Offer it again."""
        link = self.link(slug, key)
        return self.back(link.corpus, link)


def _label(label: Label, said: Values) -> tuple[Part, bool]:
    form = _filled(LabelForm, label, said)
    return save_label(label=form.instance), False


def _attribute(attribute: Attribute, said: Values) -> tuple[Part, bool]:
    if "choices" in said:
        written = (_written(choice) for choice in said["choices"])
        said = said | {"choices": "\n".join(written)}
    form = _filled(AttributeForm, attribute, said)
    return save_attribute(attribute=form.instance), False


def _link(link: RelationType, said: Values) -> tuple[Part, bool]:
    known = dict(Label.objects.filter(corpus=link.corpus).values_list("key", "pk"))
    for end in {"source", "target"} & said.keys():
        if said[end] not in known:
            raise Refused(f"There is no label “{said[end]}”.")
        said = said | {end: known[said[end]]}
    form = _filled(RelationTypeForm, link, said, corpus=link.corpus)
    return save_relation_type(relation_type=form.instance), False


def _filled(
    kind: Callable[..., "ModelForm[Any]"], part: Part, said: Values, **more: Corpus
) -> "ModelForm[Any]":  # Any: of a part
    """Return the form of the pages, filled in with what is stored and what is said."""
    form = kind({**kind(instance=part, **more).initial, **said}, instance=part, **more)
    if not form.is_valid():
        sentences = (
            str(sentence) if name == "__all__" else f"“{name}”: {sentence}"
            for name, found in form.errors.items()
            for sentence in found
        )
        raise Refused(" ".join(sentences))
    return form


def _written(choice: Values) -> str:
    return f"{choice['value']} ({choice['shortcut']})" if choice["shortcut"] else choice["value"]
