"""A zip of files in: every member is read by its own format, in memory, never unpacked to disk."""

from annotator.formats import csv, doccano, jsonl, prodigy, text
from annotator.formats.archive import Archive, Member, RefusedMember, RefusedZip, opened
from annotator.formats.choice import HEAD, choose
from annotator.formats.document import (
    NO_COLUMNS,
    ByteStream,
    Columns,
    Format,
    Items,
    Problem,
    Table,
)

# What a member may be.
MEMBERS = (
    text.FORMAT,
    jsonl.FORMAT,
    csv.FORMAT,
    doccano.FORMAT,
    doccano.WITH_RELATIONS,
    prodigy.FORMAT,
)
_ENDINGS = tuple(dict.fromkeys(ending for found in MEMBERS for ending in found.extensions))


def read(stream: ByteStream, name: str, columns: Columns = NO_COLUMNS) -> Items:
    """Yield the documents of every member in the order of the zip; `where` is "file.zip/member:line".

    When the zip itself is suspicious nothing of it is read.
    """
    try:
        with opened(stream, name, _ENDINGS) as archive:
            for member in archive.files:
                yield from _read_member(archive, member, columns)
    except RefusedZip as refused:
        yield from refused.problems


def _read_member(archive: Archive, member: Member, columns: Columns) -> Items:
    """Read one member by its own format."""
    try:
        found = choose(MEMBERS, member.name, lambda: archive.head(member, HEAD))
        with archive.open(member) as stream:
            if found is text.FORMAT:
                yield from text.read_article(stream, member.where, member.key)
            elif found and found.table:
                yield from found.table.read(stream, member.where, columns)
            elif found and found.read:
                yield from found.read(stream, member.where)
            else:
                yield Problem(member.where, "Its beginning does not say what it is.")
    except RefusedMember as error:
        yield Problem(member.where, str(error))


FORMAT = Format(
    slug="zip",
    title="Zip of text, CSV or JSONL files",
    extensions=(".zip",),
    media_type="application/zip",
    read=read,
    table=Table(("text", "id", "title"), read),
)
