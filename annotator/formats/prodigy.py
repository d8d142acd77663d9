"""Prodigy's JSONL, both ways: a task a line, with tokens, spans and relations.

Offsets are code points; `token_end` is the last token, not the one behind it. Pieces of one span are
spans of Prodigy that share an id under our own key.
"""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from annotator.formats.alignment import Tokens
from annotator.formats.choice import first_record
from annotator.formats.document import (
    JSON,
    ByteStream,
    Document,
    Format,
    Items,
    Lose,
    Piece,
    Problem,
    Relation,
    Span,
    merged,
    shown,
)
from annotator.formats.fields import (
    OURS,
    default_reading,
    give_ids,
    judged,
    name_of,
    object_of,
    objects_of,
    ours,
    place_of,
    string,
    take_ours,
)
from annotator.formats.losing import Losses, in_order
from annotator.formats.records import Record, json_line, json_lines, sorted_keys

_ANSWERS = {"submitted": "accept", "skipped": "ignore"}
# Somebody who rejects a task says that what is marked in it is wrong.
_STATES = {"accept": "submitted", "ignore": "skipped", "reject": "skipped"}
_WHO = ("_annotator_id", "_session_id")
# Prodigy makes these anew.
_MADE_ANEW = ("_input_hash", "_task_hash", "_view_id", "_is_binary", "_timestamp")
_KNOWN = frozenset(
    ["text", "tokens", "spans", "relations", "answer", "meta", OURS, *_WHO, *_MADE_ANEW]
)
_OF_A_SPAN = frozenset(
    ["start", "end", "token_start", "token_end", "label", "text", "source", "input_hash", "type"]
)


