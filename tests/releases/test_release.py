"""Freezing: what is chosen, the files it becomes, and that they stay."""

import hashlib
import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from annotator.corpora.models import Article, Corpus
from annotator.exchange.progress import Stopped
from annotator.formats import FORMATS
from annotator.formats.archive import MOST_MEMBERS
from annotator.releases.actions import differences, discard, make_release
from annotator.releases.build import Build
from annotator.releases.divide import SHARD_READINGS
from annotator.releases.files import files_of, storage
from annotator.releases.models import Release, ReleasedReading
from annotator.releases.recipe import Recipe, ReleaseRefused
from annotator.releases.selection import draft, preview
from annotator.schemas.models import Entity, Label
from tests.exchange.documents import article, read
from tests.factories import ArticleFactory
from tests.releases.corpora import bring, content, edit, release, tell, told

pytestmark = pytest.mark.django_db


def lines(made, split="train") -> list[dict]:
    [path] = [f.path for f in files_of(made) if f.path.startswith(f"data/{split}-")]
    return [json.loads(line) for line in content(made, path).decode().split("\n")[:-1]]


def whole(made) -> dict[str, bytes]:
    return {file.path: content(made, file.path) for file in files_of(made)}


def test_a_release_holds_what_was_submitted(corpus, bob):
    bring(corpus, read(title="Late again"), read("a-2", state="in_progress"), article("a-3"))

    made = release(corpus, bob, validation=0, test=0)

    assert (made.number, made.by, made.schema_version) == (1, bob, corpus.schema_version)
    assert [file.path for file in files_of(made)] == [
        "README.md",
        "SHA256SUMS",
        "data/train-00000-of-00001.jsonl",
        "manifest.json",
    ]
    [line] = FORMATS["jsonl"].write([read(title="Late again")], print)
    assert content(made, "data/train-00000-of-00001.jsonl") == line
    assert made.counts == {
        "articles": 1,
        "readings": 1,
        "spans": 3,
        "relations": 2,
        "labels": {"speaker": 1, "quote": 1, "claim": 1},
        "splits": {
            "train": {
                "articles": 1,
                "readings": 1,
                "spans": 3,
                "relations": 2,
                "labels": {"speaker": 1, "quote": 1, "claim": 1},
            }
        },
    }


