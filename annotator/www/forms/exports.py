"""What of a corpus is taken out, and in which format."""

from typing import Any

from django import forms

from annotator.corpora.models import Corpus
from annotator.exchange.exports import Filters
from annotator.formats import WRITABLE
from annotator.formats.document import Format
from annotator.readings.models import State
from annotator.schemas.schema import schema_of


class LabelsField(forms.MultipleChoiceField):
    """Labels by their keys: each for itself, as boxes send them, or with commas between."""

    def to_python(self, value: Any) -> list[str]:  # Any: as Django has it
        return [key for sent in super().to_python(value) for key in sent.split(",") if key]


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        required=False, choices=[(found.slug, found.title) for found in WRITABLE.values()]
    )
    reader = forms.CharField(required=False, max_length=200)
    state = forms.ChoiceField(
        required=False, choices=[("", "any"), *((state, state.label.lower()) for state in State)]
    )

    label = LabelsField(
        required=False, error_messages={"invalid_choice": "This corpus has no label “%(value)s”."}
    )

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = schema_of(corpus).labels.values()
        self.fields["label"].choices = [(rule.key, rule.name) for rule in rules]  # type: ignore[attr-defined]

    def clean_label(self) -> str:
        return ",".join(dict.fromkeys(self.cleaned_data["label"]))

    def clean_format(self) -> str:
        slug: str = self.cleaned_data["format"]
        if slug and (said := WRITABLE[slug].not_installed):
            raise forms.ValidationError(said)
        return slug

    def format_chosen(self) -> Format:
        slug = self.cleaned_data.get("format") or next(iter(WRITABLE))
        return WRITABLE[slug]

    def filters(self) -> Filters:
        """Return the filters that are set."""
        found: Filters = {}
        if reader := self.cleaned_data.get("reader"):
            found["reader"] = reader
        if state := self.cleaned_data.get("state"):
            found["state"] = state
        if label := self.cleaned_data.get("label"):
            found["label"] = label
        return found

    def chosen(self) -> dict[str, str]:
        """Return everything that is chosen, as a query or a command has it."""
        found = {"format": self.format_chosen().slug}
        for name in ("reader", "state", "label"):
            if value := self.cleaned_data.get(name):
                found[name] = value
        return found
