"""Native JSONL: one reading a line, lossless both ways. Described in docs/formats.md.

Lines end with `\\n` and nothing else; keys come in one order; two exports of the same readings are
the same bytes. Reading is strict and lists everything wrong with a file, line by line.
"""

import hashlib
from collections.abc import Iterable, Iterator

from annotator.formats.document import (
    JSON,
    META_WITHOUT_TEXT,
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
    merged,
    place_problem,
    shown,
    surface,
)
from annotator.formats.fields import (
    check_sha256,
    check_surface,
    default_reading,
    give_ids,
    judged,
    name_of,
    object_of,
    objects_of,
    renamed,
    string,
    unknown_columns,
    unknown_fields,
)
from annotator.formats.records import Record, json_line, json_lines, sorted_keys

KNOWN = frozenset(
    ["id", "text", "sha256", "title", "meta", "spans", "relations", "reader", "origin", "state"]
)
_NEEDED = frozenset(["id", "text"])
_OF_A_SPAN = frozenset(["id", "label", "start", "end", "pieces", "text", "attributes"])
_OF_A_RELATION = frozenset(["id", "type", "from", "to"])


def read(stream: ByteStream, name: str, columns: Columns = NO_COLUMNS) -> Items:
    """Yield a Document for each good line and Problems for each bad one; blank lines are skipped."""
    for found in json_lines(stream, name):
        if isinstance(found, Problem):
            yield found
        else:
            yield from read_record(found, columns)


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield one line for each document; ValueError when a span lies outside its text.

    Nothing is lost on the way.
    """
    for document in documents:
        yield line_of(document)


def write_bare(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield lines without texts: no `text`, no title, no surface of a span, and of `meta` a few keys."""
    for document in documents:
        record = record_of(document)
        del record["text"], record["title"]
        meta = document.meta
        record["meta"] = {k: meta[k] for k in META_WITHOUT_TEXT if isinstance(meta.get(k), str)}
        record["spans"] = spans = _span_records(document.text, document.spans)
        for span in spans:
            del span["text"]
        yield json_line(record)


def line_of(document: Document) -> bytes:
    """Return the one line, with its `\\n`, that stands for a document."""
    return json_line(record_of(document))


def record_of(document: Document) -> dict[str, object]:
    """Return the record of that line, with its keys in their order."""
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
    return record


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
        record["attributes"] = sorted_keys(attributes) if attributes else attributes
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


# Reading one record: every step adds its sentences to `wrong` and goes on, so that all are listed.


def read_record(found: Record, columns: Columns = NO_COLUMNS) -> Items:
    """Yield the document that a record in the native shape stands for, or what is wrong with it."""
    wrong: list[str] = []
    record = renamed(found.fields, columns, wrong) if columns else found.fields
    document = document_of(record, found.where, wrong)
    unknown = () if record.keys() >= _NEEDED else unknown_columns(record, KNOWN)
    yield from judged(document, wrong, unknown)


def document_of(record: dict[str, JSON], where: str, wrong: list[str]) -> Document:
    article_id = name_of(record, "id", "The article", wrong)
    text = string(record, "text", "The article", wrong)
    if text is None and record.get("text") is None:
        wrong.append("The article has no “text”.")
    document = Document(
        id=article_id or "",
        text=text or "",
        title=string(record, "title", "The article", wrong) or "",
        meta=_meta(record, wrong),
        reader=name_of(record, "reader", "", wrong, needed=False),
        origin=string(record, "origin", "The article", wrong),
        state=string(record, "state", "The article", wrong),
        where=where,
    )
    if text is not None:
        check_sha256(record, text, wrong)
        document.spans = _spans(record, text, wrong)
    document.relations = _relations(record, wrong)
    default_reading(document)
    return document


def _meta(record: dict[str, JSON], wrong: list[str]) -> dict[str, JSON]:
    """Return the metadata as given, with the fields of the line that the format does not know."""
    meta = object_of(record, "meta", "The article", wrong)
    if record.keys() <= KNOWN:
        return meta
    for key, value in record.items():
        if key in KNOWN:
            continue
        if key in meta and meta[key] != value:
            wrong.append(f"{shown(key)} stands in the line and in its “meta” with another value.")
        meta[key] = value
    return meta


def _spans(record: dict[str, JSON], text: str, wrong: list[str]) -> list[Span]:
    spans: list[Span] = []
    unnamed: list[Span] = []
    for number, item in enumerate(objects_of(record, "spans", wrong), 1):
        span = _span(item, f"Span {number}", text, wrong)
        spans.append(span)
        if item.get("id") is None:
            unnamed.append(span)
    give_ids("s", unnamed, {span.id for span in spans})
    return spans


def _span(item: dict[str, JSON], name: str, text: str, wrong: list[str]) -> Span:
    if not item.keys() <= _OF_A_SPAN:
        wrong.append(unknown_fields(name, item, _OF_A_SPAN))
    span_id = name_of(item, "id", name, wrong, needed=False) or ""
    label = name_of(item, "label", name, wrong) or ""
    if span_id:
        name = f"Span {shown(span_id)}"
    attributes = object_of(item, "attributes", name, wrong)
    pieces = _pieces(item, name, wrong)
    for start, end in pieces:
        if said := place_problem(name, start, end, len(text)):
            wrong.append(said)
            return Span(span_id, label, pieces, attributes)
    tidy = merged(pieces) if len(pieces) > 1 else pieces
    given = string(item, "text", name, wrong)
    if given is not None and not _is_surface(given, text, pieces):
        check_surface(name, given, text, tidy, wrong)
    return Span(span_id, label, tidy, attributes)


def _is_surface(given: str, text: str, pieces: list[Piece]) -> bool:
    length = sum([end - start for start, end in pieces]) + len(pieces) - 1
    return length == len(given) and given == surface(text, pieces)


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
    for number, item in enumerate(objects_of(record, "relations", wrong), 1):
        name = f"Relation {number}"
        if not item.keys() <= _OF_A_RELATION:
            wrong.append(unknown_fields(name, item, _OF_A_RELATION))
        relation = Relation(
            id=name_of(item, "id", name, wrong, needed=False) or "",
            type=name_of(item, "type", name, wrong) or "",
            source=name_of(item, "from", name, wrong) or "",
            target=name_of(item, "to", name, wrong) or "",
        )
        relations.append(relation)
        if item.get("id") is None:
            unnamed.append(relation)
    give_ids("r", unnamed, {relation.id for relation in relations})
    return relations


FORMAT = Format(
    slug="jsonl",
    title="JSONL, native and lossless",
    extensions=(".jsonl", ".ndjson"),
    media_type="application/jsonl",
    read=read,
    write=write,
    write_bare=write_bare,
    table=Table(("text", "id", "title", "reader"), read),
)
