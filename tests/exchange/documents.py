"""Documents for tests: one article of our own, with or without a reading."""

from annotator.formats.document import Document, Format, Loss, Relation, Span

TEXT = (
    "“The boat is late,” said Ines Calado, who runs the harbour, “and it will be late "
    "again.” She counted 14 delays in May."
)
QUOTE = [(0, 19), (60, 88)]
SPEAKER = [(25, 36)]
CLAIM = [(89, 117)]


def article(key="a-1", text=TEXT, line=1, **more) -> Document:
    return Document(id=key, text=text, where=f"news.jsonl:{line}", **more)


def read(key="a-1", reader="gold", text=TEXT, line=1, **more) -> Document:
    """An article with a quote in two pieces, its speaker, a claim, and two links."""
    given = {
        "spans": [
            Span("q1", "quote", list(QUOTE), {"kind": "direct"}),
            Span("s1", "speaker", list(SPEAKER), {"entity": "Ines Calado"}),
            Span("c1", "claim", list(CLAIM), {}),
        ],
        "relations": [Relation("r1", "said_by", "q1", "s1"), Relation("r2", "made_by", "c1", "s1")],
        "origin": "import",
        "state": "submitted",
    }
    return Document(
        id=key, text=text, reader=reader, where=f"news.jsonl:{line}", **{**given, **more}
    )


def _no_speakers(documents, lose):
    """A format that cannot hold speakers."""
    for document in documents:
        for span in document.spans:
            if span.label == "speaker":
                lose(Loss(document.id, document.reader, f"span {span.id}", "No speakers here."))
        yield document.id.encode()


LOSSY = Format("lossy", "Lossy", (".lossy",), "text/plain", write=_no_speakers)
