"""import, export, token and check-data, as somebody at a terminal meets them."""

import hashlib
import json
import os
import stat
from dataclasses import replace

import pytest
from django.core.management import call_command
from knox.models import AuthToken

from annotator.corpora.models import Article, Corpus
from annotator.formats import WRITABLE
from annotator.readings.models import Edit, Reading
from tests.exchange.bad_input import BAD
from tests.exchange.documents import LOSSY
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

GOOD = (
    '{"id":"a-1","text":"“Late,” said Ines.","title":"Late","spans":[{"id":"q1","label":"quote",'
    '"start":0,"end":7,"text":"“Late,”"},{"id":"s1","label":"speaker","start":13,"end":17}],'
    '"relations":[{"id":"r1","type":"said_by","from":"q1","to":"s1"}],"reader":"gold"}\n'
    '{"id":"a-2","text":"Nothing yet."}\n'
)


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.jsonl"
    path.write_text(GOOD)
    return str(path)


def run(*args, **options) -> int:
    try:
        call_command(*args, **options)
    except SystemExit as end:
        return end.code
    return 0


def last_line(text: str) -> dict:
    return json.loads(text.strip().rpartition("\n")[2])


def test_import_ends_with_a_summary(corpus, good, capsys):
    assert run("import", "news", good) == 0
    assert last_line(capsys.readouterr().out) == {
        "corpus": "news",
        "articles": 2,
        "known_articles": 0,
        "readings": 1,
        "known_readings": 0,
        "spans": 2,
        "relations": 1,
        "problems": 0,
    }


def test_import_again_makes_nothing_new(corpus, good, capsys):
    run("import", "news", good)
    assert run("import", "news", good) == 0
    assert last_line(capsys.readouterr().out)["known_articles"] == 2
    assert Article.objects.count() == 2


def test_import_creates_a_corpus_when_told_to(good, db, bob):
    assert run("import", "fresh", good, "--create", "--schema", "quotes-cues", "--by", "bob") == 0
    fresh = Corpus.objects.get(slug="fresh")
    assert fresh.labels.filter(key="cue").exists()
    assert fresh.memberships.get().user == bob
    assert Edit.objects.get().by == bob


def test_a_corpus_is_not_created_when_its_file_is_wrong(db, tmp_path, capsys):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id":"a"}\n')
    assert run("import", "fresh", str(bad), "--create") == 2
    assert not Corpus.objects.filter(slug="fresh").exists()


@pytest.mark.parametrize("name", ["with space", "ünder", "x" * 81, "a/b"])
def test_a_corpus_needs_a_name_that_fits_into_an_address(db, good, name):
    assert run("import", name, good, "--create") == 2
    assert not Article.objects.exists()


def test_all_files_are_one_import(corpus, good, tmp_path, capsys):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id":"b-1","text":"Fine."}\n{"id":"b-2","text":""}\n')
    assert run("import", "news", good, str(bad)) == 2
    assert f"{bad}:2: " in capsys.readouterr().err
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("nowhere", "GOOD"), "There is no corpus “nowhere”. There are: news."),
        (("news", "missing.jsonl"), "missing.jsonl: It cannot be opened: No such file"),
        (("news", "/tmp"), "its name does not say its format"),
        (("news", "GOOD", "--by", "ghost"), "There is no active user “ghost”."),
    ],
)
def test_import_refuses_in_a_sentence(corpus, good, capsys, args, sentence):
    assert run("import", *(good if arg == "GOOD" else arg for arg in args)) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_input_is_refused_with_file_and_line(corpus, tmp_path, capsys, case):
    case.before(corpus)
    articles = Article.objects.count()
    path = tmp_path / f"bad{case.extension}"
    path.write_bytes(case.content())

    assert run("import", "news", str(path)) == 2

    said = capsys.readouterr()
    assert f"{path}{case.place}: " in said.err
    assert case.sentence in said.err
    assert "Traceback" not in said.err
    assert Article.objects.count() == articles
    assert last_line(said.out)["articles"] == 0


def test_export_writes_what_was_imported_and_its_checksum(corpus, good, tmp_path, capsys):
    run("import", "news", good)
    capsys.readouterr()
    path = tmp_path / "out.jsonl"

    assert run("export", "news", "-o", str(path)) == 0

    assert last_line(capsys.readouterr().err) == {
        "articles": 2,
        "readings": 1,
        "losses": 0,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    lines = path.read_text().splitlines()
    assert json.loads(lines[0])["spans"][0]["text"] == "“Late,”"
    assert json.loads(lines[1])["id"] == "a-2"
    mask = os.umask(0o022)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


FOREIGN = (
    '{"body":"Ines waits.","id":1,"spans":[{"label":"PER","start":0,"end":4},'
    '{"label":"MISC","start":5,"end":10}]}\n'
)


def test_names_without_a_meaning_are_offered_and_then_mapped(corpus, tmp_path, capsys):
    path = tmp_path / "foreign.jsonl"
    path.write_text(FOREIGN)

    assert run("import", "news", str(path)) == 2
    assert "  --map column:body=  # met 1 time\n" in capsys.readouterr().err

    maps = ["column:body=text", "label:PER=speaker"]
    assert run("import", "news", str(path), map=maps) == 2
    assert "  --map label:MISC=  # met 1 time\n" in capsys.readouterr().err
    assert not Article.objects.exists()

    assert run("import", "news", str(path), map=[*maps, "label:MISC="]) == 0
    said = capsys.readouterr()
    assert "the mapping: Spans with the label “MISC”: 1 left out, as the mapping says." in said.err
    assert last_line(said.out)["spans"] == 1
    assert Article.objects.get().text == "Ines waits."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("speaker", "“speaker” is no mapping: write kind:name=meaning"),
        ("colour:red=blue", "where kind is one of column, label, relation"),
        ("label:PER=speeker", "The label “PER” cannot become “speeker”; this corpus has: speaker"),
        ("column:body=shoe", "The column “body” can be one of text, id, title, reader, not “shoe”"),
    ],
)
def test_a_wrong_mapping_is_refused_in_a_sentence(corpus, good, capsys, given, sentence):
    assert run("import", "news", good, map=[given]) == 2
    assert sentence in capsys.readouterr().err
    assert not Article.objects.exists()


