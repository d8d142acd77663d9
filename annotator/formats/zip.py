"""A zip of files in: every member is read by its own format, in memory, never unpacked to disk."""

from collections.abc import Iterator

from annotator.formats import csv, jsonl, text
from annotator.formats.archive import Archive, Member, RefusedMember, RefusedZip, opened
from annotator.formats.document import ByteStream, Document, Format, Problem

_TABULAR = (jsonl.FORMAT, csv.FORMAT)
_READABLE = (*text.FORMAT.extensions, *(end for found in _TABULAR for end in found.extensions))


def read(stream: ByteStream, name: str) -> Iterator[Document | Problem]:
    """Yield the documents of every member in the order of the zip; `where` is "file.zip/member:line".

    When the zip itself is suspicious nothing of it is read.
    """
    try:
        with opened(stream, name, _READABLE) as archive:
            for member in archive.files:
                yield from _read_member(archive, member)
    except RefusedZip as refused:
        yield from refused.problems


def _read_member(archive: Archive, member: Member) -> Iterator[Document | Problem]:
    """Read one member by its own format."""
    found = next((f for f in _TABULAR if member.name.lower().endswith(f.extensions)), None)
    try:
        with archive.open(member) as stream:
            if found:
                yield from found.read(stream, member.where)
            else:
                yield from text.read_article(stream, member.where, member.key)
    except RefusedMember as error:
        yield Problem(member.where, str(error))


FORMAT = Format(
    slug="zip",
    title="Zip of text, CSV or JSONL files",
    extensions=(".zip",),
    media_type="application/zip",
    read=read,
)
