"""Forms about a corpus as a whole and its table of articles."""

from typing import Any, ClassVar

from django import forms

from annotator.corpora.models import Corpus
from annotator.readings.queries import ArticleState, Order
from annotator.schemas.templates import TEMPLATES


class NewCorpusForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    template = forms.ChoiceField(
        label="Schema",
        choices=[(template.slug, template.title) for template in TEMPLATES.values()],
        initial="quotes",
        widget=forms.RadioSelect,
        help_text="Labels, attributes and links to begin with. All of it can be changed later.",
    )

    class Meta:
        model = Corpus
        fields: ClassVar = ["name", "description"]
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3})}


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Corpus
        fields: ClassVar = ["name", "description"]
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3})}


class GuidelinesForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Corpus
        fields: ClassVar = ["guidelines"]
        widgets: ClassVar = {"guidelines": forms.Textarea(attrs={"rows": 24, "maxlength": 200_000})}

    def clean_guidelines(self) -> str:
        guidelines: str = self.cleaned_data["guidelines"]
        if len(guidelines) > 200_000:
            raise forms.ValidationError("Guidelines have at most 200,000 characters.")
        return guidelines


class ArticlesForm(forms.Form):
    """What the table of articles is narrowed down to. What is wrong or unknown is left out."""

    search = forms.CharField(required=False, max_length=200)
    state = forms.ChoiceField(required=False, choices=[("", "any"), *ArticleState.choices])
    label = forms.ChoiceField(required=False)
    reader = forms.CharField(required=False, max_length=200)
    notes = forms.ChoiceField(required=False, choices=[("", "any"), ("yes", "with notes")])
    order = forms.ChoiceField(required=False, choices=Order.choices)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    before = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    def __init__(self, *args: Any, labels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].choices = [("", "any"), *labels]  # type: ignore[attr-defined]

    def filters(self) -> dict[str, str]:
        """Return the filters that are set and make sense, by name."""
        self.is_valid()
        names = ("search", "state", "label", "reader", "notes")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    def order_chosen(self) -> str:
        return self.cleaned_data.get("order") or Order.IMPORT

    def place(self) -> dict[str, int]:
        """Return where the page begins: {"after": id}, {"before": id}, or nothing: at the start."""
        return {
            name: self.cleaned_data[name]
            for name in ("after", "before")
            if self.cleaned_data.get(name) is not None
        }
