"""What can be undone and redone, read off the edits themselves."""

from collections.abc import Sequence
from uuid import UUID

from annotator.readings.models import Edit, EditKind, Reading

UNDOABLE = frozenset(
    {
        EditKind.ADD_SPAN,
        EditKind.CHANGE_SPAN,
        EditKind.REMOVE_SPAN,
        EditKind.ADD_RELATION,
        EditKind.REMOVE_RELATION,
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
