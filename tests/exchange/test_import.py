"""Import: all or nothing, the same file twice makes nothing new, nothing is overwritten."""

import threading

import pytest
from django.db import connection, connections

from annotator.corpora.models import Article
from annotator.exchange.imports import ImportBusy, import_documents
from annotator.formats.document import Problem, Relation, Span
from annotator.readings.actions import apply_edits
from annotator.readings.models import Edit, Reading
from annotator.readings.models import Relation as RelationRow
from annotator.readings.models import Span as SpanRow
from annotator.schemas.models import Entity, Label, bump_schema_version
from tests.exchange.documents import QUOTE, TEXT, article, read
from tests.factories import ArticleFactory, CorpusFactory

pytestmark = pytest.mark.django_db
READ_THROUGH = (
    "SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables"
    " WHERE relname IN ('annotator_article', 'annotator_reading', 'annotator_span')"
)


@pytest.fixture
def bring(corpus):
    def bring(*documents, by=None, **more):
        return import_documents(corpus=corpus, by=by, documents=documents, **more)

    return bring


def said(summary) -> str:
    assert summary.problems, "there is no problem"
    return "\n".join(map(str, summary.problems))


def nothing_stored() -> bool:
    return not (Article.objects.exists() or Reading.objects.exists() or Entity.objects.exists())


def test_an_article_and_a_reading_are_stored(bring, bob):
    summary = bring(read(title="Late again", meta={"z": 1, "a": [1.5, None]}), by=bob)

    assert summary.counts() == {
        "articles": 1,
        "known_articles": 0,
        "readings": 1,
        "known_readings": 0,
        "spans": 3,
        "relations": 2,
    }
    stored = Article.objects.get()
    assert (stored.key, stored.text, stored.title) == ("a-1", TEXT, "Late again")
    assert list(stored.meta) == ["z", "a"]
    reading = Reading.objects.get()
    assert (reading.reader, reading.origin, reading.state, reading.version) == (
        "gold",
        "import",
        "submitted",
        1,
    )
    quote = SpanRow.objects.get(key="q1")
    assert quote.pieces == QUOTE
    assert quote.attributes == {"kind": "direct"}
    speaker = SpanRow.objects.select_related("entity").get(key="s1")
    assert speaker.entity.name == "Ines Calado"
    assert speaker.attributes == {}
    assert RelationRow.objects.get(key="r1").target == speaker


def test_a_reading_begins_with_one_import_edit_that_holds_all_of_it(bring, bob):
    bring(read(), by=bob)

    edit = Edit.objects.get()
    assert (edit.kind, edit.version, edit.by, edit.before) == ("import", 1, bob, {})
    assert edit.after["state"] == "submitted"
    assert edit.after["spans"]["q1"]["pieces"] == [list(piece) for piece in QUOTE]
    assert edit.after["spans"]["s1"]["entity"] == Entity.objects.get().pk
    assert edit.after["relations"]["r1"] == {"type": "said_by", "from": "q1", "to": "s1"}


def test_the_same_file_twice_makes_nothing_new(bring):
    bring(read(), article("a-2"))
    summary = bring(read(), article("a-2"))

    assert summary.ok
    assert (summary.articles, summary.readings) == (0, 0)
    assert (summary.known_articles, summary.known_readings) == (2, 1)
    assert Article.objects.count() == 2
    assert Edit.objects.count() == 1


def test_a_reading_that_was_skipped_comes_in_without_its_reason_and_is_known_again(bring):
    bring(read(state="skipped"))
    reading = Reading.objects.get()
    assert (reading.state, reading.skip_reason) == ("skipped", "")
    Reading.objects.update(skip_reason="said here later")

    assert bring(read(state="skipped")).known_readings == 1


def test_several_readers_of_one_article_come_on_lines_of_their_own(bring):
    summary = bring(read(reader="alma"), read(reader="bert", line=2), read("a-2", line=3))

    assert summary.ok
    assert (summary.articles, summary.readings) == (2, 3)


def test_lines_come_in_the_order_of_the_file(bring):
    bring(*(article(f"k{number:03}") for number in reversed(range(50))))

    keys = list(Article.objects.order_by("pk").values_list("key", flat=True))
    assert keys == [f"k{number:03}" for number in reversed(range(50))]


@pytest.mark.parametrize("size", [1, 500])
def test_an_article_given_twice_is_a_problem(bring, monkeypatch, size):
    monkeypatch.setattr("annotator.exchange.imports.BATCH_DOCUMENTS", size)
    summary = bring(article(), article(line=2))
    assert said(summary) == "news.jsonl:2: The article “a-1” is given twice."
    assert nothing_stored()


