"""The form by which articles come in: files, or one text."""

from typing import Any, BinaryIO, TypeAlias, cast

from django import forms
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from annotator.exchange.sources import documents_of, pasted
from annotator.formats import READABLE
from annotator.formats.document import Items
from annotator.formats.mapping import Mapping, WrongMapping
from annotator.jobs import files as jobs

Upload: TypeAlias = "UploadedFile[Any]"  # Any: the stubs' parameter has no meaning for us


class _ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _ManyFilesField(forms.FileField):
    widget = _ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:  # Any: as Django has it
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(_ManyFilesField, self).clean(file, initial) for file in files]


class ImportForm(forms.Form):
    uploads = _ManyFilesField(required=False, allow_empty_file=True)
    format = forms.ChoiceField(
        required=False,
        choices=[
            ("", "as the file's name says"),
            *((found.slug, found.title) for found in READABLE.values()),
        ],
    )
    title = forms.CharField(required=False, max_length=1000)
    # Not stripped: a text is stored as it was given.
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 10}))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("uploads") and not cleaned.get("text"):
            raise forms.ValidationError("Choose a file, drop one here, or paste a text.")
        try:
            cleaned["mapping"] = Mapping.parse(filter(None, self._mapped()))
        except WrongMapping as error:
            raise forms.ValidationError(str(error)) from error
        return cleaned

    def _mapped(self) -> list[str]:
        """Return what the selects of the mapping say; those left alone say nothing."""
        return self.data.getlist("map") if isinstance(self.data, QueryDict) else []

    def documents(self) -> Items:
        """Return what the files hold, one after the other, and then the pasted text."""
        uploads = self.cleaned_data["uploads"]
        files = ((file.name or "file", cast(BinaryIO, file.file)) for file in uploads)
        yield from documents_of(
            files, format_slug=self.cleaned_data["format"], mapping=self.cleaned_data["mapping"]
        )
        if self.cleaned_data["text"]:
            yield from pasted(self.cleaned_data["title"], self.cleaned_data["text"])

    def size(self) -> int:
        """Return how many bytes were sent."""
        files: list[Upload] = self.cleaned_data["uploads"]
        return sum(file.size or 0 for file in files) + len(self.cleaned_data["text"])

    def keep(self) -> list[jobs.Upload]:
        """Put what was sent where a worker finds it."""
        sent = [
            (file.name or "file", cast("File[Any]", file)) for file in self.cleaned_data["uploads"]
        ]
        text = self.cleaned_data["text"]
        if not text:
            return jobs.keep(sent)
        kept = jobs.keep([*sent, ("the pasted text", ContentFile(text.encode()))])
        kept[-1]["title"] = self.cleaned_data["title"]
        return kept

    def about(self) -> str:
        """Say in a few words what was sent."""
        names = [str(file.name) for file in self.cleaned_data["uploads"]] or ["a pasted text"]
        return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")
