"""Plain text: a file is an article, stored exactly."""

import io

import pytest

from annotator.formats import text
from annotator.formats.document import Document


def read(data, name="harbour.txt"):
    return list(text.read(io.BytesIO(data.encode() if isinstance(data, str) else data), name))


def test_a_file_is_an_article_named_like_the_file():
    assert read("It rained. Nobody minded.") == [
        Document(
            id="harbour",
            text="It rained. Nobody minded.",
            title="harbour",
            where="harbour.txt:1",
        )
    ]


@pytest.mark.parametrize(
    ("data", "title"),
    [
        ("Skippers wait\n\nIt rained.\n", "Skippers wait"),
        ("\n  Skippers wait \r\nIt rained.", "Skippers wait"),
        ("Will it hold?\nIt rained.", "Will it hold?"),
        ("Skippers wait", "harbour"),
        ("Skippers wait\n \n", "harbour"),
        ("It rained in the harbour.\nNobody minded.", "harbour"),
        ("word " * 30 + "\nIt rained.", "harbour"),
    ],
)
def test_a_short_first_line_is_the_title_and_stays_in_the_text(data, title):
    [document] = read(data)
    assert (document.title, document.text) == (title, data)


def test_the_text_is_stored_byte_for_byte_but_for_one_byte_order_mark():
    data = "\r\n A\u2028B\x85\x0c e\u0301 😀 שלום \ufeff\r\n\n "
    [document] = read("\ufeff" + data)
    assert document.text.encode() == data.encode()


@pytest.mark.parametrize("name", ["a/b/harbour.txt", "C:\\news\\harbour.txt", "harbour"])
def test_folders_and_extension_are_no_part_of_the_id(name):
    [document] = read("It rained.", name)
    assert document.id == "harbour"
