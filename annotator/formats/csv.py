"""CSV, both ways: a row is an article, or, in our own layout, a reading of one.

What spreadsheets would run as a formula is written with an apostrophe before it, which falls off on
the way in. A `sha256` column says that a file has our layout; nothing is undone in any other.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

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
    UnknownName,
    check,
    shown,
)
from annotator.formats.jsonl import read_record, record_of
from annotator.formats.lines import LONGEST_LINE, LONGEST_SHOWN, decode, printable, read_lines
from annotator.formats.records import Record, json_words
from annotator.formats.strict_json import MOST_PARTS, RefusedJSON, loads

_DELIMITERS = ",;\t"
# The column names that are understood, in any case; of several the first in this order counts.
_ID = ("id", "key")
_TITLE = ("title", "headline")

_PLAIN = ("id", "text", "sha256", "title", "reader", "origin", "state")
_OF_JSON = ("meta", "spans", "relations")
_LAYOUT = ("id", "text", "sha256", "title", "meta", "spans", "relations", *_PLAIN[4:])
# What a spreadsheet takes for the beginning of a formula, wide forms and separators included.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def read(stream: ByteStream, name: str, columns: Columns = NO_COLUMNS) -> Items:
    """Yield a Document or Problems for each row; empty rows are skipped."""
    # The library's own limit of 131,072 characters is shorter than some articles.
    csv.field_size_limit(LONGEST_LINE)
    name = printable(name)
    lines = _Lines(stream, name)
    try:
        yield from _read_rows(lines, name, columns)
    except _StopReadingError as error:
        yield error.problem
    except csv.Error as error:
        yield Problem(f"{name}:{lines.begun}", _csv_problem(str(error)))


def _read_rows(lines: "_Lines", name: str, meanings: Columns) -> Items:
    head = next(lines, "")
    delimiter = _delimiter(head)
    header = next(csv.reader([head], delimiter=delimiter, strict=True), [])
    columns = [column.strip() or f"column_{at}" for at, column in enumerate(header, 1)]
    # From here on a column that is left out has no name.
    columns = [meanings.get(column, column) for column in columns]
    wrong = _header_problems(f"{name}:1", columns)
    if wrong:
        yield from wrong
        return
    places = _Places(columns)
    lines.begin_row()
    number = 0
    for row in csv.reader(lines, delimiter=delimiter, strict=True):
        where = f"{name}:{lines.begun}"
        lines.begin_row()
        if not row:
            continue
        number += 1
        if len(row) != len(columns):
            yield Problem(
                where, f"This row has {len(row)} fields, but the header has {len(columns)}."
            )
            continue
        if "sha256" in columns:
            yield from _read_ours(columns, row, where)
            continue
        document = places.document(row, where, f"{PurePosixPath(name).stem}-{number}")
        if sentences := check(document):
            yield from (Problem(where, said) for said in sentences)
        else:
            yield document


def _read_ours(columns: Sequence[str], row: Sequence[str], where: str) -> Items:
    """Read a row of our own layout: the record of native JSONL, in cells."""
    fields: dict[str, JSON] = {}
    wrong: list[str] = []
    for column, cell in zip(columns, row, strict=True):
        words = cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
        if column in _OF_JSON and words:
            try:
                fields[column] = loads(words, f"The column “{column}”", most_parts=MOST_PARTS)
            except RefusedJSON as error:
                wrong.append(str(error))
        elif column and (words or column in ("id", "text")):
            fields[column] = words
    if wrong:
        yield from (Problem(where, said) for said in wrong)
    else:
        yield from read_record(Record(where, fields))


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a row for each document, in our own layout; nothing is lost."""
    rows = csv.writer(_Rows())
    yield codecs.BOM_UTF8 + rows.writerow(_LAYOUT)
    for document in documents:
        record = record_of(document)
        cells = [_cell(record.get(column)) for column in _LAYOUT]
        yield rows.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])


