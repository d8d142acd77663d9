"""Schema moves: what every reading says by another label, exactly, and back again."""

import pytest

from annotator.readings import labels, sweeps
from annotator.readings.actions import apply_edits
from annotator.readings.edits import EditConflict, EditRefused
from annotator.readings.models import Edit, EditKind, Reading, Relation, Span, Sweep
from annotator.readings.sweeps import SweepRefused
from annotator.schemas.actions import is_used, retire, save_label
from annotator.schemas.models import Attribute, Label, RelationType
from annotator.schemas.schema import read_schema, schema_of
from tests.readings.test_sweeps import QUOTE, SPEAKER, problems, read, save, states
from tests.readings.test_sweeps_among_savers import edit, while_waiting_for

__all__ = ["read", "save"]
pytestmark = pytest.mark.django_db


def label(corpus, key: str) -> Label:
    return Label.objects.get(corpus=corpus, key=key)


def rename(corpus, by, key="citation", **more):
    return labels.rename(label=label(corpus, "quote"), key=key, name="Citation", by=by, **more)


def merge(corpus, by, old="quote", into="claim", **more):
    return labels.merge(label=label(corpus, old), into=label(corpus, into), by=by, **more)


def split(corpus, by, into=None, value="indirect", **more):
    into = into or Label(key="paraphrase", name="Paraphrase", shortcut="p")
    return labels.split(
        label=label(corpus, "quote"), attribute="kind", value=value, into=into, by=by, **more
    )


def choice(corpus, by, value, to, key="medium", **more):
    attribute = Attribute.objects.get(label__corpus=corpus, label__key="quote", key=key)
    return labels.change_choice(attribute=attribute, value=value, to=to, by=by, **more)


MOVES = {
    "rename": rename,
    "merge": merge,
    "split": split,
    "split into one there is": lambda corpus, by, **more: split(
        corpus, by, label(corpus, "claim"), **more
    ),
    "rename a choice": lambda corpus, by, **more: choice(corpus, by, "speech", "spoken", **more),
    "merge choices": lambda corpus, by, **more: choice(corpus, by, "speech", "writing", **more),
}


@pytest.fixture
def marked(read, save, bob):
    """Beside what was read: a said quote of Bob's, linked, whose marks make it indirect."""
    save(bob, "add_span", span={"id": "s", "label": "speaker", "pieces": QUOTE})
    save(bob, "change_span", span={"id": "q", "attributes": {"medium": "speech"}})
    save(bob, "add_relation", relation={"id": "r", "type": "said_by", "from": "q", "to": "s"})


def rows(corpus) -> tuple:
    """The schema as people see it."""
    corpus.refresh_from_db()
    schema = read_schema(corpus)
    return schema.labels, schema.relations


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_a_move_and_its_undo_are_exact(corpus, marked, manuela, move):
    before, schema, was = states(corpus), rows(corpus), corpus.schema_version
    tried = move(corpus, manuela, dry_run=True)
    assert (states(corpus), rows(corpus)) == (before, schema)
    outcome = move(corpus, manuela)
    assert (outcome.counts, outcome.lost, outcome.retyped) == (
        tried.counts, tried.lost, tried.retyped,
    )  # fmt: skip
    assert states(corpus) != before
    assert problems(corpus) == []
    sweeps.undo(sweep=outcome.sweep, by=manuela)
    assert (states(corpus), rows(corpus)) == (before, schema)
    assert problems(corpus) == []
    # Edits say by which schema they were made: sweeps by the one that they lead to.
    versions = set(Edit.objects.values_list("kind", "schema_version"))
    swept = {version for kind, version in versions if kind == EditKind.SWEEP}
    assert swept in ({was + 1, was + 2}, {was})  # the latter where the schema stays
    assert corpus.schema_version == max(swept)
    assert {version for kind, version in versions if kind != EditKind.SWEEP} == {was}


def test_a_rename_keeps_links_and_attributes(corpus, marked, manuela):
    outcome = rename(corpus, manuela)
    assert (outcome.counts["spans"], outcome.counts["relations"]) == (2, 0)
    assert not outcome.lost_attributes
    assert set(Relation.objects.values_list("type__key", flat=True)) == {"said_by"}
    assert states(corpus)["ferry-1", "bob"]["spans"]["q"]["label"] == "citation"


def test_undoing_a_rename_takes_along_what_was_made_since(corpus, marked, save, alice, manuela):
    sweep = rename(corpus, manuela).sweep
    save(alice, "reopen")
    save(alice, "add_span", span={"id": "new", "label": "citation", "pieces": SPEAKER})
    sweeps.undo(sweep=sweep, by=manuela)
    assert states(corpus)["ferry-1", "alice"]["spans"]["new"]["label"] == "quote"
    assert problems(corpus) == []


