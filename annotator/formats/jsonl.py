"""Native JSONL: one reading a line, lossless both ways. Described in docs/formats.md.

Lines end with `\\n` and nothing else; keys come in one order; two exports of the same readings are
the same bytes. Reading is strict and lists everything wrong with a file, line by line.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

import orjson

from annotator.formats.columns import renamed, unknown_columns
from annotator.formats.document import (
    JSON,
    NO_COLUMNS,
    ByteStream,
    Columns,
    Document,
    Format,
    Items,
    Lose,
    Piece,
    Problem,
    Relation,
    Span,
    Table,
    check,
    merged,
    place_problem,
    shown,
    surface,
)
from annotator.formats.lines import decode, printable, read_lines
from annotator.formats.strict_json import MOST_PARTS, RefusedJSON, loads

_KNOWN = frozenset(
    ["id", "text", "sha256", "title", "meta", "spans", "relations", "reader", "origin", "state"]
)
_NEEDED = frozenset(["id", "text"])
_OF_A_SPAN = frozenset(["id", "label", "start", "end", "pieces", "text", "attributes"])
_OF_A_RELATION = frozenset(["id", "type", "from", "to"])


def read(stream: ByteStream, name: str, columns: Columns = NO_COLUMNS) -> Items:
    """Yield a Document for each good line and Problems for each bad one; blank lines are skipped."""
    name = printable(name)
    for found in read_lines(stream, name):
        if isinstance(found, Problem):
            yield found
            continue
        number, line = found
        if line in (b"\n", b"\r\n") or not line.strip(b" \t\r\n"):
            continue
        yield from _read_line(line, f"{name}:{number}", columns)


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield one line for each document; ValueError when a span lies outside its text.

    Nothing is lost on the way.
    """
    for document in documents:
        yield line_of(document)


def line_of(document: Document) -> bytes:
    """Return the one line, with its `\\n`, that stands for a document."""
    text = document.text
    record: dict[str, object] = {
        "id": document.id,
        "text": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "title": document.title,
        "meta": document.meta,
        "spans": _span_records(text, document.spans),
        "relations": [
            {"id": link.id, "type": link.type, "from": link.source, "to": link.target}
            for link in document.relations
        ],
    }
    if document.reader is not None:
        record["reader"] = document.reader
        record["origin"] = document.origin
        record["state"] = document.state
    try:
        return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        # Only whole numbers beyond 64 bits: orjson has no room for them.
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _span_records(text: str, spans: list[Span]) -> list[dict[str, object]]:
    """Spans by start, longest first, then by id, so that the order never depends on a query."""
    length = len(text)
    records: list[dict[str, object]] = []
    for span in sorted(spans, key=_place):
        pieces = span.pieces
        start, end = pieces[0][0], pieces[-1][1]
        record: dict[str, object] = {
            "id": span.id,
            "label": span.label,
            "start": start,
            "end": end,
        }
        if len(pieces) == 1:
            if not 0 <= start < end <= length:
                raise ValueError(place_problem(f"Span {shown(span.id)}", start, end, length))
            record["text"] = text[start:end]
        else:
            _require_order(span, length)
            record["pieces"] = pieces
            record["text"] = surface(text, pieces)
        attributes = span.attributes
        record["attributes"] = _in_order(attributes) if attributes else attributes
        records.append(record)
    return records


def _place(span: Span) -> tuple[int, int, str]:
    return span.pieces[0][0], -span.pieces[-1][1], span.id


def _require_order(span: Span, length: int) -> None:
    before = -1
    for start, end in span.pieces:
        if not before < start < end <= length:
            raise ValueError(f"The pieces of span {shown(span.id)} are not in order in their text.")
        before = end


def _in_order(value: JSON) -> JSON:
    """Sort keys at every level: the database keeps attributes in an order of its own."""
    if type(value) is dict:
        return {key: _in_order(value[key]) for key in sorted(value)}
    if type(value) is list:
        return [_in_order(item) for item in value]
    return value


# Reading one line: every step adds its sentences to `wrong` and goes on, so that all are listed.


