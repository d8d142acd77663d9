"""spaCy's DocBin, out: for `spacy train`, spans that may lie on each other in `doc.spans["sc"]`.

Texts are whole: white space that spaCy has no flag for is a token of its own. What else there is stands
as a line of native JSONL, but for the text, in `doc.user_data`. spaCy is an extra, imported when it is
needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from annotator.formats.alignment import Tokens
from annotator.formats.document import Document, Format, Lose
from annotator.formats.fields import OURS
from annotator.formats.jsonl import record_of
from annotator.formats.losing import Losses, in_order
from annotator.formats.records import json_words

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.tokens import Span as SpacySpan
    from spacy.vocab import Vocab

# Where spaCy's span categorizer looks.
KEY = "sc"


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a DocBin of a Doc for each document; it can only be written as a whole."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab = Vocab()
    made = DocBin(attrs=["ORTH"], store_user_data=True)
    for document in documents:
        made.add(_doc(document, vocab, Losses(document, lose)))
    yield made.to_bytes()


def _doc(document: Document, vocab: Vocab, losses: Losses) -> Doc:
    from spacy.tokens import Doc

    tokens = Tokens(document.text)
    words = _Words(document.text, tokens)
    doc = Doc(vocab, words=words.forms, spaces=words.spaces)
    doc.spans[KEY] = list(_spans(document, doc, tokens, words, losses))
    record = record_of(document)
    del record["text"]
    doc.user_data[OURS] = json_words(record)
    return doc


class _Words:
    """The tokens of a text as spaCy has them: with the white space, which makes the text whole."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self.forms: list[str] = []
        # Whether a single space follows.
        self.spaces: list[bool] = []
        # The number here of each token.
        self.numbers: list[int] = []
        at = 0
        for start, end in tokens.places:
            self._add_space(text[at:start])
            self.numbers.append(len(self.forms))
            self._add(text[start:end])
            at = end
        self._add_space(text[at:])

    def _add(self, form: str) -> None:
        self.forms.append(form)
        self.spaces.append(False)

    def _add_space(self, between: str) -> None:
        if self.forms and between.startswith(" "):
            self.spaces[-1] = True
            between = between[1:]
        if between:
            self._add(between)


def _spans(
    document: Document, doc: Doc, tokens: Tokens, words: _Words, losses: Losses
) -> Iterator[SpacySpan]:
    """Yield a span of spaCy's for each piece, under the id of its span."""
    from spacy.tokens import Span

    for span in in_order(document.spans):
        places = [tokens.within(piece) for piece in span.pieces]
        if None in places:
            cut = span.pieces[places.index(None)]
            said = f"spaCy's spans are whole tokens, but {tokens.problem(cut)}."
            losses.say(f"span {span.id}", said)
            continue
        for first, last in filter(None, places):
            begin, end = words.numbers[first], words.numbers[last] + 1
            yield Span(doc, begin, end, label=span.label, span_id=span.id)


FORMAT = Format(
    slug="spacy",
    title="spaCy, a DocBin",
    extensions=(".spacy",),
    media_type="application/octet-stream",
    write=write,
    extra="spacy",
)