def _cell(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json_words(value)


class _Rows:
    """Where csv.writer writes to; it returns what this returns."""

    def write(self, row: str) -> bytes:
        return row.encode()


def _delimiter(head: str) -> str:
    """Choose the delimiter that shows a text column, or else the most columns, in the header."""

    def columns(delimiter: str) -> tuple[bool, int]:
        try:
            found = next(csv.reader([head], delimiter=delimiter), [])
        except csv.Error:
            return False, 0
        return "text" in [column.strip().lower() for column in found], len(found)

    return max(_DELIMITERS, key=columns)


def _header_problems(where: str, columns: Sequence[str]) -> list[Problem]:
    if not columns:
        return [Problem(where, "This file has no header line.")]
    lowered = [column.lower() for column in columns]
    twice = [column for at, column in enumerate(columns) if column and lowered[at] in lowered[:at]]
    wrong = [Problem(where, f"The column {shown(column)} is given twice.") for column in twice]
    if "text" not in lowered:
        found = ", ".join(shown(column) for column in columns[:20] if column)
        unknown = tuple(
            UnknownName("column", column)
            for column in columns
            if column and column.lower() not in (*_ID, *_TITLE)
        )
        said = f"There is no column “text”; the columns found are {found}."
        wrong.append(Problem(where, said, unknown))
    return wrong


class _Places:
    """Which column holds what."""

    def __init__(self, columns: Sequence[str]) -> None:
        lowered = [column.lower() for column in columns]
        self.text = lowered.index("text")
        self.id = next((lowered.index(alias) for alias in _ID if alias in lowered), None)
        self.title = next((lowered.index(alias) for alias in _TITLE if alias in lowered), None)
        used = (self.text, self.id, self.title)
        self.meta = [(at, column) for at, column in enumerate(columns) if column and at not in used]

    def document(self, row: Sequence[str], where: str, fallback_id: str) -> Document:
        """Make a row's document; cells without anything in them are left out of the metadata."""
        return Document(
            id=fallback_id if self.id is None else row[self.id],
            text=row[self.text],
            title="" if self.title is None else row[self.title],
            meta={column: row[at] for at, column in self.meta if row[at]},
            where=where,
        )


class _StopReadingError(Exception):
    """After this nothing sensible can follow in a file of quoted rows."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Lines(Iterator[str]):
    """Decoded lines with their ends, for csv.reader; knows the line on which the row began.

    A row over many lines is bounded like a line: an opened quotation mark that never closes must
    not draw a whole file into memory.
    """

    def __init__(self, stream: ByteStream, name: str) -> None:
        self._found = read_lines(stream, name)
        self._name = name
        self._number = 0
        self._bytes = 0
        self.begun = 1

    def begin_row(self) -> None:
        self.begun = self._number + 1
        self._bytes = 0

    def __next__(self) -> str:
        found = next(self._found)
        if isinstance(found, Problem):
            raise _StopReadingError(found)
        self._number, line = found
        self._bytes += len(line)
        if self._bytes > LONGEST_LINE:
            raise self._stop(self.begun, f"This row is longer than {LONGEST_SHOWN}.")
        words = decode(line)
        if isinstance(words, Problem):
            raise self._stop(self._number, words.message)
        return words

    def _stop(self, number: int, said: str) -> _StopReadingError:
        return _StopReadingError(Problem(f"{self._name}:{number}", said))


def _csv_problem(reason: str) -> str:
    if "unexpected end of data" in reason:
        return "A quotation mark is opened in this row and never closed."
    if "new-line character" in reason:
        return "This row holds a lone carriage return outside quotation marks."
    return f"This row is not CSV: {reason}."


FORMAT = Format(
    slug="csv",
    title="CSV, a row an article or a reading",
    extensions=(".csv", ".tsv"),
    media_type="text/csv",
    read=read,
    write=write,
    table=Table(("text", "id", "title"), read),
)
