"""CSV: a row is an article."""

import csv as library
import hashlib
import io

import pytest
from hypothesis import given

from annotator.formats import csv
from annotator.formats.document import Document, Problem
from tests.formats.strategies import documents


def read(data, name="news.csv"):
    return list(csv.read(io.BytesIO(data.encode() if isinstance(data, str) else data), name))


def test_a_row_is_an_article_and_other_columns_are_metadata():
    data = "id,title,text,source,url\n1,Rain,It rained.,Harbour News,\n2,,It stopped.,,x\n"
    assert read(data) == [
        Document("1", "It rained.", "Rain", {"source": "Harbour News"}, where="news.csv:2"),
        Document("2", "It stopped.", "", {"url": "x"}, where="news.csv:3"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_taken_from_the_header(delimiter):
    data = f"Key{delimiter}TEXT{delimiter}Headline\na{delimiter}x, y; z{delimiter}H\n"
    if delimiter != "\t":
        data = data.replace("x, y; z", '"x, y; z"')
    [document] = read(data)
    assert (document.id, document.text, document.title) == ("a", "x, y; z", "H")


def test_a_lone_text_column_is_enough_and_rows_are_numbered():
    data = 'text\n"One, two"\n\nThree\n'
    assert [(found.id, found.text, found.where) for found in read(data)] == [
        ("news-1", "One, two", "news.csv:2"),
        ("news-2", "Three", "news.csv:4"),
    ]


def test_line_ends_inside_a_field_are_kept_byte_for_byte():
    data = 'id,text\r\na,"One\r\ntwo\rthree\n""four""\u2028five"\r\nb,six\r\n'
    first, second = read(data)
    assert first.text == 'One\r\ntwo\rthree\n"four"\u2028five'
    assert (second.id, second.text, second.where) == ("b", "six", "news.csv:5")


def test_a_byte_order_mark_is_dropped_once():
    [document] = read("\ufefftext\n\ufeffOne\n")
    assert document.text == "\ufeffOne"


def test_a_field_longer_than_the_librarys_own_limit_is_read():
    [document] = read("text\n" + "x" * 200_000)
    assert len(document.text) == 200_000


def test_a_column_without_a_name_gets_one():
    [document] = read(",text\n0,One\n")
    assert document.meta == {"column_1": "0"}


def test_id_comes_before_key_and_the_other_is_metadata():
    [document] = read("key,id,text\nk,i,One\n")
    assert (document.id, document.meta) == ("i", {"key": "k"})


def test_ragged_rows_are_named_by_their_first_line_and_reading_goes_on():
    data = 'id,text\na,"1\n2",x\nb,"3\n4"\nc\n'
    bad, good, short = read(data)
    assert str(bad) == "news.csv:2: This row has 3 fields, but the header has 2."
    assert (good.id, good.where) == ("b", "news.csv:4")
    assert str(short) == "news.csv:6: This row has 1 fields, but the header has 2."


def test_an_opened_mark_does_not_draw_a_whole_file_into_memory():
    data = b'text\n"' + b"x\n" * 9_000_000
    [problem] = read(data)
    assert isinstance(problem, Problem)
    assert str(problem) == "news.csv:2: This row is longer than 4 MB."


# Our own layout


def written(*given_documents):
    losses = []
    data = b"".join(csv.write(given_documents, losses.append))
    assert not losses
    return data.decode("utf-8-sig")


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"]


@pytest.mark.parametrize("words", [*FORMULAS, *(f"'{words}" for words in FORMULAS)])
def test_no_cell_begins_like_a_formula_and_all_come_back(words):
    document = Document(words, words, words)
    header, row = library.reader(io.StringIO(written(document), newline=""))
    cells = dict(zip(header, row, strict=True))
    assert {cells["id"], cells["text"], cells["title"]} == {f"'{words}"}
    [found] = read(written(document))
    assert (found.id, found.text, found.title) == (words, words, words)


@given(documents())
def test_no_cell_of_any_document_begins_like_a_formula(document):
    for row in library.reader(io.StringIO(written(document), newline="")):
        for cell in row:
            assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))


@pytest.mark.parametrize("words", ["'Tis late.", "''", "a=b", " =1"])
def test_other_apostrophes_stay(words):
    assert words in written(Document("a", words, words))
    [found] = read(written(Document("a", words)))
    assert found.text == words


def test_in_the_files_of_others_nothing_is_undone():
    [found] = read("id,text,spans\na,'=1+1,[]\n")
    assert (found.text, found.meta) == ("'=1+1", {"spans": "[]"})


def test_a_column_more_is_metadata_and_one_less_is_missing():
    text = "One."
    digest = hashlib.sha256(text.encode()).hexdigest()
    [found] = read(f"note,id,text,sha256\nx,a,{text},{digest}\n")
    assert found == Document("a", text, meta={"note": "x"}, where="news.csv:2")


def test_lines_end_as_spreadsheets_have_it_and_the_mark_says_utf8():
    data = b"".join(csv.write([Document("a", "One\ntwo.")], print))
    assert data.startswith(b"\xef\xbb\xbfid,text,sha256,")
    assert data.count(b"\r\n") == 2
    assert b'"One\ntwo."' in data
