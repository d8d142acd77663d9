"""Asking for a job, and calling it off."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotator.accounts.models import User
from annotator.corpora.models import Corpus
from annotator.exchange.exports import Filters
from annotator.formats.document import Format
from annotator.formats.mapping import NOTHING, Mapping
from annotator.jobs import files, queue
from annotator.jobs.kinds import KINDS
from annotator.jobs.models import OPEN, Job, JobKind, JobState
from annotator.releases.recipe import Recipe

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
    arguments: dict[str, Any] | None = None,  # Any: JSON
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
        arguments=arguments or {},
        uploads=list(uploads),
    )
    put_into_queue(job)
    return job


def enqueue_import(
    *,
    corpus: Corpus,
    by: User,
    about: str,
    uploads: Sequence[files.Upload],
    format_slug: str = "",
    mapping: Mapping = NOTHING,
    dry_run: bool = False,
) -> Job:
    """Ask for an import of files that ``files.keep`` has put where a worker finds them.

    With ``dry_run`` they are only looked at, and kept for a while, so that it can be confirmed.
    """
    arguments = {"format": format_slug, "map": mapping.written(), "dry_run": dry_run}
    kind = JobKind.IMPORT
    try:
        return enqueue(
            corpus=corpus, by=by, kind=kind, about=about, arguments=arguments, uploads=uploads
        )
    except BaseException:
        files.drop(uploads)
        raise


def enqueue_export(*, corpus: Corpus, by: User, into: Format, filters: Filters) -> Job:
    """Ask for a file of what ``by`` may see of the corpus."""
    return enqueue(
        corpus=corpus,
        by=by,
        kind=JobKind.EXPORT,
        about=", ".join([into.title, *map(str, filters.values())]),
        arguments={"format": into.slug, "filters": dict(filters)},
    )


def enqueue_release(*, corpus: Corpus, by: User, recipe: Recipe) -> Job:
    """Ask for the next release of the corpus."""
    return enqueue(
        corpus=corpus,
        by=by,
        kind=JobKind.RELEASE,
        about=" ".join(recipe.note.split()),
        arguments=recipe.as_json(),
    )


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


def confirm(*, job: Job, by: User) -> Job:
    """Import the file that ``job`` has looked at. Raises NotConfirmable."""
    return _go_on(job, by, {"dry_run": False})


def look_again(*, job: Job, by: User, mapping: Mapping) -> Job:
    """Look at the file once more, with names that mean something now. Raises NotConfirmable."""
    return _go_on(job, by, {"map": mapping.written()})


@transaction.atomic
def _go_on(looked: Job, by: User, changed: dict[str, Any]) -> Job:  # Any: JSON
    """Hand the file that was looked at over to a new job; it is not sent again."""
    looked = Job.objects.select_for_update(of=("self",)).get(pk=looked.pk)  # a double click
    confirmed = changed.get("dry_run") is False
    if looked.is_open or not looked.uploads or (confirmed and not looked.can_be_confirmed):
        raise NotConfirmable("This was gone on with already, or its file is not kept any longer.")
    uploads, looked.uploads = looked.uploads, []
    looked.save(update_fields=["uploads"])
    return enqueue(
        corpus=looked.corpus,
        by=by,
        kind=JobKind.IMPORT,
        about=looked.about,
        arguments={**looked.arguments, **changed},
        uploads=uploads,
    )
