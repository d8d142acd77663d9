"""Readings: what one reader marked in one article, and every edit that led there."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from annotator.accounts.models import User
from annotator.corpora.models import RIGHTS, Article, Corpus, Membership, Right
from annotator.readings.fields import ExtentField, Pieces
from annotator.schemas.models import Entity, Label, RelationType


class Origin(models.TextChoices):
    """What kind of reader a reading is of."""

    PERSON = "person"
    SUGGESTER = "suggester"
    IMPORT = "import"
    ADJUDICATED = "adjudicated"


class State(models.TextChoices):
    """How far a reading is. It moves only by edits (``submit``, ``skip``, ``reopen``) and imports."""

    IN_PROGRESS = "in_progress", "in progress"
    SUBMITTED = "submitted"
    SKIPPED = "skipped"


CLOSED = frozenset({State.SUBMITTED, State.SKIPPED})  # only reopening changes anything


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user: User) -> Self:
        """Return what ``user`` may see: an annotator only the own and what no person made."""
        if user.is_superuser:
            return self
        mine = Membership.objects.filter(corpus=OuterRef("article__corpus"), user=user)
        sees_all = mine.filter(role__in=RIGHTS[Right.SEE_ALL_READINGS])
        return self.filter(
            Exists(sees_all) | Exists(mine) & (Q(user=user) | ~Q(origin=Origin.PERSON))
        )


class Reading(models.Model):
    """One reader's pass over one article: its spans, its relations, its state."""

    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    reader = models.CharField(max_length=200, help_text="the name under which it comes out")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.PERSON)
    # The account behind the name; none when the name came with an import and has no account here.
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="readings",
        db_index=False,
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.IN_PROGRESS)
    skip_reason = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="none in what was imported"
    )
    version = models.PositiveIntegerField(default=0, help_text="counts its edits")
    updated_at = models.DateTimeField(default=timezone.now, db_default=models.functions.Now())

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "reader"], name="one_reading_per_reader"),
            models.UniqueConstraint(
                fields=["user", "article"],
                condition=Q(user__isnull=False),
                name="one_reading_per_user",
            ),
            models.CheckConstraint(condition=~Q(reader=""), name="reading_has_a_reader"),
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="reading_origin_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="reading_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(skip_reason="") | Q(state=State.SKIPPED),
                name="only_what_is_skipped_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(user=None) | Q(origin=Origin.PERSON), name="only_a_person_has_a_user"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} on {self.article_id}"


class Span(models.Model):
    """A stretch of text under one label: one or more pieces in code points."""

    reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, related_name="spans", db_index=False
    )
    key = models.CharField(max_length=200, help_text="given by the client or the file")
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="spans")
    extent = ExtentField()
    attributes = models.JSONField(default=dict, blank=True)
    entity = models.ForeignKey(
        Entity, on_delete=models.PROTECT, null=True, blank=True, related_name="spans"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reading", "key"], name="one_span_per_key"),
            models.CheckConstraint(condition=~Q(key=""), name="span_has_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.extent}"

    @property
    def pieces(self) -> Pieces:
        pieces: Pieces = self.extent
        return pieces


class Relation(models.Model):
    """A typed link from one span to another in the same reading."""

    reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, related_name="relations", db_index=False
    )
    key = models.CharField(max_length=200, help_text="given by the client or the file")
    type = models.ForeignKey(RelationType, on_delete=models.PROTECT, related_name="relations")
    source = models.ForeignKey(
        Span, on_delete=models.PROTECT, related_name="relations_out", db_index=False
    )
    target = models.ForeignKey(Span, on_delete=models.PROTECT, related_name="relations_in")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reading", "key"], name="one_relation_per_key"),
            models.UniqueConstraint(fields=["source", "target"], name="one_relation_per_pair"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="no_link_to_itself"),
            models.CheckConstraint(condition=~Q(key=""), name="relation_has_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.source_id} → {self.target_id}"


class Note(models.Model):
    """What a reader tells whoever reviews: about one span, or about the article."""

    LONGEST = 2000

    reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, related_name="notes", db_index=False
    )
    span = models.ForeignKey(
        Span, on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )
    text = models.CharField(max_length=LONGEST)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reading", "span"], name="one_note_per_span", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_has_a_text"),
        ]

    def __str__(self) -> str:
        return self.text


