"""The audit replays edits: it is silent about what is right and names what is not."""

import uuid

import pytest
from django.db import connection

from annotator.exchange.imports import import_documents
from annotator.readings.actions import apply_edits
from annotator.readings.audit import Audit
from annotator.readings.models import Reading
from tests.exchange.documents import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def audited(corpus, article, alice):
    """A corpus with an imported reading and one of Alice's that has been through everything."""
    assert import_documents(corpus=corpus, by=None, documents=[read()]).ok

    def save(version, kind, **body):
        edit = {"id": str(uuid.uuid4()), "kind": kind, **body}
        apply_edits(article=article, by=alice, base_version=version, edits=[edit])

    save(0, "add_span", span={"id": "q", "label": "quote", "pieces": [[0, 19], [20, 30]]})
    save(1, "add_span", span={"id": "s", "label": "speaker", "pieces": [[25, 36]],
                              "entity": "Ines Calado"})  # fmt: skip
    save(2, "add_relation", relation={"id": "r", "type": "said_by", "from": "q", "to": "s"})
    save(3, "remove_span", span={"id": "s"})
    save(4, "undo")
    save(5, "submit")
    save(6, "reopen")
    save(7, "change_span", span={"id": "q", "attributes": {"kind": "mixed"}})
    save(8, "skip", reason="too hard")
    save(9, "reopen")
    save(10, "set_note", note={"span": "q", "text": "One or two?"})
    save(11, "set_note", note={"span": None, "text": "Dull."})
    save(12, "skip", reason="a duplicate")
    return corpus


def problems(corpus) -> list[str]:
    return list(Audit([corpus]))


def spoil(sql: str) -> None:
    """Change rows behind the back of every guard."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("span", "edit", "relation", "article", "note"):
            cursor.execute(f"ALTER TABLE annotator_{table} DISABLE TRIGGER USER")
        cursor.execute(sql)


def test_what_was_saved_by_edits_is_as_its_edits_say(audited):
    audit = Audit([audited])
    assert list(audit) == []
    assert audit.counts == {
        "articles": 2,
        "readings": 2,
        "edits": 14,
        "spans": 5,
        "relations": 3,
        "notes": 2,
        "problems": 0,
    }


SPOILT = [
    ("UPDATE annotator_span SET extent = '{[0,18)}' WHERE key = 'q'", "“q” is not as its edits"),
    ("UPDATE annotator_span SET attributes = '{}' WHERE key = 'q'", "“q” is not as its edits"),
    ("UPDATE annotator_span SET entity_id = NULL WHERE key = 's'", "“s” is not as its edits"),
    ("UPDATE annotator_span SET key = 'new' WHERE key = 'c1'", "“new” is there, but no edit"),
    ("UPDATE annotator_span SET extent = '{[0,9000)}' WHERE key = 'c1'", "does not lie in its"),
    ("DELETE FROM annotator_relation WHERE key = 'r2'", "relation “r2”, which is not there"),
    ("UPDATE annotator_reading SET skip_reason = 'dull' WHERE reader = 'alice'", "for which it is"),
    ("DELETE FROM annotator_edit WHERE version = 3", "numbered 1 to 13 (12 of them), but its"),
    ("DELETE FROM annotator_edit WHERE version = 13", "numbered 1 to 12 (12 of them), but its"),
    ("UPDATE annotator_note SET text = 'x' WHERE span_id IS NULL", "note “” is not as its edits"),
    ("DELETE FROM annotator_note", "its edits make note “q”, which is not there"),
    ("UPDATE annotator_reading SET version = 12 WHERE reader = 'gold'", "its version is 12"),
    ("UPDATE annotator_reading SET state = 'in_progress' WHERE reader = 'gold'", "it is “in_prog"),
    (
        """UPDATE annotator_edit SET before = '{"spans": {"q": null}}' WHERE version = 8""",
        "edit 8 does not follow",
    ),
    (
        """UPDATE annotator_edit SET before = '{"state": "submitted"}' WHERE version = 6""",
        "edit 6 does not follow",
    ),
    (
        """UPDATE annotator_edit SET before = '{"skip_reason": "dull"}' WHERE version = 10""",
        "edit 10 does not follow",
    ),
    (
        "UPDATE annotator_relation r SET source_id = t.target_id, target_id = t.source_id"
        " FROM annotator_relation t WHERE t.id = r.id AND r.key = 'r2'",
        "relation “r2” does not fit its ends",
    ),
]


@pytest.mark.parametrize(("sql", "sentence"), SPOILT)
def test_what_was_changed_otherwise_is_found(audited, sql, sentence):
    spoil(sql)
    found = "\n".join(problems(audited))
    assert sentence in found


def test_every_problem_names_corpus_reader_and_article(audited):
    Reading.objects.filter(reader="gold").update(version=3)
    assert problems(audited) == [
        "news: “gold” in “a-1”: its edits are numbered 1 to 1 (1 of them), but its version is 3."
    ]


def test_batches_leave_nothing_out(audited, monkeypatch):
    monkeypatch.setattr("annotator.readings.audit.BATCH", 1)
    audit = Audit([audited])
    assert list(audit) == []
    assert audit.counts["readings"] == 2
