"""What of a corpus is taken out, and in which format."""

from django import forms

from annotator.exchange.exports import Filters
from annotator.formats import WRITABLE
from annotator.formats.document import Format
from annotator.readings.models import State


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        required=False, choices=[(found.slug, found.title) for found in WRITABLE.values()]
    )
    reader = forms.CharField(required=False, max_length=200)
    state = forms.ChoiceField(
        required=False, choices=[("", "any"), *((state, state.label.lower()) for state in State)]
    )

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
        return found

    def chosen(self) -> dict[str, str]:
        """Return everything that is chosen, as a query or a command has it."""
        found = {"format": self.format_chosen().slug}
        for name in ("reader", "state"):
            if value := self.cleaned_data.get(name):
                found[name] = value
        return found
