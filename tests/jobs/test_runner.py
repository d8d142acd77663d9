import pytest
from django.core.files.base import ContentFile

from annotator.corpora.models import Article
from annotator.jobs import files, runner
from annotator.jobs.actions import enqueue
from annotator.jobs.models import JobKind, JobState

pytestmark = pytest.mark.django_db(transaction=True)


def test_import(corpus, bob):
    ups = files.keep([("a.jsonl", ContentFile(b'{"id":"a","text":"The boat."}\n'))])
    job = enqueue(corpus=corpus, by=bob, kind=JobKind.IMPORT, uploads=ups)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    assert job.message == "1 new article came in."
    assert Article.objects.count() == 1
    assert job.uploads == []
    assert (job.done, job.total) == (30, 30)
