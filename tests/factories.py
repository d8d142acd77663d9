"""Rows for tests. ``build`` before ``create``; traits, not subclasses."""

import hashlib

import factory
from factory.django import DjangoModelFactory

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus, Membership, Role
from annotator.readings.models import Reading, Span
from annotator.schemas.models import Label
from annotator.schemas.templates import apply_template


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    password = factory.django.Password("correct horse battery")


class CorpusFactory(DjangoModelFactory):
    """A corpus with the schema “quotes”; ``template=None`` for one without."""

    class Meta:
        model = Corpus
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"corpus-{n}")
    name = factory.LazyAttribute(lambda corpus: corpus.slug.replace("-", " ").capitalize())

    @factory.post_generation
    def template(corpus, create, extracted, **kwargs):
        if create and extracted is not False:
            apply_template(corpus=corpus, template=extracted or "quotes")


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = Article

    corpus = factory.SubFactory(CorpusFactory)
    key = factory.Sequence(lambda n: f"a-{n}")
    title = factory.Sequence(lambda n: f"Ferry news, part {n}")
    text = "“The boat is late,” said Ines Calado. “It always is.”"
    sha256 = factory.LazyAttribute(lambda a: hashlib.sha256(a.text.encode()).hexdigest())
    length = factory.LazyAttribute(lambda a: len(a.text))


class ReadingFactory(DjangoModelFactory):
    class Meta:
        model = Reading

    article = factory.SubFactory(ArticleFactory)
    reader = factory.Sequence(lambda n: f"reader-{n}")
    origin = "import"


class SpanFactory(DjangoModelFactory):
    class Meta:
        model = Span

    reading = factory.SubFactory(ReadingFactory)
    key = factory.Sequence(lambda n: f"s{n}")
    label = factory.LazyAttribute(
        lambda span: Label.objects.get(corpus=span.reading.article.corpus, key="quote")
    )
    extent = factory.LazyFunction(lambda: [(0, 19)])


def join(corpus: Corpus, user: User, role: Role) -> Membership:
    return Membership.objects.create(corpus=corpus, user=user, role=role)
