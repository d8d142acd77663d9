"""What people send, as documents: files one after the other, and a pasted text."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from annotator.formats import FORMATS, format_for
from annotator.formats.document import JSON, ByteStream, Document, Problem, check

SHOWN = 5  # articles whose first words stand in the preview
SHOWN_CHARACTERS = 200

Items = Iterator[Document | Problem]


def documents_of(files: Iterable[tuple[str, ByteStream]], *, format_slug: str = "") -> Items:
    """Yield what the files hold; each is read by the format named, or by what its name says."""
    for name, stream in files:
        found = FORMATS[format_slug] if format_slug else format_for(name)
        if found is None:
            known = ", ".join(extension for f in FORMATS.values() for extension in f.extensions)
            yield Problem(name, f"The name does not say what it is. Known endings: {known}.")
        else:
            yield from found.read(stream, name)


def pasted(title: str, text: str) -> Items:
    """Yield the pasted text as an article; its key comes from the text, so twice is once."""
    text = text.replace("\r\n", "\n")  # a browser's form sends CRLF for what was typed as LF
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    document = Document(id=f"pasted-{digest[:16]}", text=text, title=title, where="the pasted text")
    sentences = check(document)
    yield from (Problem(document.where, sentence) for sentence in sentences)
    if not sentences:
        yield document


@dataclass(slots=True)
class FirstOnes:
    """Documents on their way through; how the first few begin is remembered."""

    documents: Iterable[Document | Problem]
    seen: list[dict[str, JSON]] = field(default_factory=list)

    def __iter__(self) -> Items:
        for item in self.documents:
            if isinstance(item, Document) and len(self.seen) < SHOWN:
                self.seen.append(
                    {
                        "id": item.id,
                        "title": item.title,
                        "text": item.text[:SHOWN_CHARACTERS],
                        "reader": item.reader,
                        "spans": len(item.spans),
                    }
                )
            yield item
