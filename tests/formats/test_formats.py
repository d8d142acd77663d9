"""What holds for every format: it is listed, found, documented, and has a golden file."""

import io
from pathlib import Path

import pytest

from annotator.formats import FORMATS, format_for
from annotator.formats.document import Document

GOLDEN = Path(__file__).parent / "golden"
DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


def golden(slug):
    [file] = [path for path in GOLDEN.iterdir() if path.stem == slug]
    return file


def read(found, data, name):
    return list(found.read(io.BytesIO(data), name))


@pytest.mark.parametrize("slug", FORMATS)
def test_a_format_is_found_by_its_extensions_in_any_case(slug):
    found = FORMATS[slug]
    assert found.slug == slug
    for extension in found.extensions:
        assert format_for(f"News.2026{extension.upper()}") is found


def test_an_unknown_extension_has_no_format():
    assert format_for("news.docx") is None
    assert format_for("jsonl") is None


@pytest.mark.parametrize("slug", FORMATS)
def test_the_golden_file_holds_documents_and_no_problems(slug):
    file = golden(slug)
    documents = read(FORMATS[slug], file.read_bytes(), file.name)
    assert documents
    assert all(isinstance(item, Document) for item in documents), documents


@pytest.mark.parametrize("slug", [slug for slug, found in FORMATS.items() if found.write])
def test_a_written_format_gives_its_golden_file_back_byte_for_byte(slug):
    file = golden(slug)
    documents = read(FORMATS[slug], file.read_bytes(), file.name)
    assert b"".join(FORMATS[slug].write(documents, print)) == file.read_bytes()


@pytest.mark.parametrize("slug", FORMATS)
def test_a_format_has_a_section_in_the_docs(slug):
    assert f"## `{slug}`" in DOCS.read_text()


def test_the_example_in_the_docs_is_the_golden_line():
    """Every line of the native format that the docs show is read without a problem."""
    lines = [line for line in DOCS.read_text().splitlines() if line.startswith('{"id"')]
    assert lines
    found = read(FORMATS["jsonl"], "\n".join(lines).encode(), "docs.jsonl")
    assert all(isinstance(item, Document) for item in found), found
