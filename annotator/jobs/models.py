"""A job: what somebody asked for that a worker does, and how far it is."""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotator.accounts.models import User
from annotator.corpora.models import RIGHTS, Corpus, Right


class JobKind(models.TextChoices):
    """What a worker can do; ``kinds.KINDS`` says how."""

    IMPORT = "import"
    EXPORT = "export"
    RELEASE = "release"


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


SILENT_SECONDS = 10  # without a sign of life from a job that runs, somebody should be told
OPEN = (JobState.WAITING, JobState.RUNNING)


NO_WORKER = "No worker is running, so jobs wait. “annotator worker” starts one."


def new_key() -> str:
    """Return the stem of the names of a job's files; its date tells an orphan's age."""
    return f"{timezone.now():%Y%m%d}-{secrets.token_hex(16)}"


def new_deadline() -> datetime:
    lifetime: timedelta = settings.JOB_LIFETIME
    return timezone.now() + lifetime


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """Return ``user``'s own jobs, and those of the corpora that ``user`` brings articles into."""
        if user.is_superuser:
            return self
        member = Q(corpus__memberships__user=user)
        looks_after = Q(corpus__memberships__role__in=RIGHTS[Right.IMPORT])
        return self.filter(member & (looks_after | Q(by=user)))

    def open(self) -> Self:
        """Return the jobs that are not over yet."""
        return self.filter(state__in=OPEN)


class Job(models.Model):
    """A piece of work for a worker. The queue only says that it is there; all that counts is here.

    ``attempt`` counts how often it was begun: whoever holds an older number has lost it to another
    worker, and nothing that he does counts any more. ``lost`` counts the workers that died of it.
    """

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="jobs")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=20, help_text="of JobKind; a new one needs no migration")
    about = models.CharField(max_length=300, blank=True, help_text="what it is about, for people")
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=60, unique=True, default=new_key)
    uploads = models.JSONField(
        default=list, help_text="names of the files it reads, in the storage"
    )
    file = models.CharField(
        max_length=100, blank=True, help_text="the file it made, in the storage"
    )
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0, help_text="0 as long as nobody knows")
    message = models.TextField(blank=True, help_text="how it went, in a sentence")
    result = models.JSONField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    deadline = models.DateTimeField(default=new_deadline)
    heartbeat = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at=None)
                | Q(
                    state__in=[JobState.DONE, JobState.FAILED, JobState.CANCELLED],
                    ended_at__isnull=False,
                ),
                name="job_has_ended_or_is_open",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["corpus", "-id"], name="job_latest_first")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.corpus}, {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_look(self) -> bool:
        """Return whether this only says what a file would make."""
        return bool(self.arguments.get("dry_run", False))

    @property
    def can_be_confirmed(self) -> bool:
        """Return whether this was a look at a file that can now be imported."""
        return bool(self.is_look and self.state == JobState.DONE and self.uploads)

    @property
    def keeps_its_uploads(self) -> bool:
        """Return whether they are still wanted: to be imported, or to be told what names mean."""
        if not self.is_look:
            return self.is_open
        unclear = self.state == JobState.FAILED and self.result and self.result["unknown"]
        return bool(self.is_open or self.state == JobState.DONE or unclear)

    @property
    def has_stored(self) -> bool:
        """Return whether this was an import that brought its file in."""
        return self.kind == JobKind.IMPORT and self.state == JobState.DONE and not self.is_look

    @property
    def file_kept_until(self) -> datetime | None:
        kept: timedelta = settings.JOB_FILES_KEPT
        return self.ended_at + kept if self.ended_at else None

    @property
    def percent(self) -> int | None:
        """Return how much is done; None as long as nobody knows how much there is."""
        return self.done * 100 // self.total if self.total else None

    def standing(self, *, has_worker: bool) -> str:
        """Say in a sentence how it stands; nothing while the bar says it all."""
        if self.is_open and not has_worker:
            return NO_WORKER
        if self.state == JobState.WAITING:
            return self.message or "It waits for its turn."
        if self.state == JobState.RUNNING and self._is_silent():
            return "Its worker gives no sign of life. Another one takes over in a moment."
        return self.message

    def _is_silent(self) -> bool:
        limit = timezone.now() - timedelta(seconds=SILENT_SECONDS)
        return self.heartbeat is not None and self.heartbeat < limit
