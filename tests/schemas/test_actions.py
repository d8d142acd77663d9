import pytest

from annotator.schemas.actions import (
    SchemaRefused,
    bring_back,
    is_used,
    move_label,
    retire,
    save_attribute,
    save_label,
    save_relation_type,
)
from annotator.schemas.models import Attribute, Entity, Label, RelationType
from annotator.schemas.schema import schema_of
from tests.factories import CorpusFactory, ReadingFactory, SpanFactory


def label(corpus, key: str) -> Label:
    return Label.objects.get(corpus=corpus, key=key)


@pytest.fixture
def quote(corpus, article):
    """A quote with a kind: label and attribute are in use."""
    return SpanFactory(reading=ReadingFactory(article=article), attributes={"kind": "direct"})


CHANGES = {
    "add a label": lambda corpus: save_label(label=Label(corpus=corpus, key="cue", name="Cue")),
    "change a label": lambda corpus: save_label(label=label(corpus, "quote")),
    "move a label": lambda corpus: move_label(label=label(corpus, "quote"), up=True),
    "retire a label": lambda corpus: retire(part=label(corpus, "quote")),
    "bring a label back": lambda corpus: bring_back(part=label(corpus, "quote")),
    "add an attribute": lambda corpus: save_attribute(
        attribute=Attribute(label=label(corpus, "quote"), key="tone", name="Tone", kind="text")
    ),
    "add a link": lambda corpus: save_relation_type(
        relation_type=RelationType(
            corpus=corpus,
            key="repeats",
            name="repeats",
            source=label(corpus, "quote"),
            target=label(corpus, "quote"),
        )
    ),
    "retire a link": lambda corpus: retire(
        part=RelationType.objects.get(corpus=corpus, key="said_by")
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_makes_a_new_version(corpus, change):
    before = schema_of(corpus)

    change(corpus)

    corpus.refresh_from_db()
    assert corpus.schema_version == before.version + 1


def test_key_in_use_is_refused(corpus, quote):
    used = label(corpus, "quote")
    used.key = "citation"

    with pytest.raises(SchemaRefused, match="“quote” is in use, so its key stays"):
        save_label(label=used)


def test_kind_of_an_attribute_in_use_is_refused(corpus, quote):
    kind = Attribute.objects.get(label__corpus=corpus, key="kind")
    kind.kind, kind.choices = "text", []

    with pytest.raises(SchemaRefused, match="its kind stays"):
        save_attribute(attribute=kind)


def test_choice_in_use_is_refused_and_another_is_not(corpus, quote):
    kind = Attribute.objects.get(label__corpus=corpus, key="kind")
    everything = kind.choices

    kind.choices = [choice for choice in everything if choice["value"] != "mixed"]
    save_attribute(attribute=kind)
    kind.choices = [choice for choice in everything if choice["value"] != "direct"]
    with pytest.raises(SchemaRefused, match="“direct” stays: 1 span has it"):
        save_attribute(attribute=kind)


def test_entity_attribute_is_in_use_when_a_span_names_an_entity(corpus, article):
    entity = Attribute.objects.get(label__corpus=corpus, key="entity")
    assert not is_used(entity)

    SpanFactory(
        reading=ReadingFactory(article=article),
        label=label(corpus, "speaker"),
        entity=Entity.objects.create(corpus=corpus, name="Ines Calado"),
    )

    assert is_used(entity)


def test_retiring_says_whether_it_deleted(corpus, quote):
    assert retire(part=label(corpus, "claim"))
    assert not retire(part=label(corpus, "quote"))


def test_label_comes_back_without_a_letter_that_was_taken(corpus, quote):
    retire(part=label(corpus, "quote"))
    save_label(label=Label(corpus=corpus, key="question", name="Question", shortcut="q"))

    bring_back(part=label(corpus, "quote"))

    assert label(corpus, "quote").shortcut == ""


def test_ends_of_a_relation_type_are_of_its_corpus(corpus):
    foreign = label(CorpusFactory(), "quote")
    relation_type = RelationType(
        corpus=corpus, key="x", name="x", source=label(corpus, "claim"), target=foreign
    )

    with pytest.raises(SchemaRefused, match="its own corpus"):
        save_relation_type(relation_type=relation_type)


def test_first_label_goes_no_further_up(corpus):
    before = [found.key for found in Label.objects.filter(corpus=corpus)]

    move_label(label=label(corpus, before[0]), up=True)
    move_label(label=label(corpus, before[-1]), up=False)

    assert [found.key for found in Label.objects.filter(corpus=corpus)] == before