@pytest.mark.parametrize("size", [1, 500])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_reading_given_twice_is_a_problem(bring, monkeypatch, size, dry_run):
    monkeypatch.setattr("annotator.exchange.imports.BATCH_DOCUMENTS", size)
    summary = bring(read(), read(line=2), dry_run=dry_run)
    assert said(summary) == (
        "news.jsonl:2: The article “a-1” is given twice for the reader “gold”."
    )
    assert nothing_stored()


@pytest.mark.parametrize("size", [1, 500])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_key_with_two_texts_is_a_problem(bring, monkeypatch, size, dry_run):
    monkeypatch.setattr("annotator.exchange.imports.BATCH_DOCUMENTS", size)
    summary = bring(article(), article(text="Another.", line=2), dry_run=dry_run)
    assert said(summary) == ("news.jsonl:2: The article “a-1” stands further up with another text.")
    assert nothing_stored()


def test_a_known_key_with_another_text_is_a_problem(bring):
    bring(article())
    summary = bring(article("a-0"), article(text="Another.", line=7))
    assert said(summary) == "news.jsonl:7: The article “a-1” is here already with another text."
    assert Article.objects.count() == 1


def test_a_stored_reading_is_never_overwritten(bring):
    bring(read())
    changed = read(spans=[Span("q1", "quote", [(0, 5)])], relations=[], line=4)
    summary = bring(changed)
    assert "news.jsonl:4: What “gold” marked in “a-1” is here already" in said(summary)
    assert SpanRow.objects.count() == 3


@pytest.mark.parametrize("other", [{"state": "in_progress"}, {"origin": "adjudicated"}])
def test_a_reading_in_another_state_or_of_another_origin_is_not_the_same(bring, other):
    bring(read())
    assert "is not the same" in said(bring(read(**other)))


def test_the_order_of_spans_makes_no_difference(bring):
    bring(read())
    document = read()
    document.spans.reverse()
    document.relations.reverse()
    assert bring(document).known_readings == 1


def test_title_and_metadata_of_a_known_article_stay_and_it_is_said(bring):
    bring(article(title="Old"))
    summary = bring(article(title="New", line=3))
    assert summary.ok
    assert [str(notice) for notice in summary.notices] == [
        "news.jsonl:3: The article “a-1” is here already; its title stays as it is."
    ]
    assert Article.objects.get().title == "Old"


WRONG = [
    (Span("x", "verdict", [(0, 3)]), None, "has the label “verdict”; the labels of this corpus"),
    (Span("x", "quote", [(0, 3)], {"colour": "red"}), None, "“quote” has no attribute “colour”"),
    (Span("x", "quote", [(0, 3)], {"kind": "loud"}), None, "one of direct, indirect, mixed"),
    (Span("x", "quote", [(0, 3)], {"no_speaker": "yes"}), None, "true or false"),
    (None, Relation("x", "likes", "c1", "q1"), "has the type “likes”; the relation types"),
    (None, Relation("x", "said_by", "c1", "q1"), "links a quote to a speaker, not a “claim”"),
]


@pytest.mark.parametrize(("span", "relation", "sentence"), WRONG)
def test_what_the_schema_does_not_allow_is_a_problem(bring, span, relation, sentence):
    document = read(line=12)
    document.spans += [span] if span else []
    document.relations += [relation] if relation else []

    summary = bring(article("a-0"), document)

    assert str(summary.problems[0]).startswith("news.jsonl:12: ")
    assert sentence in said(summary)
    assert nothing_stored()


def test_two_links_between_the_same_spans_are_a_problem(bring, corpus):
    document = read()
    document.relations.append(Relation("r9", "said_by", "q1", "s1"))
    assert "linked already" in said(bring(document))


def test_all_problems_are_listed_not_only_the_first(bring):
    bad = [read(f"a-{n}", spans=[Span("x", "verdict", [(0, 3)])], relations=[], line=n)
           for n in (1, 2)]  # fmt: skip
    summary = bring(Problem("news.jsonl:9", "It is not JSON."), *bad)
    assert [problem.where for problem in summary.problems] == [
        "news.jsonl:9",
        "news.jsonl:1",
        "news.jsonl:2",
    ]


def test_problems_are_counted_beyond_a_thousand(bring):
    summary = bring(*(Problem(f"x:{n}", "Bad.") for n in range(1_100)))
    assert (len(summary.problems), summary.more_problems) == (1_000, 100)


def test_batches_written_before_a_problem_are_taken_back(bring, monkeypatch):
    monkeypatch.setattr("annotator.exchange.imports.BATCH_DOCUMENTS", 2)
    good = [read(f"a-{number}") for number in range(6)]
    assert not bring(*good, article(text="Other.", key="a-3", line=7)).ok
    assert nothing_stored()


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(bring):
    summary = bring(read(), article("a-2"), dry_run=True)
    assert (summary.articles, summary.readings, summary.spans) == (2, 1, 3)
    assert nothing_stored()


