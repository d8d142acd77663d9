"""A zip of files in: every member is read by its own format, in memory, never unpacked to disk."""

from collections.abc import Callable

from annotator.formats import csv, doccano, html, jsonl, newsml, ninjs, prodigy, text
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
    html.FORMAT,
    ninjs.FORMAT,
    newsml.FORMAT,
    jsonl.FORMAT,
    csv.FORMAT,
    doccano.FORMAT,
    doccano.WITH_RELATIONS,
    prodigy.FORMAT,
)
# Those whose articles are called after their path, when nothing in them says otherwise.
_CALLED_AFTER_PATH: dict[str, Callable[[ByteStream, str, str], Items]] = {
    text.FORMAT.slug: text.read_article,
    html.FORMAT.slug: html.read_article,
    ninjs.FORMAT.slug: ninjs.read_articles,
    newsml.FORMAT.slug: newsml.read_articles,
}
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
            if found and found.slug in _CALLED_AFTER_PATH:
                yield from _CALLED_AFTER_PATH[found.slug](stream, member.where, member.key)
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
    title="Zip of text, HTML, news, CSV or JSONL files",
    extensions=(".zip",),
    media_type="application/zip",
    read=read,
    table=Table(("text", "id", "title"), read),
)
