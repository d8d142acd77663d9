"""The archive: what tar itself unpacks, and the same bytes every time."""

import io
import tarfile

import pytest

from annotator.releases.archive import Member, size_of, tar

FILES = {"news-1/README.md": b"# News", "news-1/data/a.jsonl": b"x" * 1024, "news-1/empty": b""}


def members(files=FILES):
    return [Member(name, len(data), lambda data=data: [data]) for name, data in files.items()]


def test_tar_unpacks_it():
    made = b"".join(tar(members()))
    with tarfile.open(fileobj=io.BytesIO(made)) as opened:
        assert {info.name: opened.extractfile(info).read() for info in opened} == FILES
        facts = {(info.mode, info.uid, info.mtime, info.uname) for info in opened.getmembers()}
    assert facts == {(0o644, 0, 0, "")}


def test_its_size_is_known_before():
    assert size_of(members()) == len(b"".join(tar(members())))


def test_long_names_fit():
    name = f"{'x' * 80}-12345/data/validation-00000-of-00001.jsonl"
    made = b"".join(tar(members({name: b"1"})))
    with tarfile.open(fileobj=io.BytesIO(made)) as opened:
        assert opened.getnames() == [name]


@pytest.mark.parametrize("size", [0, 2])
def test_a_member_of_another_length_stops_it(size):
    with pytest.raises(ValueError, match="not as long"):
        b"".join(tar([Member("a", size, lambda: [b"1"])]))
