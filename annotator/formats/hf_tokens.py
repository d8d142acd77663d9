"""Hugging Face token classification, out: Parquet, an article a row, a tag for each of its tokens.

    tokens          “        We       wait     ,        ”        said   Runa
    ner_tags        B-quote  I-quote  I-quote  I-quote  I-quote  O      B-speaker
    ner_tags_2      O        B-claim  I-claim  O        O        O      O

Tags are words, not numbers of a `ClassLabel`: the parts of a dataset, each with other labels in it, have
to have the same features.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from annotator.formats.alignment import Tokens
from annotator.formats.document import Document, Format, Lose
from annotator.formats.losing import Losses
from annotator.formats.parquet import write_table
from annotator.formats.tagging import LEVELS, placed, sentence_starts, tags_on

_STRING = {"dtype": "string", "_type": "Value"}
_INTEGER = {"dtype": "int32", "_type": "Value"}
# What trainers look for, with the longest spans; then what lies on them.
COLUMNS = ["ner_tags", *(f"ner_tags_{level}" for level in range(2, LEVELS + 1))]
FEATURES: dict[str, Any] = {
    "id": _STRING,
    "reader": _STRING,
    "state": _STRING,
    "text": _STRING,
    "tokens": [_STRING],
    "offsets": [[_INTEGER]],
    "sentences": [_INTEGER],
} | {column: [_STRING] for column in COLUMNS}


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a Parquet file with a row for each document."""
    rows = (_row(document, Losses(document, lose)) for document in documents)
    yield from write_table(rows, FEATURES, weight=8)


def _row(document: Document, losses: Losses) -> dict[str, object]:
    text = document.text
    tokens = Tokens(text)
    levels = placed(document, tokens, losses)
    row: dict[str, object] = {
        "id": document.id,
        "reader": document.reader,
        "state": document.state,
        "text": text,
        "tokens": [text[start:end] for start, end in tokens.places],
        "offsets": tokens.places,
        "sentences": sorted({0} | sentence_starts(text, tokens, levels)) if tokens.places else [],
    }
    for column, level in zip(COLUMNS, levels, strict=True):
        row[column] = tags_on(level, len(tokens.places))
    return row


FORMAT = Format(
    slug="hf-tokens",
    title="Hugging Face token classification, Parquet",
    extensions=(".parquet",),
    media_type="application/vnd.apache.parquet",
    write=write,
    omits=("title", "meta", "origin", "span ids", "relation ids"),
)
