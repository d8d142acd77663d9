"""Forms about the schema of a corpus."""

import re
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError

from annotator.corpora.models import Corpus
from annotator.schemas.models import Attribute, AttributeKind, Label, RelationType

_KEY_HELP = "How files and programs call it; fixed once it is used."
_CHOICE = re.compile(r"\A(.*?)(?:\s*\(\s*([a-z])\s*\))?\Z")


class _PartForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A part of a schema: its corpus or label is given by the page, not by the form."""

    def _get_validation_exclusions(self) -> set[str]:
        # Keys, letters and pairs are unique within the corpus, among what is not retired: such a
        # constraint is checked only when nothing that it names is left out.
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions - {"corpus", "label", "retired"}


class LabelForm(_PartForm):
    class Meta:
        model = Label
        fields: ClassVar = ["name", "key", "shortcut", "colour", "style", "description"]
        widgets: ClassVar = {
            "colour": forms.TextInput(attrs={"type": "color"}),
            "shortcut": forms.TextInput(attrs={"maxlength": 1, "size": 2, "autocomplete": "off"}),
            "style": forms.RadioSelect,
            "description": forms.TextInput,
        }
        help_texts: ClassVar = {
            "key": _KEY_HELP,
            "shortcut": "The letter that tags with it.",
            "description": "What it marks, in one line.",
        }
        labels: ClassVar = {"style": "Line"}


class AttributeForm(_PartForm):
    choices = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One in a line, with its letter in brackets if it has one: direct (d)",
    )

    class Meta:
        model = Attribute
        fields: ClassVar = ["name", "key", "kind", "choices", "preset"]
        labels: ClassVar = {"preset": "Filled in from"}
        help_texts: ClassVar = {"key": _KEY_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["choices"] = "\n".join(map(_written, self.instance.choices))

    def clean_choices(self) -> list[dict[str, str]]:
        """Return the choices as they are stored; an empty list for kinds that have none."""
        if self.cleaned_data.get("kind") != AttributeKind.CHOICE:
            return []
        lines = (line.strip() for line in self.cleaned_data["choices"].splitlines())
        choices = [_read_choice(line) for line in lines if line]
        if not choices:
            raise ValidationError("Name at least one choice.")
        _refuse_doubles([choice["value"] for choice in choices], "choice")
        _refuse_doubles([choice["shortcut"] for choice in choices if choice["shortcut"]], "letter")
        return choices


class RelationTypeForm(_PartForm):
    class Meta:
        model = RelationType
        fields: ClassVar = ["name", "key", "source", "target"]
        labels: ClassVar = {"source": "From", "target": "To"}
        help_texts: ClassVar = {"key": _KEY_HELP}

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for end in ("source", "target"):
            field = cast("forms.ModelChoiceField[Label]", self.fields[end])
            field.queryset = Label.objects.filter(corpus=corpus, retired=False)
            if current := getattr(self.instance, f"{end}_id"):
                field.queryset |= Label.objects.filter(pk=current)


def _written(choice: dict[str, str]) -> str:
    shortcut = choice.get("shortcut")
    return f"{choice['value']} ({shortcut})" if shortcut else choice["value"]


def _read_choice(line: str) -> dict[str, str]:
    value, shortcut = _CHOICE.findall(line)[0]
    if not value or len(value) > 100:
        raise ValidationError("A choice has 1 to 100 characters.")
    return {"value": value, "shortcut": shortcut}


def _refuse_doubles(values: list[str], what: str) -> None:
    doubles = {value for value in values if values.count(value) > 1}
    if doubles:
        raise ValidationError(f"The {what} “{min(doubles)}” stands there twice.")
