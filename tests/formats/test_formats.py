"""What holds for every format: it is listed, found, documented, and has a golden file."""

import io
from pathlib import Path

import pytest

from annotator import formats
from annotator.formats import FORMATS, READABLE, WRITABLE, formats_of
from annotator.formats.choice import choose
from annotator.formats.document import Document

GOLDEN = Path(__file__).parent / "golden"
DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


def golden(slug):
    [file] = [path for path in GOLDEN.iterdir() if path.stem == slug]
    return file


def read(found, data, name):
    return list(found.read(io.BytesIO(data), name))


@pytest.mark.parametrize("slug", READABLE)
def test_a_format_is_found_by_its_extensions_in_any_case_and_by_how_it_begins(slug):
    found = FORMATS[slug]
    assert found.slug == slug
    for extension in found.extensions:
        name = f"News.2026{extension.upper()}"
        assert choose(READABLE.values(), name, golden(slug).read_bytes) is found


def test_an_unknown_extension_has_no_format():
    assert formats_of("news.docx") == formats_of("jsonl") == []
    [problem] = formats.read(io.BytesIO(b"x"), "news.docx")
    assert str(problem).startswith("news.docx: The name does not say what it is. Known endings: .")


@pytest.mark.parametrize("slug", READABLE)
def test_the_golden_file_holds_documents_and_no_problems(slug):
    file = golden(slug)
    documents = read(FORMATS[slug], file.read_bytes(), file.name)
    assert documents
    assert all(isinstance(item, Document) for item in documents), documents


@pytest.mark.parametrize("slug", [slug for slug in WRITABLE if slug in READABLE])
def test_a_written_format_gives_its_golden_file_back_byte_for_byte(slug):
    file = golden(slug)
    documents = read(FORMATS[slug], file.read_bytes(), file.name)
    assert b"".join(FORMATS[slug].write(documents, print)) == file.read_bytes()


@pytest.mark.parametrize("slug", FORMATS)
def test_a_format_has_a_section_in_the_docs(slug):
    assert f"## `{slug}`" in DOCS.read_text()


JSON_LINES = [slug for slug in READABLE if ".jsonl" in FORMATS[slug].extensions]


@pytest.mark.parametrize("slug", JSON_LINES)
def test_every_line_that_the_docs_show_of_a_format_is_read_without_a_problem(slug):
    section = DOCS.read_text().partition(f"## `{slug}`\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith('{"')]
    assert lines
    found = read(FORMATS[slug], "\n".join(lines).encode(), "docs.jsonl")
    assert all(isinstance(item, Document) for item in found), found
