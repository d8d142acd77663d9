"""Saving: idempotent, atomic, aware of conflicts, with undo and redo."""

import uuid

import pytest

from annotator.readings import history
from annotator.readings.actions import apply_edits
from annotator.readings.edits import EditConflict, EditRefused
from annotator.readings.models import Edit, Note, Reading, Relation, Span
from annotator.schemas.models import Label, bump_schema_version
from tests.statements import counted

pytestmark = pytest.mark.django_db

QUOTE = [[0, 19]]  # “The boat is late,”
SPEAKER = [[25, 36]]  # Ines Calado


def edit(kind: str, **body):
    group = {"group": body.pop("group")} if "group" in body else {}
    return {"id": str(uuid.uuid4()), "kind": kind, **group, **body}


def add(key="q1", label="quote", pieces=QUOTE, **more):
    span = {"id": key, "label": label, "pieces": pieces, "attributes": {}, **more}
    return edit("add_span", span=span)


def link(key="r1", type="said_by", source="q1", target="s1"):  # noqa: A002
    return edit("add_relation", relation={"id": key, "type": type, "from": source, "to": target})


def speaker(key="s1"):
    return add(key, "speaker", SPEAKER)


def note(text, span=None, **more):
    return edit("set_note", note={"span": span, "text": text}, **more)


def notes() -> dict[str | None, str]:
    return dict(Note.objects.values_list("span__key", "text"))


@pytest.fixture
def save(article, alice):
    """Apply edits as Alice, on top of what is there unless told otherwise."""

    def save(*edits, base=None, by=alice):
        reading = Reading.objects.filter(article=article, user=by).first()
        version = reading.version if reading else 0
        return apply_edits(
            article=article, by=by, base_version=version if base is None else base, edits=edits
        )

    return save


def state(article) -> tuple:
    """What a reader sees: spans and relations, without database ids."""
    return (
        sorted(
            (s.key, s.label.key, s.pieces, s.attributes, s.entity_id)
            for s in Span.objects.filter(reading__article=article).select_related("label")
        ),
        sorted(
            (r.key, r.type.key, r.source.key, r.target.key)
            for r in Relation.objects.filter(reading__article=article)
        ),
    )


def test_a_quote_its_speaker_and_the_link_are_saved(save, article, alice):
    applied = save(add(), speaker(), link())
    assert applied.version == 3
    assert state(article) == (
        [
            ("q1", "quote", [(0, 19)], {"kind": "direct"}, None),
            ("s1", "speaker", [(25, 36)], {}, None),
        ],
        [("r1", "said_by", "q1", "s1")],
    )
    assert [e.by for e in Edit.objects.order_by("version")] == [alice] * 3


def test_the_same_edit_twice_is_applied_once(save, article):
    first = add()
    assert save(first).version == 1
    again = save(first, base=0)
    assert again.version == 1
    assert again.versions == {uuid.UUID(first["id"]): 1}
    assert Edit.objects.count() == 1


def test_a_retry_with_more_edits_applies_only_the_new_ones(save):
    first, second = add(), speaker()
    save(first)
    assert save(first, second, base=0).version == 2
    assert Edit.objects.count() == 2


def test_an_id_with_another_content_is_refused(save):
    first = add()
    save(first)
    with pytest.raises(EditRefused, match="used for another edit"):
        save({**first, "span": {**first["span"], "label": "claim"}})


def test_the_id_of_somebody_elses_edit_is_refused(save, bob):
    first = add()
    save(first)
    with pytest.raises(EditRefused, match="used for another edit"):
        save(first, by=bob)


def test_all_edits_of_a_request_or_none(save, article):
    with pytest.raises(EditRefused):
        save(add(), link(target="nobody"))
    assert state(article) == ([], [])
    assert not Edit.objects.exists()
    assert not Reading.objects.exists()


def test_two_readers_do_not_meet(save, article, alice, bob):
    save(add())
    save(add(), by=bob)
    assert Reading.objects.filter(article=article).count() == 2
    assert {r.reader for r in Reading.objects.all()} == {"alice", "bob"}


