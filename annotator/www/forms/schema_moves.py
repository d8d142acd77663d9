"""Forms about what becomes of labels and choices in all readings."""

from typing import Any

from django import forms

from annotator.schemas.models import KEY, SHORTCUT, Attribute, AttributeKind, Label

_KEY_HELP = "How files and programs call it."


class RenameForm(forms.Form):
    name = forms.CharField(max_length=100)
    key = forms.CharField(max_length=50, validators=[KEY], help_text=_KEY_HELP)

    def __init__(self, *args: Any, label: Label, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": label.name, "key": label.key}


class _IntoForm(forms.Form):
    """A form that offers the other labels of a corpus."""

    def __init__(self, *args: Any, label: Label, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Label.objects.filter(corpus=label.corpus_id, retired=False).exclude(pk=label.pk)
        self._others = {other.key: other for other in others}
        names = [(key, other.name) for key, other in self._others.items()]
        self.fields["into"].choices = [*self.fields["into"].choices, *names]  # type: ignore[attr-defined]


class MergerForm(_IntoForm):
    into = forms.ChoiceField(label="Its spans become")

    def chosen(self) -> dict[str, Label]:
        return {"into": self._others[self.cleaned_data["into"]]}


class SplitForm(_IntoForm):
    value = forms.ChoiceField(label="Spans with")
    into = forms.ChoiceField(required=False, label="become", choices=[("", "a new label")])
    name = forms.CharField(required=False, max_length=100, label="Name of a new label")
    key = forms.CharField(
        required=False, max_length=50, validators=[KEY], label="Its key", help_text=_KEY_HELP
    )
    shortcut = forms.CharField(
        required=False,
        validators=[SHORTCUT],
        label="Its letter",
        widget=forms.TextInput(attrs={"maxlength": 1, "size": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, label: Label, **kwargs: Any) -> None:
        super().__init__(*args, label=label, **kwargs)
        self._values = dict(_values(label))
        self.fields["value"].choices = [  # type: ignore[attr-defined]
            (sent, f"{attribute.name}: {said}")
            for sent, (attribute, _, said) in self._values.items()
        ]

    @property
    def has_values(self) -> bool:
        return bool(self._values)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("into"):
            for name in ("name", "key"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "A new label needs one.")
        return cleaned

    def chosen(self) -> dict[str, Any]:  # Any: of each argument its own
        cleaned = self.cleaned_data
        attribute, value, _ = self._values[cleaned["value"]]
        into = self._others.get(cleaned["into"]) or Label(
            key=cleaned["key"],
            name=cleaned["name"],
            shortcut=cleaned["shortcut"],
        )
        return {"attribute": attribute.key, "value": value, "into": into}


class ChoiceForm(forms.Form):
    value = forms.ChoiceField(label="The choice")
    to = forms.CharField(
        max_length=100,
        label="is called",
        help_text="A new name, or that of another choice: then the two are one.",
    )

    def __init__(self, *args: Any, attribute: Attribute, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = [choice["value"] for choice in attribute.choices]
        self.fields["value"].choices = [(value, value) for value in values]  # type: ignore[attr-defined]


Value = tuple[Attribute, str | bool, str]  # and how it is said


def _values(label: Label) -> list[tuple[str, Value]]:
    """Return what spans of a label can be told apart by, each under what a form sends for it."""
    found: list[tuple[str, Value]] = []
    for attribute in label.attributes.all():
        if attribute.kind == AttributeKind.BOOLEAN:
            found.append((f"{attribute.key}=", (attribute, True, "yes")))
        for choice in attribute.choices:
            value = choice["value"]
            found.append((f"{attribute.key}={value}", (attribute, value, value)))
    return found