def _read_line(line: bytes, where: str, columns: Columns) -> Items:
    words = decode(line)
    if isinstance(words, Problem):
        yield Problem(where, words.message)
        return
    try:
        record = loads(words, "This line", most_parts=MOST_PARTS)
    except RefusedJSON as error:
        yield Problem(where, str(error))
        return
    del words  # A long line is held no longer than it must be.
    if type(record) is not dict:
        yield Problem(where, "This line is not a JSON object: it must begin with “{”.")
        return
    wrong: list[str] = []
    if columns:
        record = renamed(record, columns, wrong)
    document = document_of(record, where, wrong)
    if wrong := wrong or check(document):
        unknown = () if record.keys() >= _NEEDED else unknown_columns(record, _KNOWN)
        yield from (Problem(where, said, unknown) for said in wrong)
    else:
        yield document


def document_of(record: dict[str, JSON], where: str, wrong: list[str]) -> Document:
    article_id = _name(record, "id", "The article", wrong)
    text = _string(record, "text", "The article", wrong)
    if text is None and record.get("text") is None:
        wrong.append("The article has no “text”.")
    document = Document(
        id=article_id or "",
        text=text or "",
        title=_string(record, "title", "The article", wrong) or "",
        meta=_meta(record, wrong),
        reader=_name(record, "reader", "", wrong, needed=False),
        origin=_string(record, "origin", "The article", wrong),
        state=_string(record, "state", "The article", wrong),
        where=where,
    )
    if text is not None:
        _check_sha256(record, text, wrong)
        document.spans = _spans(record, text, wrong)
    document.relations = _relations(record, wrong)
    _default_reading(document)
    return document


def _default_reading(document: Document) -> None:
    """Spans that name no reader came with an import and are finished."""
    is_read = document.spans or document.relations or document.origin or document.state
    if document.reader is None:
        if not is_read:
            return
        document.reader = "import"
    document.origin = document.origin or "import"
    document.state = document.state or "submitted"


def _meta(record: dict[str, JSON], wrong: list[str]) -> dict[str, JSON]:
    """Return the metadata as given, with the fields of the line that the format does not know."""
    meta = _object(record, "meta", "The article", wrong)
    if record.keys() <= _KNOWN:
        return meta
    for key, value in record.items():
        if key in _KNOWN:
            continue
        if key in meta and meta[key] != value:
            wrong.append(f"{shown(key)} stands in the line and in its “meta” with another value.")
        meta[key] = value
    return meta


def _check_sha256(record: dict[str, JSON], text: str, wrong: list[str]) -> None:
    given = _string(record, "sha256", "The article", wrong)
    if given is None:
        return
    # Half a surrogate pair cannot be encoded; `check_strings` names it.
    if hashlib.sha256(text.encode(errors="replace")).hexdigest() != given.lower():
        wrong.append("The text does not match its “sha256”: it was changed on the way.")


def _spans(record: dict[str, JSON], text: str, wrong: list[str]) -> list[Span]:
    spans: list[Span] = []
    unnamed: list[Span] = []
    for number, item in enumerate(_objects(record, "spans", wrong), 1):
        span = _span(item, f"Span {number}", text, wrong)
        spans.append(span)
        if item.get("id") is None:
            unnamed.append(span)
    _give_ids("s", unnamed, {span.id for span in spans})
    return spans


def _span(item: dict[str, JSON], name: str, text: str, wrong: list[str]) -> Span:
    if not item.keys() <= _OF_A_SPAN:
        wrong.append(_unknown_fields(name, item, _OF_A_SPAN))
    span_id = _name(item, "id", name, wrong, needed=False) or ""
    label = _name(item, "label", name, wrong) or ""
    if span_id:
        name = f"Span {shown(span_id)}"
    attributes = _object(item, "attributes", name, wrong)
    pieces = _pieces(item, name, wrong)
    for start, end in pieces:
        if said := place_problem(name, start, end, len(text)):
            wrong.append(said)
            return Span(span_id, label, pieces, attributes)
    tidy = merged(pieces) if len(pieces) > 1 else pieces
    given = _string(item, "text", name, wrong)
    if given is not None and given != surface(text, pieces) and given != surface(text, tidy):
        wrong.append(_surface_problem(name, given, surface(text, tidy)))
    return Span(span_id, label, tidy, attributes)


def _surface_problem(name: str, given: str, found: str) -> str:
    differing = (at for at, (a, b) in enumerate(zip(given, found, strict=False), 1) if a != b)
    part = next(differing, min(len(given), len(found)) + 1)
    return (
        f"{name} should read {shown(given)}, but its place in the text reads {shown(found)} "
        f"(they part at character {part})."
    )


