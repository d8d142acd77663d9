"""`annotator release …`: what people and cron jobs type."""

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command

from annotator.releases.files import files_of, name_of, storage
from annotator.releases.models import Release
from tests.exchange.documents import read
from tests.releases.conftest import own_storage
from tests.releases.corpora import bring, content, edit, release, told

__all__ = ["own_storage"]
pytestmark = pytest.mark.django_db


def run(*args, **options) -> int:
    try:
        call_command("release", *args, **options)
    except SystemExit as end:
        return end.code
    return 0


@pytest.fixture
def said(capsys):
    """Return what the last command ended with, on the standard output."""
    return lambda: json.loads(capsys.readouterr().out.strip().rpartition("\n")[2])


@pytest.fixture
def news(corpus):
    bring(corpus, *(told(number, source="Holm Post") for number in range(20)), read())
    return corpus


def test_make_says_what_it_made(news, bob, said):
    assert run("make", "news", "--by", "bob", "--license", "cc-by-4.0", "--note", "First.") == 0
    made = Release.objects.get()
    assert said() == {
        "release": "news-1",
        "number": 1,
        "at": made.manifest["at"],
        "by": "bob",
        "articles": 21,
        "readings": 21,
        "spans": 23,
        "relations": 2,
        "splits": {name: held["readings"] for name, held in made.counts["splits"].items()},
        "losses": 0,
        "sha256": made.sha256,
    }
    assert (made.chosen.license, made.chosen.note) == ("cc-by-4.0", "First.")


def test_make_chooses(news, said):
    chosen = (
        "--reader gold --label quote --source Holm\\ Post --without-texts --validation 0 --test 0"
    )
    args = [word.replace("\\", " ").strip() for word in chosen.replace("\\ ", "\\").split()]
    assert run("make", "news", *args, "--state", "submitted", "--together", "nothing") == 0
    assert said()["splits"] == {"train": 20}
    recipe = Release.objects.get().chosen
    assert (recipe.texts, recipe.together, recipe.sources) == (False, (), ("Holm Post",))


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["make", "nowhere"], "There is no corpus “nowhere”."),
        (["make", "news", "--reader", "ghost"], "No reading here fits this choice"),
        (["make", "news", "--label", "verb"], "There is no label “verb”."),
        (["make", "news", "--by", "ghost"], "There is no active user “ghost”."),
        (["make", "news", "--from", "yesterday"], "“yesterday” is not a date like 2026-03-01."),
        (["verify", "news", "7"], "There is no release 7 of this corpus. There is none yet."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(news, capsys, args, sentence):
    assert run(*args) == 2
    assert sentence in capsys.readouterr().err
    assert not Release.objects.exists()


def test_an_action_is_needed(news):
    with pytest.raises(CommandError, match="ACTION"):
        call_command("release")


def test_list_has_a_line_for_each(news, capsys):
    release(news)
    release(news, labels=("quote",))
    run("list", "news")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["number"], line["spans"]) for line in lines] == [(1, 23), (2, 21)]


def test_download_writes_every_file(news, tmp_path):
    made = release(news)
    assert run("download", "news", "1", "-o", str(tmp_path / "deep" / "here")) == 0
    for file in files_of(made):
        data = (tmp_path / "deep" / "here" / file.path).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file.sha256


def test_download_overwrites_nothing(news, tmp_path, capsys):
    release(news)
    (tmp_path / "mine").write_text("precious")
    assert run("download", "news", "1", "-o", str(tmp_path)) == 2
    assert f"{tmp_path} is not empty." in capsys.readouterr().err


def test_verify_is_content_with_what_is_as_it_was(news, said):
    release(news)
    assert run("verify", "news", "1") == 0
    assert said() == {"release": "news-1", "otherwise": [], "damaged": []}


def test_verify_finds_what_the_storage_lost_and_repairs_it(news, tmp_path, capsys):
    made = release(news)
    before = content(made, "data/train-00000-of-00001.jsonl")
    storage().delete(name_of(made, "README.md"))
    with storage().open(name_of(made, "data/train-00000-of-00001.jsonl"), "wb") as stream:
        stream.write(b"{}\n")

    assert run("verify", "news", "1") == 1
    assert "README.md is missing in the storage, or is not what it was." in capsys.readouterr().err
    assert run("download", "news", "1", "-o", str(tmp_path / "new")) == 2
    assert "--repair" in capsys.readouterr().err

    assert run("verify", "news", "1", "--repair") == 0
    assert content(made, "data/train-00000-of-00001.jsonl") == before


def test_verify_says_when_the_software_is_another(news, capsys, monkeypatch):
    release(news)
    monkeypatch.setattr("annotator.__version__", "99")
    monkeypatch.setattr("annotator.releases.card.FILL", "")
    monkeypatch.setattr("annotator.releases.card._texts", lambda recipe: iter(["Otherwise."]))
    assert run("verify", "news", "1") == 1
    said = capsys.readouterr().err
    assert "README.md comes out otherwise when it is made again." in said
    assert "It was made with annotator 0.1.0; here is 99." in said


def test_diff_tells_what_is_otherwise(news, alice, capsys):
    article = news.articles.get(key="t-3")
    edit(article, alice, ("add_span", {"id": "c", "label": "claim", "pieces": [[0, 9]]}),
         ("submit", {}))  # fmt: skip
    release(news)
    edit(article, alice, ("reopen", {}), ("change_span", {"id": "c", "pieces": [[0, 4]]}),
         ("submit", {}))  # fmt: skip
    release(news)

    assert run("diff", "news", "1", "2") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["~ t-3, alice", "  ~ claim “n3w0 n3w1 → n3w0”"]
    assert json.loads(lines[2]) == {
        "older": "news-1",
        "newer": "news-2",
        "articles": {"added": 0, "removed": 0},
        "readings": {"added": 0, "removed": 0, "changed": 1},
        "moved": 0,
        "spans": {"claim": {"added": 0, "removed": 0, "changed": 1}},
    }