def test_a_rename_is_not_undone_while_its_key_is_taken(corpus, marked, manuela):
    sweep = rename(corpus, manuela).sweep
    save_label(label=Label(corpus=corpus, key="quote", name="Another"))
    with pytest.raises(SweepRefused, match="Another label has the key “quote” now"):
        sweeps.undo(sweep=sweep, by=manuela)


def test_a_merge_fills_in_what_marks_say(corpus, read, save, bob, manuela):
    save(bob, "add_span", span={"id": "c", "label": "claim", "pieces": QUOTE})
    merge(corpus, manuela, "claim", "quote")
    assert Span.objects.get(key="c").attributes == {"kind": "direct"}
    assert label(corpus, "claim").retired


def test_a_merge_says_what_falls_off(corpus, marked, manuela):
    outcome = merge(corpus, manuela, "speaker", "claim", dry_run=True)
    assert outcome.lost == {"said_by": 2}
    outcome = merge(corpus, manuela, dry_run=True)
    assert outcome.retyped == {("said_by", "made_by"): 2}
    assert outcome.lost_attributes == {("quote", "kind"): 2, ("quote", "medium"): 1}


def test_links_that_come_back_come_in_one_order(corpus, marked, save, bob, manuela):
    for n in range(8):
        save(bob, "add_span", span={"id": f"q{n}", "label": "quote", "pieces": [[n, n + 1]]})
        save(bob, "add_relation",
             relation={"id": f"r{n}", "type": "said_by", "from": f"q{n}", "to": "s"})  # fmt: skip
    outcome = merge(corpus, manuela, "speaker", "claim")
    assert not Relation.objects.filter(key__startswith="r").exists()
    sweeps.undo(sweep=outcome.sweep, by=manuela)
    keys = Relation.objects.filter(key__regex="r[0-9]").order_by("id").values_list("key", flat=True)
    assert list(keys) == [f"r{n}" for n in range(8)]


def test_entities_that_fall_off_are_counted(corpus, marked, save, bob, manuela):
    save(bob, "change_span", span={"id": "s", "entity": "Ines Calado"})
    outcome = merge(corpus, manuela, "speaker", "claim", dry_run=True)
    assert outcome.lost_attributes["speaker", "entity"] == 1


def test_a_split_off_label_has_the_links_of_the_old_one(corpus, marked, manuela):
    split(corpus, manuela)
    new = label(corpus, "paraphrase")
    assert (new.colour, new.style) == (label(corpus, "quote").colour, "double")
    assert set(new.attributes.values_list("key", flat=True)) == {"medium", "no_speaker"}
    assert RelationType.objects.get(relations__reading__reader="bob").key == "said_by_paraphrase"
    assert Span.objects.get(reading__reader="bob", key="q").attributes == {"medium": "speech"}
    assert Span.objects.get(reading__reader="alice", key="q").label.key == "quote"


def test_undoing_a_split_keeps_a_label_that_is_in_use(corpus, marked, save, alice, manuela):
    sweep = split(corpus, manuela).sweep
    save(alice, "reopen")
    save(alice, "add_span", span={"id": "new", "label": "paraphrase", "pieces": SPEAKER})
    sweeps.undo(sweep=sweep, by=manuela)
    assert states(corpus)["ferry-1", "alice"]["spans"]["new"]["label"] == "paraphrase"
    assert states(corpus)["ferry-1", "bob"]["spans"]["q"]["label"] == "quote"
    assert problems(corpus) == []


def test_retiring_is_undone_too(corpus, marked, manuela):
    sweep = labels.retire(label=label(corpus, "quote"), by=manuela).sweep
    assert label(corpus, "quote").retired
    sweeps.undo(sweep=sweep, by=manuela)
    assert not label(corpus, "quote").retired


def test_a_label_comes_back_without_a_letter_that_was_taken(corpus, marked, manuela):
    sweep = merge(corpus, manuela).sweep
    save_label(label=Label(corpus=corpus, key="question", name="Question", shortcut="q"))
    sweeps.undo(sweep=sweep, by=manuela)
    assert (label(corpus, "quote").shortcut, label(corpus, "quote").retired) == ("", False)


def test_choices_that_were_added_since_stay(corpus, marked, manuela):
    sweep = choice(corpus, manuela, "speech", "spoken").sweep
    medium = Attribute.objects.get(label__corpus=corpus, key="medium")
    medium.choices = [*medium.choices, {"value": "song", "shortcut": ""}]
    medium.save()
    sweeps.undo(sweep=sweep, by=manuela)
    medium.refresh_from_db()
    assert [c["value"] for c in medium.choices] == ["speech", "writing", "thought", "song"]


