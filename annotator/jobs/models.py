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


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (JobState.WAITING, JobState.RUNNING)


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
    def can_be_confirmed(self) -> bool:
        """Return whether this was a look at a file that can now be imported."""
        looked = self.state == JobState.DONE and self.arguments.get("dry_run", False)
        return bool(looked and self.uploads)
