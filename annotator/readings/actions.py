"""Saving: edits are applied to a reading, all of a request or none.

One path for pages and API. ``apply_edits`` checks what was sent (``edits.parse``), locks the
reading, leaves out what it has seen before, lays each edit over the reading (``Workspace``) and
writes the difference together with the edits, in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from annotator.accounts.models import User
from annotator.corpora.models import Article
from annotator.readings import history, store
from annotator.readings.edits import EditConflict, EditRefused, IncomingEdit, parse
from annotator.readings.history import Touched
from annotator.readings.models import CLOSED, Edit, EditKind, Origin, Reading, State
from annotator.readings.workspace import Patch, Workspace
from annotator.schemas.schema import schema_of

MOST_EDITS = 500
TRIES = 3  # when the schema changes under it


@dataclass(slots=True)
class Applied:
    """What a request of edits led to."""

    reading: Reading
    versions: dict[UUID, int] = field(default_factory=dict)  # of each edit of the request
    touched: Touched = field(default_factory=Touched)  # since base_version, by whomever
    theirs: Touched = field(default_factory=Touched)  # of that, not by edits of this request

    @property
    def version(self) -> int:
        return self.reading.version


def apply_edits(
    *, article: Article, by: User, base_version: int, edits: Sequence[object]
) -> Applied:
    """Apply ``edits`` (as JSON gave them) to ``by``'s own reading of ``article``.

    ``base_version`` is the version that the client had seen. An edit whose id is known is not
    applied again. Raises EditRefused when an edit is wrong in itself, and EditConflict when it
    names what was changed or removed since ``base_version``; nothing is stored in either case.
    """
    incoming = parse(edits, most=MOST_EDITS)
    for _ in range(TRIES):
        try:
            return _apply_edits(article, by, base_version, incoming)
        except store.SchemaChanged:
            article.corpus.refresh_from_db(fields=["schema_version"])
    raise EditConflict("The labels of this corpus are being changed. Try again in a moment.")


@transaction.atomic
def _apply_edits(
    article: Article, by: User, base_version: int, incoming: list[IncomingEdit]
) -> Applied:
    """Apply them by the schema that ``article.corpus`` names. Raises SchemaChanged when it is old."""
    schema = schema_of(article.corpus)
    reading = _lock_reading(article, by)
    if base_version > reading.version:
        raise EditRefused(f"base_version {base_version} lies ahead of version {reading.version}.")
    known = _known_edits(incoming, reading)
    fresh = [edit for edit in incoming if edit.id not in known]
    unseen = _edits_since(base_version, reading)
    theirs = Touched.by(edit for edit in unseen if edit.id not in known)
    result = Applied(reading, dict(known), Touched.by(unseen), theirs)
    if not fresh:
        return result
    _refuse_conflicts(fresh, theirs)
    _refuse_reused_groups(fresh, reading)
    workspace = Workspace(reading, article, schema)
    workspace.load(key for edit in fresh for key in edit.names)
    rows: list[Edit] = []
    for edit in fresh:
        patch, reverts = _apply(edit, workspace, rows)
        reading.version += 1
        result.versions[edit.id] = reading.version
        rows.append(
            Edit(
                id=edit.id,
                reading=reading,
                version=reading.version,
                kind=edit.kind,
                group=edit.group,
                reverts=reverts,
                by=by,
                before=patch.before,
                after=patch.after,
                schema_version=schema.version,
                fingerprint=edit.fingerprint,
            )
        )
    workspace.save()
    store.insert_edits(reading, rows)
    result.touched = Touched.by([*unseen, *rows])
    return result


def _lock_reading(article: Article, by: User) -> Reading:
    """Return ``by``'s reading, locked; made when this is the first edit.

    A reading that came with an import under ``by``'s name becomes ``by``'s own.
    """
    if reading := store.lock_reading(article, by.pk):
        return reading
    new = Reading(article=article, reader=by.username, user=by, origin=Origin.PERSON)
    # Two first edits at once: one makes the row, both go on with it.
    Reading.objects.bulk_create([new], ignore_conflicts=True)
    reading = Reading.objects.select_for_update().get(article=article, reader=by.username)
    if reading.user_id is None and reading.origin == Origin.PERSON:
        reading.user = by
        reading.save(update_fields=["user"])
    if reading.user_id != by.pk:
        raise EditRefused(
            f"A reading under the name “{by.username}” that is not yours came with an import."
        )
    return reading


def _known_edits(incoming: Sequence[IncomingEdit], reading: Reading) -> dict[UUID, int]:
    """Return the edits of this request that were applied before: their versions by id."""
    known = store.known_edits([edit.id for edit in incoming])
    for edit in incoming:
        if edit.id in known:
            reading_id, _, fingerprint = known[edit.id]
            if (reading_id, fingerprint) != (reading.pk, edit.fingerprint):
                raise EditRefused(f"The id {edit.id} was used for another edit.")
    return {id_: version for id_, (_, version, _) in known.items()}


def _edits_since(version: int, reading: Reading) -> list[Edit]:
    if version == reading.version:
        return []
    return list(reading.edits.filter(version__gt=version).order_by("version"))


def _refuse_conflicts(fresh: Sequence[IncomingEdit], theirs: Touched) -> None:
    """Raise EditConflict when an edit depends on what ``theirs``, which its sender has not seen, did."""
    if not theirs:
        return
    for edit in fresh:
        if sentence := _conflict(edit, theirs):
            raise EditConflict(sentence)


def _conflict(edit: IncomingEdit, theirs: Touched) -> str | None:
    if theirs.state in CLOSED and edit.kind != EditKind.REOPEN:
        return f"This reading was {theirs.state} elsewhere since you saw it."
    if edit.kind in (EditKind.UNDO, EditKind.REDO, EditKind.SUBMIT, EditKind.SKIP):
        return "This reading has changed elsewhere. Look at it as it is now first."
    if edit.kind == EditKind.REMOVE_RELATION and edit.body["id"] in theirs.relations:
        return "This link was changed or removed elsewhere since you saw it."
    if edit.kind != EditKind.ADD_SPAN and edit.names & theirs.spans.keys():
        return "This span was changed or removed elsewhere since you saw it."
    if edit.kind == EditKind.ADD_RELATION and edit.answers in theirs.answered:
        return "This span was linked or unlinked elsewhere since you saw it."
    if edit.kind == EditKind.SET_NOTE and (edit.body.get("span") or "") in theirs.notes:
        return "This note was changed elsewhere since you saw it."
    relabels = edit.kind == EditKind.CHANGE_SPAN and "label" in edit.body
    if (relabels or edit.kind == EditKind.REMOVE_SPAN) and edit.names & theirs.linked:
        return "This span was linked elsewhere since you saw it."
    return None


def _refuse_reused_groups(fresh: Sequence[IncomingEdit], reading: Reading) -> None:
    """Refuse to add to a group that is no longer the last one: it could not be undone as one."""
    shared = {edit.group for edit in fresh if edit.group != edit.id}
    if not shared:
        return
    used = set(reading.edits.filter(group__in=shared).values_list("group", flat=True))
    if used and used != set(history.stacks(reading)[0][-1:]):
        raise EditRefused("This group of edits is closed: others followed it.")


def _apply(
    edit: IncomingEdit, workspace: Workspace, rows: Sequence[Edit]
) -> tuple[Patch, UUID | None]:
    """Lay one edit over the workspace; return its patch and the group that it reverts."""
    reading = workspace.reading
    if edit.kind == EditKind.REOPEN:
        return workspace.set_state(State.IN_PROGRESS), None
    if reading.state in CLOSED:
        raise EditRefused(f"This reading is {reading.state}. Reopen it to go on.")
    if edit.kind == EditKind.SUBMIT:
        return workspace.set_state(State.SUBMITTED), None
    if edit.kind == EditKind.SKIP:
        return workspace.set_state(State.SKIPPED, reason=edit.body["reason"]), None
    if edit.kind in (EditKind.UNDO, EditKind.REDO):
        return _revert(edit, workspace, rows)
    return workspace.apply(edit), None


def _revert(
    edit: IncomingEdit, workspace: Workspace, rows: Sequence[Edit]
) -> tuple[Patch, UUID | None]:
    """Take the last group of edits back, or bring back the last one that was taken back."""
    done, undone = history.stacks(workspace.reading, rows)
    stack = done if edit.kind == EditKind.UNDO else undone
    if not stack:
        raise EditRefused(f"There is nothing to {edit.kind}.")
    group = stack[-1]
    stored = Edit.objects.filter(reading=workspace.reading, group=group).order_by("version")
    edits = [*stored, *(row for row in rows if row.group == group)]
    edits = [row for row in edits if row.kind in history.UNDOABLE]
    patches = [Patch(row.before, row.after) for row in edits]
    if edit.kind == EditKind.UNDO:
        patches = [patch.inverse() for patch in reversed(patches)]
    return workspace.apply_patches(patches), group