class EditKind(models.TextChoices):
    ADD_SPAN = "add_span"
    CHANGE_SPAN = "change_span"
    REMOVE_SPAN = "remove_span"
    ADD_RELATION = "add_relation"
    REMOVE_RELATION = "remove_relation"
    SET_NOTE = "set_note"
    UNDO = "undo"
    REDO = "redo"
    SUBMIT = "submit"
    SKIP = "skip"
    REOPEN = "reopen"
    IMPORT = "import"
    SWEEP = "sweep"


class Edit(models.Model):
    """One change to a reading, kept for ever; triggers refuse to change or delete it.

    ``before`` and ``after`` are patches: ``{"spans": {key: state or null}, "relations": {…},
    "notes": {key of a span or "": text or null}, "state": …, "skip_reason": …}``, only what the
    edit touched. Laid over each other in the order of ``version`` the ``after`` patches give
    exactly the reading as it stands.
    """

    id = models.UUIDField(primary_key=True, help_text="the client's idempotency key")
    reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, related_name="edits", db_index=False
    )
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=EditKind.choices)
    # Edits of one action of the user have one group: they are undone together. So have those of a
    # sweep, one in each reading.
    group = models.UUIDField()
    # For an undo or redo, and for the undo of a sweep: the group that it takes back or brings back.
    reverts = models.UUIDField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="edits")
    at = models.DateTimeField(default=timezone.now, db_default=models.functions.Now())
    before = models.JSONField()
    after = models.JSONField()
    schema_version = models.PositiveIntegerField(
        null=True, help_text="of the schema by which it was made; none before that was noted"
    )
    # Of the edit as it was sent: the same id with another content is refused, not answered.
    fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reading", "version"], name="one_edit_per_version"),
            models.CheckConstraint(
                condition=Q(kind__in=EditKind.values), name="edit_kind_is_known"
            ),
        ]
        indexes: ClassVar = [
            # Small, and no other edit pays for it.
            models.Index(
                fields=["group", "reading"],
                condition=Q(kind=EditKind.SWEEP),
                name="edits_of_a_sweep",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.kind}"


class SweepKind(models.TextChoices):
    """What a sweep was for."""

    MERGE_ENTITIES = "merge_entities"
    SPLIT_ENTITY = "split_entity"
    RENAME_ENTITY = "rename_entity"
    CHANGE_ALIASES = "change_aliases"
    RENAME_LABEL = "rename_label"
    MERGE_LABELS = "merge_labels"
    SPLIT_LABEL = "split_label"
    RETIRE_LABEL = "retire_label"
    RENAME_CHOICE = "rename_choice"
    MERGE_CHOICES = "merge_choices"


OF_ENTITIES = frozenset(
    {
        SweepKind.MERGE_ENTITIES,
        SweepKind.SPLIT_ENTITY,
        SweepKind.RENAME_ENTITY,
        SweepKind.CHANGE_ALIASES,
    }
)


class Sweep(models.Model):
    """One undoable step over all readings of a corpus; its id is the group of the edits it made.

    ``before`` and ``after`` are what it changed of the schema, as patches: ``{"entities": {id:
    state or null}, "labels": {…}, "attributes": {…}}``, only what it touched.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    corpus = models.ForeignKey(
        Corpus, on_delete=models.CASCADE, related_name="sweeps", db_index=False
    )
    kind = models.CharField(max_length=20, choices=SweepKind.choices)
    sentence = models.TextField(help_text="what it did")
    # How many readings, articles, spans and relations it changed.
    counts = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sweeps")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    # What its undo left as it was, somebody having changed it since: [reading id, key of the span].
    left = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=SweepKind.values), name="sweep_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="sweep_undone_by_and_at_together",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["corpus", "-at"], name="sweep_newest_first")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def right(self) -> Right:
        """Return what somebody must have the right to do in order to take it back."""
        return Right.EDIT_ENTITIES if self.kind in OF_ENTITIES else Right.EDIT_SCHEMA