def test_of_a_file_under_a_wrong_mapping_nothing_else_is_said(corpus, tmp_path, capsys):
    path = tmp_path / "foreign.jsonl"
    path.write_text(FOREIGN)
    assert run("import", "news", str(path), map=["column:body=text", "label:PER=speeker"]) == 2
    said = capsys.readouterr().err
    assert "cannot become “speeker”" in said
    assert "--map" not in said, "“speeker” would be offered as a name of the file"


def test_what_a_format_cannot_hold_is_listed_beside_the_file(
    corpus, good, tmp_path, monkeypatch, capsys
):
    run("import", "news", good)
    monkeypatch.setitem(WRITABLE, "lossy", LOSSY)
    path, report = tmp_path / "out.lossy", tmp_path / "out.lossy.losses.jsonl"

    assert run("export", "news", "-o", str(path), format="lossy") == 0

    said = capsys.readouterr().err
    assert f"1 thing does not fit into this format. They are listed in {report}." in said
    assert "  a-1, gold: span s1: No speakers here.\n" in said
    assert json.loads(report.read_text())["part"] == "span s1"

    # And what an earlier export lost is not taken for this one's.
    assert run("export", "news", "-o", str(path)) == 0
    assert not report.exists()

    elsewhere = tmp_path / "report"
    assert run("export", "news", "-o", str(path), "--losses", str(elsewhere)) == 0
    assert elsewhere.read_text() == ""


def test_export_says_which_library_a_format_needs(corpus, monkeypatch, capsys):
    monkeypatch.setitem(WRITABLE, "lossy", replace(LOSSY, extra="no_such_library"))
    assert run("export", "news", format="lossy") == 2
    said = capsys.readouterr()
    assert "pip install 'annotator[no_such_library]'" in said.err
    assert said.out == ""


def test_export_goes_to_the_standard_output(corpus, good, capsysbinary):
    run("import", "news", good)
    capsysbinary.readouterr()
    assert run("export", "news") == 0
    said = capsysbinary.readouterr()
    assert said.out.count(b"\n") == 2
    assert json.loads(said.err)["sha256"] == hashlib.sha256(said.out).hexdigest()


def test_export_takes_the_readings_asked_for(corpus, good, capsysbinary):
    run("import", "news", good)
    capsysbinary.readouterr()
    run("export", "news", "--reader", "gold", "--state", "submitted")
    assert capsysbinary.readouterr().out.count(b"\n") == 1
    run("export", "news", "--state", "in_progress")
    assert capsysbinary.readouterr().out == b""
    run("export", "news", "--reader", "gold", "--label", "claim")
    assert json.loads(capsysbinary.readouterr().out)["spans"] == []


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("nowhere",), "There is no corpus “nowhere”."),
        (("news", "--reader", "ghost"), "Nobody called “ghost” has read anything"),
        (("news", "--label", "quote,ghost"), "This corpus has no label “ghost”."),
        (("news", "-o", "/nowhere/at/all.jsonl"), "cannot be written: No such file"),
    ],
)
def test_export_refuses_in_a_sentence(corpus, capsys, args, sentence):
    assert run("export", *args) == 2
    assert sentence in capsys.readouterr().err


def test_a_failed_export_leaves_the_old_file(corpus, good, tmp_path, monkeypatch):
    run("import", "news", good)
    path = tmp_path / "out.jsonl"
    path.write_text("old")

    def fail(documents):
        raise ValueError("Span “q1” lies outside.")
        yield

    monkeypatch.setattr("annotator.exchange.exports._documents", fail)
    monkeypatch.setattr("annotator.exchange.exports._documents", lambda *_, **__: fail(()))
    assert run("export", "news", "-o", str(path)) == 1
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".out*")) == []


def test_token_prints_a_token_and_nothing_else(db, capsys):
    user = UserFactory(username="lena")
    assert run("token", "lena", "--days", "3") == 0
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    stored = AuthToken.objects.get(user=user)
    assert stored.digest not in printed
    assert (stored.expiry - stored.created).days in (2, 3)


@pytest.mark.parametrize("days", [0, 4_000])
def test_a_token_has_an_end(alice, days):
    assert run("token", "alice", "--days", str(days)) == 2


def test_there_is_no_token_for_nobody(db, capsys):
    UserFactory(username="gone", is_active=False)
    assert run("token", "gone") == run("token", "ghost") == 2
    assert not AuthToken.objects.exists()


def test_check_data_counts_what_is_right(corpus, good, capsys):
    run("import", "news", good)
    assert run("check_data") == 0
    assert last_line(capsys.readouterr().out)["spans"] == 2


def test_check_data_ends_with_1_when_something_is_wrong(corpus, good, capsys):
    run("import", "news", good)
    Reading.objects.update(version=9)
    assert run("check_data", "news") == 1
    assert "news: “gold” in “a-1”: its edits are numbered" in capsys.readouterr().err
    assert run("check_data", "nowhere") == 2
