"""The form by which articles come in: files, or one text."""

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeAlias, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from annotator.formats import FORMATS, format_for
from annotator.formats.document import Document, Problem, check

Items = Iterator[Document | Problem]
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
            *((found.slug, found.title) for found in FORMATS.values()),
        ],
    )
    title = forms.CharField(required=False, max_length=1000)
    # Not stripped: a text is stored as it was given.
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 10}))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("uploads") and not cleaned.get("text"):
            raise forms.ValidationError("Choose a file, drop one here, or paste a text.")
        return cleaned

    def documents(self) -> Items:
        """Return what the files hold, one after the other, and then the pasted text."""
        for file in self.cleaned_data["uploads"]:
            yield from _read(file, self.cleaned_data["format"])
        if self.cleaned_data["text"]:
            yield from _pasted(self.cleaned_data["title"], self.cleaned_data["text"])


def _read(file: Upload, slug: str) -> Items:
    name = file.name or "file"
    found = FORMATS[slug] if slug else format_for(name)
    if found is None:
        known = ", ".join(extension for f in FORMATS.values() for extension in f.extensions)
        yield Problem(name, f"The name does not say what it is. Known endings: {known}.")
        return
    yield from found.read(cast(BinaryIO, file.file), name)


def _pasted(title: str, text: str) -> Items:
    """Return the pasted text as an article; its key comes from the text, so twice is once."""
    text = text.replace("\r\n", "\n")  # a browser's form sends CRLF for what was typed as LF
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    document = Document(id=f"pasted-{digest[:16]}", text=text, title=title, where="the pasted text")
    sentences = check(document)
    yield from (Problem(document.where, sentence) for sentence in sentences)
    if not sentences:
        yield document
