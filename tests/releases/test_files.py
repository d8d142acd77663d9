"""Where the files of releases lie."""

import tomllib
from pathlib import Path

import pytest

import annotator
from annotator.releases import files
from annotator.releases.models import Release
from annotator.server.storage import storage_at
from tests.releases.corpora import bring, content, release, told

pytestmark = pytest.mark.django_db


def test_releases_have_a_folder_of_their_own(tmp_path):
    assert storage_at("", tmp_path, "releases")["OPTIONS"]["location"] == tmp_path / "releases"
    for address, location in (("s3://b", "releases"), ("s3://b/desk/", "desk/releases")):
        assert storage_at(address, tmp_path, "releases")["OPTIONS"]["location"] == location


def test_a_folder_keeps_them_from_others_eyes(corpus, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"releases": storage_at("", tmp_path, "releases")}
    bring(corpus, told(1))
    made = release(corpus)
    card = tmp_path / "releases" / files.name_of(made, "README.md")
    assert card.read_bytes() == content(made, "README.md")
    assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("*")} == {0}


def test_what_is_not_to_be_leaves_no_file(corpus, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"releases": storage_at("", tmp_path, "releases")}
    left = Release(key="left", manifest={"corpus": {"slug": "news"}})
    files.Stored(left).write("data/train-00000-of-00001.jsonl", [b"x"])
    files.remove(left)
    assert not list((tmp_path / "releases" / "news").iterdir())
    files.remove(left)


def test_a_release_names_the_version_of_the_package():
    facts = tomllib.loads((Path(annotator.__file__).parents[1] / "pyproject.toml").read_text())
    assert facts["project"]["version"] == annotator.__version__
