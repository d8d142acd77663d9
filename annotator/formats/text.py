"""Plain text in: a file is an article, stored exactly as decoded."""

import codecs
from collections.abc import Iterator
from pathlib import PurePosixPath

from annotator.formats.document import ByteStream, Document, Format, Problem, check
from annotator.formats.lines import LONGEST_LINE, LONGEST_SHOWN, decode, printable, utf16_problem

# A first line is taken for a headline when it is no longer than this, in code points.
LONGEST_HEADLINE = 120


def read(stream: ByteStream, name: str) -> Iterator[Document | Problem]:
    """Yield the one article of a text file; its id is the file's name without folder and extension."""
    yield from read_article(stream, name, key=PurePosixPath(name.replace("\\", "/")).stem)


def read_article(stream: ByteStream, name: str, key: str) -> Iterator[Document | Problem]:
    """Yield the one article of a text file under an id of the caller's choice."""
    where = f"{printable(name)}:1"
    data = stream.read(LONGEST_LINE + 1)
    if len(data) > LONGEST_LINE:
        yield Problem(where, f"This file is longer than {LONGEST_SHOWN}, the most that is read.")
        return
    if said := utf16_problem(data):
        yield Problem(where, said)
        return
    text = decode(data.removeprefix(codecs.BOM_UTF8), "This file")
    if isinstance(text, Problem):
        yield Problem(where, text.message)
        return
    document = Document(id=key, text=text, title=_headline(text) or key, where=where)
    if wrong := check(document):
        yield from (Problem(where, said) for said in wrong)
    else:
        yield document


def _headline(text: str) -> str:
    """Return a short first line with something below it, which is how headlines look; or nothing."""
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip()
    looks_so = len(first) <= LONGEST_HEADLINE and not first.endswith((".", ",", ";"))
    return first if looks_so and rest and not rest.isspace() else ""


FORMAT = Format(
    slug="text",
    title="Plain text, a file an article",
    extensions=(".txt", ".text"),
    media_type="text/plain",
    read=read,
)
