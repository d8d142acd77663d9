"""A zip of files in: every member is read by its own format, in memory, never unpacked to disk.

A zip is a program for the reader's memory and disk, so its directory is judged before a single
member is read, and what members really hold is counted while they are inflated.
"""

import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from annotator.formats import csv, jsonl, text
from annotator.formats.document import ByteStream, Document, Format, Problem
from annotator.formats.lines import printable

MOST_MEMBERS = 20_000
# In bytes, of all members together and of the zip itself.
MOST_BYTES = 200_000_000
HIGHEST_RATIO = 100
# Small members may be packed as tightly as they like.
_RATIO_COUNTS_FROM = 1_000_000
_SPOOLED_IN_MEMORY = 8_000_000
_CHUNK = 1_000_000

_TABULAR = (jsonl.FORMAT, csv.FORMAT)
_END_RECORD = struct.Struct("<4s4H2LH")
_DIRECTORY_ENTRY = 46
_LONGEST_NAME = 1_000
_LOCAL_HEADER = struct.Struct("<4s22x2H")
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What zipfile and zlib raise for bytes that are not what the directory says.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OSError, ValueError)


@dataclass(slots=True)
class _Member:
    info: zipfile.ZipInfo
    name: str


def read(stream: ByteStream, name: str) -> Iterator[Document | Problem]:
    """Yield the documents of every member in the order of the zip; `where` is "file.zip/member:line".

    When the zip itself is suspicious nothing of it is read.
    """
    name = printable(name)
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY) as held:
        if not _copy(stream, held):
            yield Problem(name, f"This zip is larger than {MOST_BYTES // 1_000_000} MB.")
            return
        try:
            if said := _directory_problem(held):
                yield Problem(name, said)
                return
            archive = zipfile.ZipFile(held)
        except (*_BROKEN, NotImplementedError) as error:
            yield Problem(name, f"This is not a zip that can be read: {error}.")
            return
        with archive:
            yield from _read_archive(archive, held, name)


def _copy(stream: ByteStream, held: "tempfile.SpooledTemporaryFile[bytes]") -> bool:
    """Copy what may not be seekable; False when it is more than MOST_BYTES."""
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            return False
        held.write(chunk)
    return True


def _read_archive(
    archive: zipfile.ZipFile, held: "tempfile.SpooledTemporaryFile[bytes]", name: str
) -> Iterator[Document | Problem]:
    members = [_Member(info, _true_name(info)) for info in archive.infolist()]
    problems = [*_name_problems(members, name), *_size_problems(members, name)]
    if not problems:
        problems = _overlap_problems(members, held, archive.start_dir, name)
    if problems:
        yield from problems
        return
    files = [member for member in members if not _is_furniture(member)]
    folder = _shared_folder([member.name for member in files])
    budget = _Budget(MOST_BYTES)
    for member in files:
        yield from _read_member(archive, member, f"{name}/{member.name}", folder, budget)


def _read_member(
    archive: zipfile.ZipFile, member: _Member, where: str, folder: str, budget: "_Budget"
) -> Iterator[Document | Problem]:
    """Read one member by its own format."""
    try:
        with archive.open(member.info) as opened:
            counted = _Counted(opened, budget)
            found = next((f for f in _TABULAR if member.name.lower().endswith(f.extensions)), None)
            if found:
                yield from found.read(counted, where)
            else:
                key = member.name.removeprefix(folder)
                yield from text.read_article(
                    counted, where, key.removesuffix(PurePosixPath(key).suffix)
                )
    except _TooMuchError:
        yield Problem(where, "This zip holds more than it says, and more than is read.")
    except (*_BROKEN, NotImplementedError, RuntimeError) as error:
        yield Problem(where, f"This member cannot be read: {error}.")


# The directory, before it is parsed.


def _directory_problem(held: "tempfile.SpooledTemporaryFile[bytes]") -> str | None:
    """Bound the directory by its end record: zipfile would read one of any size into memory."""
    size = held.seek(0, 2)
    tail_from = max(0, size - _END_RECORD.size - 65_535)
    held.seek(tail_from)
    tail = held.read()
    # The same search as zipfile's, so that both judge the same record.
    at = len(tail) - _END_RECORD.size
    if at < 0 or tail[at : at + 4] != b"PK\5\6" or tail[-2:] != b"\0\0":
        at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END_RECORD.size > len(tail):
        return "This is not a zip: its end is missing."
    _, _, _, _, members, directory, _, _ = _END_RECORD.unpack_from(tail, at)
    if tail[max(0, at - 20) :].startswith(b"PK\6\7") or directory == 0xFFFFFFFF:
        return "This zip is in the large form (zip64), which is not read."
    if members > MOST_MEMBERS or directory > MOST_MEMBERS * (_DIRECTORY_ENTRY + _LONGEST_NAME):
        return f"This zip has more than {MOST_MEMBERS:,} members."
    # zipfile believes the bytes, not the count: every entry begins with this.
    held.seek(max(0, tail_from + at - directory))
    if held.read(directory).count(b"PK\1\2") > MOST_MEMBERS:
        return f"This zip has more than {MOST_MEMBERS:,} members."
    return None


