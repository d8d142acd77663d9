"""The files of jobs, in the storage: what was sent, until it is read; what was made, for a week.

Names come from the job: an attempt that died leaves a name that no job points to, and the next
attempt, or at last ``tidy``, removes it. Nothing in here is ever served by its name.
"""

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from annotator.exchange.progress import CountedStream, Progress
from annotator.formats import SeekableStream
from annotator.jobs.models import OPEN, Job, new_key
from annotator.jobs.work import CannotRun

FOLDER = "jobs"
LOSSES = ".losses"  # behind the name of a made file: the report of what it could not hold
ORPHANS_KEPT = timedelta(days=2)  # an upload may be on its way still, its job not yet made

Upload = dict[str, Any]  # name in the storage, what its sender called it, bytes


def keep(sent: Iterable[tuple[str, "File[Any]"]]) -> list[Upload]:
    """Store what was sent, each with the name that its sender gave it; all of it or nothing."""
    key = new_key()
    kept: list[Upload] = []
    try:
        for number, (called, file) in enumerate(sent):
            name = default_storage.save(f"{FOLDER}/{key}-{number}", file)
            kept.append({"name": name, "called": called, "size": file.size})
    except BaseException:
        drop(kept)
        raise
    return kept


def drop(uploads: Iterable[Upload]) -> None:
    for upload in uploads:
        default_storage.delete(upload["name"])


def opened(uploads: Iterable[Upload], progress: Progress) -> Iterator[tuple[str, SeekableStream]]:
    """Yield each file with the name that its sender gave it; what is read of it is progress."""
    for upload in uploads:
        try:
            stream = default_storage.open(upload["name"])
        except FileNotFoundError as error:
            raise CannotRun(
                "The file that was sent is not on this worker's machine. Workers on several "
                "machines need a storage that they share (ANNOTATOR_STORAGE)."
            ) from error
        with stream:
            yield upload["called"], CountedStream(stream, progress)


@contextlib.contextmanager
def made_by(job: Job, part: str = "") -> Iterator[tuple[str, IO[bytes]]]:
    """Open the file that this attempt makes; it counts once the job names it.

    Or a ``part`` beside it, of which nothing stays when nothing was written.
    """
    name = _made(job, job.attempt) + part
    default_storage.delete(name)
    with default_storage.open(name, "wb") as stream:
        yield name, stream
        empty = not stream.tell()
    if part and empty:
        default_storage.delete(name)


def tidy(job: Job) -> None:
    """Remove what an attempt that is over, and those before it, left behind."""
    now = Job.objects.defer("result").filter(pk=job.pk).first()
    for attempt in range(1, job.attempt + 1):
        if now is None or _made(job, attempt) != now.file:
            _forget(_made(job, attempt))
    if now and not now.keeps_its_uploads:
        forget_uploads(now)


def forget_uploads(job: Job) -> None:
    """Remove what was sent for a job, unless it was handed over to another one meanwhile."""
    if Job.objects.filter(pk=job.pk, uploads=job.uploads).update(uploads=[]):
        drop(job.uploads)


def sweep() -> None:
    """Remove what is too old to be wanted, and what belongs to no job: its sender died."""
    now = timezone.now()
    over = Job.objects.exclude(state__in=OPEN)
    for job in over.exclude(uploads=[]):
        if not job.keeps_its_uploads or _older(job, now - settings.JOB_CHECKS_KEPT):
            forget_uploads(job)
    for job in over.exclude(file="").filter(ended_at__lt=now - settings.JOB_FILES_KEPT):
        _forget(job.file)
        Job.objects.filter(pk=job.pk).update(file="")
    over.filter(ended_at__lt=now - settings.JOBS_KEPT, uploads=[], file="").delete()
    _sweep_orphans(before=now - ORPHANS_KEPT)


def _sweep_orphans(before: datetime) -> None:
    try:
        names = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return  # nothing was ever sent
    old = [f"{FOLDER}/{name}" for name in names if name < f"{before:%Y%m%d}"]
    if not old:
        return
    made = Job.objects.exclude(file="").values_list("file", flat=True)
    wanted = {name + part for name in made for part in ("", LOSSES)}
    for uploads in Job.objects.exclude(uploads=[]).values_list("uploads", flat=True):
        wanted.update(upload["name"] for upload in uploads)
    open_keys = set(Job.objects.open().values_list("key", flat=True))
    for name in old:
        if name not in wanted and name.partition("/")[2].rpartition("-")[0] not in open_keys:
            default_storage.delete(name)


def _forget(made: str) -> None:
    for part in ("", LOSSES):
        default_storage.delete(made + part)


def _older(job: Job, moment: datetime) -> bool:
    return job.ended_at is not None and job.ended_at < moment


def _made(job: Job, attempt: int) -> str:
    return f"{FOLDER}/{job.key}-made{attempt}"
