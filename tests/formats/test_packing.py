"""Zips as a stream: read by others, the same bytes each time, in memory that does not grow."""

import io
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import packing
from annotator.formats.packing import PackedFile, file_stem, packed

FILES = [PackedFile("a/Zoë.txt", "Höfn".encode()), PackedFile("empty.ann", b"")]


def test_a_zip_is_read_by_zipfile():
    archive = zipfile.ZipFile(io.BytesIO(b"".join(packed(FILES))))
    assert archive.testzip() is None
    assert [(info.filename, archive.read(info)) for info in archive.infolist()] == FILES


def test_members_say_their_size_in_front_so_that_java_can_stream_them():
    [info, _] = zipfile.ZipFile(io.BytesIO(b"".join(packed(FILES)))).infolist()
    assert info.compress_type == zipfile.ZIP_STORED
    assert not info.flag_bits & 0x8


def test_nothing_in_a_zip_depends_on_when_it_is_made():
    assert b"".join(packed(FILES)) == b"".join(packed(FILES))
    assert {
        info.date_time for info in zipfile.ZipFile(io.BytesIO(b"".join(packed(FILES)))).infolist()
    } == {(1980, 1, 1, 0, 0, 0)}


def test_a_zip_of_nothing_is_a_zip():
    assert zipfile.ZipFile(io.BytesIO(b"".join(packed([])))).namelist() == []


def test_more_members_than_the_old_record_counts_are_all_there():
    files = (PackedFile(f"{number}.txt", b"%d" % number) for number in range(70_000))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(packed(files))))
    assert len(archive.namelist()) == 70_000
    assert archive.read("69999.txt") == b"69999"


def test_beyond_four_gigabytes_the_large_form_says_where():
    beyond = 5_000_000_000
    _, entry = packing._headers(PackedFile("a.txt", b""), beyond)
    assert entry.endswith(struct.pack("<2HQ", 1, 8, beyond))
    end = packing._end(1, 100, beyond)
    assert end.startswith(b"PK\6\6")
    assert struct.pack("<Q", beyond) in end


def test_memory_does_not_grow_with_the_members():
    def peak(count):
        tracemalloc.start()
        for _ in packed(PackedFile(f"{number}.txt", b"x" * 1000) for number in range(count)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(20_000) < peak(100) + 3_000_000


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("holm-17", "holm-17"),
        ("Zoë 漢字 😀", "Zoë 漢字 😀"),
        ("https://news.example/1?a=b", "https~3A~2F~2Fnews.example~2F1~3Fa=b"),
        ("..", "~2E~2E"),
        (".hidden", "~2Ehidden"),
        ("ends with.", "ends with~2E"),
        (" ", "~20"),
        ("100%", "100~25"),
        ("~", "~7E"),
        ("a\u202eb", "a~E2~80~AEb"),
    ],
)
def test_a_name_becomes_one_that_any_file_system_takes(name, stem):
    assert file_stem(name) == stem


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True))
def test_other_names_become_other_stems(names):
    assert len({file_stem(name) for name in names}) == len(names)


def test_long_names_stay_short_and_apart():
    one, two = file_stem("漢" * 200), file_stem("漢" * 199 + "字")
    assert one != two
    assert all(len(stem.encode()) <= 120 for stem in (one, two))
