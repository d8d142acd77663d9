"""The database refuses nonsense by itself, whoever writes."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from annotator.corpora.models import Article
from annotator.readings.models import Edit, Note, Reading, Relation, Span
from annotator.schemas.models import Attribute, Entity, Label, RelationType
from tests.factories import ArticleFactory, CorpusFactory, ReadingFactory, SpanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(article):
    return ReadingFactory(article=article, reader="someone")


def label(article: Article, key: str) -> Label:
    return Label.objects.get(corpus=article.corpus, key=key)


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_pieces_come_back_sorted_and_merged(reading):
    span = SpanFactory(reading=reading, extent=[(30, 34), (0, 5), (5, 9)])
    span.refresh_from_db()
    assert span.pieces == [(0, 9), (30, 34)]


@pytest.mark.parametrize(
    ("extent", "guard"),
    [
        ([], "extent_is_a_stretch_of_text"),
        ([(-1, 4)], "extent_is_a_stretch_of_text"),
        ([(0, 10_000)], "leaves the text"),
    ],
)
def test_an_extent_that_no_text_has_is_refused(reading, extent, guard):
    with refused(guard):
        SpanFactory(reading=reading, extent=extent)


def test_an_endless_extent_is_refused(reading):
    span = SpanFactory(reading=reading)
    with refused("extent_is_a_stretch_of_text"), connection.cursor() as cursor:
        cursor.execute("UPDATE annotator_span SET extent = '{[3,)}' WHERE id = %s", [span.pk])


def test_the_last_character_can_be_tagged(reading):
    length = reading.article.length
    SpanFactory(reading=reading, extent=[(length - 1, length)])
    with refused("leaves the text"):
        SpanFactory(reading=reading, extent=[(length - 1, length + 1)])


def test_a_span_cannot_be_moved_out_of_its_text(reading):
    span = SpanFactory(reading=reading)
    with refused("leaves the text"):
        Span.objects.filter(pk=span.pk).update(extent=[(0, 9_999)])


def test_a_label_or_entity_of_another_corpus_is_refused(reading):
    other = CorpusFactory()
    with refused("label is of another corpus"), transaction.atomic():
        SpanFactory(reading=reading, label=Label.objects.get(corpus=other, key="quote"))
    with refused("entity is of another corpus"):
        SpanFactory(reading=reading, entity=Entity.objects.create(corpus=other, name="Ines"))


@pytest.mark.parametrize("change", [{"text": "Another text."}, {"corpus": "other"}])
def test_the_text_of_an_article_never_changes(article, change):
    if "corpus" in change:
        change = {"corpus": CorpusFactory()}
    with refused("article_text_never_changes|never changes"):
        Article.objects.filter(pk=article.pk).update(**change)


def test_length_and_sha256_are_those_of_the_text(corpus):
    with refused("article_length_is_in_code_points"), transaction.atomic():
        ArticleFactory(corpus=corpus, text="😀 two units", length=len("😀 two units") + 1)
    with refused("article_sha256_is_of_its_text"):
        ArticleFactory(corpus=corpus, sha256="0" * 64)


def link(reading, type_: str, source: Span, target: Span) -> Relation:
    rule = RelationType.objects.get(corpus=reading.article.corpus, key=type_)
    return Relation.objects.create(
        reading=reading, key=f"r-{uuid.uuid4()}", type=rule, source=source, target=target
    )


def test_a_relation_fits_its_type_and_its_reading(reading):
    quote = SpanFactory(reading=reading)
    speaker = SpanFactory(reading=reading, label=label(reading.article, "speaker"))
    link(reading, "said_by", quote, speaker)
    with refused("ends do not fit"), transaction.atomic():
        link(reading, "said_by", speaker, quote)
    elsewhere = SpanFactory(reading=ReadingFactory(article=reading.article, reader="other"))
    with refused("ends do not fit"):
        link(reading, "said_by", elsewhere, speaker)


def test_no_link_to_itself_and_none_twice(reading):
    speaker = SpanFactory(reading=reading, label=label(reading.article, "speaker"))
    other = SpanFactory(reading=reading, label=label(reading.article, "speaker"))
    with refused("no_link_to_itself"), transaction.atomic():
        link(reading, "same_as", speaker, speaker)
    link(reading, "same_as", speaker, other)
    with refused("one_relation_per_pair"):
        link(reading, "same_as", speaker, other)


def test_a_linked_span_keeps_a_label_that_fits(reading):
    quote = SpanFactory(reading=reading)
    link(
        reading,
        "said_by",
        quote,
        SpanFactory(reading=reading, label=label(reading.article, "speaker")),
    )
    with refused("relation at its end does not fit"):
        Span.objects.filter(pk=quote.pk).update(label=label(reading.article, "claim"))


def test_edits_are_kept_as_they_were_made(reading):
    edit = Edit.objects.create(
        id=uuid.uuid4(), reading=reading, version=1, kind="submit", group=uuid.uuid4(),
        before={}, after={}, fingerprint="x",
    )  # fmt: skip
    with refused("edits are kept"), transaction.atomic():
        Edit.objects.filter(pk=edit.pk).update(kind="reopen")
    with refused("edits are kept"):
        edit.delete()


def test_a_note_says_something_once_about_a_span_of_its_reading(reading):
    span, other = SpanFactory(reading=reading), SpanFactory(reading__article=reading.article)
    for on in (span, None):
        Note.objects.create(reading=reading, span=on, text="Why?")
        with refused("one_note_per_span"), transaction.atomic():
            Note.objects.create(reading=reading, span=on, text="And why?")
    with refused("note_has_a_text"), transaction.atomic():
        Note.objects.create(reading=other.reading, text="")
    with refused("span of another reading"), transaction.atomic():
        Note.objects.create(reading=reading, span=other, text="Why?")
    with refused("span of another reading"), transaction.atomic():
        Note.objects.filter(span=None).update(span=other)


def test_only_what_is_skipped_has_a_reason(reading):
    Reading.objects.filter(pk=reading.pk).update(state="skipped", skip_reason="too hard")
    with refused("only_what_is_skipped_has_a_reason"):
        Reading.objects.filter(pk=reading.pk).update(state="submitted")


def test_a_key_in_use_is_fixed(reading):
    span = SpanFactory(reading=reading, attributes={"kind": "direct"})
    with refused("in use"), transaction.atomic():
        Label.objects.filter(pk=span.label_id).update(key="citation")
    with refused("in use"), transaction.atomic():
        Attribute.objects.filter(label=span.label_id, key="kind").update(key="sort")
    with refused("in use"), transaction.atomic():
        Attribute.objects.filter(label=span.label_id, key="kind").delete()
    Label.objects.filter(pk=span.label_id).update(name="Citation", retired=True)
    Attribute.objects.filter(label=span.label_id, key="medium").update(key="channel")


def test_each_ordered_pair_of_labels_has_one_relation_type(article):
    quote, speaker = label(article, "quote"), label(article, "speaker")
    with refused("one_relation_type_per_pair"):
        RelationType.objects.create(
            corpus=article.corpus, key="told_by", source=quote, target=speaker
        )


def test_a_merged_entity_is_a_name_only(reading):
    corpus = reading.article.corpus
    one, two, three = (Entity.objects.create(corpus=corpus, name=name) for name in "abc")
    elsewhere = Entity.objects.create(corpus=CorpusFactory(), name="d")
    span = SpanFactory(reading=reading, entity=one)
    with refused("spans name it"), transaction.atomic():
        Entity.objects.filter(pk=one.pk).update(merged_into=two)
    with refused("is of another corpus"), transaction.atomic():
        Entity.objects.filter(pk=two.pk).update(merged_into=elsewhere)
    Entity.objects.filter(pk=two.pk).update(merged_into=three)
    with refused("was merged itself"), transaction.atomic():
        Entity.objects.create(corpus=corpus, name="e", merged_into=two)
    with refused("others are merged into it"), transaction.atomic():
        Entity.objects.filter(pk=three.pk).update(merged_into=one)
    with refused("its entity was merged into another"):
        Span.objects.filter(pk=span.pk).update(entity=two)
