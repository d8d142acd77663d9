"""Any sequence of edits, undo and redo leads where a plain dict leads."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.readings.actions import apply_edits
from annotator.readings.edits import EditRefused
from annotator.readings.models import Edit, Note, Reading, Relation, Span
from tests.factories import ArticleFactory, CorpusFactory, UserFactory

KEYS = st.sampled_from(["a", "b", "c"])
PIECES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda p: [p[0], p[0] + p[1]]),
    min_size=1,
    max_size=3,
)
NOTES = st.sampled_from(["", "Why?", "Two quotes."])
LABELS = st.sampled_from(["quote", "speaker", "claim"])
STEPS = st.one_of(
    st.builds(lambda k, p, w: ("add_span", {"span": {"id": k, "label": w, "pieces": p}}), KEYS, PIECES, LABELS),
    st.builds(lambda k, p: ("change_span", {"span": {"id": k, "pieces": p}}), KEYS, PIECES),
    st.builds(lambda k, w: ("change_span", {"span": {"id": k, "label": w}}), KEYS, LABELS),
    st.builds(lambda k: ("remove_span", {"span": {"id": k}}), KEYS),
    st.builds(
        lambda a, b: ("add_relation", {"relation": {"id": f"{a}{b}", "type": "said_by", "from": a, "to": b}}),
        KEYS,
        KEYS,
    ),
    st.builds(lambda a, b: ("remove_relation", {"relation": {"id": f"{a}{b}"}}), KEYS, KEYS),
    st.builds(lambda k, t: ("set_note", {"note": {"span": k, "text": t}}), st.none() | KEYS, NOTES),
    st.just(("undo", {})),
    st.just(("redo", {})),
)  # fmt: skip


def stored() -> tuple:
    spans = {
        s.key: (s.label.key, tuple(s.pieces), tuple(sorted(s.attributes.items())))
        for s in Span.objects.select_related("label")
    }
    links = {
        r.key: (r.source.key, r.target.key)
        for r in Relation.objects.select_related("source", "target")
    }
    notes = dict(Note.objects.values_list("span__key", "text"))
    return spans, links, {key or "": text for key, text in notes.items()}


def replayed() -> tuple:
    spans: dict = {}
    links: dict = {}
    notes: dict = {}
    for edit in Edit.objects.order_by("version"):
        for part, states in (("spans", spans), ("relations", links), ("notes", notes)):
            for key, was in edit.before.get(part, {}).items():
                assert states.get(key) == was
            states.update(edit.after.get(part, {}))
    return (
        {
            k: (s["label"], tuple(map(tuple, s["pieces"])), tuple(sorted(s["attributes"].items())))
            for k, s in spans.items()
            if s
        },
        {k: (r["from"], r["to"]) for k, r in links.items() if r},
        {k: text for k, text in notes.items() if text},
    )


@pytest.mark.django_db(transaction=False)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, max_size=14))
def test_edits_replayed_give_what_is_stored_and_undo_goes_all_the_way_back(steps):
    from django.db import transaction

    with transaction.atomic():
        corpus = CorpusFactory()
        article, alice = ArticleFactory(corpus=corpus), UserFactory()
        past = [stored()]
        for kind, body in steps:
            reading = Reading.objects.filter(user=alice).first()
            try:
                apply_edits(
                    article=article,
                    by=alice,
                    base_version=reading.version if reading else 0,
                    edits=[{"id": str(uuid.uuid4()), "kind": kind, **body}],
                )
            except EditRefused:
                continue
            if kind == "undo":
                past.pop()
                assert stored() == past[-1]
            elif kind == "redo":
                past.append(stored())
            else:
                past.append(stored())
            assert replayed() == stored()
        transaction.set_rollback(True)
