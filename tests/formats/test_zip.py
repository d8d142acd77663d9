"""A zip of files: each read by its own format."""

import io

import pytest

from annotator.formats import archive
from annotator.formats import zip as zip_
from annotator.formats.document import Document
from tests.formats import zips


def read(data, name="news.zip"):
    return list(zip_.read(io.BytesIO(data), name))


def test_members_are_read_by_their_own_formats_in_order():
    data = zips.pack(
        [
            ("b.txt", "Rain\nIt rained."),
            ("a.jsonl", '{"id":"j","text":"One."}\n{"id":"k","text":"Two."}\n'),
            ("c.CSV", "id,text\nc,Three."),
        ]
    )
    assert [(found.id, found.where) for found in read(data)] == [
        ("b", "news.zip/b.txt:1"),
        ("j", "news.zip/a.jsonl:1"),
        ("k", "news.zip/a.jsonl:2"),
        ("c", "news.zip/c.CSV:2"),
    ]


def test_pages_and_news_items_are_called_after_their_path_unless_they_say_otherwise():
    words = "The harbour office said on Monday that the quay is old, and nobody asked us. " * 3
    news = '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"><contentSet><inlineData>One.'
    data = zips.pack(
        [
            ("mon/page.html", f"<html><body><article><p>{words}</p></article></body></html>"),
            ("mon/item.json", '{"body_text": "One."}'),
            ("tue/named.json", '[{"uri": "urn:1", "body_text": "One."}]'),
            ("tue/news.xml", f"{news}</inlineData></contentSet></newsItem>"),
        ]
    )
    assert [(found.id, found.where) for found in read(data)] == [
        ("mon/page", "news.zip/mon/page.html:1"),
        ("mon/item", "news.zip/mon/item.json:1"),
        ("urn:1", "news.zip/tue/named.json:1, item 1"),
        ("tue/news", "news.zip/tue/news.xml:1"),
    ]


def test_folders_and_what_a_mac_adds_are_passed_over():
    data = zips.pack(
        [
            ("news/", b""),
            ("news/a.txt", b"One."),
            ("__MACOSX/news/._a.txt", b"\0\0"),
            ("news/.DS_Store", b"\0"),
        ]
    )
    assert [found.id for found in read(data)] == ["a"]


def test_only_the_folder_that_all_share_is_left_out_of_the_ids():
    data = zips.pack([("news/mon/1.txt", b"One."), ("news/tue/1.txt", b"Two.")])
    assert [found.id for found in read(data)] == ["mon/1", "tue/1"]


@pytest.mark.parametrize("flagged", [True, False])
def test_names_in_utf8_are_understood_with_and_without_the_flag(flagged):
    data = zips.pack([("café.txt", b"One.")])
    if not flagged:
        data = zips.with_bytes(data, 8, b"\0\0")
        data = data[:6] + b"\0\0" + data[8:]
    assert [found.id for found in read(data)] == ["café"]


def test_problems_of_a_member_are_named_by_zip_member_and_line():
    data = zips.pack([("a.jsonl", '{"id":"j","text":"One."}\n{}\n'), ("b.txt", b"\xff")])
    document, *problems = read(data)
    assert isinstance(document, Document)
    assert [problem.where for problem in problems] == [
        "news.zip/a.jsonl:2",
        "news.zip/a.jsonl:2",
        "news.zip/b.txt:1",
    ]


def test_nothing_is_read_when_one_member_is_suspicious():
    data = zips.pack([("a.txt", b"One."), ("../b.txt", b"Two.")])
    [problem] = read(data)
    assert problem.where == "news.zip/../b.txt"


def test_a_stream_that_cannot_seek_is_read_all_the_same():
    class Upload(io.BytesIO):
        def seek(self, *_):
            raise io.UnsupportedOperation

    [document] = zip_.read(Upload(zips.pack([("a.txt", b"One.")])), "news.zip")
    assert document.text == "One."


def test_bytes_are_counted_while_they_are_inflated(monkeypatch):
    monkeypatch.setattr(archive, "_size_problems", lambda entries, name: [])
    monkeypatch.setattr(archive, "MOST_BYTES", 1_000)
    data = zips.pack([("a.txt", b"x" * 600), ("b.txt", b"x" * 600)])
    document, problem = read(data)
    assert document.id == "a"
    assert "holds more than it says" in problem.message


def test_a_directory_too_long_is_refused_before_it_is_parsed(monkeypatch):
    data = zips.lying_count()
    monkeypatch.setattr(archive.zipfile, "ZipFile", None)
    [problem] = read(data)
    assert "more than 65,000 members" in problem.message
