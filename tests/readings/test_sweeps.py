"""Sweeps: all readings at once, exactly, and back again."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.readings import history, sweeps
from annotator.readings.actions import apply_edits
from annotator.readings.audit import Audit
from annotator.readings.edits import EditConflict, EditRefused
from annotator.readings.models import Edit, EditKind, Reading, Relation, Span, Sweep, SweepKind
from annotator.readings.states import states_of
from annotator.readings.sweeps import SweepBusy, SweepRefused
from annotator.readings.workspace import Patch
from annotator.schemas.models import Label, RelationType, bump_schema_version
from annotator.schemas.schema import schema_of
from tests.factories import ArticleFactory, CorpusFactory, UserFactory
from tests.readings.test_model_of_edits import STEPS

pytestmark = pytest.mark.django_db

QUOTE, SPEAKER = [[0, 19]], [[25, 36]]


@pytest.fixture
def save(article):
    """Apply an edit as somebody, on top of what is there."""

    def save(by, kind, on=article, **body):
        reading = Reading.objects.filter(article=on, user=by).first()
        base = reading.version if reading else 0
        edit = {"id": str(uuid.uuid4()), "kind": kind, **body}
        return apply_edits(article=on, by=by, base_version=base, edits=[edit])

    return save


@pytest.fixture
def read(save, alice, bob):
    """A quote, a speaker and a link of Alice's, who has submitted; a quote of Bob's."""
    save(alice, "add_span", span={"id": "q", "label": "quote", "pieces": QUOTE})
    save(alice, "add_span", span={"id": "s", "label": "speaker", "pieces": SPEAKER})
    save(alice, "add_relation", relation={"id": "r", "type": "said_by", "from": "q", "to": "s"})
    save(alice, "submit")
    save(bob, "add_span", span={"id": "q", "label": "quote", "pieces": SPEAKER})


def relabel(corpus, by, old="quote", new="claim", **more):
    """Give every span of one label another, without its attributes."""
    return sweeps.sweep(
        corpus=corpus,
        by=by,
        kind=SweepKind.MERGE_LABELS,
        sentence=f"Moved {old} to {new}.",
        spans=Span.objects.filter(label__corpus=corpus, label__key=old),
        change=lambda found: [{**one.state, "label": new, "attributes": {}} for one in found],
        **more,
    )


def states(corpus) -> dict:
    """What every reader marked in every article."""
    corpus.refresh_from_db()
    readings = Reading.objects.filter(article__corpus=corpus)
    found = states_of(readings.values_list("pk", flat=True), schema_of(corpus))
    return {(r.article.key, r.reader): found[r.pk] for r in readings.select_related("article")}


def problems(corpus) -> list[str]:
    return list(Audit([corpus]))


def test_every_reading_gets_one_edit_with_what_changed(corpus, read, manuela):
    outcome = relabel(corpus, manuela)
    edits = Edit.objects.filter(kind=EditKind.SWEEP).order_by("reading__reader")
    assert [(e.reading.reader, e.version, e.by, e.group) for e in edits] == [
        ("alice", 5, manuela, outcome.sweep.pk),
        ("bob", 2, manuela, outcome.sweep.pk),
    ]
    assert edits[1].before["spans"]["q"]["label"] == "quote"
    assert edits[1].after["spans"]["q"]["label"] == "claim"
    assert {s.label.key for s in Span.objects.filter(key="q")} == {"claim"}
    assert outcome.counts == {"readings": 2, "articles": 1, "spans": 2, "relations": 1}
    assert problems(corpus) == []


def test_what_is_submitted_is_swept_and_stays_submitted(corpus, read, manuela):
    relabel(corpus, manuela)
    assert Reading.objects.get(reader="alice").state == "submitted"


def test_links_become_the_type_that_the_new_labels_have(corpus, read, manuela):
    outcome = relabel(corpus, manuela)
    assert Relation.objects.get().type.key == "made_by"
    assert outcome.retyped == {("said_by", "made_by"): 1}


def test_links_that_fit_no_more_fall_off_and_are_listed(corpus, read, manuela):
    RelationType.objects.filter(key="made_by").update(retired=True)
    bump_schema_version(corpus)
    outcome = relabel(corpus, manuela)
    reading = Reading.objects.get(reader="alice")
    assert not Relation.objects.exists()
    assert outcome.lost == {"said_by": 1}
    assert outcome.lost_links == [(reading.pk, {"type": "said_by", "from": "q", "to": "s"})]
    assert outcome.lost_attributes == {("quote", "kind"): 2}


def test_undo_gives_back_what_was(corpus, read, manuela):
    RelationType.objects.filter(key="made_by").update(retired=True)
    bump_schema_version(corpus)
    before = states(corpus)
    sweep = relabel(corpus, manuela).sweep
    outcome = sweeps.undo(sweep=sweep, by=manuela)
    assert states(corpus) == before
    assert outcome.counts["spans"] == 2
    assert (sweep.undone_by, outcome.left_spans) == (manuela, [])
    assert Edit.objects.filter(reverts=sweep.pk).count() == 2
    assert problems(corpus) == []


def test_a_try_says_the_same_and_writes_nothing(corpus, read, manuela):
    before = states(corpus)
    tried = relabel(corpus, manuela, dry_run=True)
    assert (states(corpus), tried.sweep, Sweep.objects.count()) == (before, None, 0)
    assert tried.counts == relabel(corpus, manuela).counts


def test_what_changes_nothing_makes_no_edit(corpus, read, manuela):
    outcome = relabel(corpus, manuela, old="claim", new="quote")
    assert outcome.counts == {"readings": 0, "articles": 0, "spans": 0, "relations": 0}
    assert not Edit.objects.filter(kind=EditKind.SWEEP).exists()


def test_undo_leaves_what_somebody_changed_since_and_says_so(corpus, read, save, bob, manuela):
    sweep = relabel(corpus, manuela).sweep
    save(bob, "change_span", span={"id": "q", "pieces": QUOTE})
    tried = sweeps.undo(sweep=sweep, by=manuela, dry_run=True)
    outcome = sweeps.undo(sweep=sweep, by=manuela)
    reading = Reading.objects.get(reader="bob")
    assert outcome.left_spans == tried.left_spans == [(reading.pk, "q")]
    assert outcome.counts["left_spans"] == 1
    assert Sweep.objects.get().left == [[reading.pk, "q"]]
    assert states(corpus)["ferry-1", "bob"]["spans"]["q"]["label"] == "claim"
    assert states(corpus)["ferry-1", "alice"]["spans"]["q"]["label"] == "quote"
    assert problems(corpus) == []


def test_undo_leaves_a_span_that_somebody_linked_since(corpus, read, save, bob, manuela):
    save(bob, "add_span", span={"id": "s", "label": "speaker", "pieces": QUOTE})
    sweep = relabel(corpus, manuela).sweep
    save(bob, "add_relation", relation={"id": "r", "type": "made_by", "from": "q", "to": "s"})
    outcome = sweeps.undo(sweep=sweep, by=manuela)
    assert outcome.counts["left_spans"] == 1
    assert states(corpus)["ferry-1", "bob"]["relations"]["r"]["type"] == "made_by"
    assert problems(corpus) == []


def test_undo_does_not_link_twice(corpus, read, save, alice, manuela):
    RelationType.objects.filter(key="made_by").update(retired=True)
    bump_schema_version(corpus)
    sweep = relabel(corpus, manuela).sweep
    RelationType.objects.filter(key="made_by").update(retired=False)
    bump_schema_version(corpus)
    save(alice, "reopen")
    save(alice, "change_span", span={"id": "q", "label": "quote", "attributes": {"kind": "direct"}})
    save(alice, "add_relation", relation={"id": "r2", "type": "said_by", "from": "q", "to": "s"})
    outcome = sweeps.undo(sweep=sweep, by=manuela)
    assert list(Relation.objects.values_list("key", flat=True)) == ["r2"]
    assert outcome.counts["left_links"] == 1
    assert problems(corpus) == []


def test_undo_leaves_what_is_gone(corpus, read, save, bob, manuela):
    sweep = relabel(corpus, manuela).sweep
    save(bob, "remove_span", span={"id": "q"})
    assert sweeps.undo(sweep=sweep, by=manuela).counts["left_spans"] == 1
    assert problems(corpus) == []


def test_undo_is_done_once(corpus, read, manuela):
    sweep = relabel(corpus, manuela).sweep
    sweeps.undo(sweep=sweep, by=manuela)
    with pytest.raises(SweepRefused, match="undone already"):
        sweeps.undo(sweep=sweep, by=manuela)


def test_undo_of_what_a_later_sweep_changed_again_is_refused(corpus, read, manuela):
    def settle():
        return Patch({"labels": {"7": {"retired": False}}}, {"labels": {"7": {"retired": True}}})

    first = relabel(corpus, manuela, settle=settle).sweep
    second = relabel(corpus, manuela, "claim", "quote", settle=settle).sweep
    with pytest.raises(SweepRefused, match="Moved claim to quote"):
        sweeps.undo(sweep=first, by=manuela)
    sweeps.undo(sweep=second, by=manuela)
    sweeps.undo(sweep=first, by=manuela)
    assert problems(corpus) == []


def test_a_sweep_is_nothing_that_its_reader_can_undo(corpus, read, save, bob, manuela):
    relabel(corpus, manuela)
    with pytest.raises(EditConflict, match="has changed since"):
        save(bob, "undo")
    assert len(history.stacks(Reading.objects.get(reader="bob"))[0]) == 1
    assert problems(corpus) == []


def test_an_undo_that_would_bring_back_a_link_that_fits_no_more(corpus, read, save, alice, manuela):
    save(alice, "reopen")
    save(alice, "remove_span", span={"id": "s"})
    relabel(corpus, manuela)
    with pytest.raises(EditConflict, match="has changed since"):
        save(alice, "undo")
    assert problems(corpus) == []


def test_an_edit_of_a_span_that_was_swept_meanwhile_is_a_conflict(corpus, read, bob, manuela):
    relabel(corpus, manuela)
    reading = Reading.objects.get(reader="bob")
    late = {"id": str(uuid.uuid4()), "kind": "remove_span", "span": {"id": "q"}}
    with pytest.raises(EditConflict, match="since you saw it"):
        apply_edits(article=reading.article, by=bob, base_version=1, edits=[late])


def test_nobody_sends_a_sweep(save, alice):
    with pytest.raises(EditRefused, match="no kind of edit “sweep”"):
        save(alice, "sweep")


def test_who_waits_too_long_is_told(corpus, read, manuela, monkeypatch):
    def busy(*_):
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE 'busy' USING ERRCODE = '55P03'; END $$")

    monkeypatch.setattr("annotator.readings.batches.write", busy)
    with pytest.raises(SweepBusy):
        relabel(corpus, manuela)
    assert not Sweep.objects.exists()


@pytest.mark.parametrize(("readings", "spans"), [(1, 100), (100, 1), (2, 3)])
def test_batches_leave_nothing_out(corpus, bob, manuela, save, monkeypatch, readings, spans):
    monkeypatch.setattr("annotator.readings.sweeps.BATCH_READINGS", readings)
    monkeypatch.setattr("annotator.readings.sweeps.BATCH_SPANS", spans)
    for article in ArticleFactory.create_batch(5, corpus=corpus):
        for key in "ab":
            save(bob, "add_span", article, span={"id": key, "label": "quote", "pieces": QUOTE})
    before = states(corpus)
    outcome = relabel(corpus, manuela)
    assert outcome.counts == {"readings": 5, "articles": 5, "spans": 10, "relations": 0}
    assert problems(corpus) == []
    sweeps.undo(sweep=outcome.sweep, by=manuela)
    assert states(corpus) == before
    assert problems(corpus) == []


def test_more_readings_cost_no_more_statements(corpus, bob, manuela, save):
    def statements(readings: int) -> int:
        for article in ArticleFactory.create_batch(readings, corpus=corpus):
            save(bob, "add_span", article, span={"id": "q", "label": "quote", "pieces": QUOTE})
        with CaptureQueriesContext(
            connection,
        ) as sent:
            relabel(corpus, manuela)
        relabel(corpus, manuela, "claim", "quote")
        return len(sent)

    assert statements(1) == statements(12)


def test_lists_hold_the_first_ones_only(corpus, read, save, bob, manuela, monkeypatch):
    monkeypatch.setattr("annotator.readings.sweeps.LISTED", 1)
    save(bob, "add_span", span={"id": "q2", "label": "quote", "pieces": QUOTE})
    sweep = relabel(corpus, manuela).sweep
    for key in ("q", "q2"):
        save(bob, "remove_span", span={"id": key})
    outcome = sweeps.undo(sweep=sweep, by=manuela)
    assert (len(outcome.left_spans), outcome.counts["left_spans"]) == (1, 2)


def test_readings_elsewhere_are_not_touched(corpus, read, save, charlie, manuela):
    other = ArticleFactory(corpus=CorpusFactory(slug="other"))
    save(charlie, "add_span", other, span={"id": "q", "label": "quote", "pieces": QUOTE})
    relabel(corpus, manuela)
    assert Label.objects.get(spans__reading__article=other).key == "quote"


MOVES = st.tuples(
    st.sampled_from(["quote", "speaker", "claim"]), st.sampled_from(["quote", "speaker", "claim"])
).map(lambda pair: ("sweep", pair))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(STEPS, min_size=2, max_size=12),
    moves=st.lists(MOVES, min_size=1, max_size=3),
    later=st.lists(STEPS, max_size=5),
)
def test_any_edits_swept_and_taken_back_are_as_they_were(steps, moves, later):
    """Edits replayed give what is stored, after every sweep, edit and undo; undo is exact."""
    from django.db import transaction

    with transaction.atomic():
        corpus = CorpusFactory()
        article, alice = ArticleFactory(corpus=corpus), UserFactory()
        for step in steps:
            edit(article, alice, step)
        past = []
        for _, (old, new) in moves:
            past.append((states(corpus), relabel(corpus, alice, old, new).sweep))
            assert problems(corpus) == []
        if not later:
            for before, sweep in reversed(past):
                assert sweeps.undo(sweep=sweep, by=alice).left_spans == []
                assert states(corpus) == before
        for step in later:
            edit(article, alice, step)
            assert problems(corpus) == []
        for _, sweep in past if later else ():
            sweeps.undo(sweep=sweep, by=alice)
            assert problems(corpus) == []
        transaction.set_rollback(True)


def edit(article, by, step) -> None:
    kind, body = step
    reading = Reading.objects.filter(user=by).first()
    base = reading.version if reading else 0
    sent = {"id": str(uuid.uuid4()), "kind": kind, **body}
    try:
        apply_edits(article=article, by=by, base_version=base, edits=[sent])
    except (EditRefused, EditConflict):
        pass
