"""brat standoff in: pairs of .txt and .ann out of a zip, as brat, its friends and we write them."""

import codecs
from dataclasses import dataclass

from annotator.formats.archive import Archive, Member, RefusedMember, RefusedZip, opened
from annotator.formats.document import (
    JSON,
    ByteStream,
    Document,
    Items,
    Piece,
    Problem,
    shown,
)
from annotator.formats.fields import judged
from annotator.formats.jsonl import document_of
from annotator.formats.lines import decode, utf16_problem
from annotator.formats.standoff import Standoff
from annotator.formats.strict_json import MOST_PARTS, RefusedJSON, loads


def read(stream: ByteStream, name: str) -> Items:
    """Yield a document for every .txt; `where` is "file.zip/member.ann:line"."""
    try:
        with opened(stream, name, (".txt", ".ann", ".conf", ".json")) as archive:
            yield from _read_archive(archive)
    except RefusedZip as refused:
        yield from refused.problems


@dataclass(slots=True)
class _Pair:
    """An article's files; ``key`` is its path without extension and shared folder."""

    key: str
    text: Member
    ann: Member | None
    beside: Member | None


def _read_archive(archive: Archive) -> Items:
    by_name = {member.name: member for member in archive.files}
    pairs = []
    for member in archive.files:
        stem = member.name[: len(member.name) - len(member.extension)]
        if member.extension == ".txt":
            ann, beside = by_name.get(f"{stem}.ann"), by_name.get(f"{stem}.json")
            pairs.append(_Pair(member.key, member, ann, beside))
        elif member.extension != ".conf" and f"{stem}.txt" not in by_name:
            said = f"There is no {shown(stem.rpartition('/')[2] + '.txt')} beside this file."
            yield Problem(member.where, said)
    folders_are_readers = _folders_are_readers(pairs)
    for pair in pairs:
        try:
            document = _read_pair(archive, pair)
            if folders_are_readers and pair.beside is None:
                reader, _, document.id = pair.key.partition("/")
                _name_reader(document, reader)
        except _Refused as refused:
            yield from refused.problems
            continue
        yield from judged(document, [])


def _folders_are_readers(pairs: list[_Pair]) -> bool:
    """Say whether folders hold the same articles: a file's name in several is always the same text."""
    texts: dict[str, tuple[int, int]] = {}
    twice = False
    for pair in pairs:
        if pair.beside:
            continue
        _, _, name = pair.key.partition("/")
        text = pair.text.info.CRC, pair.text.info.file_size
        twice = twice or name in texts
        if not name or texts.setdefault(name, text) != text:
            return False
    return twice


class _Refused(Exception):
    """An article of which nothing is read."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems


def _read_pair(archive: Archive, pair: _Pair) -> Document:
    text, has_mark = _text_of(archive, pair.text)
    record = _record_beside(archive, pair.beside) if pair.beside else {}
    wrong: list[str] = []
    beside = _Beside(record, wrong)
    document = document_of({"id": pair.key} | record | {"text": text}, "", wrong)
    if wrong and pair.beside:
        raise _Refused([Problem(f"{pair.beside.where}:1", said) for said in wrong])
    document.where = f"{(pair.ann or pair.text).where}:1"
    if pair.ann:
        ann, _ = _text_of(archive, pair.ann)
        standoff = Standoff(ann, pair.ann.where, text, has_mark=has_mark)
        if standoff.problems:
            raise _Refused(standoff.problems)
        document.spans, document.relations = standoff.spans, standoff.relations
        beside.complete(document)
    if document.spans:
        _name_reader(document, document.reader or "import")
    return document


def _name_reader(document: Document, reader: str) -> None:
    document.reader = reader
    document.origin = document.origin or "import"
    document.state = document.state or "submitted"


def _text_of(archive: Archive, member: Member) -> tuple[str, bool]:
    """Return the text of a member, and whether it began with a byte order mark, which is dropped."""
    try:
        data = archive.read(member)
    except RefusedMember as error:
        raise _Refused([Problem(member.where, str(error))]) from error
    if said := utf16_problem(data):
        raise _Refused([Problem(f"{member.where}:1", said)])
    text = decode(data.removeprefix(codecs.BOM_UTF8), "This file")
    if isinstance(text, Problem):
        raise _Refused([Problem(f"{member.where}:1", text.message)])
    return text, data.startswith(codecs.BOM_UTF8)


# What stands beside.


def _record_beside(archive: Archive, member: Member) -> dict[str, JSON]:
    words, _ = _text_of(archive, member)
    try:
        record = loads(words, "This file", most_parts=MOST_PARTS)
    except RefusedJSON as error:
        raise _Refused([Problem(f"{member.where}:1", str(error))]) from error
    if not isinstance(record, dict):
        raise _Refused([Problem(f"{member.where}:1", "This file is not a JSON object.")])
    return record


class _Beside:
    """What our own .json says of things by their number in brat."""

    def __init__(self, record: dict[str, JSON], wrong: list[str]) -> None:
        """Take it out of ``record``."""
        self._ids = _of_strings(record, wrong)
        self._attributes = _object(record, "attributes", wrong)
        self._pieces = _object(record, "pieces", wrong)

    def complete(self, document: Document) -> None:
        """Give spans and links back what brat had no place for."""
        for span in document.spans:
            more = self._attributes.get(span.id)
            if isinstance(more, dict):
                span.attributes = more | span.attributes
            match self._pieces.get(span.id):
                # They hold only as long as the span was not moved in brat.
                case [before, pieces] if _pairs(before) == span.pieces:
                    span.pieces = _pairs(pieces)
            span.id = self._ids.get(span.id, span.id)
        for link in document.relations:
            link.id = self._ids.get(link.id, link.id)
            link.source = self._ids.get(link.source, link.source)
            link.target = self._ids.get(link.target, link.target)


def _of_strings(record: dict[str, JSON], wrong: list[str]) -> dict[str, str]:
    found = _object(record, "ids", wrong)
    names = {key: value for key, value in found.items() if isinstance(value, str)}
    if len(names) < len(found):
        wrong.append("“ids” holds something that is not a string.")
    return names


def _object(record: dict[str, JSON], key: str, wrong: list[str]) -> dict[str, JSON]:
    found = record.pop(key, {})
    if isinstance(found, dict):
        return found
    wrong.append(f"“{key}” is not an object.")
    return {}


def _pairs(value: JSON) -> list[Piece]:
    """Return pieces, or nothing when they are none."""
    found: list[Piece] = []
    for pair in value if isinstance(value, list) else ():
        match pair:
            case [int(start), int(end)]:
                found.append((int(start), int(end)))  # true and false are numbers, too
            case _:
                return []
    return found
