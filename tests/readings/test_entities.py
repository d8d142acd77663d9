"""Entities: merged, split, renamed; nothing is made twice, everything can be taken back."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.exchange.imports import import_documents
from annotator.readings import sweeps
from annotator.readings.actions import apply_edits
from annotator.readings.audit import Audit
from annotator.readings.edits import EditConflict
from annotator.readings.entities import change_aliases, merge, rename, split
from annotator.readings.models import Reading, Span, Sweep
from annotator.readings.sweeps import SweepRefused
from annotator.schemas.models import Entity
from tests.exchange.documents import read
from tests.factories import ArticleFactory, CorpusFactory, UserFactory

pytestmark = pytest.mark.django_db

TEXT = "“Late,” said Ines Calado. “Later,” said Marta Calado. “Never,” said Calado."
INES, MARTA, CALADO = [[13, 24]], [[39, 51]], [[68, 74]]


@pytest.fixture
def article(corpus):
    return ArticleFactory(corpus=corpus, text=TEXT)


@pytest.fixture
def name(article, alice):
    """Let a span of Alice's name somebody."""

    def name(key, pieces, entity, by=alice):
        save(article, by, "add_span", span={
            "id": key, "label": "speaker", "pieces": pieces, "entity": entity})  # fmt: skip

    return name


def save(article, by, kind, **body):
    reading = Reading.objects.filter(article=article, user=by).first()
    edit = {"id": str(uuid.uuid4()), "kind": kind, **body}
    version = reading.version if reading else 0
    return apply_edits(article=article, by=by, base_version=version, edits=[edit])


@pytest.fixture
def two(name, corpus):
    """Two people of one surname, and the surname alone, which is a third entity."""
    name("i", INES, "Ines Calado")
    name("m", MARTA, "Marta Calado")
    name("c", CALADO, "Calado")
    return [entity(corpus, said) for said in ("Ines Calado", "Marta Calado", "Calado")]


def entity(corpus, name) -> Entity:
    return Entity.objects.get(corpus=corpus, name=name)


def named() -> dict[str, str]:
    return dict(Span.objects.order_by("key").values_list("key", "entity__name"))


def rows() -> list:
    return list(
        Entity.objects.order_by("pk").values("pk", "name", "aliases", "merged_into", "words")
    )


def problems(corpus) -> list[str]:
    return list(Audit([corpus]))


def test_two_people_of_one_surname_are_never_joined_by_themselves(two, corpus, name):
    name("c2", [[0, 7]], "Calado")
    assert Entity.objects.current().count() == 3
    assert named() == {"i": "Ines Calado", "m": "Marta Calado", "c": "Calado", "c2": "Calado"}


def test_a_merged_entity_is_named_no_more(two, corpus, bob):
    ines, _, calado = two
    outcome = merge(entity=calado, into=ines, by=bob)
    assert named() == {"i": "Ines Calado", "m": "Marta Calado", "c": "Ines Calado"}
    assert outcome.counts["spans"] == 1
    assert outcome.sweep.sentence == "Merged “Calado” into “Ines Calado”."
    assert problems(corpus) == []


def test_a_merged_name_leads_on_when_an_edit_names_it(two, name, bob):
    ines, _, calado = two
    merge(entity=calado, into=ines, by=bob)
    name("c2", [[0, 7]], "Calado")
    assert named()["c2"] == "Ines Calado"
    assert Entity.objects.count() == 3


def test_a_merged_name_leads_on_when_a_file_names_it(corpus, bob):
    other = Entity.objects.create(corpus=corpus, name="Minister Calado")
    assert import_documents(corpus=corpus, by=bob, documents=[read()]).ok
    merge(entity=entity(corpus, "Ines Calado"), into=other, by=bob)
    again = import_documents(corpus=corpus, by=bob, documents=[read()])
    assert (again.ok, again.known_readings) == (True, 1)
    assert import_documents(corpus=corpus, by=bob, documents=[read(reader="b")]).ok
    assert set(named().values()) == {"Minister Calado", None}