def test_a_retired_label_may_come_in(bring, corpus):
    Label.objects.filter(corpus=corpus, key="claim").update(retired=True)
    bump_schema_version(corpus)
    assert bring(read()).ok


def test_the_reading_of_a_member_is_the_members_own(bring, corpus, alice):
    bring(read(reader="alice", origin="person", state="in_progress"))

    reading = Reading.objects.get()
    assert reading.user == alice
    stored = Article.objects.get()
    saved = apply_edits(
        article=stored,
        by=alice,
        base_version=1,
        edits=[
            {
                "id": "0b0e5d6e-4c7c-4f66-8d8e-0c2f6d3f5a11",
                "kind": "remove_span",
                "span": {"id": "c1"},
            }
        ],
    )
    assert saved.reading.pk == reading.pk
    assert SpanRow.objects.count() == 2


@pytest.mark.parametrize(
    ("reader", "origin"), [("alice", "import"), ("charlie", "person"), ("nobody", "person")]
)
def test_other_readers_have_no_account(bring, alice, charlie, reader, origin):
    assert bring(read(reader=reader, origin=origin)).ok
    assert Reading.objects.get().user is None


def test_a_member_who_took_another_name_has_one_reading_still(bring, corpus, alice):
    bring(read(reader="alice", origin="person"))
    alice.username = "alicia"
    alice.save()
    assert bring(read(reader="alicia", origin="person")).ok
    assert Reading.objects.get(reader="alicia").user is None


def test_entities_are_shared_by_name(bring, corpus):
    Entity.objects.create(corpus=corpus, name="Ines Calado")
    bring(read(), read("a-2"))
    assert Entity.objects.count() == 1


def test_torture_texts_are_stored_as_they_are(bring):
    texts = [
        "a\r\nb\u2028c\u2029d\x85e\rf",
        "👩‍🚀 é é \u202eabc",
        "שלום עולם",
        "x" * 1_000_000,
        "\ufeffa",
    ]
    assert bring(*(article(f"t{n}", text) for n, text in enumerate(texts))).ok
    assert list(Article.objects.order_by("pk").values_list("text", flat=True)) == texts


def test_what_only_the_database_refuses_is_a_problem_not_a_crash(bring, monkeypatch):
    monkeypatch.setattr("annotator.exchange.imports.schema_problems", lambda *_: [])
    document = read(line=5)
    document.relations = [Relation("r1", "said_by", "c1", "q1")]
    summary = bring(document)
    assert said(summary).startswith("news.jsonl:5: The database refused")
    assert nothing_stored()


def test_an_import_into_one_corpus_sees_nothing_of_another(bring):
    elsewhere = CorpusFactory()
    ArticleFactory(corpus=elsewhere, key="a-1", text="Another text.")
    assert bring(article()).ok


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_come_one_after_the_other(corpus):
    reports = []

    def bring():
        documents = [read(f"a-{number}") for number in range(30)]
        reports.append(import_documents(corpus=corpus, by=None, documents=documents))
        connections.close_all()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted((r.articles, r.known_articles, len(r.problems)) for r in reports) == [
        (0, 30, 0),
        (30, 0, 0),
    ]


@pytest.mark.django_db(transaction=True)
def test_waiting_for_another_import_ends_in_a_sentence(corpus):
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM annotator_corpus WHERE id = %s FOR UPDATE", [corpus.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(ImportBusy):
            import_documents(corpus=corpus, by=None, documents=[article()])
    finally:
        other.rollback()
        other.close()
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_annotators_go_on_while_an_import_does(corpus):
    """A new reading refers to the corpus by its article: its key must not be locked away."""
    other = connections.create_connection("default")

    def documents():
        yield article("a-1")
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM annotator_corpus WHERE id = %s FOR KEY SHARE NOWAIT", [corpus.pk]
            )

    try:
        assert import_documents(corpus=corpus, by=None, documents=documents()).ok
    finally:
        other.close()


def test_no_row_of_an_import_reads_a_table_through(corpus, bob):
    """A table that was small when PostgreSQL last looked is large before the import ends."""
    import_documents(corpus=corpus, by=bob, documents=[read("a-0")])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE; DISCARD PLANS")
        cursor.execute(READ_THROUGH)
        before = dict(cursor.fetchall())

    import_documents(corpus=corpus, by=bob, documents=[read(f"a-{n}") for n in range(1, 200)])

    with connection.cursor() as cursor:
        cursor.execute(READ_THROUGH)
        read_through = {name: rows - before[name] for name, rows in cursor.fetchall()}
    assert max(read_through.values()) < 1000, read_through