def test_every_file_is_as_its_manifest_says(corpus):
    bring(corpus, *(told(number) for number in range(20)))
    made = release(corpus)

    manifest = json.loads(content(made, "manifest.json"))

    assert manifest == made.manifest
    for file in manifest["files"]:
        data = content(made, file["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["size"], file["sha256"])
    sums = content(made, "SHA256SUMS")
    assert hashlib.sha256(sums).hexdigest() == manifest["sha256"] == made.sha256
    data = {f["path"]: f["sha256"] for f in manifest["files"] if f["path"].startswith("data/")}
    assert sums.decode() == "".join(f"{sha}  {path}\n" for path, sha in data.items())


def test_numbers_count_up_in_each_corpus(corpus, charlie):
    bring(corpus, told(1))
    elsewhere = Corpus.objects.get(slug="elsewhere")
    bring(elsewhere, told(1))
    assert [release(of).number for of in (corpus, corpus, elsewhere, corpus)] == [1, 2, 1, 3]


def test_equal_recipes_over_equal_data_have_one_checksum(corpus, charlie):
    elsewhere = Corpus.objects.get(slug="elsewhere")
    documents = [told(number) for number in range(20)]
    bring(corpus, *documents)
    bring(elsewhere, *documents)
    assert release(corpus).sha256 == release(corpus).sha256 == release(elsewhere).sha256


@pytest.fixture
def busy(corpus, alice, bob):
    """A corpus in which imports, people and several versions of readings lie side by side."""
    bring(
        corpus, *(told(number, source="Holm Post") for number in range(12)), read(), article("a-x")
    )
    ferry = ArticleFactory(corpus=corpus, key="ferry", meta={"language": "en", "z": 1, "a": [1.5]})
    edit(
        ferry,
        alice,
        ("add_span", {"id": "q1", "label": "quote", "pieces": [[0, 19], [38, 53]]}),
        ("add_span", {"id": "s1", "label": "speaker", "pieces": [[26, 37]], "entity": "Ines"}),
        ("add_relation", {"id": "r1", "type": "said_by", "from": "q1", "to": "s1"}),
        ("submit", {}),
    )
    return ferry


def test_whatever_people_do_later_the_same_bytes_come_out_again(corpus, busy, alice, bob):
    Corpus.objects.filter(pk=corpus.pk).update(guidelines="# Tag\n\nwhat is said.")
    made = release(corpus, bob, note="The first one.", license="cc-by-4.0")
    before = whole(made)
    assert differences(release=made) == []

    edit(
        busy,
        alice,
        ("reopen", {}),
        ("remove_span", {"id": "q1"}),
        ("change_span", {"id": "s1", "pieces": [[26, 30]], "entity": "Somebody else"}),
    )
    edit(busy, bob, ("add_span", {"id": "c1", "label": "claim", "pieces": [[5, 9]]}))
    Entity.objects.filter(name="Ines").update(name="Inês")
    Label.objects.filter(corpus=corpus, key="quote").update(name="Saying", retired=True)
    Corpus.objects.filter(pk=corpus.pk).update(
        name="Other news", description="Renamed.", guidelines="Anew.", schema_version=99
    )
    bring(corpus, *(told(number) for number in range(100, 120)))
    bob.username = "robert"
    bob.save()

    made = Release.objects.get(pk=made.pk)
    assert differences(release=made) == []
    assert whole(made) == before


def test_what_was_tampered_with_is_found(corpus, busy, alice):
    made = release(corpus)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE annotator_edit DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE annotator_edit SET after = replace(after::text, 'said_by', 'made_by')::jsonb"
        )
    split = made.readings.get(article=busy).split
    assert f"data/{split}-00000-of-00001.jsonl" in differences(release=made)


def refused(statement: str) -> bool:
    """Return whether the database refuses a statement because of a release."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "release" in str(error)
    return False


def test_a_frozen_release_is_neither_changed_nor_deleted(corpus):
    bring(corpus, read())
    made = release(corpus)
    for statement in (
        "UPDATE annotator_release SET number = 7",
        "DELETE FROM annotator_release",
        "UPDATE annotator_releasedreading SET version = 0",
        "DELETE FROM annotator_releasedreading",
        "INSERT INTO annotator_releasedreading (release_id, article_id, reading_id, version, split,"
        " shard, sha256) SELECT release_id, article_id, reading_id + 1, 1, 'test', 0, ''"
        " FROM annotator_releasedreading",
        "UPDATE annotator_releasedentity SET name = 'x'",
        "DELETE FROM annotator_releasedentity",
        "INSERT INTO annotator_releasedentity (release_id, entity, name)"
        " SELECT id, 0, 'x' FROM annotator_release",
        "UPDATE annotator_article SET title = 'Other'",
        'UPDATE annotator_article SET meta = \'{"url": "x"}\'',
        "UPDATE annotator_article SET key = 'other'",
        "UPDATE annotator_reading SET reader = 'other'",
        "UPDATE annotator_reading SET origin = 'person'",
    ):
        assert refused(statement), statement
    with pytest.raises(DatabaseError), transaction.atomic():
        discard(release=made)
    assert differences(release=made) == []


def test_what_is_in_no_release_may_change(corpus):
    bring(corpus, read(), article("a-2"))
    release(corpus)
    assert Article.objects.filter(key="a-2").update(title="Other", meta={"x": 1}) == 1


@pytest.mark.parametrize(
    ("recipe", "found"),
    [
        ({}, ["alice", "final", "gold"]),
        ({"states": ("submitted", "in_progress")}, ["alice", "bob", "final", "gold"]),
        ({"states": ("in_progress",)}, ["bob"]),
        ({"readers": ("gold",)}, ["gold"]),
        ({"readers": ("robot", "gold")}, ["gold", "robot"]),
        ({"adjudicated": True}, ["final"]),
        ({"sources": ("Holm Post",)}, ["gold"]),
        ({"published_from": "2026-03-02"}, ["alice"]),
        ({"published_until": "2026-03-01"}, ["gold"]),
        ({"published_from": "2026-03-01", "published_until": "2026-03-02"}, ["alice", "gold"]),
    ],
)
def test_the_recipe_chooses(corpus, alice, bob, recipe, found):
    said = {"origin": "person"}
    bring(
        corpus,
        read("a-1", "gold", meta={"source": "Holm Post", "published": "2026-03-01T23:00:00Z"}),
        read("a-2", "alice", meta={"source": "Elsewhere", "published": "2026-03-02"}, **said),
        read("a-3", "bob", state="in_progress", meta={"published": "March 2026"}, **said),
        read("a-4", "robot", origin="suggester"),
        read("a-5", "final", origin="adjudicated"),
    )

    made = release(corpus, validation=0, test=0, **recipe)

    assert sorted(line["reader"] for line in lines(made)) == found
    seen = preview(corpus, Recipe(**recipe))
    assert (seen.readings, seen.spans) == (len(found), made.counts["spans"])
    assert seen.labels == made.counts["labels"]


def test_only_chosen_labels_come_and_the_links_between_them(corpus):
    bring(corpus, read())
    made = release(corpus, labels=("quote", "speaker"), validation=0, test=0)
    [line] = lines(made)
    assert [span["label"] for span in line["spans"]] == ["quote", "speaker"]
    assert [link["type"] for link in line["relations"]] == ["said_by"]
    assert made.counts["labels"] == {"speaker": 1, "quote": 1}
    assert preview(corpus, Recipe(labels=("claim",))).labels == {"claim": 1}


@pytest.mark.parametrize(
    ("recipe", "sentence"),
    [
        ({"readers": ("nobody",)}, "No reading here fits this choice"),
        ({"labels": ("verb",)}, "There is no label “verb”. There are: speaker, quote, claim."),
        ({"states": ()}, "Name at least one state"),
        ({"states": ("lost",)}, "There is no state “lost”"),
        ({"formats": ("jsonl", "pdf")}, "There is no format “pdf”"),
        ({"formats": ()}, "Every release has the native JSONL"),
        ({"adjudicated": True, "readers": ("gold",)}, "not both"),
        ({"published_from": "1 March"}, "“1 March” is not a date like 2026-03-01."),
        ({"published_from": "2026-03-02", "published_until": "2026-03-01"}, "before the first"),
        ({"validation": 50, "test": 50}, "leave something to train"),
        ({"validation": -1}, "leave something to train"),
        ({"seed": ""}, "The seed is"),
        ({"together": ("mood",)}, "There is no way to keep articles together “mood”"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(corpus, recipe, sentence):
    bring(corpus, read())
    with pytest.raises(ReleaseRefused) as refusal:
        release(corpus, **recipe)
    assert sentence in str(refusal.value)
    assert not Release.objects.exists()
    assert not ReleasedReading.objects.exists()


def test_a_reading_that_its_edits_did_not_make_is_not_released(corpus):
    bring(corpus, read())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotator_relation")
    with pytest.raises(ReleaseRefused, match=r"“gold” marked in “a-1” .*check-data"):
        release(corpus)


class StopsAfter:
    """A progress whose maker loses patience."""

    def __init__(self, steps):
        self.left = self.total = steps
        self.done = 0

    def expect(self, total):
        self.total = total

    def advance(self, units=1):
        self.done += units
        if self.done > self.left:
            raise Stopped("enough")


def test_the_progress_is_true(corpus):
    bring(corpus, *(told(number) for number in range(9)), article("unread"))
    watch = StopsAfter(1_000)
    make_release(corpus=corpus, recipe=Recipe(), by=None, progress=watch)
    # Each article that matters twice for the splits, each reading once for each format.
    assert watch.done == watch.total == 9 * 2 + 9


@pytest.mark.parametrize("steps", [0, 9, 20])
def test_nothing_is_left_of_a_release_that_was_stopped(corpus, steps):
    bring(corpus, *(told(number) for number in range(9)))
    with pytest.raises(Stopped):
        make_release(corpus=corpus, recipe=Recipe(), by=None, progress=StopsAfter(steps))
    assert not Release.objects.exists()
    assert not ReleasedReading.objects.exists()
    assert not storage().exists("news") or storage().listdir("news") == ([], [])
    assert release(corpus).number == 1


def test_one_key_makes_one_release(corpus):
    bring(corpus, read())
    first = make_release(corpus=corpus, recipe=Recipe(), by=None, key="job-7")
    again = make_release(corpus=corpus, recipe=Recipe(), by=None, key="job-7")
    assert first == again


def test_what_a_killed_worker_left_is_thrown_away(corpus):
    bring(corpus, read())
    left = draft(corpus=corpus, recipe=Recipe(), by=None, key="job-7")
    made = make_release(corpus=corpus, recipe=Recipe(), by=None, key="job-7")
    assert made.number == 1
    assert not Release.objects.filter(pk=left.pk).exists()


def test_shards_are_bounded_and_hold_everything_in_order(corpus, monkeypatch):
    monkeypatch.setattr("annotator.releases.divide.SHARD_READINGS", 4)
    monkeypatch.setattr("annotator.releases.divide.ROWS", 3)
    monkeypatch.setattr("annotator.releases.documents.MOST_READINGS", 3)
    bring(corpus, *(told(number) for number in range(10)))
    made = release(corpus, validation=0, test=0)
    paths = [file.path for file in files_of(made) if file.path.startswith("data/")]
    assert paths == [f"data/train-0000{shard}-of-00003.jsonl" for shard in range(3)]
    found = [json.loads(line)["id"] for path in paths for line in content(made, path).splitlines()]
    assert found == [f"t-{number}" for number in range(10)]
    assert differences(release=made) == []


def test_an_import_takes_every_shard_of_the_format_with_most_files():
    assert 3 * SHARD_READINGS + 2 <= MOST_MEMBERS  # brat


def test_a_long_text_fills_a_shard_by_itself(corpus, monkeypatch):
    monkeypatch.setattr("annotator.releases.divide.SHARD_CHARACTERS", 500)
    bring(corpus, told(1), told(2, text="x" * 900), told(3))
    made = release(corpus, validation=0, test=0)
    assert [row.shard for row in made.readings.order_by("article")] == [0, 1, 2]


def test_texts_that_share_much_and_are_not_alike_are_read_again_only_for_want_of_room(
    corpus, monkeypatch
):
    form = tell(0, words=50)  # a weather report: half of it is in every other one
    bring(corpus, *(told(number, text=f"{form} {tell(number)}") for number in range(1, 31)))
    reads, splits = [], []
    for kept in 8_000_000, 500:
        monkeypatch.setattr("annotator.releases.divide.KEPT", kept)
        with CaptureQueriesContext(connection) as queries:
            made = release(corpus, validation=30, test=30)
        reads.append(
            sum(
                '"text"' in sql and "LIMIT 21" in sql for sql in [query["sql"] for query in queries]
            )
        )
        splits.append([row.split for row in made.readings.order_by("article")])
    assert reads[0] <= 2 * 30 < reads[1]
    assert splits[0] == splits[1]
    assert set(splits[0]) == {"train", "validation", "test"}


def test_a_name_that_is_taken_meanwhile_leads_to_the_next_one(corpus, monkeypatch):
    bring(corpus, read())
    release(corpus)
    numbers = iter([1, 2])
    real = Build.manifest
    monkeypatch.setattr(Build, "manifest", lambda self, _: real(self, next(numbers)))
    assert release(corpus).number == 2
