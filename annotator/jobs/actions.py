"""Asking for a job, and calling it off."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotator.accounts.models import User
from annotator.corpora.models import Corpus
from annotator.formats.document import JSON
from annotator.jobs import files, queue
from annotator.jobs.kinds import KINDS
from annotator.jobs.models import OPEN, Job, JobKind, JobState

LONGEST_ABOUT = 300
FORGOTTEN_AFTER = timedelta(minutes=1)


class NotConfirmable(Exception):
    """There is nothing to confirm: it was confirmed already, or its file is gone."""


@transaction.atomic
def enqueue(
    *,
    corpus: Corpus,
    by: User,
    kind: JobKind,
    about: str = "",
    arguments: Mapping[str, JSON] | None = None,
    uploads: Sequence[files.Upload] = (),
) -> Job:
    """Ask for a job; a worker learns of it when the transaction at hand is committed."""
    if len(about) > LONGEST_ABOUT:
        about = about[: LONGEST_ABOUT - 1] + "…"
    job = Job.objects.create(
        corpus=corpus,
        by=by,
        kind=kind,
        about=about,
        arguments=dict(arguments or {}),
        uploads=list(uploads),
    )
    put_into_queue(job)
    return job


def put_into_queue(job: Job) -> None:
    queue.put(job.pk, lock=f"{job.kind}-{job.corpus_id}" if KINDS[job.kind].in_turn else None)


def put_forgotten_into_queue() -> None:
    """Put jobs back that nobody works on and that the queue does not know: it lost a row."""
    silent = Q(heartbeat=None) | Q(heartbeat__lt=timezone.now() - FORGOTTEN_AFTER)
    with transaction.atomic():
        found = Job.objects.open().filter(silent, created_at__lt=timezone.now() - FORGOTTEN_AFTER)
        jobs = list(found.select_for_update(skip_locked=True, of=("self",)))
        known = queue.known() if jobs else set()
        for job in jobs:
            if job.pk not in known:
                put_into_queue(job)


def cancel(*, job: Job, by: User) -> bool:
    """Call a job off; False when it was over already. What it had begun is undone."""
    waited = job.state == JobState.WAITING
    sentence = f"{by.username} cancelled it."
    found = Job.objects.filter(pk=job.pk, state__in=OPEN)
    if not found.update(state=JobState.CANCELLED, ended_at=timezone.now(), message=sentence):
        return False
    if waited:  # nobody else would remove it before the next sweep
        files.forget_uploads(job)
    return True


@transaction.atomic
def confirm(*, job: Job, by: User) -> Job:
    """Import the file that ``job`` has looked at. Raises NotConfirmable."""
    job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)  # a double click
    if not job.can_be_confirmed:
        raise NotConfirmable("This was imported already, or its file is not kept any longer.")
    uploads, job.uploads = job.uploads, []
    job.save(update_fields=["uploads"])
    arguments = {name: value for name, value in job.arguments.items() if name != "dry_run"}
    return enqueue(
        corpus=job.corpus,
        by=by,
        kind=JobKind.IMPORT,
        about=job.about,
        arguments=arguments,
        uploads=uploads,
    )
