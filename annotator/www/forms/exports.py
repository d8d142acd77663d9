"""What of a corpus is taken out, and in which format."""

from django import forms

from annotator.formats import FORMATS
from annotator.formats.document import Format
from annotator.readings.models import State

WRITABLE = {slug: found for slug, found in FORMATS.items() if found.write}


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        required=False, choices=[(found.slug, found.title) for found in WRITABLE.values()]
    )
    reader = forms.CharField(required=False, max_length=200)
    state = forms.ChoiceField(required=False, choices=[("", "any"), *State.choices])

    def format_chosen(self) -> Format:
        slug = self.cleaned_data.get("format") or next(iter(WRITABLE))
        return WRITABLE[slug]

    def filters(self) -> dict[str, str]:
        """Return the filters that are set, by name."""
        names = ("reader", "state")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
