"""Parquet with the features of Hugging Face, both ways: a row is a reading, its spans and relations nested.

Lossless: what native JSONL holds, in columns. Metadata and attributes, whose fields nobody knows
beforehand, are columns of JSON. pyarrow is imported when it is needed: it takes half a second.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from annotator.formats.document import (
    JSON,
    NO_COLUMNS,
    ByteStream,
    Columns,
    Document,
    Format,
    Items,
    Lose,
    Problem,
    Table,
)
from annotator.formats.jsonl import read_record, record_of
from annotator.formats.lines import LONGEST_LINE, LONGEST_SHOWN, printable
from annotator.formats.parquet_footer import WrongFooter, most_values
from annotator.formats.records import Record, json_words
from annotator.formats.strict_json import MOST_PARTS, RefusedJSON, loads

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

# A row group ends with whichever comes first; it is what a reader of the file holds in memory.
GROUP_ROWS = 1_000
GROUP_CHARACTERS = 4_000_000
# How much of a file of others is looked at at once, and how much of it may be in one place: in few
# bytes Parquet says that a value stands there a billion times.
_BATCH_ROWS = 100
_MOST_VALUES = 5_000_000
_MOST_BYTES = 100_000_000
_MOST_PARTS = 500_000
# Readings of one article repeat its text, which takes no room; more than that no corpus repeats.
_HIGHEST_RATIO = 1_000
_RATIO_COUNTS_FROM = 100_000_000
_SPOOLED_IN_MEMORY = 8_000_000

_OF_JSON = ("meta", "attributes")
_STRING = {"dtype": "string", "_type": "Value"}
_INTEGER = {"dtype": "int32", "_type": "Value"}
# The features as the datasets library writes them; a list in this form is known to all its versions.
FEATURES: dict[str, Any] = {
    "id": _STRING,
    "text": _STRING,
    "sha256": _STRING,
    "title": _STRING,
    "meta": _STRING,
    "spans": [
        {
            "id": _STRING,
            "label": _STRING,
            "start": _INTEGER,
            "end": _INTEGER,
            "pieces": [[_INTEGER]],
            "text": _STRING,
            "attributes": _STRING,
        }
    ],
    "relations": [{"id": _STRING, "type": _STRING, "from": _STRING, "to": _STRING}],
    "reader": _STRING,
    "origin": _STRING,
    "state": _STRING,
}


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a file with a row for each document, a row group at a time; nothing is lost."""
    yield from write_table(map(_row, documents), FEATURES)


def write_table(
    rows: Iterable[dict[str, object]], features: dict[str, Any], weight: int = 1
) -> Iterator[bytes]:
    """Yield a Parquet file of rows that have these features and a text.

    While they wait for a row group, rows take ``weight`` times the memory of plain ones.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    said = json.dumps({"info": {"features": features}})
    schema = pa.schema([(name, _type_of(feature)) for name, feature in features.items()])
    schema = schema.with_metadata({"huggingface": said})
    sink = _Sink()
    with pq.ParquetWriter(sink, schema, compression="zstd", version="2.6") as writer:
        for group in _groups(rows, GROUP_CHARACTERS // weight):
            writer.write_table(pa.Table.from_pylist(group, schema=schema), len(group))
            yield sink.take()
    yield sink.take()


def _row(document: Document) -> dict[str, object]:
    row = record_of(document)
    row["meta"] = json_words(row["meta"])
    for span in cast("list[dict[str, object]]", row["spans"]):
        span.setdefault("pieces", [[span["start"], span["end"]]])
        span["attributes"] = json_words(span["attributes"])
    return row


def _groups(
    rows: Iterable[dict[str, object]], most_characters: int
) -> Iterator[list[dict[str, object]]]:
    group: list[dict[str, object]] = []
    characters = 0
    for row in rows:
        group.append(row)
        characters += len(str(row["text"]))
        if len(group) >= GROUP_ROWS or characters >= most_characters:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _type_of(feature: Any) -> pa.DataType:
    """Return the type of a column with a feature."""
    import pyarrow as pa

    if isinstance(feature, list):
        return pa.list_(_type_of(feature[0]))
    if feature.get("_type") == "Value":
        return pa.type_for_alias(feature["dtype"])
    if feature.get("_type") == "ClassLabel":
        return pa.int64()
    return pa.struct([(name, _type_of(inner)) for name, inner in feature.items()])


class _Sink:
    """Where pyarrow writes to; what was written can be taken away."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


# On the way in


