"""W3C Web Annotation in JSON-LD, both ways: a list of texts, each with the pages of its annotations.

    [{"type": "Text", "id": "urn:x-annotator:article:holm-17", "value": "…"},
     {"type": "AnnotationPage", "items": [{"type": "Annotation", …}], …}]

A span is an annotation whose target is one or more places in the text, a relation one that links two
others. Offsets are code points, as the standard wants them. Reading is in `web_annotation_in.py`.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from annotator.formats.annotation_nodes import iri
from annotator.formats.document import JSON, Document, Format, Lose, Piece, Relation, Span
from annotator.formats.fields import OURS
from annotator.formats.losing import in_order
from annotator.formats.records import json_line, json_words, sorted_keys
from annotator.formats.web_annotation_in import read

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
# Around a quotation, so that it is found again in another version of the text.
_BESIDE = 32
# A page ends with whichever comes first; one is read whole.
PAGE_BYTES = 1_000_000
PAGE_PARTS = 10_000


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a JSON list, a text or a page a line; nothing is lost."""
    begin = b"["
    for _, readings in groupby(documents, key=lambda document: document.id):
        article: Document | None = None
        for reading in readings:
            if article is None:
                article = reading
                yield begin + _item(_text(article))
            for page in _pages(reading):
                yield b",\n" + page
        begin = b",\n"
    yield (b"[" if begin == b"[" else b"") + b"]\n"


def _item(record: dict[str, object]) -> bytes:
    return json_line(record).removesuffix(b"\n")


def _text(article: Document) -> dict[str, object]:
    """Return the article as the resource that its annotations are about."""
    node: dict[str, object] = {
        "@context": CONTEXT,
        "id": iri("article", article.id),
        "type": "Text",
        "format": "text/plain",
    }
    language = article.meta.get("language")
    if isinstance(language, str) and language:
        node["language"] = language
    if article.title:
        node["label"] = article.title
    return node | {"value": article.text, OURS: {"meta": article.meta}}


def _pages(reading: Document) -> Iterator[bytes]:
    """Yield the annotations of a reading, page by page; a page even when there are none."""
    if reading.reader is None:
        return
    number, begin, size, parts = 1, 0, 0, 0
    held: list[bytes] = []
    for annotation in _annotations(reading, reading.reader):
        item = _item(annotation)
        if held and (size + len(item) > PAGE_BYTES or parts > PAGE_PARTS):
            yield _page(reading, reading.reader, number, begin, held, is_last=False)
            number, begin, size, parts = number + 1, begin + len(held), 0, 0
            held = []
        held.append(item)
        size += len(item)
        parts += item.count(b"{") + item.count(b"[")
    yield _page(reading, reading.reader, number, begin, held, is_last=True)


def _page(
    reading: Document, reader: str, number: int, begin: int, items: list[bytes], *, is_last: bool
) -> bytes:
    names = (reading.id, reader)
    page: dict[str, object] = {
        "@context": CONTEXT,
        "id": iri("page", *names, str(number)),
        "type": "AnnotationPage",
        "partOf": {
            "id": iri("reading", *names),
            "type": "AnnotationCollection",
            "total": len(reading.spans) + len(reading.relations),
        },
        OURS: {"reader": reader, "origin": reading.origin, "state": reading.state},
    }
    if not is_last:
        page["next"] = iri("page", *names, str(number + 1))
    page["startIndex"] = begin
    # The items are written already.
    return _item(page).removesuffix(b"}") + b',"items":[' + b",\n".join(items) + b"]}"


def _annotations(reading: Document, reader: str) -> Iterator[dict[str, object]]:
    creator = {
        "type": "Software" if reading.origin == "suggester" else "Person",
        "name": reader,
    }
    for span in in_order(reading.spans):
        yield {
            "id": iri("span", reading.id, reader, span.id),
            "type": "Annotation",
            "motivation": "tagging",
            "creator": creator,
            "body": list(_bodies(span)),
            "target": _targets(reading, span.pieces),
        }
    for link in reading.relations:
        yield _linking(reading, reader, link) | {"creator": creator}


def _bodies(span: Span) -> Iterator[dict[str, object]]:
    """Yield a span's label, and each attribute as a description with its name."""
    yield _body("tagging", span.label)
    for name, value in sorted(span.attributes.items()):
        yield {"label": name} | _description(value)


def _description(value: JSON) -> dict[str, object]:
    if isinstance(value, str):
        return _body("describing", value)
    return _body("describing", json_words(sorted_keys(value))) | {"format": "application/json"}


def _body(purpose: str, value: str) -> dict[str, object]:
    return {"type": "TextualBody", "purpose": purpose, "value": value}


def _targets(reading: Document, pieces: list[Piece]) -> object:
    """Return where a span is: one place, or a list of them."""
    source = iri("article", reading.id)
    found = [{"source": source, "selector": _selectors(reading.text, *piece)} for piece in pieces]
    return found[0] if len(found) == 1 else found


def _selectors(text: str, start: int, end: int) -> list[dict[str, object]]:
    return [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - _BESIDE) : start],
            "suffix": text[end : end + _BESIDE],
        },
    ]


def _linking(reading: Document, reader: str, link: Relation) -> dict[str, object]:
    """Return a relation: its target is where it goes out, its body where it leads, as both are sets."""
    ends = [iri("span", reading.id, reader, end) for end in (link.source, link.target)]
    return {
        "id": iri("relation", reading.id, reader, link.id),
        "type": "Annotation",
        "motivation": "linking",
        "body": [
            _body("tagging", link.type),
            {"type": "SpecificResource", "purpose": "linking", "source": ends[1]},
        ],
        "target": ends[0],
    }


def _recognises(head: bytes) -> bool:
    return CONTEXT.removeprefix("http://").encode() in head


FORMAT = Format(
    slug="web-annotation",
    title="W3C Web Annotation, JSON-LD",
    extensions=(".jsonld", ".json"),
    media_type="application/ld+json",
    read=read,
    write=write,
    recognises=_recognises,
)
