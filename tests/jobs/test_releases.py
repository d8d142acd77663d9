"""Releases by a worker: one job is one release, however often it is begun."""

import pytest

from annotator.jobs import kinds
from annotator.jobs.actions import cancel, enqueue_release
from annotator.jobs.models import JobState
from annotator.releases.models import Release
from annotator.releases.recipe import Recipe
from annotator.releases.selection import draft
from tests.jobs.jobs import run
from tests.releases.conftest import own_storage
from tests.releases.corpora import bring, told

__all__ = ["own_storage"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def job(corpus, bob):
    bring(corpus, *(told(number) for number in range(5)))
    return enqueue_release(corpus=corpus, by=bob, recipe=Recipe(note="The\nfirst.", seed="7"))


def test_a_worker_makes_the_release(job, bob):
    done = run(job)
    assert (done.state, done.message) == (JobState.DONE, "Release 1 is frozen.")
    assert done.done == done.total == 15
    made = Release.objects.get()
    assert (made.by, made.chosen) == (bob, Recipe(note="The\nfirst.", seed="7"))
    assert job.about == "The first."


def test_a_job_that_is_begun_anew_makes_one_release(job, corpus, bob):
    draft(corpus=corpus, recipe=Recipe(), by=bob, key=job.key)
    assert run(job).result == {"number": 1}
    assert Release.objects.count() == 1


def test_nothing_to_release_is_said_in_a_sentence(corpus, bob):
    done = run(enqueue_release(corpus=corpus, by=bob, recipe=Recipe()))
    assert done.state == JobState.FAILED
    assert done.message.startswith("No reading here fits this choice")


def test_a_cancelled_job_leaves_nothing(job, bob):
    cancel(job=job, by=bob)
    assert run(job).state == JobState.CANCELLED
    assert not Release.objects.exists()


def test_whoever_lost_the_right_makes_no_release(job, corpus, bob):
    corpus.memberships.filter(user=bob).update(role="viewer")
    assert run(job).state == JobState.FAILED
    assert not Release.objects.exists()


def test_a_draft_that_somebody_else_took_over_is_not_frozen(job, monkeypatch):
    real = kinds.make_release

    def taken_over(**more):
        watch = more["progress"]
        advance = watch.advance

        def lose(units=1):
            if not units:
                left = Release.objects.get()
                left.readings.all().delete()
                left.entities.all().delete()
                left.delete()
            advance(units)

        monkeypatch.setattr(watch, "advance", lose)
        return real(**more)

    monkeypatch.setattr(kinds, "make_release", taken_over)
    assert run(job).state != JobState.DONE
    assert not Release.objects.exists()
