"""What lies in the storage goes again: after a day, after a week, or because nobody wants it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from annotator.jobs import files
from annotator.jobs.models import Job, JobState
from tests.jobs.jobs import an_export, an_import, in_the_storage, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]


def aged(job: Job, **ago) -> Job:
    """Let a job have ended so long ago."""
    Job.objects.filter(pk=job.pk).update(ended_at=timezone.now() - timedelta(**ago))
    return Job.objects.get(pk=job.pk)


def looked(corpus, bob) -> Job:
    return run(an_import(corpus=corpus, by=bob, dry_run=True))


@pytest.mark.parametrize(("hours", "kept"), [(23, 1), (25, 0)])
def test_a_file_that_was_looked_at_is_kept_for_a_day(corpus, bob, hours, kept):
    aged(looked(corpus, bob), hours=hours)

    files.sweep()

    assert len(in_the_storage()) == len(Job.objects.get().uploads) == kept


@pytest.mark.parametrize(("days", "kept"), [(6, 1), (8, 0)])
def test_an_export_is_kept_for_a_week(corpus, bob, days, kept):
    aged(an_export(corpus=corpus, by=bob, lost=b"{}\n"), days=days)

    files.sweep()

    assert len(in_the_storage()) == 2 * kept  # with what it could not hold
    assert bool(Job.objects.get().file) == bool(kept)


@pytest.mark.parametrize(("days", "kept"), [(89, 1), (91, 0)])
def test_the_list_goes_back_so_far(corpus, bob, days, kept):
    aged(run(an_import(corpus=corpus, by=bob)), days=days)

    files.sweep()

    assert Job.objects.count() == kept


def test_uploads_of_a_job_that_is_over_go(corpus, bob):
    an_import(corpus=corpus, by=bob)
    Job.objects.update(state=JobState.CANCELLED, ended_at=timezone.now())

    files.sweep()

    assert in_the_storage() == []


def test_nothing_that_waits_is_swept(corpus, bob):
    job = an_import(corpus=corpus, by=bob)
    Job.objects.update(created_at=timezone.now() - timedelta(days=400))

    files.sweep()

    assert in_the_storage() == [job.uploads[0]["name"]]


def test_files_without_a_job_go_after_two_days(corpus, bob):
    waiting = an_import(corpus=corpus, by=bob)
    old = default_storage.save("jobs/20200101-aa-0", ContentFile(b"x"))
    Job.objects.filter(pk=waiting.pk).update(key="20200101-bb")
    half = default_storage.save("jobs/20200101-bb-made1", ContentFile(b"x"))  # being made
    lost = default_storage.save("jobs/20200101-bb-made1.losses", ContentFile(b"x"))
    new = files.keep([("a", ContentFile(b"x"))])[0]["name"]

    files.sweep()

    assert set(in_the_storage()) == {half, lost, new, waiting.uploads[0]["name"]}
    assert old not in in_the_storage()


def test_what_was_handed_over_is_not_removed_with_the_job_that_had_it(corpus, bob):
    seen_before = looked(corpus, bob)
    uploads = seen_before.uploads
    Job.objects.filter(pk=seen_before.pk).update(uploads=[])  # confirmed meanwhile

    files.forget_uploads(seen_before)

    assert in_the_storage() == [uploads[0]["name"]]


def test_a_storage_that_is_full_keeps_nothing(monkeypatch):
    plain = default_storage.save

    def full(name, content):
        if name.endswith("-1"):
            raise OSError(28, "No space left on device")
        return plain(name, content)

    monkeypatch.setattr(default_storage, "save", full)

    with pytest.raises(OSError, match="No space"):
        files.keep([("a", ContentFile(b"x")), ("b", ContentFile(b"y"))])
    assert in_the_storage() == []
