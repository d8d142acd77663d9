"""Corpora to release: brought in by an import, read by people."""

import uuid

from annotator.exchange.imports import import_documents
from annotator.formats.document import Document, Span
from annotator.readings.actions import apply_edits
from annotator.readings.models import Reading
from annotator.releases.actions import make_release
from annotator.releases.files import read
from annotator.releases.recipe import Recipe


def bring(corpus, *documents) -> None:
    summary = import_documents(corpus=corpus, by=None, documents=documents)
    assert summary.ok, summary.problems


def tell(number: int, words: int = 60) -> str:
    """Return a text that is like no other: no three words in a row are in two of them."""
    return " ".join(f"n{number}w{word}" for word in range(words)) + "."


def told(number: int, *, text: str = "", **meta) -> Document:
    """An article with one quote, read and submitted."""
    return Document(
        id=f"t-{number}",
        text=text or tell(number),
        meta=meta,
        spans=[Span("q1", "quote", [(0, 4)], {})],
        reader="gold",
        origin="import",
        state="submitted",
        where=f"told:{number}",
    )


def edit(article, by, *edits) -> None:
    """Store edits, as (kind, body), to ``by``'s own reading."""
    reading = Reading.objects.filter(article=article, user=by).first()
    sent = []
    for kind, body in edits:
        part = {"relation": body} if "relation" in kind else {"span": body} if body else {}
        sent.append({"id": str(uuid.uuid4()), "kind": kind, **part})
    apply_edits(article=article, by=by, base_version=reading.version if reading else 0, edits=sent)


def release(corpus, by=None, **recipe):
    return make_release(corpus=corpus, recipe=Recipe(**recipe), by=by)


def content(made, path: str) -> bytes:
    return b"".join(read(made, path))