def _pieces(item: dict[str, JSON], name: str, wrong: list[str]) -> list[Piece]:
    """Return the pieces as given: `pieces`, or the one from `start` to `end`."""
    start, end, pieces = item.get("start"), item.get("end"), item.get("pieces")
    if pieces is None:
        if type(start) is int and type(end) is int:
            return [(start, end)]
        wrong.append(f"{name} needs whole numbers as its “start” and “end”.")
        return []
    found: list[Piece] = []
    for pair in pieces if type(pieces) is list else ():
        if type(pair) is list and len(pair) == 2:
            first, last = pair
            if type(first) is int and type(last) is int:
                found.append((first, last))
    if type(pieces) is not list or not pieces or len(found) != len(pieces):
        wrong.append(f"{name} needs its “pieces” as a list of [start, end] in whole numbers.")
        return []
    bounds = (min(found)[0], max(last for _, last in found))
    if (start is not None and start != bounds[0]) or (end is not None and end != bounds[1]):
        wrong.append(
            f"{name} says it runs from {shown(start)} to {shown(end)}, "
            f"but its pieces run from {bounds[0]} to {bounds[1]}."
        )
    return found


def _relations(record: dict[str, JSON], wrong: list[str]) -> list[Relation]:
    relations: list[Relation] = []
    unnamed: list[Relation] = []
    for number, item in enumerate(_objects(record, "relations", wrong), 1):
        name = f"Relation {number}"
        if not item.keys() <= _OF_A_RELATION:
            wrong.append(_unknown_fields(name, item, _OF_A_RELATION))
        relation = Relation(
            id=_name(item, "id", name, wrong, needed=False) or "",
            type=_name(item, "type", name, wrong) or "",
            source=_name(item, "from", name, wrong) or "",
            target=_name(item, "to", name, wrong) or "",
        )
        relations.append(relation)
        if item.get("id") is None:
            unnamed.append(relation)
    _give_ids("r", unnamed, {relation.id for relation in relations})
    return relations


def _give_ids(letter: str, unnamed: Sequence[Span | Relation], taken: set[str]) -> None:
    number = 0
    for item in unnamed:
        number += 1
        while f"{letter}{number}" in taken:
            number += 1
        item.id = f"{letter}{number}"


# Typed fields.


def _string(item: dict[str, JSON], key: str, owner: str, wrong: list[str]) -> str | None:
    """Return a string field; None when it is missing, null or (then said) something else."""
    value = item.get(key)
    if value is None or type(value) is str:
        return value
    wrong.append(f"{owner} has a “{key}” that is not a string.")
    return None


def _name(
    item: dict[str, JSON], key: str, owner: str, wrong: list[str], *, needed: bool = True
) -> str | None:
    """Return a field that names something; a whole number is read as its decimal digits."""
    value = item.get(key)
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    if value is not None:
        wrong.append(f"{owner} has a “{key}” that is not a string.")
    elif needed:
        wrong.append(f"{owner} has no “{key}”.")
    return None


def _object(item: dict[str, JSON], key: str, owner: str, wrong: list[str]) -> dict[str, JSON]:
    value = item.get(key)
    if type(value) is dict:
        return value
    if value is not None:
        wrong.append(f"{owner} has “{key}” that is not an object.")
    return {}


def _objects(record: dict[str, JSON], key: str, wrong: list[str]) -> list[dict[str, JSON]]:
    value = record.get(key)
    if value is None:
        return []
    if type(value) is not list:
        wrong.append(f"“{key}” is not a list.")
        return []
    found = [item for item in value if type(item) is dict]
    if len(found) != len(value):
        wrong.append(f"“{key}” holds something that is not an object.")
        return []
    return found


def _unknown_fields(name: str, item: dict[str, JSON], known: frozenset[str]) -> str:
    unknown = ", ".join(shown(key) for key in item if key not in known)
    return f"{name} has fields that this format does not know: {unknown}."


FORMAT = Format(
    slug="jsonl",
    title="JSONL, native and lossless",
    extensions=(".jsonl", ".ndjson"),
    media_type="application/jsonl",
    read=read,
    write=write,
    table=Table(("text", "id", "title", "reader"), read),
)
