"""JSON records in files: one a line, or one after the other in a list; one is held at a time."""

import codecs
import json
from collections.abc import Iterator
from typing import NamedTuple

import orjson

from annotator.formats.document import (
    JSON,
    ByteStream,
    Problem,
)
from annotator.formats.lines import (
    LONGEST_LINE,
    LONGEST_SHOWN,
    decode,
    printable,
    read_lines,
    utf16_problem,
)
from annotator.formats.strict_json import DECODER, MOST_PARTS, RefusedJSON, loads, sentence

_CHUNK = 256 * 1024
_SPACE = " \t\r\n"


class Record(NamedTuple):
    """One JSON object of a file, and where it begins."""

    where: str
    fields: dict[str, JSON]


def json_lines(stream: ByteStream, name: str) -> Iterator[Record | Problem]:
    """Yield the object on each line, or what is wrong with it; blank lines are skipped."""
    name = printable(name)
    for found in read_lines(stream, name):
        if isinstance(found, Problem):
            yield found
            continue
        number, line = found
        if line in (b"\n", b"\r\n") or not line.strip(b" \t\r\n"):
            continue
        where = f"{name}:{number}"
        value = _value_of(line)
        if isinstance(value, str):
            yield Problem(where, value)
        else:
            yield Record(where, value)


def _value_of(line: bytes) -> dict[str, JSON] | str:
    """Return the object that a line holds, or a sentence."""
    words = decode(line)
    if isinstance(words, Problem):
        return words.message
    try:
        value = loads(words, "This line", most_parts=MOST_PARTS)
    except RefusedJSON as error:
        return str(error)
    if type(value) is not dict:
        return "This line is not a JSON object: it must begin with “{”."
    return value


def json_items(stream: ByteStream, name: str) -> Iterator[Record | Problem]:
    """Yield the objects in a JSON list, or the one object that a file is; one is held at a time.

    After what is not JSON nothing is read any more: nobody knows where the next object begins.
    """
    text = _Text(stream, printable(name))
    try:
        yield from _items(text)
    except _Broken as broken:
        yield broken.problem


def _items(text: "_Text") -> Iterator[Record | Problem]:
    begin = text.next()
    if begin not in ("[", "{"):
        said = "This file is empty." if not begin else "This file is no JSON list or object."
        raise _Broken(text.where, said)
    number = 0
    if begin == "{":
        yield text.record("This file")
    else:
        text.take()
        separator = "," if text.next() != "]" else "]"
        while separator == ",":
            number += 1
            text.item = number
            yield text.record("This item")
            separator = text.next()
            if separator not in (",", "]"):
                raise _Broken(text.where, "Behind this item there is neither “,” nor “]”.")
            text.take()
            text.item = 0
        if number == 0:
            text.take()
    if text.next():
        raise _Broken(text.where, "Something follows the end.")


class _Broken(Exception):
    def __init__(self, where: str, said: str) -> None:
        super().__init__(said)
        self.problem = Problem(where, said)


class _Text:
    """The part of a file that is looked at just now, as characters."""

    def __init__(self, stream: ByteStream, name: str) -> None:
        self.item = 0
        self._stream = stream
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._words = ""
        self._at = 0
        # Up to where lines are counted, and how many there are.
        self._line = 1
        self._counted = 0
        self._bytes = 0
        self._ended = False

    @property
    def where(self) -> str:
        line = self._line + self._words.count("\n", self._counted, self._at)
        return f"{self._name}:{line}" + (f", item {self.item}" if self.item else "")

    def _count_lines(self) -> None:
        self._line += self._words.count("\n", self._counted, self._at)
        self._counted = self._at

    def next(self) -> str:
        """Pass over white space; return the character there, or nothing at the end."""
        while True:
            while self._at < len(self._words) and self._words[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._words):
                self._count_lines()
                return self._words[self._at]
            if self._ended:
                return ""
            self._more(_CHUNK)

    def take(self) -> None:
        self._at += 1

    def record(self, what: str) -> Record | Problem:
        """Take the value that begins here."""
        self.next()
        where = self.where
        value = self._value(what)
        if type(value) is not dict:
            return Problem(where, f"{what} is not a JSON object: it must begin with “{{”.")
        return Record(where, value)

    def _value(self, what: str) -> JSON:
        wanted = _CHUNK
        while True:
            value: JSON = None
            end = len(self._words)
            try:
                value, end = DECODER.raw_decode(self._words, self._at)
            except (ValueError, RecursionError) as error:
                if self._ended or not self._may_go_on(error):
                    raise _Broken(self.where, self._said(error, what)) from error
            parts = self._words.count("{", self._at, end) + self._words.count("[", self._at, end)
            if parts > MOST_PARTS:
                said = f"{what} holds more than {MOST_PARTS:,} objects and lists."
                raise _Broken(self.where, said)
            if end - self._at > LONGEST_LINE:
                said = f"{what} is longer than {LONGEST_SHOWN}, the most that is read."
                raise _Broken(self.where, said)
            # A number that ends where we have read to may go on.
            if end < len(self._words) or self._ended:
                self._at = end
                return value
            self._more(wanted)
            wanted *= 2

    def _may_go_on(self, error: ValueError | RecursionError) -> bool:
        """Say whether what is wrong may only be that the rest was not read yet."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        longest_token = 16
        at_the_end = error.pos >= len(self._words) - longest_token
        return at_the_end or error.msg.startswith("Unterminated string")

    def _said(self, error: ValueError | RecursionError, what: str) -> str:
        if isinstance(error, json.JSONDecodeError):
            # Counted from where the value begins, as its place says.
            error = json.JSONDecodeError(error.msg, error.doc, error.pos - self._at)
        return sentence(error, what)

    def _more(self, size: int) -> None:
        """Read on, and let go of what was taken."""
        data = self._stream.read(size)
        self._ended = not data
        if self._bytes == 0:
            if said := utf16_problem(data):
                raise _Broken(self.where, said)
            data = data.removeprefix(codecs.BOM_UTF8)
        before = self._bytes - len(self._decoder.getstate()[0])
        self._bytes += len(data)
        try:
            words = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            at = before + error.start + 1
            said = f"This file is not UTF-8: its byte {at:,} cannot be read."
            raise _Broken(self.where, f"{said} Save it as UTF-8 and try again.") from error
        self._count_lines()
        self._words = self._words[self._at :] + words
        self._at = self._counted = 0


def json_line(value: object) -> bytes:
    """Return a value as one line of JSON, with its end."""
    try:
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        # Only whole numbers beyond 64 bits: orjson has no room for them.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def json_words(value: object) -> str:
    """Return a value as JSON for a column of text."""
    return json_line(value)[:-1].decode()


def sorted_keys(value: JSON) -> JSON:
    """Sort keys at every level: the database keeps attributes in an order of its own."""
    if type(value) is dict:
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    if type(value) is list:
        return [sorted_keys(item) for item in value]
    return value
