"""Forms about one's own account."""

from datetime import timedelta

from django import forms


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