def test_a_merge_that_is_taken_back_takes_back_all(two, corpus, bob):
    before = named(), rows()
    sweep = merge(entity=two[2], into=two[0], by=bob).sweep
    sweeps.undo(sweep=sweep, by=bob)
    assert (named(), rows()) == before
    assert problems(corpus) == []


def test_what_was_merged_into_a_merged_one_leads_on_in_one_step(two, name, corpus, bob):
    ines, marta, calado = two
    before = named(), rows()
    first = merge(entity=calado, into=marta, by=bob).sweep
    second = merge(entity=marta, into=ines, by=bob).sweep
    assert set(Entity.objects.exclude(pk=ines.pk).values_list("merged_into", flat=True)) == {
        ines.pk
    }
    with pytest.raises(SweepRefused, match="Merged “Marta Calado” into “Ines Calado”"):
        sweeps.undo(sweep=first, by=bob)
    sweeps.undo(sweep=second, by=bob)
    sweeps.undo(sweep=first, by=bob)
    assert (named(), rows()) == before


@pytest.mark.parametrize(("one", "other"), [(2, 2), (2, 0), (0, 2)])
def test_what_is_merged_is_not_merged_again(two, bob, one, other):
    merge(entity=two[2], into=two[1], by=bob)
    with pytest.raises(SweepRefused, match="was merged into “Marta Calado”"):
        merge(entity=two[one], into=two[other], by=bob)


def test_nothing_is_merged_into_itself(two, bob):
    with pytest.raises(SweepRefused, match="into itself"):
        merge(entity=two[0], into=two[0], by=bob)


def test_a_try_to_merge_or_split_changes_nothing(two, bob):
    before = named(), rows()
    assert merge(entity=two[2], into=two[0], by=bob, dry_run=True).counts["spans"] == 1
    tried = split(entity=two[2], name="New", surfaces=["Calado"], by=bob, dry_run=True)
    assert tried.counts["spans"] == 1
    assert (named(), rows(), Sweep.objects.count()) == (*before, 0)


def test_an_undo_that_names_what_was_merged_meanwhile(two, article, alice, corpus, bob):
    save(article, alice, "remove_span", span={"id": "c"})
    merge(entity=two[2], into=two[0], by=bob)
    save(article, alice, "undo")
    assert named()["c"] == "Ines Calado"
    assert problems(corpus) == []


def test_the_readers_own_undo_of_a_merged_span_is_a_conflict(two, article, alice, bob):
    merge(entity=two[2], into=two[0], by=bob)
    with pytest.raises(EditConflict, match="has changed since"):
        save(article, alice, "undo")


def test_a_split_by_words_makes_a_new_entity(two, name, corpus, bob):
    name("c2", CALADO, "Ines Calado")
    outcome = split(entity=two[0], name="Rui Calado", surfaces=["Calado"], by=bob)
    assert named() == {
        "i": "Ines Calado", "m": "Marta Calado", "c": "Calado", "c2": "Rui Calado"}  # fmt: skip
    assert outcome.sweep.sentence == "Split “Rui Calado” off “Ines Calado”."
    assert problems(corpus) == []


def test_a_split_by_mention_into_one_that_there_is(two, name, bob):
    name("c2", CALADO, "Ines Calado")
    name("c3", CALADO, "Ines Calado")
    [chosen] = Span.objects.filter(key="c3")
    split(entity=two[0], name="Marta Calado", spans=[chosen.pk], by=bob)
    assert (named()["c2"], named()["c3"]) == ("Ines Calado", "Marta Calado")
    assert Entity.objects.count() == 3


def test_a_split_that_is_taken_back_leaves_no_entity_behind(two, name, corpus, bob):
    name("c2", CALADO, "Ines Calado")
    before = named(), rows()
    sweep = split(entity=two[0], name="Rui", surfaces=["Calado"], by=bob).sweep
    sweeps.undo(sweep=sweep, by=bob)
    assert (named(), rows()) == before
    assert problems(corpus) == []


