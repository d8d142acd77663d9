"""What people send, as documents: files one after the other, and a pasted text."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from annotator import formats
from annotator.formats import SeekableStream
from annotator.formats.document import JSON, Document, Items, Problem, check
from annotator.formats.mapping import NOTHING, Mapping

SHOWN = 5  # articles whose first words stand in the preview
SHOWN_CHARACTERS = 200


def documents_of(
    files: Iterable[tuple[str, SeekableStream]],
    *,
    format_slug: str = "",
    mapping: Mapping = NOTHING,
) -> Items:
    """Yield what the files hold; each is read by the format named, or by the one that it is."""
    for name, stream in files:
        yield from formats.read(stream, name, slug=format_slug, mapping=mapping)


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
            yield item
            # By now a mapping has renamed what it holds, and left out of it what it leaves out.
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
