"""A reading under change: edits are laid over it in memory, then the difference is written.

States are plain: a span is ``{"label", "pieces", "attributes", "entity"}`` (entity: its id or
None), a relation ``{"type", "from", "to"}``, by key; a note is its text, by the key of its span or
"" for the article's. They stand in ``Edit.before`` and ``.after``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from annotator.corpora.candidates import candidates_of
from annotator.corpora.models import Article
from annotator.formats.document import merged
from annotator.readings import store
from annotator.readings.edits import EditConflict, EditRefused, IncomingEdit
from annotator.readings.fields import Pieces
from annotator.readings.models import EditKind, Note, Reading, Relation, Span
from annotator.readings.states import relabelled, takes_entity
from annotator.schemas.models import Entity, Preset
from annotator.schemas.schema import LabelRule, Schema
from annotator.text.quotations import kind_of

State = dict[str, Any]  # Any: a state is JSON
States = dict[str, State | None]  # None: no span, no relation under this key

_CHANGED_SINCE = "What this would take back has changed since."


@dataclass(slots=True)
class Patch:
    """What an edit touched, before and after."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def inverse(self) -> "Patch":
        return Patch(self.after, self.before)


class Workspace:
    """The part of a reading that a request needs, loaded by key."""

    def __init__(self, reading: Reading, article: Article, schema: Schema) -> None:
        self.reading = reading
        self.article = article
        self.schema = schema
        self._spans: States = {}
        self._relations: States = {}
        self._stored_spans: dict[str, Span] = {}
        self._stored_relations: dict[str, Relation] = {}
        self._stored_states: States = {}
        self._stored_links: States = {}
        self._notes: dict[str, str | None] = {}
        self._stored_notes: dict[str, Note] = {}
        self._parts: dict[str, dict[str, Any]] = {  # Any: states, or texts
            "spans": self._spans, "relations": self._relations, "notes": self._notes,
        }  # fmt: skip
        self._patch = Patch()

    # Loading

    def load(self, keys: Iterable[str]) -> None:
        """Fetch the spans of ``keys`` and every relation at one of their ends."""
        # In the order of the edits: spans are stored in it, and equal ones are drawn in it.
        missing = [key for key in dict.fromkeys(keys) if key not in self._spans]
        if not missing:
            return
        self._spans.update(dict.fromkeys(missing))
        found = store.spans_of(self.reading, missing)
        for span in found:
            self._stored_spans[span.key] = span
            self._spans[span.key] = self._stored_states[span.key] = self._span_state(span)
        if found:
            self._load_relations(source__in=found)
            self._load_relations(target__in=found)

    def _load_relations(self, **where: object) -> None:
        rows = Relation.objects.filter(reading=self.reading, **where)
        for row in rows.select_related("source", "target"):
            if row.key in self._relations:
                continue
            self._stored_relations[row.key] = row
            self._relations[row.key] = self._stored_links[row.key] = {
                "type": self.schema.relation_keys[row.type_id],
                "from": row.source.key,
                "to": row.target.key,
            }
            for end in (row.source, row.target):
                if end.key not in self._spans:
                    self._stored_spans[end.key] = end
                    self._spans[end.key] = self._stored_states[end.key] = self._span_state(end)

    def _load_relation(self, key: str) -> None:
        if key not in self._relations:
            self._load_relations(key=key)
            self._relations.setdefault(key, None)

    def _load_notes(self, keys: Iterable[str]) -> None:
        """Fetch the notes on the spans of ``keys``; "" is the article's."""
        missing = [key for key in keys if key not in self._notes]
        self._notes.update(dict.fromkeys(missing))
        if not missing:
            return
        on = Q(span__key__in=missing) | (Q(span=None) if "" in missing else Q())
        for note in Note.objects.filter(on, reading=self.reading).select_related("span"):
            key = note.span.key if note.span else ""
            self._stored_notes[key] = note
            self._notes[key] = note.text

    def _span_state(self, span: Span) -> State:
        return {
            "label": self.schema.label_keys[span.label_id],
            "pieces": [list(piece) for piece in span.extent],
            "attributes": span.attributes,
            "entity": span.entity_id,
        }

    # Applying

    def apply(self, edit: IncomingEdit) -> Patch:
        """Lay one edit over the reading and return its patch, or raise EditRefused."""
        self._patch = Patch()
        match edit.kind:
            case EditKind.ADD_SPAN:
                self._add_span(edit.body)
            case EditKind.CHANGE_SPAN:
                self._change_span(edit.body)
            case EditKind.REMOVE_SPAN:
                self._remove_span(edit.body["id"])
            case EditKind.ADD_RELATION:
                self._add_relation(edit.body)
            case EditKind.SET_NOTE:
                self._set_note(edit.body)
            case _:
                self._remove_relation(edit.body["id"])
        return self._patch

    def apply_patches(self, patches: Iterable[Patch]) -> Patch:
        """Lay patches over the reading in turn; return them as one."""
        self._patch = Patch()
        for patch in patches:
            spans, relations = patch.after.get("spans", {}), patch.after.get("relations", {})
            notes = patch.after.get("notes", {})
            self.load([*spans, *filter(None, notes)])
            self._load_notes(notes)
            for key, link in relations.items():
                self._load_relation(key)
                if link:
                    self.load((link["from"], link["to"]))
            self._expect(patch.before)
            for key, state in self._with_entities_now(spans).items():
                self._set("spans", key, state)
            for key, state in relations.items():
                self._set("relations", key, state)
            for key, text in notes.items():
                self._set("notes", key, text)
        self._expect_fit()
        return self._patch

    def set_state(self, state: str, *, reason: str = "") -> Patch:
        """Move the reading to ``state`` (a reading's, not a span's); ``reason``: why it is skipped."""
        patch = Patch({"state": self.reading.state}, {"state": state})
        if reason != self.reading.skip_reason:
            patch.before["skip_reason"] = self.reading.skip_reason
            patch.after["skip_reason"] = reason
        self.reading.state, self.reading.skip_reason = state, reason
        return patch

    def _expect(self, before: dict[str, Any]) -> None:
        """Refuse to lay a patch over anything but what it was made from."""
        for part, states in before.items():
            if any(self._parts[part].get(key) != state for key, state in states.items()):
                raise EditConflict(_CHANGED_SINCE)

    def _with_entities_now(self, spans: States) -> States:
        """Return states with what their entities have been merged into since."""
        named = {state["entity"] for state in spans.values() if state} - {None}
        if not named:
            return spans
        now = store.entities_now(named)
        return {key: s and {**s, "entity": now.get(s["entity"])} for key, s in spans.items()}

    def _expect_fit(self) -> None:
        """Refuse what would not fit: the schema, or a sweep, may have changed it meanwhile."""
        if any(span and span["label"] not in self.schema.labels for span in self._spans.values()):
            raise EditConflict(_CHANGED_SINCE)
        pairs: set[tuple[str, str]] = set()
        for link in filter(None, self._relations.values()):
            rule = self.schema.relations.get(link["type"])
            ends = self._spans.get(link["from"]), self._spans.get(link["to"])
            labels = [end and end["label"] for end in ends]
            if (
                not rule
                or labels != [rule.source, rule.target]
                or (link["from"], link["to"]) in pairs
            ):
                raise EditConflict(_CHANGED_SINCE)
            pairs.add((link["from"], link["to"]))

    def _add_span(self, body: dict[str, Any]) -> None:
        self.load([body["id"]])
        if self._spans[body["id"]] is not None:
            raise EditRefused(f"There is a span “{body['id']}” already.")
        label = self._label(body["label"])
        pieces = self._pieces(body["pieces"])
        attributes = {k: v for k, v in body.get("attributes", {}).items() if v is not None}
        for rule in label.attributes.values():
            if rule.preset == Preset.QUOTATION_MARKS and rule.key not in attributes:
                attributes[rule.key] = self._kind_of(pieces)
        state: State = {
            "label": label.key,
            "pieces": pieces,
            "attributes": {},
            "entity": None,
        }
        self._describe(state, label, attributes, body)
        self._set("spans", body["id"], state)

    def _change_span(self, body: dict[str, Any]) -> None:
        key = body["id"]
        old = self._span(key)
        state = {**old, "attributes": dict(old["attributes"])}
        pieces = state["pieces"] = (
            self._pieces(body["pieces"]) if "pieces" in body else old["pieces"]
        )
        label = self.schema.labels[old["label"]]
        if "label" in body and body["label"] != old["label"]:
            label = self._label(body["label"])
            state = relabelled(state, label, lambda: self._kind_of(pieces))
        self._describe(state, label, body.get("attributes", {}), body)
        self._set("spans", key, state)
        self._drop_relations_that_no_longer_fit(key, label.key)

    def _describe(
        self, state: State, label: LabelRule, attributes: dict[str, Any], body: dict[str, Any]
    ) -> None:
        """Merge attributes and the entity into ``state``; a null takes one away."""
        given = dict(attributes)
        entity = body["entity"] if "entity" in body else given.pop("entity", ...)
        given.pop("entity", None)
        for key, value in given.items():
            if value is None:
                state["attributes"].pop(key, None)
                continue
            if problem := label.problem_with({key: value}):
                raise EditRefused(problem)
            state["attributes"][key] = value
        if entity is None:
            state["entity"] = None
        elif entity is not ...:
            state["entity"] = self._entity(label, entity)

    def _remove_span(self, key: str) -> None:
        self._span(key)
        for relation, state in list(self._relations.items()):
            if state and key in (state["from"], state["to"]):
                self._set("relations", relation, None)
        self._load_notes([key])
        if self._notes[key] is not None:
            self._set("notes", key, None)
        self._set("spans", key, None)

    def _add_relation(self, body: dict[str, Any]) -> None:
        key, source, target = body["id"], body["from"], body["to"]
        self._load_relation(key)
        if self._relations[key] is not None:
            raise EditRefused(f"There is a link “{key}” already.")
        if source == target:
            raise EditRefused("A span is not linked to itself.")
        labels = self._span(source)["label"], self._span(target)["label"]
        rule = self.schema.relations.get(body["type"])
        if rule is None or rule.retired:
            raise EditRefused(f"There is no relation type “{body['type']}”.")
        if labels != (rule.source, rule.target):
            raise EditRefused(
                f"“{rule.key}” links a {rule.source} to a {rule.target}, "
                f"not a {labels[0]} to a {labels[1]}."
            )
        if any(s and (s["from"], s["to"]) == (source, target) for s in self._relations.values()):
            raise EditRefused("These two spans are linked already.")
        self._set("relations", key, {"type": rule.key, "from": source, "to": target})

    def _remove_relation(self, key: str) -> None:
        self._load_relation(key)
        if self._relations[key] is None:
            raise EditRefused(f"There is no link “{key}”.")
        self._set("relations", key, None)

    def _set_note(self, body: dict[str, Any]) -> None:
        key = body.get("span") or ""
        if key:
            self._span(key)
        self._load_notes([key])
        self._set("notes", key, body["text"] if body["text"].strip() else None)

    def _drop_relations_that_no_longer_fit(self, key: str, label: str) -> None:
        for relation, state in list(self._relations.items()):
            if state is None or key not in (state["from"], state["to"]):
                continue
            rule = self.schema.relations[state["type"]]
            if label != (rule.source if state["from"] == key else rule.target):
                self._set("relations", relation, None)

    # Looking things up

    def _span(self, key: str) -> State:
        self.load([key])
        state = self._spans[key]
        if state is None:
            raise EditRefused(f"There is no span “{key}”.")
        return state

    def _label(self, key: str) -> LabelRule:
        label = self.schema.labels.get(key)
        if label is None:
            raise EditRefused(f"There is no label “{key}”.")
        if label.retired:
            raise EditRefused(f"The label “{key}” is retired.")
        return label

    def _pieces(self, pieces: list[list[int]]) -> list[list[int]]:
        """Return the pieces as they will be stored, or refuse those that the text cannot hold."""
        text = self.article.text
        for start, end in pieces:
            if end > len(text):
                raise EditRefused(
                    f"A piece ends at {end}, but the text has {len(text)} characters."
                )
            if any(text[at - 1 : at + 1] == "\r\n" for at in (start, end) if at):
                raise EditRefused("A piece does not begin or end inside a line break.")
        return [list(piece) for piece in merged(_pairs(pieces))]

    def _entity(self, label: LabelRule, name: str) -> int:
        if not takes_entity(label):
            raise EditRefused(f"A {label.key} has no entity.")
        corpus_id = self.article.corpus_id
        known = store.entity_named(corpus_id, name)
        while known is None:
            # Two who name somebody new at once: one makes the row, both go on with it.
            new = Entity(corpus_id=corpus_id, name=name)
            Entity.objects.bulk_create([new], ignore_conflicts=True)
            known = store.entity_named(corpus_id, name)
        return known

    def _kind_of(self, pieces: list[list[int]]) -> str:
        return kind_of(self.article.text, _pairs(pieces), candidates_of(self.article).quotations)

    # Writing

    def _set(self, part: str, key: str, state: State | str | None) -> None:
        """Put ``state`` under ``key`` and note it in the patch of the edit at hand."""
        states = self._parts[part]
        self._patch.before.setdefault(part, {}).setdefault(key, states.get(key))
        self._patch.after.setdefault(part, {})[key] = state
        states[key] = state

    def save(self) -> None:
        """Write what differs from what is stored: links go first and come last."""
        gone = [
            row.pk
            for key, row in self._stored_relations.items()
            if self._relations[key] != self._stored_links[key]
        ]
        if gone:
            Relation.objects.filter(pk__in=gone).delete()
        new_notes = self._replace_notes()
        self._save_spans()
        new = [
            Relation(
                reading=self.reading,
                key=key,
                type_id=self.schema.relations[state["type"]].id,
                source=self._stored_spans[state["from"]],
                target=self._stored_spans[state["to"]],
            )
            for key, state in self._relations.items()
            if state is not None and state != self._stored_links.get(key)
        ]
        if new:
            store.insert_relations(new)
        for key, text in new_notes.items():
            span = self._stored_spans[key] if key else None
            Note.objects.create(reading=self.reading, span=span, text=text)

    def _replace_notes(self) -> dict[str, str]:
        """Delete the notes that differ from what is stored; return those to write, by key."""
        stored = {key: note.text for key, note in self._stored_notes.items()}
        changed = {key: text for key, text in self._notes.items() if text != stored.get(key)}
        if gone := [self._stored_notes[key].pk for key in changed if key in stored]:
            Note.objects.filter(pk__in=gone).delete()
        return {key: text for key, text in changed.items() if text is not None}

    def _save_spans(self) -> None:
        new: list[Span] = []
        changed: list[Span] = []
        gone: list[int] = []
        for key, state in self._spans.items():
            span = self._stored_spans.get(key)
            if state is None:
                if span:
                    gone.append(span.pk)
                continue
            if span and state == self._stored_states[key]:
                continue
            (changed if span else new).append(self._row(key, state, span))
        if gone:
            Span.objects.filter(pk__in=gone).delete()
        if changed:
            Span.objects.bulk_update(changed, ["label", "extent", "attributes", "entity"])
        if new:
            store.insert_spans(new)
            for span in new:
                self._stored_spans[span.key] = span

    def _row(self, key: str, state: State, span: Span | None) -> Span:
        span = span or Span(reading=self.reading, key=key)
        span.label_id = self.schema.labels[state["label"]].id
        span.extent = _pairs(state["pieces"])
        span.attributes = state["attributes"]
        span.entity_id = state["entity"]
        return span


def _pairs(pieces: Iterable[Sequence[int]]) -> Pieces:
    return [(start, end) for start, end in pieces]