def test_an_entity_that_others_name_by_now_stays(two, name, corpus, bob):
    sweep = split(entity=two[2], name="Rui", surfaces=["Calado"], by=bob).sweep
    name("c2", CALADO, "Rui")
    sweeps.undo(sweep=sweep, by=bob)
    assert (named()["c"], named()["c2"]) == ("Calado", "Rui")


def test_a_redo_that_names_who_is_gone_names_nobody(two, name, article, alice, corpus, bob):
    sweep = split(entity=two[2], name="Rui", surfaces=["Calado"], by=bob).sweep
    name("c2", [[0, 7]], "Rui")
    save(article, alice, "undo")
    sweeps.undo(sweep=sweep, by=bob)
    save(article, alice, "redo")
    assert named()["c2"] is None
    assert problems(corpus) == []


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"surfaces": ["Nobody"]}, "at least one mention"),
        ({}, "at least one mention"),
        ({"name": "Calado", "surfaces": ["Calado"]}, "the entity itself"),
        ({"name": " ", "surfaces": ["Calado"]}, "1 to 300"),
        ({"name": "x" * 301, "surfaces": ["Calado"]}, "1 to 300"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(two, bob, how, sentence):
    with pytest.raises(SweepRefused, match=sentence):
        split(entity=two[2], by=bob, **{"name": "Rui", **how})
    assert Entity.objects.count() == 3


def test_a_split_is_not_taken_back_into_what_was_merged_since(two, bob):
    ines, _, calado = two
    first = split(entity=calado, name="Rui", surfaces=["Calado"], by=bob).sweep
    merge(entity=calado, into=ines, by=bob)
    with pytest.raises(SweepRefused, match="Merged “Calado”"):
        sweeps.undo(sweep=first, by=bob)


def test_one_split_does_not_stand_in_the_way_of_another(two, name, bob):
    name("i2", INES, "Calado")
    first = split(entity=two[2], name="Rui", surfaces=["Calado"], by=bob).sweep
    split(entity=two[2], name="Ines Calado", surfaces=["Ines Calado"], by=bob)
    sweeps.undo(sweep=first, by=bob)
    assert (named()["c"], named()["i2"]) == ("Calado", "Ines Calado")


def test_an_old_name_leads_to_the_new_one(two, name, bob):
    rename(entity=two[2], name="Rui Calado", by=bob)
    name("c2", CALADO, "Calado")
    assert named()["c"] == named()["c2"] == "Rui Calado"
    assert Entity.objects.current().count() == 3


def test_renaming_back_and_forth(two, corpus, bob):
    before = rows()
    first = rename(entity=two[2], name="Rui", by=bob).sweep
    between = rows()
    second = rename(entity=two[2], name="Calado", by=bob).sweep
    assert sorted(Entity.objects.values_list("name", "merged_into")) == [
        ("Calado", None), ("Ines Calado", None), ("Marta Calado", None), ("Rui", two[2].pk),
    ]  # fmt: skip
    with pytest.raises(SweepRefused, match="Renamed “Rui” to “Calado”"):
        sweeps.undo(sweep=first, by=bob)
    sweeps.undo(sweep=second, by=bob)
    assert rows() == between
    sweeps.undo(sweep=first, by=bob)
    assert rows() == before


def test_the_better_name_of_two_merged_ones_can_be_taken(two, bob):
    ines, _, calado = two
    merged = merge(entity=ines, into=calado, by=bob).sweep
    renamed = rename(entity=calado, name="Ines Calado", by=bob).sweep
    assert (named()["i"], named()["c"]) == ("Ines Calado", "Ines Calado")
    with pytest.raises(SweepRefused, match="Renamed"):
        sweeps.undo(sweep=merged, by=bob)
    sweeps.undo(sweep=renamed, by=bob)
    sweeps.undo(sweep=merged, by=bob)
    assert (named()["i"], named()["c"]) == ("Ines Calado", "Calado")


@pytest.mark.parametrize(
    ("new", "sentence"),
    [("Marta Calado", "Merge the two"), ("Calado", "name already"), ("", "1 to 300")],
)
def test_a_name_that_cannot_be_given(two, bob, new, sentence):
    with pytest.raises(SweepRefused, match=sentence):
        rename(entity=two[2], name=new, by=bob)


def test_aliases_are_given_and_taken_back(two, bob):
    before = rows()
    sweep = change_aliases(entity=two[0], aliases=["the minister", "I. C.", "I. C."], by=bob).sweep
    two[0].refresh_from_db()
    assert two[0].aliases == ["the minister", "I. C."]
    assert "minister" in two[0].words
    sweeps.undo(sweep=sweep, by=bob)
    assert rows() == before


@pytest.mark.parametrize(
    ("aliases", "sentence"),
    [(["x" * 301], "1 to 300"), ([""], "1 to 300"), ([], "already"),
     ([str(n) for n in range(101)], "at most 100")],
)  # fmt: skip
def test_aliases_that_cannot_be_given(two, bob, aliases, sentence):
    with pytest.raises(SweepRefused, match=sentence):
        change_aliases(entity=two[0], aliases=aliases, by=bob)


def test_an_alias_joins_nothing(two, name, corpus, bob):
    change_aliases(entity=two[0], aliases=["the minister"], by=bob)
    name("x", [[0, 7]], "the minister")
    assert named()["x"] == "the minister"


NAMES = ["Ines", "Marta", "Rui"]
STEP = st.one_of(
    st.tuples(st.just("merge"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("split"), st.sampled_from(NAMES), st.sampled_from([*NAMES, "New"])),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from([*NAMES, "New", "Newer"])),
    st.tuples(st.just("name"), st.sampled_from([*NAMES, "New"]), st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("undo"), st.integers(0, 3), st.none()),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=3, max_size=12))
