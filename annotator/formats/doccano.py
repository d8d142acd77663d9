"""doccano's JSONL, both ways and in both variants: spans alone, or spans with relations.

Offsets are code points. A project that counts grapheme clusters makes files that are read wrongly; what
such a file says cannot be seen in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from annotator.formats.choice import first_record
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
    Relation,
    Span,
    Table,
    UnknownName,
)
from annotator.formats.fields import (
    OURS,
    default_reading,
    give_ids,
    judged,
    name_of,
    objects_of,
    ours,
    place_of,
    renamed,
    string,
    take_ours,
    unknown_columns,
)
from annotator.formats.losing import Losses, in_order
from annotator.formats.records import Record, json_line, json_lines

_ROLES = ("text", "id", "label", "entities", "relations")
_KNOWN = frozenset([*_ROLES, OURS])
_OFFSETS = ("start_offset", "end_offset")


def read(stream: ByteStream, name: str, columns: Columns = NO_COLUMNS) -> Items:
    """Yield a Document or Problems for each line, of either variant."""
    for number, found in enumerate(json_lines(stream, name), 1):
        if isinstance(found, Problem):
            yield found
        else:
            yield from _read_record(found, f"{PurePosixPath(name).stem}-{number}", columns)


def write_spans(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a line for each document: what a project for sequence labelling reads."""
    for document in documents:
        losses = Losses(document, lose)
        triples: list[tuple[int, int, str]] = []
        for span in in_order(document.spans):
            losses.attributes(span, "doccano has no attributes")
            losses.pieces(span, "doccano has no pieces")
            triples += [(start, end, span.label) for start, end in span.pieces]
        losses.relations("Relations stand in the variant with relations only.")
        yield _line(document, {"label": sorted(triples)})


def write_relations(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a line for each document: what a project with relations reads."""
    for document in documents:
        losses = Losses(document, lose)
        entities: list[dict[str, object]] = []
        numbers: dict[str, int] = {}
        for span in in_order(document.spans):
            losses.attributes(span, "doccano has no attributes")
            losses.pieces(span, "doccano has no pieces")
            numbers[span.id] = len(entities) + 1
            for start, end in span.pieces:
                number = len(entities) + 1
                entities.append(
                    {"id": number, "label": span.label, "start_offset": start, "end_offset": end}
                )
        relations = [
            {
                "id": number,
                "from_id": numbers[link.source],
                "to_id": numbers[link.target],
                "type": link.type,
            }
            for number, link in enumerate(document.relations, 1)
        ]
        yield _line(document, {"entities": entities, "relations": relations})


def _line(document: Document, marked: Mapping[str, object]) -> bytes:
    # Every line has the same keys: doccano makes a table of them, and what is missing becomes NaN.
    return json_line(
        {"id": document.id, "text": document.text, **marked, OURS: ours(document, meta=True)}
    )


def _read_record(found: Record, fallback_id: str, columns: Columns) -> Items:
    wrong: list[str] = []
    record = renamed(found.fields, columns, wrong)
    text = string(record, "text", "The article", wrong)
    if text is None and record.get("text") is None:
        wrong.append("The article has no “text”.")
    document = Document(
        id=name_of(record, "id", "The article", wrong, needed=False) or fallback_id,
        text=text or "",
        where=found.where,
    )
    take_ours(record, document, _KNOWN, wrong)
    if document.meta.get("Comments") == []:
        del document.meta["Comments"]
    if text is not None:
        document.spans = _spans(record, len(text), wrong)
    document.relations = _relations(record, wrong)
    default_reading(document)
    yield from judged(document, wrong, _unknown(record, wrong))


def _unknown(record: dict[str, JSON], wrong: list[str]) -> tuple[UnknownName, ...]:
    """Return the columns that could be what is missing."""
    unknown: tuple[UnknownName, ...] = ()
    if record.get("text") is None:
        unknown += unknown_columns(record, _KNOWN)
    if "label" not in record and "entities" not in record:
        wrong.append("There is neither “label” nor “entities” in this line.")
        unknown += unknown_columns(record, _KNOWN, list)
    return unknown


def _spans(record: dict[str, JSON], length: int, wrong: list[str]) -> list[Span]:
    spans: list[Span] = []
    triples = record.get("label")
    if triples is not None and type(triples) is not list:
        wrong.append("“label” is not a list of [start, end, label].")
    for number, item in enumerate(triples if type(triples) is list else [], 1):
        name = f"Span {number}"
        if type(item) is list and len(item) == 3:
            item = dict(zip((*_OFFSETS, "label"), item, strict=True))
        if type(item) is dict:
            spans.append(_span(item, name, length, wrong))
        else:
            wrong.append(f"{name} is not a list of start, end and label.")
    give_ids("s", spans, set())
    for number, item in enumerate(objects_of(record, "entities", wrong), 1):
        span = _span(item, f"Entity {number}", length, wrong)
        span.id = name_of(item, "id", f"Entity {number}", wrong) or ""
        spans.append(span)
    return spans


def _span(item: dict[str, JSON], name: str, length: int, wrong: list[str]) -> Span:
    label = name_of(item, "label", name, wrong) or ""
    place = place_of(item, _OFFSETS, name, length, wrong)
    return Span("", label, [place] if place else [])


def _relations(record: dict[str, JSON], wrong: list[str]) -> list[Relation]:
    relations: list[Relation] = []
    unnamed: list[Relation] = []
    for number, item in enumerate(objects_of(record, "relations", wrong), 1):
        name = f"Relation {number}"
        relation = Relation(
            id=name_of(item, "id", name, wrong, needed=False) or "",
            type=name_of(item, "type", name, wrong) or "",
            source=name_of(item, "from_id", name, wrong) or "",
            target=name_of(item, "to_id", name, wrong) or "",
        )
        relations.append(relation)
        if not relation.id:
            unnamed.append(relation)
    give_ids("r", unnamed, {relation.id for relation in relations})
    return relations


def _is_spans(head: bytes) -> bool:
    record = first_record(head)
    triples = record.get("label")
    return (
        "text" in record
        and "sha256" not in record
        and isinstance(triples, list)
        and all(isinstance(item, list) and len(item) == 3 for item in triples)
    )


def _is_relations(head: bytes) -> bool:
    record = first_record(head)
    return "text" in record and "sha256" not in record and isinstance(record.get("entities"), list)


FORMAT = Format(
    slug="doccano",
    title="doccano JSONL, spans",
    extensions=(".jsonl",),
    media_type="application/jsonl",
    read=read,
    write=write_spans,
    recognises=_is_spans,
    table=Table(_ROLES, read),
    omits=("span ids", "relation ids"),
)
WITH_RELATIONS = Format(
    slug="doccano-relations",
    title="doccano JSONL, spans and relations",
    extensions=(".jsonl",),
    media_type="application/jsonl",
    read=read,
    write=write_relations,
    recognises=_is_relations,
    table=Table(_ROLES, read),
    omits=("span ids", "relation ids"),
)