# The directory, before a member is read.


def _true_name(info: zipfile.ZipInfo) -> str:
    """Return a member's full name; some tools write UTF-8 and do not say so."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _name_problems(members: list[_Member], name: str) -> list[Problem]:
    if len(members) > MOST_MEMBERS:
        return [Problem(name, f"This zip has more than {MOST_MEMBERS:,} members.")]
    problems: list[Problem] = []
    seen: set[str] = set()
    for member in members:
        said = _name_problem(member.name) or _kind_problem(member)
        if said is None and member.name in seen:
            said = "This member is there twice."
        seen.add(member.name)
        if said:
            problems.append(Problem(f"{name}/{printable(member.name)}", said))
    return problems


def _name_problem(name: str) -> str | None:
    if not name:
        return "A member has no name."
    if len(name) > _LONGEST_NAME:
        return "The name of this member is too long."
    if _INVISIBLE.search(name):
        return "The name of this member holds a character that does not show."
    if name.startswith("/") or "\\" in name or _DRIVE.match(name) or ".." in name.split("/"):
        return "The name of this member leads out of the zip."
    return None


def _kind_problem(member: _Member) -> str | None:
    info = member.info
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & _ENCRYPTED_FLAG:
        return "This member is encrypted."
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "This member is a link or a device, not a file."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "This member is packed in a way that is not read (only deflate is)."
    if _is_furniture(member):
        return None
    if member.name.lower().endswith(FORMAT.extensions):
        return "A zip inside a zip is not read."
    readable = (*text.FORMAT.extensions, *(e for found in _TABULAR for e in found.extensions))
    if not member.name.lower().endswith(readable):
        return f"This member is none of {', '.join(readable)}."
    return None


def _is_furniture(member: _Member) -> bool:
    """Say whether a member is a folder or what macOS puts beside the files."""
    parts = member.name.split("/")
    return member.name.endswith("/") or parts[0] == "__MACOSX" or parts[-1] == ".DS_Store"


def _size_problems(members: list[_Member], name: str) -> list[Problem]:
    total = sum(member.info.file_size for member in members)
    if total > MOST_BYTES:
        return [Problem(name, f"This zip unpacks to more than {MOST_BYTES // 1_000_000} MB.")]
    return [
        Problem(
            f"{name}/{member.name}",
            f"This member is packed more than {HIGHEST_RATIO}:1, which no article is.",
        )
        for member in members
        if member.info.file_size > _RATIO_COUNTS_FROM
        and member.info.file_size > HIGHEST_RATIO * member.info.compress_size
    ]


def _overlap_problems(
    members: list[_Member],
    held: "tempfile.SpooledTemporaryFile[bytes]",
    directory: int,
    name: str,
) -> list[Problem]:
    """Find members whose bytes are also another's: Python 3.11.7 does not look for them."""
    in_place = sorted(members, key=lambda member: member.info.header_offset)
    begins = [member.info.header_offset for member in in_place] + [directory]
    for member, beyond in zip(in_place, begins[1:], strict=True):
        # A damaged directory can place a member before the beginning.
        held.seek(max(0, member.info.header_offset))
        header = held.read(30)
        if member.info.header_offset < 0 or len(header) < 30 or header[:4] != b"PK\3\4":
            return [Problem(f"{name}/{member.name}", "This member is not where the zip says.")]
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        end = member.info.header_offset + 30 + name_length + extra_length
        if end + member.info.compress_size > beyond:
            return [Problem(f"{name}/{member.name}", "This member overlaps another one.")]
    return []


def _shared_folder(names: list[str]) -> str:
    """Return the folder that every member lies in, with its slash, or nothing.

    A packed folder `news/` gives its articles the ids that its files would have alone.
    """
    folders = [name.split("/")[:-1] for name in names]
    shared = folders[0] if folders else []
    for folder in folders:
        while folder[: len(shared)] != shared:
            shared = shared[:-1]
    return "".join(f"{part}/" for part in shared)


# The bytes, while they are inflated.


class _TooMuchError(Exception):
    pass


@dataclass(slots=True)
class _Budget:
    """How many bytes may still be inflated."""

    left: int


class _Counted:
    """A member's stream that stops when the budget is used up, whatever its header says."""

    def __init__(self, opened: ByteStream, budget: _Budget) -> None:
        self._opened = opened
        self._budget = budget

    def read(self, size: int = -1, /) -> bytes:
        return self._count(self._opened.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        return self._count(self._opened.readline(size))

    def _count(self, got: bytes) -> bytes:
        self._budget.left -= len(got)
        if self._budget.left < 0:
            raise _TooMuchError
        return got


FORMAT = Format(
    slug="zip",
    title="Zip of text, CSV or JSONL files",
    extensions=(".zip",),
    media_type="application/zip",
    read=read,
)