def test_any_steps_leave_everything_in_order_and_lead_back(steps):
    """A name always leads to one entity; taken back in turn, every step leads to what was before."""
    from django.db import transaction

    with transaction.atomic():
        corpus, bob = CorpusFactory(), UserFactory()
        article = ArticleFactory(corpus=corpus, text=TEXT)
        for key, who in zip("abcd", [*NAMES, "Ines"], strict=True):
            span = {"id": key, "label": "speaker", "pieces": INES, "entity": who}
            save(article, bob, "add_span", span=span)
        done = []
        for what, one, other in steps:
            before = named(), rows()
            try:
                if sweep := take(corpus, article, bob, done, what, one, other):
                    done.append((before, sweep))
                elif what == "name":
                    done.clear()  # somebody changed what these would give back
            except SweepRefused:
                assert (named(), rows()) == before
            assert problems(corpus) == []
            assert not Span.objects.filter(entity__merged_into__isnull=False).exists()
        for before, sweep in reversed(done):
            sweeps.undo(sweep=sweep, by=bob)
            assert (named(), rows()) == before
        transaction.set_rollback(True)


def take(corpus, article, by, done, what, one, other) -> Sweep | None:
    """Take one step; return the sweep that it made."""
    if what == "undo":
        if one < len(done) and one == len(done) - 1:
            sweeps.undo(sweep=done.pop()[1], by=by)
        elif one < len(done):
            sweeps.undo(sweep=done[one][1], by=by)
            done.clear()
        return None
    if what == "name":
        save(article, by, "change_span", span={"id": other, "entity": one})
        return None
    found = Entity.objects.filter(corpus=corpus, name__in=[one, other])
    rows = {row.name: row for row in found}
    if one not in rows or (what == "merge" and other not in rows):
        return None
    if what == "merge":
        return merge(entity=rows[one], into=rows[other], by=by).sweep
    if what == "split":
        return split(entity=rows[one], name=other, surfaces=["Ines Calado"], by=by).sweep
    return rename(entity=rows[one], name=other, by=by).sweep