def test_moves_are_undone_the_latest_first(corpus, marked, manuela):
    first, second = merge(corpus, manuela).sweep, merge(corpus, manuela, "claim", "speaker").sweep
    with pytest.raises(SweepRefused, match="Undo this first"):
        sweeps.undo(sweep=first, by=manuela)
    sweeps.undo(sweep=second, by=manuela)
    sweeps.undo(sweep=first, by=manuela)
    assert problems(corpus) == []


def test_a_key_is_not_taken_back_from_what_was_moved_by_it(corpus, marked, manuela):
    before, first = states(corpus), rename(corpus, manuela).sweep
    second = merge(corpus, manuela, "citation").sweep
    with pytest.raises(SweepRefused, match="Undo this first"):
        sweeps.undo(sweep=first, by=manuela)
    sweeps.undo(sweep=second, by=manuela)
    sweeps.undo(sweep=first, by=manuela)
    assert states(corpus) == before


def test_what_a_move_could_bring_back_is_not_deleted(corpus, marked, manuela):
    sweep = merge(corpus, manuela).sweep
    kept = label(corpus, "quote"), *label(corpus, "quote").relations_out.all()
    kept += tuple(label(corpus, "quote").attributes.all())
    assert not any(retire(part=part) for part in kept)
    sweeps.undo(sweep=sweep, by=manuela)
    assert not is_used(label(corpus, "claim"))


REFUSED = {
    "its key": (lambda c, by: rename(c, by, "quote"), "its key already"),
    "a key that is taken": (lambda c, by: rename(c, by, "claim"), "Merge the two instead"),
    "into itself": (lambda c, by: merge(c, by, "quote", "quote"), "into itself"),
    "into a retired one": (lambda c, by: merge(c, by, "claim", "speaker"), "is retired"),
    "nothing to split": (lambda c, by: split(c, by, value="mixed"), "No span of “quote” has kind"),
    "a letter that is taken": (
        lambda c, by: split(c, by, Label(key="x", name="X", shortcut="q")), "“q” is taken",
    ),
    "what marks fill in": (
        lambda c, by: choice(c, by, "direct", "literal", "kind"), "from the quotation marks",
    ),
    "no such choice": (lambda c, by: choice(c, by, "song", "speech"), "has no choice “song”"),
}  # fmt: skip


@pytest.mark.parametrize(("move", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused(corpus, marked, manuela, move, sentence):
    Label.objects.filter(corpus=corpus, key="speaker").update(retired=True)
    with pytest.raises(SweepRefused, match=sentence):
        move(corpus, manuela)
    assert not Sweep.objects.exists()


def test_who_saves_by_the_old_schema_is_told(corpus, article, marked, alice, bob, manuela):
    assert article.corpus.schema_version == schema_of(article.corpus).version
    rename(corpus, manuela)
    span = {"id": "late", "label": "quote", "pieces": QUOTE}
    with pytest.raises(EditRefused, match="no label “quote”"):
        apply_edits(article=article, by=bob, base_version=4, edits=[edit("add_span", span=span)])
    span["label"] = "citation"
    apply_edits(article=article, by=bob, base_version=5, edits=[edit("add_span", span=span)])
    assert problems(corpus) == []


def test_an_undo_that_would_bring_back_a_deleted_label(corpus, article, save, bob):
    save(bob, "add_span", span={"id": "c", "label": "claim", "pieces": QUOTE})
    save(bob, "remove_span", span={"id": "c"})
    assert retire(part=label(corpus, "claim"))
    with pytest.raises(EditConflict, match="has changed since"):
        save(bob, "undo")


@pytest.mark.django_db(transaction=True)
def test_a_rename_waits_for_who_is_saving(corpus, article, alice, manuela):
    span = {"id": "q", "label": "quote", "pieces": QUOTE}

    def saver():
        apply_edits(article=article, by=alice, base_version=0, edits=[edit("add_span", span=span)])

    while_waiting_for(saver, lambda: rename(corpus, manuela))
    assert Edit.objects.get(kind=EditKind.SWEEP).before["spans"]["q"]["label"] == "quote"
    assert problems(corpus) == []


@pytest.mark.django_db(transaction=True)
def test_who_saves_during_a_rename_waits_and_learns_of_it(corpus, article, alice, manuela):
    def saver():
        rename(corpus, manuela)

    def late():
        span = {"id": "q", "label": "quote", "pieces": QUOTE}
        with pytest.raises(EditRefused, match="no label “quote”"):
            apply_edits(
                article=article, by=alice, base_version=0, edits=[edit("add_span", span=span)]
            )

    while_waiting_for(saver, late)
    assert not Reading.objects.exists()
    assert problems(corpus) == []
