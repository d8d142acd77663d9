"""Forms about the entities of a corpus."""

import hashlib
from collections.abc import Collection
from typing import Any

from django import forms

from annotator.readings.entities import LONGEST_NAME
from annotator.readings.registry import Order

LARGEST_ID = 2**63 - 1
_GONE = {"invalid_choice": "What was chosen names it no more. Choose again."}


class EntitiesForm(forms.Form):
    """Which entities are listed. What is wrong or unknown is left out."""

    search = forms.CharField(required=False, max_length=200)
    order = forms.ChoiceField(required=False, choices=Order.choices)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def chosen(self) -> dict[str, Any]:  # Any: of each field its own
        self.is_valid()
        return {
            "search": self.cleaned_data.get("search") or "",
            "order": self.cleaned_data.get("order") or Order.MENTIONS,
            "number": self.cleaned_data.get("page") or 1,
        }


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=LONGEST_NAME, help_text="The old name keeps leading here, in files too."
    )


class AliasesForm(forms.Form):
    aliases = forms.CharField(
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One in a line. They help to find it, and join nothing.",
    )

    def clean_aliases(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["aliases"].split("\n"))
        return [line for line in lines if line]


class SplitForm(forms.Form):
    """Which mentions become another entity, and which one."""

    name = forms.CharField(
        label="They name",
        max_length=LONGEST_NAME,
        help_text="A new name, or that of an entity that there is.",
    )
    words = forms.MultipleChoiceField(required=False, error_messages=_GONE)
    spans = forms.TypedMultipleChoiceField(required=False, coerce=int, error_messages=_GONE)

    def __init__(self, *args: Any, surfaces: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._surfaces = {digest(surface): surface for surface in surfaces}
        self.fields["words"].choices = [(key, key) for key in self._surfaces]  # type: ignore[attr-defined]
        sent = self.data.getlist("spans") if self.is_bound else []  # type: ignore[attr-defined]
        # Whether it names the entity is asked when it is taken.
        numbers = [n for n in sent if n.isascii() and n.isdigit() and int(n) <= LARGEST_ID]
        self.fields["spans"].choices = [(n, n) for n in numbers]  # type: ignore[attr-defined]

    def surfaces(self) -> list[str]:
        return [self._surfaces[key] for key in self.cleaned_data["words"]]


def digest(surface: str) -> str:
    """Return what stands for the words of a span in a form: browsers change line breaks in values."""
    return hashlib.sha256(surface.encode()).hexdigest()[:16]