def test_a_stale_base_is_fine_for_what_nobody_touched(save):
    save(add())
    save(speaker())
    assert save(add("c1", "claim", [[1, 5]]), base=1).version == 3


@pytest.mark.parametrize(
    "late",
    [
        edit("change_span", span={"id": "q1", "label": "claim"}),
        edit("remove_span", span={"id": "q1"}),
        link("r2", source="q1", target="s1"),
        edit("undo"),
        edit("submit"),
        edit("skip", reason="too hard"),
    ],
    ids=lambda e: e["kind"],
)
@pytest.mark.parametrize("how", ["changed", "removed"])
def test_a_stale_edit_of_what_changed_meanwhile_is_a_conflict(save, article, how, late):
    save(add(), speaker())
    save(
        edit("change_span", span={"id": "q1", "pieces": [[0, 9]]})
        if how == "changed"
        else edit("remove_span", span={"id": "q1"})
    )
    before = state(article)
    with pytest.raises(EditConflict):
        save({**late, "id": str(uuid.uuid4())}, base=2)
    assert state(article) == before


STALE = {
    "a link to another speaker": (link("r2", target="s2"), link("r3", target="s1")),
    "a link to the same speaker": (link("r2", target="s1"), link("r3", target="s1")),
    "a link from what was removed": (edit("remove_span", span={"id": "q1"}), link("r3")),
    "a link to what was removed": (edit("remove_span", span={"id": "s1"}), link("r3")),
    "removing what was linked": (link("r2"), edit("remove_span", span={"id": "s1"})),
    "another label for what was linked": (
        link("r2"),
        edit("change_span", span={"id": "q1", "label": "claim"}),
    ),
    "a new span in what was submitted": (edit("submit"), add("c1", "claim", [[1, 5]])),
    "undo of what was submitted": (edit("submit"), edit("undo")),
}


@pytest.mark.parametrize(("first", "late"), STALE.values(), ids=STALE)
def test_what_would_silently_undo_or_double_the_unseen_is_a_conflict(save, article, first, late):
    save(add(), speaker(), add("s2", "speaker", [[20, 24]]))
    save({**first, "id": str(uuid.uuid4())})
    before = state(article)
    with pytest.raises(EditConflict):
        save({**late, "id": str(uuid.uuid4())}, base=3)
    assert state(article) == before


FINE = {
    "another attribute of what was linked": (
        link("r2"),
        edit("change_span", span={"id": "q1", "attributes": {"kind": "mixed"}}),
    ),
    "the same extent again": (add("q2"), add("q3")),
    "reopening what was submitted": (edit("submit"), edit("reopen")),
    "another label for what was unlinked": (
        edit("remove_relation", relation={"id": "r1"}),
        edit("change_span", span={"id": "q1", "label": "claim"}),
    ),
}


@pytest.mark.parametrize(("first", "late"), FINE.values(), ids=FINE)
def test_what_loses_nothing_unseen_is_saved(save, first, late):
    save(add(), speaker(), link())
    if first["kind"] == "add_relation":
        save(edit("remove_relation", relation={"id": "r1"}))
    base = Reading.objects.get().version
    save({**first, "id": str(uuid.uuid4())})
    assert save({**late, "id": str(uuid.uuid4())}, base=base).version == base + 2


def test_a_link_removed_meanwhile_is_a_conflict(save):
    save(add(), speaker(), link())
    save(edit("remove_relation", relation={"id": "r1"}))
    with pytest.raises(EditConflict):
        save(edit("remove_relation", relation={"id": "r1"}), base=3)


def test_a_retry_does_not_conflict_with_itself(save):
    save(add())
    change = edit("change_span", span={"id": "q1", "pieces": [[0, 9]]})
    save(change)
    more = edit("change_span", span={"id": "q1", "pieces": [[0, 12]]})
    assert save(change, more, base=1).version == 3


def test_a_base_from_the_future_is_refused(save):
    with pytest.raises(EditRefused, match="ahead"):
        save(add(), base=7)


