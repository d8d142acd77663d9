"""Edits as a client sends them: checked for shape, not yet for sense."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotator.readings.models import EditKind, Note

# Imports and sweeps make edits of their own.
KINDS = frozenset(EditKind) - {EditKind.IMPORT, EditKind.SWEEP}
# What an edit of a kind carries; undo, redo, submit and reopen say all by their kind.
_PARTS = {
    EditKind.ADD_SPAN: "span",
    EditKind.CHANGE_SPAN: "span",
    EditKind.REMOVE_SPAN: "span",
    EditKind.ADD_RELATION: "relation",
    EditKind.REMOVE_RELATION: "relation",
    EditKind.SET_NOTE: "note",
    EditKind.SKIP: "reason",
}
LONGEST_REASON = 500
_FIELDS = {
    EditKind.ADD_SPAN: {"id", "label", "pieces", "attributes", "entity"},
    EditKind.CHANGE_SPAN: {"id", "label", "pieces", "attributes", "entity"},
    EditKind.REMOVE_SPAN: {"id"},
    EditKind.ADD_RELATION: {"id", "type", "from", "to"},
    EditKind.REMOVE_RELATION: {"id"},
    EditKind.SET_NOTE: {"span", "text"},
}
_REQUIRED = {
    EditKind.ADD_SPAN: {"id", "label", "pieces"},
    EditKind.ADD_RELATION: {"id", "type", "from", "to"},
    EditKind.SET_NOTE: {"text"},
}

JSONObject = dict[str, Any]  # Any: what the json module gives


class EditRefused(Exception):  # the field's word
    """The edit is wrong in itself (422); the message is for the person who made it."""


class EditConflict(Exception):
    """The edit was right for what its sender saw, which has changed since (409)."""


@dataclass(frozen=True, slots=True)
class IncomingEdit:
    id: UUID
    kind: EditKind
    group: UUID
    body: JSONObject  # the span, the relation or the note; {"reason": …} of skip; else empty
    names: frozenset[str]  # keys of the spans that it names
    fingerprint: str

    @property
    def answers(self) -> tuple[str, str]:
        """Return the span that ``add_relation`` links, and by which type."""
        return self.body["from"], self.body["type"]


def parse(edits: object, *, most: int) -> list[IncomingEdit]:
    """Return the edits of a request, or raise EditRefused with a sentence."""
    if not isinstance(edits, Sequence) or isinstance(edits, str):
        raise EditRefused("“edits” is a list.")
    if not edits:
        raise EditRefused("There is no edit in this request.")
    if len(edits) > most:
        raise EditRefused(f"A request carries at most {most} edits, not {len(edits)}.")
    parsed = [_parse_one(edit) for edit in edits]
    if len({edit.id for edit in parsed}) < len(parsed):
        raise EditRefused("Two edits of this request have the same id.")
    return parsed


def _parse_one(edit: object) -> IncomingEdit:
    if not isinstance(edit, dict):
        raise EditRefused("An edit is an object.")
    _refuse_unstorable(edit)
    kind = next((kind for kind in KINDS if kind == edit.get("kind")), None)
    if kind is None:
        raise EditRefused(f"There is no kind of edit “{edit.get('kind')}”.")
    part = _PARTS.get(kind, "")
    unknown = set(edit) - {"id", "kind", "group", part}
    if unknown:
        raise EditRefused(f"An edit {kind} has no “{min(unknown)}”.")
    id_ = _uuid(edit.get("id"), "id")
    body = {"reason": _reason(edit)} if kind == EditKind.SKIP else _body(edit, kind, part)
    return IncomingEdit(
        id=id_,
        kind=kind,
        group=_uuid(edit["group"], "group") if "group" in edit else id_,
        body=body,
        names=_names(body, kind),
        fingerprint=hashlib.sha256(json.dumps(edit, sort_keys=True).encode()).hexdigest(),
    )


def _body(edit: JSONObject, kind: EditKind, part: str) -> JSONObject:
    if not part:
        return {}
    body = edit.get(part)
    if not isinstance(body, dict):
        raise EditRefused(f"An edit {kind} needs its “{part}”.")
    unknown = set(body) - _FIELDS[kind]
    if unknown:
        raise EditRefused(f"The {part} of {kind} has no “{min(unknown)}”.")
    missing = _REQUIRED.get(kind, {"id"}) - set(body)
    if missing:
        raise EditRefused(f"The {part} of {kind} needs “{min(missing)}”.")
    for name in {"id", "label", "type", "from", "to"} & set(body):
        if not isinstance(body[name], str) or not 0 < len(body[name]) <= 200:
            raise EditRefused(f"“{name}” is a text of 1 to 200 characters.")
    if not isinstance(body.get("attributes", {}), dict):
        raise EditRefused("“attributes” is an object.")
    entity = body.get("entity")
    if entity is not None and (not isinstance(entity, str) or not 0 < len(entity) <= 300):
        raise EditRefused("“entity” is a name of 1 to 300 characters, or null.")
    if kind == EditKind.SET_NOTE:
        _refuse_bad_note(body)
    if "pieces" in body:
        _refuse_bad_pieces(body["pieces"])
    return body


def _refuse_bad_note(note: JSONObject) -> None:
    span = note.get("span")
    if span is not None and (not isinstance(span, str) or not 0 < len(span) <= 200):
        raise EditRefused("“span” of a note is the id of a span, or null: the article.")
    if not isinstance(note["text"], str) or len(note["text"]) > Note.LONGEST:
        raise EditRefused(f"A note is a text of at most {Note.LONGEST:,} characters.")


def _reason(edit: JSONObject) -> str:
    reason = edit.get("reason")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > LONGEST_REASON:
        raise EditRefused(f"“reason” says why in 1 to {LONGEST_REASON} characters.")
    return reason


def _refuse_bad_pieces(pieces: object) -> None:
    if not isinstance(pieces, list) or not pieces:
        raise EditRefused("“pieces” is a list of [start, end], at least one.")
    for piece in pieces:
        if (
            not isinstance(piece, list)
            or len(piece) != 2
            or not all(type(offset) is int for offset in piece)
        ):
            raise EditRefused("A piece is [start, end], two whole numbers.")
        if not 0 <= piece[0] < piece[1]:
            raise EditRefused(f"A piece starts at 0 or later and ends after its start: {piece}.")


def _names(body: JSONObject, kind: EditKind) -> frozenset[str]:
    if _PARTS.get(kind) == "span":
        return frozenset({body["id"]})
    return frozenset(body[end] for end in ("from", "to", "span") if body.get(end))


def _uuid(value: object, name: str) -> UUID:
    try:
        if isinstance(value, str):
            return UUID(value)
    except ValueError:
        pass
    raise EditRefused(f"“{name}” of an edit is a UUID.")


def _refuse_unstorable(value: object) -> None:
    """Refuse what PostgreSQL cannot hold, wherever it hides: NUL, lone surrogates, depth."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise EditRefused("This edit is nested too deeply.") from None
    if "\\u0000" in text and "\x00" in _all_strings(value):
        raise EditRefused("An edit holds a NUL character, which cannot be stored.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise EditRefused("An edit holds half a character (a lone surrogate).") from None


def _all_strings(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "".join(_all_strings(item) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return "".join(map(_all_strings, value))
    return ""