def read(stream: ByteStream, name: str) -> Items:
    """Yield a Document or Problems for each task."""
    for number, found in enumerate(json_lines(stream, name), 1):
        if isinstance(found, Problem):
            yield found
        else:
            yield from _read_task(found, f"{PurePosixPath(name).stem}-{number}")


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a task for each document."""
    for document in documents:
        yield json_line(_task(document, Losses(document, lose)))


def _task(document: Document, losses: Losses) -> dict[str, object]:
    tokens = Tokens(document.text)
    spans: list[dict[str, object]] = []
    first_of: dict[str, dict[str, object]] = {}
    for span in in_order(document.spans):
        records = _span_records(span, tokens)
        if isinstance(records, str):
            losses.say(f"span {span.id}", f"Prodigy's spans are whole tokens, but {records}.")
            continue
        first_of[span.id] = records[0]
        spans += records
    relations: list[dict[str, object]] = []
    for link in document.relations:
        if link.source in first_of and link.target in first_of:
            relations.append(_relation_record(link, first_of))
        else:
            losses.relations("A span that it links is lost.", [link])
    task: dict[str, object] = {
        "text": document.text,
        "tokens": _token_records(document.text, tokens.places),
        "spans": spans,
        "relations": relations,
    }
    if document.state in _ANSWERS:
        task["answer"] = _ANSWERS[document.state]
    task["meta"] = document.meta
    return task | {OURS: {"id": document.id} | ours(document, meta=False)}


def _token_records(text: str, places: list[Piece]) -> list[dict[str, object]]:
    return [
        {
            "text": text[start:end],
            "start": start,
            "end": end,
            "id": number,
            "ws": text[end : end + 1].isspace(),
        }
        for number, (start, end) in enumerate(places)
    ]


def _span_records(span: Span, tokens: Tokens) -> list[dict[str, object]] | str:
    """Return a record for each piece of a span, or why it has none."""
    records: list[dict[str, object]] = []
    for piece in span.pieces:
        within = tokens.within(piece)
        if within is None:
            return tokens.problem(piece)
        own: dict[str, object] = {"id": span.id}
        if span.attributes:
            own["attributes"] = sorted_keys(span.attributes)
        records.append(
            {
                "start": piece[0],
                "end": piece[1],
                "token_start": within[0],
                "token_end": within[1],
                "label": span.label,
                OURS: own,
            }
        )
    return records


def _relation_record(link: Relation, first_of: dict[str, dict[str, object]]) -> dict[str, object]:
    head, child = (
        {key: value for key, value in first_of[end].items() if key != OURS}
        for end in (link.source, link.target)
    )
    return {
        "head": head["token_end"],
        "child": child["token_end"],
        "head_span": head,
        "child_span": child,
        "label": link.type,
        OURS: {"id": link.id, "from": link.source, "to": link.target},
    }


# On the way in


def _read_task(found: Record, fallback_id: str) -> Items:
    task, wrong = found.fields, list[str]()
    text = string(task, "text", "The task", wrong)
    if text is None and task.get("text") is None:
        wrong.append("The task has no “text”.")
    own = object_of(task, OURS, "The task", wrong)
    document = Document(
        id=name_of(own, "id", f"“{OURS}”", wrong, needed=False) or fallback_id,
        text=text or "",
        where=found.where,
    )
    take_ours(task, document, _KNOWN, wrong)
    document.meta = object_of(task, "meta", "The task", wrong) | document.meta
    if text is not None:
        tokens = [_token(item) for item in objects_of(task, "tokens", wrong)]
        document.spans = _spans(task, tokens, len(text), wrong)
        document.relations = _relations(task, document.spans, tokens, wrong)
    _answer(task, document, wrong)
    default_reading(document)
    yield from judged(document, wrong)


def _answer(task: dict[str, JSON], document: Document, wrong: list[str]) -> None:
    """Take who answered and how; both outweigh what we wrote before Prodigy showed the task."""
    named = [string(task, key, "The task", wrong) for key in _WHO]
    reader = next(filter(None, named), None)
    if reader and reader != document.reader:
        document.reader, document.origin = reader, None
    answer = string(task, "answer", "The task", wrong)
    if answer is None:
        return
    if answer not in _STATES:
        wrong.append(f"The answer {shown(answer)} is none of {', '.join(_STATES)}.")
    else:
        document.state = _STATES[answer]


def _token(item: dict[str, JSON]) -> Piece:
    start, end = item.get("start"), item.get("end")
    return (start, end) if type(start) is int and type(end) is int else (-1, -1)


def _spans(task: dict[str, JSON], tokens: list[Piece], length: int, wrong: list[str]) -> list[Span]:
    spans: list[Span] = []
    by_id: dict[str, Span] = {}
    for number, item in enumerate(objects_of(task, "spans", wrong), 1):
        span = _span(item, f"Span {number}", tokens, length, wrong)
        other = by_id.get(span.id)
        if other and (other.label, other.attributes) == (span.label, span.attributes):
            other.pieces = merged(other.pieces + span.pieces)
            continue
        spans.append(span)
        if span.id:
            by_id[span.id] = span
    give_ids("s", [span for span in spans if not span.id], set(by_id))
    return spans


def _span(
    item: dict[str, JSON], name: str, tokens: list[Piece], length: int, wrong: list[str]
) -> Span:
    if item.get("start") is None and item.get("end") is None and "token_start" in item:
        item = item | _place_of_tokens(item, tokens)
    own = object_of(item, OURS, name, wrong)
    place = place_of(item, ("start", "end"), name, length, wrong)
    extra = {key: value for key, value in item.items() if key not in (*_OF_A_SPAN, OURS)}
    return Span(
        id=name_of(own, "id", name, wrong, needed=False) or "",
        label=name_of(item, "label", name, wrong) or "",
        pieces=[place] if place else [],
        attributes=object_of(own, "attributes", name, wrong) | extra,
    )


def _place_of_tokens(item: dict[str, JSON], tokens: list[Piece]) -> dict[str, JSON]:
    first, last = item.get("token_start"), item.get("token_end")
    if type(first) is int and type(last) is int and 0 <= first <= last < len(tokens):
        return {"start": tokens[first][0], "end": tokens[last][1]}
    return {}


def _relations(
    task: dict[str, JSON], spans: list[Span], tokens: list[Piece], wrong: list[str]
) -> list[Relation]:
    ends = _Ends(spans, tokens)
    relations: list[Relation] = []
    for number, item in enumerate(objects_of(task, "relations", wrong), 1):
        name = f"Relation {number}"
        own = object_of(item, OURS, name, wrong)
        relations.append(
            Relation(
                id=name_of(own, "id", name, wrong, needed=False) or "",
                type=name_of(item, "label", name, wrong) or "",
                source=_end(item, own, ("head", "from"), ends, name, wrong),
                target=_end(item, own, ("child", "to"), ends, name, wrong),
            )
        )
    taken = {relation.id for relation in relations}
    give_ids("r", [relation for relation in relations if not relation.id], taken)
    return relations


class _Ends:
    """The spans of a task, by what relations name them by."""

    def __init__(self, spans: list[Span], tokens: list[Piece]) -> None:
        self._tokens = tokens
        self._by_place = {(piece, span.label): span.id for span in spans for piece in span.pieces}
        self._by_end = {piece[1]: span.id for span in spans for piece in span.pieces}

    def find(self, place: JSON, token: JSON) -> str | None:
        if type(place) is dict:
            start, end, label = place.get("start"), place.get("end"), place.get("label")
            if type(start) is int and type(end) is int and type(label) is str:
                return self._by_place.get(((start, end), label))
        if type(token) is int and 0 <= token < len(self._tokens):
            return self._by_end.get(self._tokens[token][1])
        return None


def _end(
    item: dict[str, JSON],
    own: dict[str, JSON],
    keys: tuple[str, str],
    ends: _Ends,
    name: str,
    wrong: list[str],
) -> str:
    """Return the id of the span at one end of a relation."""
    given = name_of(own, keys[1], name, wrong, needed=False)
    found = given or ends.find(item.get(f"{keys[0]}_span"), item.get(keys[0]))
    if not found:
        wrong.append(f"{name} has a “{keys[0]}” that no span ends with.")
    return found or ""


def _is_task(head: bytes) -> bool:
    record = first_record(head)
    tokens = record.get("tokens")
    has_tokens = isinstance(tokens, list) and all(isinstance(token, dict) for token in tokens)
    marks = {"_input_hash", "_task_hash", "_view_id", "answer"} & record.keys()
    return "text" in record and "sha256" not in record and (bool(marks) or has_tokens)


FORMAT = Format(
    slug="prodigy",
    title="Prodigy JSONL",
    extensions=(".jsonl",),
    media_type="application/jsonl",
    read=read,
    write=write,
    recognises=_is_task,
)
