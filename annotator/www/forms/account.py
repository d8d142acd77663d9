"""Forms about one's own account."""

from datetime import timedelta
from typing import ClassVar

from django import forms

from annotator.accounts.models import LINES, MEASURES, SIZES, Preferences


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=100, help_text="What uses it: “training script on my laptop”."
    )
    days = forms.TypedChoiceField(
        label="Valid for",
        choices=[(7, "a week"), (30, "a month"), (90, "three months"), (365, "a year")],
        coerce=int,
        initial=90,
    )

    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class ComfortForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """How article text looks: steps that ``comfort.css`` has a class for."""

    size = forms.TypedChoiceField(choices=[(step, f"{step} %") for step in SIZES], coerce=int)
    line = forms.TypedChoiceField(choices=[(step, step / 100) for step in LINES], coerce=int)
    measure = forms.TypedChoiceField(choices=[(step, step) for step in MEASURES], coerce=int)

    class Meta:
        model = Preferences
        fields: ClassVar = ["size", "line", "measure", "face"]
