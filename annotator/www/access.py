"""Every row that a page shows is fetched here, for the user who asks.

What a stranger should not know of is 404; what a member may see but not do is 403.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus, Right
from annotator.jobs.models import Job
from annotator.readings import store
from annotator.readings.models import Reading, Sweep
from annotator.releases.models import Release
from annotator.schemas.models import Entity


def get_corpus(user: User, slug: str, right: Right = Right.READ) -> Corpus:
    """Return the corpus with ``role``, or raise Http404 (stranger) or PermissionDenied (member)."""
    corpus = Corpus.objects.visible_to(user).filter(slug=slug).first()
    if corpus is None:
        raise Http404("There is no such corpus.")
    if not corpus.allows(right):
        raise PermissionDenied(f"You may not {right.value} here.")
    return corpus


def get_article(user: User, pk: int, right: Right = Right.READ) -> Article:
    """Return the article with its corpus and ``role``, or raise Http404 or PermissionDenied."""
    article = store.article_for(user, pk)
    if article is None:
        raise Http404("There is no such article.")
    if not article.allows(right):
        raise PermissionDenied(f"You may not {right.value} here.")
    return article


def get_reading(user: User, article: Article, reader: str) -> Reading:
    """Return what ``reader`` marked in ``article``, or raise Http404."""
    reading = Reading.objects.visible_to(user).filter(article=article, reader=reader).first()
    if reading is None:
        raise Http404("There is no such reading.")
    return reading


def get_job(user: User, pk: int) -> Job:
    """Return the job with its corpus and who asked for it, or raise Http404."""
    job = Job.objects.visible_to(user).select_related("corpus", "by").filter(pk=pk).first()
    if job is None:
        raise Http404("There is no such job.")
    return job


def get_entity(corpus: Corpus, pk: int) -> Entity:
    """Return an entity of a corpus that was fetched for somebody, or raise Http404."""
    entity = Entity.objects.filter(corpus=corpus, pk=pk).first()
    if entity is None:
        raise Http404("There is no such entity.")
    entity.corpus = corpus
    return entity


def get_sweep(corpus: Corpus, pk: UUID) -> Sweep:
    """Return a sweep of a corpus that was fetched for somebody, or raise Http404."""
    sweeps = Sweep.objects.filter(corpus=corpus, pk=pk).select_related("by", "undone_by")
    sweep = sweeps.first()
    if sweep is None:
        raise Http404("There is no such change.")
    sweep.corpus = corpus
    return sweep


def get_release(user: User, slug: str, number: int) -> tuple[Corpus, Release]:
    """Return a corpus and one of its frozen releases; for those who may see all readings.

    Raises Http404 or PermissionDenied: a release holds what everybody marked.
    """
    corpus = get_corpus(user, slug, Right.SEE_ALL_READINGS)
    release = Release.objects.visible_to(user).filter(corpus=corpus, number=number).first()
    if release is None:
        raise Http404("There is no such release.")
    return corpus, release