def test_removing_a_span_takes_its_links_along_and_undo_brings_them_back(save, article):
    save(add(), speaker(), link())
    full = state(article)
    save(edit("remove_span", span={"id": "s1"}))
    assert state(article) == (full[0][:1], [])
    save(edit("undo"))
    assert state(article) == full
    save(edit("redo"))
    assert state(article) == (full[0][:1], [])


def test_undo_and_redo_walk_the_whole_history(save, article):
    states = [state(article)]
    for one in (
        add(),
        speaker(),
        link(),
        edit("change_span", span={"id": "q1", "attributes": {"kind": "mixed"}}),
        edit("change_span", span={"id": "q1", "pieces": [[0, 9], [40, 52]]}),
        edit("change_span", span={"id": "s1", "entity": "Ines Calado"}),
        edit("change_span", span={"id": "q1", "label": "claim"}),
    ):
        save(one)
        states.append(state(article))
    for expected in reversed(states[:-1]):
        save(edit("undo"))
        assert state(article) == expected
    with pytest.raises(EditRefused, match="nothing to undo"):
        save(edit("undo"))
    for expected in states[1:]:
        save(edit("redo"))
        assert state(article) == expected
    with pytest.raises(EditRefused, match="nothing to redo"):
        save(edit("redo"))


def test_a_new_edit_ends_the_redoing(save):
    save(add())
    save(edit("undo"))
    save(speaker())
    with pytest.raises(EditRefused, match="nothing to redo"):
        save(edit("redo"))


def test_a_group_is_undone_as_one(save, article):
    group = str(uuid.uuid4())
    save(add())
    save({**speaker(), "group": group}, {**link(), "group": group})
    save(edit("undo"))
    assert [row[0] for row in state(article)[0]] == ["q1"]
    save(edit("redo"))
    assert len(state(article)[1]) == 1


def test_a_group_that_others_followed_is_closed(save):
    group = str(uuid.uuid4())
    save({**add(), "group": group})
    save(speaker())
    with pytest.raises(EditRefused, match="closed"):
        save({**link(), "group": group})


def test_undo_in_the_request_of_what_it_undoes(save, article):
    save(add(), edit("undo"), speaker())
    assert [row[0] for row in state(article)[0]] == ["s1"]


def test_submitted_is_closed_until_it_is_reopened(save, alice):
    save(add(), edit("submit"))
    assert Reading.objects.get().state == "submitted"
    with pytest.raises(EditRefused, match="Reopen"):
        save(speaker())
    save(edit("reopen"), speaker())
    done, _ = history.stacks(Reading.objects.get())
    assert len(done) == 2


def test_skipped_says_why_and_is_closed_until_it_is_reopened(save):
    save(add(), edit("skip", reason="duplicate: see ferry-2"))
    reading = Reading.objects.get()
    assert (reading.state, reading.skip_reason) == ("skipped", "duplicate: see ferry-2")
    with pytest.raises(EditRefused, match="is skipped"):
        save(edit("submit"))
    save(edit("reopen"), edit("undo"))
    reading.refresh_from_db()
    assert (reading.state, reading.skip_reason) == ("in_progress", "")
    assert not Span.objects.exists(), "skipping and reopening are no action to undo"


def test_notes_are_set_changed_and_taken_away(save):
    save(add(), note("Is this one quote or two?", "q1"), note("Dull."))
    assert notes() == {"q1": "Is this one quote or two?", None: "Dull."}
    save(note("Two.\n\nSee the guidelines.", "q1"), note(" \n"))
    assert notes() == {"q1": "Two.\n\nSee the guidelines."}
    save(edit("undo"), edit("undo"))
    assert notes() == {"q1": "Is this one quote or two?", None: "Dull."}
    save(edit("redo"))
    assert notes()["q1"].startswith("Two.")


def test_a_note_goes_with_its_span_and_comes_back_with_it(save, article):
    save(add(), speaker(), link(), note("Who?", "q1"), note("Dull."))
    before = state(article)
    save(edit("remove_span", span={"id": "q1"}))
    assert notes() == {None: "Dull."}
    save(edit("undo"))
    assert (state(article), notes()) == (before, {"q1": "Who?", None: "Dull."})
    save(edit("redo"))
    assert notes() == {None: "Dull."}


