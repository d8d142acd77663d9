"""What the edits of a reading tell: what can be undone and redone, and what has changed since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from annotator.readings.models import Edit, EditKind, Reading

UNDOABLE = frozenset(
    {
        EditKind.ADD_SPAN,
        EditKind.CHANGE_SPAN,
        EditKind.REMOVE_SPAN,
        EditKind.ADD_RELATION,
        EditKind.REMOVE_RELATION,
        EditKind.SET_NOTE,
    }
)


def stacks(reading: Reading, more: Sequence[Edit] = ()) -> tuple[list[UUID], list[UUID]]:
    """Return the groups that can be undone and those that can be redone, the next one last.

    ``more`` are edits that follow those in the database. Edits of one action of the user share a
    group; a new action ends the redoing, submitting does not.
    """
    done: list[UUID] = []
    undone: list[UUID] = []
    stored = reading.edits.order_by("version").values_list("kind", "group")
    for kind, group in [*stored, *((edit.kind, edit.group) for edit in more)]:
        if kind == EditKind.UNDO:
            undone.append(done.pop())
        elif kind == EditKind.REDO:
            done.append(undone.pop())
        elif kind in UNDOABLE:
            if not done or done[-1] != group:
                done.append(group)
            undone.clear()
    return done, undone


@dataclass(slots=True)
class Touched:
    """What some edits did to a reading, by key."""

    # Spans made, changed or removed, each with the pieces that it had before and after.
    spans: dict[str, list[list[int]]] = field(default_factory=dict)
    relations: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)  # spans that were linked or unlinked
    linked: set[str] = field(default_factory=set)  # of these, those that were linked
    answered: set[tuple[str, str]] = field(default_factory=set)  # sources, with the type of link
    notes: set[str] = field(default_factory=set)  # spans whose note changed; "": the article
    state: str = ""  # that the reading was moved to

    @classmethod
    def by(cls, edits: Iterable[Edit]) -> Self:
        touched = cls()
        for edit in edits:
            touched._add(edit.before, edit.after)
        return touched

    def __bool__(self) -> bool:
        return bool(self.spans or self.relations or self.notes or self.state)

    @property
    def pieces(self) -> dict[str, list[list[int]]]:
        """Return what looks otherwise now: spans, and ends of links, with the pieces they had."""
        return {key: self.spans.get(key, []) for key in {*self.spans, *self.ends, *self.notes}}

    @property
    def keys(self) -> set[str]:
        """Return every span and relation that is not, or not linked or noted, as it was."""
        return {*self.spans, *self.relations, *self.ends, *self.notes}

    def _add(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        for patch in (before, after):
            for key, span in patch.get("spans", {}).items():
                self.spans.setdefault(key, []).extend(span["pieces"] if span else [])
            for key, link in patch.get("relations", {}).items():
                self.relations.add(key)
                if link:
                    self.ends |= {link["from"], link["to"]}
                    self.answered.add((link["from"], link["type"]))
        self.notes.update(after.get("notes", {}))
        for link in filter(None, after.get("relations", {}).values()):
            self.linked |= {link["from"], link["to"]}
        self.state = after.get("state", self.state)
