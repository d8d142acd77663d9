"""Forms about one's own account."""

import json
import re
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


# Letters, signs and spaces, but nothing that does not show or cannot be stored.
_BUTTON = re.compile(r"[a-z-]{1,30}(:[^\x00-\x1f\ud800-\udfff]{1,300})?")
_KEY = re.compile(r"((Control|Alt|Shift|Meta)\+){0,3}[^\s\x00-\x1f\ud800-\udfff]{1,20}")
MOST_KEYS = 200


class KeysForm(forms.Form):
    """Own keys of the desk, as a JSON object: what a button does, and its key."""

    keys = forms.CharField(max_length=20_000, strip=False)
    single_keys = forms.BooleanField(required=False)

    def clean_keys(self) -> dict[str, str]:
        try:
            keys = json.loads(self.cleaned_data["keys"])
        except (ValueError, RecursionError):
            raise forms.ValidationError("This is not JSON.") from None
        if not isinstance(keys, dict) or len(keys) > MOST_KEYS:
            raise forms.ValidationError(f"Keys are an object of at most {MOST_KEYS}.")
        for button, key in keys.items():
            if not (isinstance(key, str) and _BUTTON.fullmatch(button) and _KEY.fullmatch(key)):
                raise forms.ValidationError("There is no such key.")
        return keys
