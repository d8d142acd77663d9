import os
import subprocess
import sys

import pytest

from annotator.__main__ import main, needs_embedded_database


@pytest.mark.parametrize(
    "words", ["import", "export", "token", "check_data", "migrate", "check --database default"]
)
def test_command_that_reads_the_database_gets_it(monkeypatch, words):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert needs_embedded_database(["annotator", *words.split()])


@pytest.mark.parametrize(
    "words", ["", "help", "--version", "import --help", "check --deploy", "makemigrations"]
)
def test_other_commands_start_nothing(monkeypatch, words):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert not needs_embedded_database(["annotator", *words.split()])


def test_nothing_is_started_beside_a_database_of_ones_own(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/annotator")

    assert not needs_embedded_database(["annotator", "import"])


def test_trouble_is_one_sentence_and_exit_code_1(folder, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("ANNOTATOR_HOME", str(folder / "file"))
    monkeypatch.setattr("annotator.__main__.leave_on_signals", lambda: None)  # pytest's are to stay
    (folder / "file").write_text("")

    with pytest.raises(SystemExit) as ending:
        main(["annotator", "token", "admin"])

    assert str(ending.value) == f"annotator: {folder / 'file'} should be a folder, but it is not."


@pytest.mark.parametrize("size", [1, 1_000_000], ids=["at the end", "on the way"])
def test_whoever_has_read_enough_hears_no_complaint(size):
    ours, theirs = os.pipe()
    os.close(ours)
    script = (
        f"import annotator.__main__ as it; it._run = lambda argv: print('x' * {size}); it.main()"
    )

    done = subprocess.run([sys.executable, "-c", script], stdout=theirs, stderr=subprocess.PIPE)

    os.close(theirs)
    assert (done.returncode, done.stderr) == (1, b"")
