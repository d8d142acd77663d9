"""What a request says, taken strictly: fields that are known, of the type that they have."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from annotator.api.errors import Refused
from annotator.formats.document import shown

Values = dict[str, Any]  # Any: of each field its own

# Django REST framework would read 1 as "1" and "yes" as true.
_TYPES: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], type, str], ...] = (
    (serializers.ChoiceField, str, "a text"),
    (serializers.CharField, str, "a text"),
    (serializers.IntegerField, int, "a whole number"),
    (serializers.BooleanField, bool, "true or false"),
)


class Body(serializers.Serializer[object]):
    """A body of JSON. What it does not know is refused, and so is what would have to be converted."""

    def to_internal_value(self, data: Any) -> Values:  # Any: JSON
        if not isinstance(data, dict):
            raise Refused("The body is an object.")
        if unknown := set(data) - set(self.fields):
            known = ", ".join(self.fields)
            raise Refused(f"The body has no {shown(min(unknown))}. There are: {known or 'none'}.")
        for name, value in data.items():
            if problem := _problem(self.fields[name], value):
                raise Refused(f"“{name}” is {problem}.")
        values: Values = super().to_internal_value(data)
        return values


def body_of(request: Request, kind: type[Body]) -> Values:
    """Return the body of a request as ``kind`` describes it, or raise Refused with a sentence."""
    body = kind(data=request.data)
    if not body.is_valid():
        raise Refused(" ".join(_sentences(body.errors)))
    values: Values = body.validated_data
    return values


def _problem(field: Any, value: object) -> str | None:  # Any: a field of whatever values
    if value is None:
        return None if field.allow_null else "not null"
    if isinstance(field, serializers.ListField):
        if not isinstance(value, list):
            return "a list"
        wrong = (_problem(field.child, one) for one in value)
        return next((f"a list, and each in it is {one}" for one in wrong if one), None)
    for kind, python, words in _TYPES:
        if isinstance(field, kind):
            return None if type(value) is python else words
    return None


def _sentences(errors: Any) -> list[str]:  # Any: as Django REST framework nests them
    found = []
    for name, said in errors.items():
        while isinstance(said, dict):
            said = next(iter(said.values()))
        found += [f"“{name}”: {sentence}" for sentence in said]
    return found
