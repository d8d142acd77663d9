"""The dataset card, and what Hugging Face's own library makes of a release."""

import json

import datasets
import pytest
import yaml

from annotator.corpora.models import Corpus
from annotator.releases.card import FILL, quoted
from annotator.releases.files import files_of
from annotator.schemas.models import bump_schema_version
from tests.exchange.documents import TEXT, read
from tests.releases.corpora import bring, content, release, told

pytestmark = pytest.mark.django_db
NASTY = 'Is\u2028land "news" | \\ : # \x85 {x} 🚢 \ufeff -- `y`'


def header(made) -> dict:
    return yaml.safe_load(content(made, "README.md").decode().split("---\n")[1])


def saved(made, folder):
    for file in files_of(made):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(made, file.path))
    return folder


def loaded(folder, tmp_path):
    return datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))


@pytest.fixture
def mixed(corpus):
    """Articles whose metadata and attributes have nothing in common."""
    bring(
        corpus,
        *(told(number, source="Holm Post", language="en") for number in range(30)),
        told(30, n=1, tags=["x", {"y": 0.5}], language="de-CH"),
        told(31, n="one", source={"name": "?"}, language=7),
        read(title="Late"),
        read(reader="second", line=2),
    )
    return corpus


def test_hugging_face_loads_a_release(mixed, tmp_path):
    made = release(mixed, license="cc-by-4.0")
    data = loaded(saved(made, tmp_path / "made"), tmp_path)
    rows = {name: len(split) for name, split in data.items()}
    assert rows == {name: held["readings"] for name, held in made.counts["splits"].items()}
    assert set(rows) >= {"train", "validation", "test"}
    [mine] = [row for split in data.values() for row in split if row["reader"] == "second"]
    assert (mine["id"], mine["text"]) == ("a-1", TEXT)
    assert mine["spans"][0]["pieces"] == [[0, 19], [60, 88]]
    assert mine["spans"][0]["attributes"] == {"kind": "direct"}
    [odd] = [row for split in data.values() for row in split if row["id"] == "t-30"]
    assert odd["meta"]["tags"] == ["x", {"y": 0.5}]


def test_hugging_face_loads_a_release_without_texts(mixed, tmp_path):
    data = loaded(saved(release(mixed, texts=False), tmp_path / "made"), tmp_path)
    assert "text" not in data["train"].features
    assert data["train"][0]["spans"][0]["start"] == 0


def test_hugging_face_loads_a_release_in_which_nothing_is_marked(corpus, tmp_path):
    bring(corpus, *(read(f"a-{n}", spans=[], relations=[]) for n in range(3)))
    data = loaded(saved(release(corpus), tmp_path / "made"), tmp_path)
    assert data["train"][0]["spans"] == []


def test_the_header_says_what_it_is(mixed):
    found = header(release(mixed, license="cc-by-4.0"))
    assert found["pretty_name"] == "Island news, release 1"
    assert found["language"] == ["de", "en"]
    assert found["license"] == "cc-by-4.0"
    assert found["size_categories"] == ["n<1K"]
    assert found["configs"][0]["data_files"][0] == {"split": "train", "path": "data/train-*.jsonl"}


def test_a_license_of_ones_own_has_a_name(mixed):
    found = header(release(mixed, license="Ask us: desk@example.org"))
    assert (found["license"], found["license_name"]) == ("other", "Ask us: desk@example.org")
    assert header(release(mixed))["license"] == "unknown"


@pytest.mark.parametrize("words", [NASTY, "", "- x", "no", "1", "'", "a\nb\x00\x1b\ufffe"])
def test_whatever_people_type_is_a_string_in_yaml(words):
    assert yaml.safe_load(f"x: {quoted(words)}") == {"x": words}


def test_nasty_names_break_neither_header_nor_tables(mixed):
    Corpus.objects.filter(pk=mixed.pk).update(name=NASTY, description="---\n" + NASTY)
    mixed.labels.filter(key="quote").update(name="a | b\nc", description="x|y")
    bump_schema_version(mixed)
    made = release(mixed, note=NASTY)
    assert header(made)["pretty_name"] == f"{NASTY}, release 1"
    assert "| `quote` | a \\| b c | x\\|y |" in content(made, "README.md").decode()


def test_the_card_says_how_many_and_how_they_were_chosen(mixed):
    made = release(mixed, sources=("Holm Post",), labels=("quote",))
    text = content(made, "README.md").decode()
    assert "30 readings of 30 articles with 30 spans and 0 links" in text
    assert "- articles of Holm Post" in text
    assert "- spans labelled quote, and links between them" in text
    assert made.sha256 in text


def test_guidelines_come_along(mixed):
    Corpus.objects.filter(pk=mixed.pk).update(guidelines="# Tag\r\nquotes\u2028.")
    made = release(mixed)
    assert content(made, "guidelines.md").decode() == "# Tag\r\nquotes\u2028."
    assert "(guidelines.md)" in content(made, "README.md").decode()


def test_a_release_without_texts_tells_nothing_of_them(mixed, tmp_path):
    meta = {"url": "https://holm.example/1", "body": TEXT, "language": {"text": TEXT}}
    bring(mixed, read("secret", title=TEXT[:50], meta=meta))
    made = release(mixed, texts=False, validation=0, test=0)
    folder = saved(made, tmp_path / "made")
    whole = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for words in ("boat is late", "counted 14 delays", "n3w7"):
        assert words.encode() not in whole
    [line] = [json.loads(line) for line in whole.splitlines() if b'"id":"secret"' in line]
    assert line["meta"] == {"url": "https://holm.example/1"}
    assert line["spans"][0] == {
        "id": "q1",
        "label": "quote",
        "start": 0,
        "end": 88,
        "pieces": [[0, 19], [60, 88]],
        "attributes": {"kind": "direct"},
    }


def test_the_snippet_of_the_card_puts_texts_back(corpus, tmp_path, capsys):
    bring(corpus, read(), told(7), told(8))
    made = release(corpus, texts=False, validation=0, test=0)
    card = content(made, "README.md").decode()
    assert FILL.strip() in card
    released = saved(made, tmp_path / "made") / "data/train-00000-of-00001.jsonl"
    scope = {}
    exec(FILL, scope)

    texts = {"a-1": TEXT, "t-7": told(7).text, "t-8": "corrected since"}
    scope["fill"](released, texts, tmp_path / "filled.jsonl")

    filled = [json.loads(line) for line in (tmp_path / "filled.jsonl").read_bytes().splitlines()]
    assert [line["id"] for line in filled] == ["a-1", "t-7"]
    assert filled[0]["spans"][0]["text"] == "“The boat is late,” “and it will be late again.”"
    assert "t-8: this is not the text that was read" in capsys.readouterr().out