def read(stream: ByteStream, name: str, columns: Columns = NO_COLUMNS) -> Items:
    """Yield a Document or Problems for each row; its place is its number."""
    import pyarrow as pa

    name = printable(name)
    # The directory of a Parquet file is at its end.
    with tempfile.SpooledTemporaryFile(_SPOOLED_IN_MEMORY) as held:
        shutil.copyfileobj(stream, held)
        number = 0
        rows = _rows(held)
        while True:
            try:
                row = next(rows, None)
            except (_RefusedFile, WrongFooter) as refused:
                yield Problem(f"{name}:{number + 1}", str(refused))
                return
            except (pa.ArrowException, OSError, ValueError, LookupError, RecursionError) as error:
                said = " ".join(str(error).split())[:200]
                yield Problem(f"{name}:{number + 1}", f"This Parquet file is damaged: {said}.")
                return
            if row is None:
                return
            number += 1
            yield from _read_row(row, f"{name}:{number}", columns)


class _RefusedFile(Exception):
    """A file that is not read on; the message is the sentence."""


def _rows(held: Any) -> Iterator[dict[str, Any]]:
    """Yield row by row what the columns hold, labels by name; raises what pyarrow raises."""
    import pyarrow.parquet as pq

    if most_values(held) > _MOST_VALUES:
        raise _RefusedFile(f"A row group has more than {_MOST_VALUES:,} values in one column.")
    size = held.seek(0, 2)
    characters = 0
    held.seek(0)
    strings = _string_columns(pq.ParquetFile(held))
    held.seek(0)
    # Dictionaries stay such: a text that a file names a thousand times is held once.
    file = pq.ParquetFile(held, read_dictionary=strings, buffer_size=1_000_000)
    names = _class_names(file)
    for group in range(file.num_row_groups):
        batches = file.iter_batches(_BATCH_ROWS, row_groups=[group], use_threads=False)
        for batch in batches:
            if batch.nbytes > _MOST_BYTES:
                raise _RefusedFile("The rows from here on are too large to be read.")
            crowded = _parts(batch.columns) > _MOST_PARTS
            for at in range(batch.num_rows):
                one = batch.slice(at, 1)
                if crowded and _parts(one.columns) > _MOST_PARTS:
                    raise _RefusedFile(f"This row holds more than {_MOST_PARTS:,} values.")
                [row] = one.to_pylist()
                characters += len(str(row.get("text", "")))
                if characters > max(_RATIO_COUNTS_FROM, _HIGHEST_RATIO * size):
                    raise _RefusedFile("This file holds far more text than its size allows.")
                yield _with_names(row, names) if names else row


def _parts(arrays: list[pa.Array]) -> int:
    """Return how many values there are in columns, those in lists counted."""
    import pyarrow as pa

    count = 0
    for array in arrays:
        count += len(array)
        if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
            count += _parts([array.flatten()])
        elif pa.types.is_struct(array.type):
            count += _parts(array.flatten())
    return count


def _string_columns(file: pq.ParquetFile) -> list[str]:
    schema = file.schema
    columns = (schema.column(at) for at in range(len(schema)))
    return [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]


def _class_names(file: pq.ParquetFile) -> list[str] | None:
    """Return the names behind the numbers of `spans[].label`, when the features have them."""
    said = (file.schema_arrow.metadata or {}).get(b"huggingface")
    try:
        spans = json.loads(said)["info"]["features"]["spans"] if said else None
        inner = spans[0] if isinstance(spans, list) else spans["feature"] if spans else {}
        names = inner["label"]["names"]
        return names if all(isinstance(found, str) for found in names) else None
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _with_names(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    for span in row.get("spans") or ():
        label = span.get("label") if isinstance(span, dict) else None
        if isinstance(label, int) and 0 <= label < len(names):
            span["label"] = names[label]
    return row


def _read_row(row: dict[str, Any], where: str, columns: Columns) -> Items:
    try:
        fields = _plain(row)
    except RefusedJSON as error:
        yield Problem(where, str(error))
        return
    yield from read_record(Record(where, cast("dict[str, JSON]", fields)), columns)


def _plain(value: Any, key: str = "") -> JSON:
    """Return a value as JSON has it, without fields that are missing; columns of JSON are parsed."""
    if isinstance(value, dict):
        return {name: _plain(inner, name) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner, key) for inner in value]
    if isinstance(value, str):
        if len(value) > LONGEST_LINE:
            raise RefusedJSON(
                f"A text in it is longer than {LONGEST_SHOWN}, the most that is read."
            )
        what = f"The column “{key}”"
        return loads(value, what, most_parts=MOST_PARTS) if key in _OF_JSON else value
    if value is None or isinstance(value, bool | int | float):
        return cast(JSON, value)
    if isinstance(value, bytes):
        raise RefusedJSON(f"The column “{printable(key)}” holds bytes, which are no text.")
    return str(value)


FORMAT = Format(
    slug="parquet",
    title="Parquet with Hugging Face features",
    extensions=(".parquet",),
    media_type="application/vnd.apache.parquet",
    read=read,
    write=write,
    table=Table(("text", "id", "title", "reader"), read),
)