def test_a_span_its_note_and_its_removal_in_one_request(save, article):
    save(add(), note("Who?", "q1"), edit("remove_span", span={"id": "q1"}), edit("undo"))
    assert notes() == {"q1": "Who?"}
    assert [row[0] for row in state(article)[0]] == ["q1"]


@pytest.mark.parametrize("on", ["q1", None])
def test_a_note_that_was_changed_elsewhere_is_a_conflict(save, on):
    save(add())
    save(note("From the other tab.", on))
    with pytest.raises(EditConflict, match="note was changed elsewhere"):
        save(note("From this one.", on), base=1)
    save(edit("change_span", span={"id": "q1", "attributes": {"kind": "mixed"}}), base=1)
    assert notes() == {on: "From the other tab."}


def test_a_note_on_a_span_that_was_removed_elsewhere_is_a_conflict(save):
    save(add())
    save(edit("remove_span", span={"id": "q1"}))
    with pytest.raises(EditConflict):
        save(note("Why?", "q1"), base=1)


def test_an_article_can_be_skipped_unread(save):
    assert save(edit("skip", reason="not an article")).version == 1
    [skipped] = Edit.objects.all()
    assert skipped.before == {"state": "in_progress", "skip_reason": ""}
    assert skipped.after == {"state": "skipped", "skip_reason": "not an article"}


def test_another_label_drops_links_and_attributes_that_no_longer_fit(save, article):
    save(add(), speaker(), link())
    save(edit("change_span", span={"id": "q1", "label": "claim"}))
    assert state(article)[0][0] == ("q1", "claim", [(0, 19)], {}, None)
    assert state(article)[1] == []


def test_a_null_takes_an_attribute_or_entity_away(save, article):
    save(
        speaker(),
        edit("change_span", span={"id": "s1", "entity": "Ines", "attributes": {"anonymous": True}}),
    )
    assert Span.objects.get().entity.name == "Ines"
    save(edit("change_span", span={"id": "s1", "entity": None, "attributes": {"anonymous": None}}))
    assert state(article)[0] == [("s1", "speaker", [(25, 36)], {}, None)]


def test_the_kind_of_a_quote_is_set_from_its_marks_unless_it_is_given(save):
    save(
        add("q1"),
        add("q2", pieces=[[25, 36]]),
        add("q3", attributes={"kind": "mixed"}),
    )
    assert [s.attributes["kind"] for s in Span.objects.order_by("key")] == [
        "direct",
        "indirect",
        "mixed",
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (add(pieces=[[0, 5000]]), "the text has 53 characters"),
        (add(pieces=[[5, 5]]), "ends after its start"),
        (add(pieces=[[-1, 5]]), "starts at 0"),
        (add(pieces=[[True, 5]]), "whole numbers"),
        (add(pieces=[[0, 1, 2]]), "two whole numbers"),
        (add(pieces=[]), "at least one"),
        (add(label="headline"), "no label “headline”"),
        (add(label=7), "“label” is a text"),
        (add(key=""), "1 to 200"),
        (add(attributes={"kind": "loud"}), "direct, indirect, mixed"),
        (add(attributes={"mood": "sad"}), "no attribute “mood”"),
        (add(attributes={"kind": {"a": 1}}), "a text that is not empty"),
        (add(attributes=[]), "is an object"),
        (add(entity="Ines"), "has no entity"),
        (add("q\x00"), "NUL"),
        (add(attributes={"a\x00": "b"}), "NUL"),
        (add("q\ud800"), "lone surrogate"),
        ({**add(), "colour": "red"}, "no “colour”"),
        (add(colour="red"), "no “colour”"),
        ({**add(), "id": "1"}, "UUID"),
        (edit("add_span"), "needs its “span”"),
        (edit("import"), "no kind of edit “import”"),
        (edit("paint"), "no kind of edit “paint”"),
        (edit(["add_span"]), "no kind of edit"),
        (edit("change_span", span={"id": "nobody"}), "no span “nobody”"),
        (edit("remove_relation", relation={"id": "r9"}), "no link “r9”"),
        (edit("undo"), "nothing to undo"),
        (link(), "no span “q1”"),
        (note("x", "q1"), "no span “q1”"),
        (note("x", ""), "id of a span, or null"),
        (note("x", ["q1"]), "id of a span, or null"),
        (note("x" * 2001), "at most 2,000 characters"),
        (note(None), "A note is a text"),
        (note("\x00"), "NUL"),
        (edit("set_note", note={"span": None}), "needs “text”"),
        (edit("set_note", note={"text": "x", "to": "bob"}), "no “to”"),
        (edit("set_note"), "needs its “note”"),
        (edit("skip"), "“reason” says why"),
        (edit("skip", reason=" \n"), "“reason” says why"),
        (edit("skip", reason=["x"]), "“reason” says why"),
        (edit("skip", reason="x" * 501), "1 to 500 characters"),
        (edit("skip", reason="x", span={}), "no “span”"),
        (edit("submit", reason="x"), "no “reason”"),
        ("add_span", "An edit is an object"),
    ],
)  # fmt: skip
def test_wrong_input_gets_a_sentence_and_leaves_nothing(save, wrong, sentence):
    with pytest.raises(EditRefused, match=sentence):
        save(wrong)
    assert not Edit.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (link("r3", source="s1", target="q1"), "links a quote to a speaker"),
        (link("r3", source="q1", target="q1"), "not linked to itself"),
        (link("r3", type="knows"), "no relation type"),
        (link("r1"), "There is a link “r1” already"),
        (link("r2"), "linked already"),
        (add("q1"), "There is a span “q1” already"),
    ],
)
def test_links_that_the_schema_or_the_reading_forbids(save, wrong, sentence):
    save(add(), speaker(), link())
    with pytest.raises(EditRefused, match=sentence):
        save(wrong)


