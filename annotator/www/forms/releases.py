"""What a release is to be made of."""

from typing import Any

from django import forms
from django.db.models.fields.json import KT

from annotator.corpora.models import Article, Corpus
from annotator.formats import WRITABLE
from annotator.readings.models import Reading, State
from annotator.releases.recipe import NATIVE, TIES, Recipe, ReleaseRefused
from annotator.schemas.schema import schema_of

MOST_CHOICES = 60
DEFAULT = Recipe()
DATE = forms.DateInput(attrs={"type": "date"})


class ReleaseForm(forms.Form):
    """Nothing ticked is no restriction, but for the states."""

    note = forms.CharField(
        required=False, max_length=2_000, label="What is new in it",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    license = forms.CharField(
        required=False, max_length=200, label="Licence of the annotations",
        help_text="Such as cc-by-4.0. The texts of the articles keep their own.",
    )  # fmt: skip
    states = forms.MultipleChoiceField(
        choices=[(state, state.label.lower()) for state in State],
        label="Readings that are",
        widget=forms.CheckboxSelectMultiple,
    )
    adjudicated = forms.BooleanField(required=False, label="Only the adjudicated readings")
    readers = forms.MultipleChoiceField(
        required=False, label="Only these readers", widget=forms.CheckboxSelectMultiple
    )
    labels = forms.MultipleChoiceField(
        required=False, label="Only spans with these labels", widget=forms.CheckboxSelectMultiple
    )
    sources = forms.MultipleChoiceField(
        required=False, label="Only articles of these outlets", widget=forms.CheckboxSelectMultiple
    )
    published_from = forms.CharField(required=False, label="Published from", widget=DATE)
    published_until = forms.CharField(required=False, label="until", widget=DATE)
    formats = forms.MultipleChoiceField(
        required=False,
        label="Formats beside the native JSONL",
        widget=forms.CheckboxSelectMultiple,
        choices=[(slug, found.title) for slug, found in WRITABLE.items() if slug != NATIVE],
    )
    without_texts = forms.BooleanField(
        required=False, label="Leave the texts out",
        help_text="Offsets, checksums and addresses, for texts that may not be passed on.",
    )  # fmt: skip
    validation = forms.IntegerField(min_value=0, max_value=99, label="Validation, percent")
    test = forms.IntegerField(min_value=0, max_value=99, label="Test, percent")
    seed = forms.CharField(max_length=50)
    together = forms.MultipleChoiceField(
        required=False, label="Never torn apart", choices=list(TIES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="What would tie two splits to each other goes into neither.",
    )  # fmt: skip

    def __init__(self, data: Any, *, corpus: Corpus) -> None:  # Any: as Django has it
        super().__init__(_as_usual() if data is None else data)
        self._schema = schema_of(corpus)
        self._offer("labels", [(rule.key, rule.name) for rule in self._schema.labels.values()])
        readings = Reading.objects.filter(article__corpus=corpus)
        readers = readings.order_by("reader").values_list("reader", flat=True).distinct()
        self._offer("readers", [(reader, reader) for reader in readers[:MOST_CHOICES]])
        sources = Article.objects.filter(corpus=corpus).annotate(source=KT("meta__source"))
        names = sources.filter(source__gt="").order_by("source")
        found = names.values_list("source", flat=True).distinct()[:MOST_CHOICES]
        self._offer("sources", [(source, source) for source in found])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.recipe().check(self._schema)
            except ReleaseRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return cleaned

    def recipe(self) -> Recipe:
        given = dict(self.cleaned_data)
        given["texts"] = not given.pop("without_texts")
        return Recipe.of(given | {"formats": [NATIVE, *given["formats"]]})

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Let a field choose among these; a field with nothing to choose is left out."""
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            self.fields[name].widget = forms.MultipleHiddenInput()


def _as_usual() -> dict[str, Any]:  # Any: what a form's data holds
    usual = DEFAULT.as_json()
    return {name: usual[name] for name in ("states", "validation", "test", "seed", "together")}
