"""What goes out comes back, minus exactly what the losses name and what a format never holds."""

import io
import json
from collections import Counter

from hypothesis import given, settings

from annotator.formats import FORMATS, WRITABLE
from annotator.formats.document import Document, Span, check
from tests.formats.strategies import corpora

BOTH_WAYS = [slug for slug in WRITABLE if FORMATS[slug].read]


def written(found, documents):
    losses = []
    return b"".join(found.write(iter(documents), losses.append)), losses


# All formats are given the same documents: making them up takes longer than all the rest.
@settings(max_examples=60)
@given(documents=corpora())
def test_what_goes_out_comes_back_minus_what_the_losses_name(documents):
    for slug in BOTH_WAYS:
        found = FORMATS[slug]
        data, losses = written(found, documents)
        back = list(found.read(io.BytesIO(data), f"out{found.extensions[0]}"))
        assert all(isinstance(item, Document) and check(item) == [] for item in back), (slug, back)
        named = {}
        for loss in losses:
            named.setdefault((loss.article, loss.reader), set()).add(loss.part)
        expected = [
            without(document, named.get((document.id, document.reader), set()))
            for document in documents
        ]
        assert in_order(back, found.omits) == in_order(filter(None, expected), found.omits), slug


@settings(max_examples=20)
@given(documents=corpora())
def test_the_same_documents_are_the_same_bytes_and_every_loss_is_of_one_of_them(documents):
    places = {(document.id, document.reader) for document in documents}
    for slug in WRITABLE:
        data, losses = written(FORMATS[slug], documents)
        assert written(FORMATS[slug], documents) == (data, losses), slug
        for loss in losses:
            assert (loss.article, loss.reader) in places
            assert loss.reason.endswith(".")


def without(document, parts):
    """Return a document as it comes back, or None when all of it is lost."""
    if "article" in parts:
        return None
    found = Document(
        document.id,
        document.text,
        "" if "title" in parts else document.title,
        {key: value for key, value in document.meta.items() if not {"meta", f"meta {key}"} & parts},
        reader=document.reader,
        origin=document.origin,
        state=document.state,
    )
    for span in document.spans:
        if f"span {span.id}" not in parts:
            found.spans += _without(span, parts)
    found.relations = [
        relation for relation in document.relations if f"relation {relation.id}" not in parts
    ]
    return found


def _without(span, parts):
    """Return what comes back of a span: itself, or, without its pieces, a span for each."""
    attributes = {
        key: value
        for key, value in span.attributes.items()
        if not {f"attributes of span {span.id}", f"attribute {key} of span {span.id}"} & parts
    }
    if f"pieces of span {span.id}" not in parts:
        return [Span(span.id, span.label, span.pieces, attributes)]
    return [
        Span(span.id if at == 0 else f"{span.id}, piece {at}", span.label, [piece], attributes)
        for at, piece in enumerate(span.pieces)
    ]


def in_order(documents, omits):
    """Return the essence of documents: their articles as they come, the readings of one by reader."""
    places = {}
    for document in documents:
        of_article = places.setdefault(document.id, {})
        of_article.setdefault(str(document.reader), []).append(essence(document, omits))
    return [(key, sorted(found.items(), key=lambda item: item[0])) for key, found in places.items()]


def essence(document, omits):
    """Return what two documents have in common that are the same to a format."""
    place = {
        span.id: (
            None if "span ids" in omits else span.id,
            span.label,
            tuple(span.pieces),
            json.dumps(span.attributes, sort_keys=True),
        )
        for span in document.spans
    }
    links = Counter(
        (
            None if "relation ids" in omits else link.id,
            link.type,
            place[link.source],
            place[link.target],
        )
        for link in document.relations
    )
    fields = ("title", "meta", "reader", "origin", "state")
    kept = {name: getattr(document, name) for name in fields if name not in omits}
    return document.id, document.text, kept, Counter(place.values()), links