def test_a_piece_does_not_cut_a_line_break(article, alice, corpus):
    from tests.factories import ArticleFactory

    other = ArticleFactory(corpus=corpus, text="One.\r\nTwo.")
    with pytest.raises(EditRefused, match="line break"):
        apply_edits(article=other, by=alice, base_version=0, edits=[add(pieces=[[0, 5]])])


def test_a_retired_label_takes_no_new_spans(save, corpus, article):
    save(add())
    Label.objects.filter(corpus=corpus, key="quote").update(retired=True)
    bump_schema_version(article.corpus)
    with pytest.raises(EditRefused, match="retired"):
        save(add("q2"))
    save(edit("change_span", span={"id": "q1", "attributes": {"kind": "mixed"}}))


def test_an_imported_reading_under_my_name_becomes_mine(save, article, alice):
    Reading.objects.create(article=article, reader="alice", origin="person")
    save(add(), base=0)
    assert Reading.objects.get().user == alice


def test_touched_names_the_old_and_the_new_pieces(save):
    save(add(), speaker())
    applied = save(edit("change_span", span={"id": "q1", "pieces": [[0, 9]]}))
    assert applied.touched.pieces == {"q1": [[0, 19], [0, 9]]}
    assert set(save(link()).touched.pieces) == {"q1", "s1"}
    removed = save(edit("remove_span", span={"id": "s1"}))
    assert set(removed.touched.pieces) == {"q1", "s1"}
    assert not removed.theirs


def test_touched_goes_back_to_the_base_and_theirs_is_what_its_sender_has_not_seen(save):
    save(add())
    mine, theirs = speaker(), add("c1", "claim", [[1, 5]])
    save(theirs)
    applied = save(mine, base=1)
    assert applied.touched.spans.keys() == {"c1", "s1"}
    assert applied.theirs.keys == {"c1"}
    again = save(mine, base=1)  # its answer was lost
    assert again.touched.spans.keys() == {"c1", "s1"}
    assert again.theirs.keys == {"c1"}


def test_a_saved_span_costs_a_handful_of_queries(save, article, alice):
    save(add())
    with counted() as sent:
        apply_edits(article=article, by=alice, base_version=1, edits=[speaker()])
    # Savepoint and release, reading, known edits, known spans, span, edit and version.
    assert len(sent) == 7, sent
