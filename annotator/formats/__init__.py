"""Files in and out: bytes <-> `Document`, one module a format.

To add one, see "How to add a format" in docs/formats.md.
"""

from typing import Protocol

from annotator.formats import (
    brat,
    conll,
    csv,
    docbin,
    doccano,
    hf_tokens,
    html,
    jsonl,
    label_studio,
    newsml,
    ninjs,
    parquet,
    prodigy,
    text,
    web_annotation,
    xmi,
)
from annotator.formats import zip as zip_
from annotator.formats.choice import HEAD, choose, named
from annotator.formats.document import ByteStream, Format, Items, Problem
from annotator.formats.mapping import NOTHING, Mapping

FORMATS: dict[str, Format] = {
    "jsonl": jsonl.FORMAT,
    "text": text.FORMAT,
    "html": html.FORMAT,
    "ninjs": ninjs.FORMAT,
    "newsml": newsml.FORMAT,
    "zip": zip_.FORMAT,
    "csv": csv.FORMAT,
    "brat": brat.FORMAT,
    "conll": conll.FORMAT,
    "doccano": doccano.FORMAT,
    "doccano-relations": doccano.WITH_RELATIONS,
    "prodigy": prodigy.FORMAT,
    "label-studio": label_studio.FORMAT,
    "parquet": parquet.FORMAT,
    "hf-tokens": hf_tokens.FORMAT,
    "spacy": docbin.FORMAT,
    "web-annotation": web_annotation.FORMAT,
    "xmi": xmi.FORMAT,
}
READABLE = {slug: found for slug, found in FORMATS.items() if found.read}
WRITABLE = {slug: found for slug, found in FORMATS.items() if found.write}


class SeekableStream(ByteStream, Protocol):
    def seek(self, to: int, /) -> int: ...


def formats_of(filename: str) -> list[Format]:
    """Return the readable formats that have a file's extension, in any case."""
    return named(READABLE.values(), filename)


def read(stream: SeekableStream, name: str, *, slug: str = "", mapping: Mapping = NOTHING) -> Items:
    """Yield what a file holds, in the format ``slug`` or else the one that it turns out to be.

    Of ``mapping`` the columns are used; the rest is for `Mapped`.
    """
    found = READABLE[slug] if slug else choose(READABLE.values(), name, lambda: _head(stream))
    if found is None:
        yield Problem(name, _unrecognised(name))
    elif said := mapping.column_problem(found):
        yield Problem(name, said)
    elif found.table and mapping.columns:
        yield from found.table.read(stream, name, mapping.columns)
    elif found.read:
        yield from found.read(stream, name)


def _head(stream: SeekableStream) -> bytes:
    head = stream.read(HEAD)
    stream.seek(0)
    return head


def _unrecognised(name: str) -> str:
    alike = formats_of(name)
    if alike:
        titles = "; ".join(found.title for found in alike)
        return f"It does not begin like any of these: {titles}. Name its format if it is one."
    known = dict.fromkeys(end for found in READABLE.values() for end in found.extensions)
    return f"The name does not say what it is. Known endings: {', '.join(known)}."
