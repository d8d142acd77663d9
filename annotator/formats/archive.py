"""Zips of files, in and out: members are read in memory, one by one, and never unpacked to disk.

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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, NamedTuple

from annotator.formats.document import ByteStream, Problem
from annotator.formats.lines import LONGEST_LINE, LONGEST_SHOWN, printable

# Nearly all that the small form of a zip can have: three files each of 21,000 readings. What is kept
# of a member is bounded by the directory, in bytes.
MOST_MEMBERS = 65_000
_LONGEST_DIRECTORY = 20_000_000
# In bytes, of all members together and of the zip itself.
MOST_BYTES = 200_000_000
HIGHEST_RATIO = 100
# Small members may be packed as tightly as they like.
_RATIO_COUNTS_FROM = 1_000_000
_SPOOLED_IN_MEMORY = 8_000_000
_CHUNK = 1_000_000

_END_RECORD = struct.Struct("<4s4H2LH")
_LONGEST_NAME = 1_000
_LOCAL_HEADER = struct.Struct("<4s22x2H")
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What zipfile and zlib raise for bytes that are not what the directory says.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    OSError,
    ValueError,
    RuntimeError,
)


class RefusedZip(Exception):
    """A zip of which nothing is read."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(*problems)
        self.problems = problems


class RefusedMember(Exception):
    """A member that cannot be read (on); the message is the sentence."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip. ``key`` is its path without extension and without the folder all share."""

    info: zipfile.ZipInfo
    name: str
    where: str  # "news.zip/monday/1.txt"
    key: str

    @property
    def extension(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


class Archive:
    """A zip whose directory is in order: its files, in the order in which they lie in it."""

    def __init__(self, opened: zipfile.ZipFile, files: list[Member]) -> None:
        self.files = files
        self._opened = opened
        self._budget = _Budget(MOST_BYTES)

    @contextmanager
    def open(self, member: Member) -> Iterator[ByteStream]:
        """Give a member's bytes. This, and reading them, raises RefusedMember."""
        try:
            opened = self._opened.open(member.info)
        except _BROKEN as error:
            raise _cannot_be_read(error) from error
        with opened:
            yield _Counted(opened, self._budget)

    def head(self, member: Member, size: int) -> bytes:
        """Return the first bytes of a member, to look at; raise RefusedMember."""
        try:
            with self._opened.open(member.info) as opened:
                return opened.read(size)
        except _BROKEN as error:
            raise _cannot_be_read(error) from error

    def read(self, member: Member) -> bytes:
        """Return all bytes of a member no longer than one article; raise RefusedMember."""
        with self.open(member) as stream:
            data = stream.read(LONGEST_LINE + 1)
        if len(data) > LONGEST_LINE:
            raise RefusedMember(f"This file is longer than {LONGEST_SHOWN}, the most that is read.")
        return data


@contextmanager
def opened(stream: ByteStream, name: str, readable: tuple[str, ...]) -> Iterator[Archive]:
    """Open a zip whose files all end in one of ``readable``; raise RefusedZip for any other."""
    name = printable(name)
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY) as held:
        if not _copy(stream, held):
            raise _refused(name, f"This zip is larger than {MOST_BYTES // 1_000_000} MB.")
        try:
            if said := _directory_problem(held):
                raise _refused(name, said)
            archive = zipfile.ZipFile(held)
        except _BROKEN as error:
            raise _refused(name, f"This is not a zip that can be read: {error}.") from error
        with archive:
            yield Archive(archive, _judged(archive, held, name, readable))


class Rejoined:
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._stream.read(size)
        head, self._head = self._head, b""
        return head + self._stream.read(size if size < 0 else max(size - len(head), 0))

    def readline(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._stream.readline(size)
        end = self._head.find(b"\n") + 1 or len(self._head)
        end = end if size < 0 else min(end, size)
        line, self._head = self._head[:end], self._head[end:]
        if self._head or line.endswith(b"\n"):
            return line
        return line + self._stream.readline(size if size < 0 else size - len(line))


def names_in(head: bytes) -> list[bytes]:
    """Return the names of the members that begin in the first bytes of a zip."""
    found = []
    at = head.find(b"PK\3\4")
    while at >= 0:
        length = int.from_bytes(head[at + 26 : at + 28], "little")
        found.append(head[at + 30 : at + 30 + length])
        at = head.find(b"PK\3\4", at + 30)
    return found


def _refused(name: str, said: str) -> RefusedZip:
    return RefusedZip([Problem(name, said)])


def _cannot_be_read(error: Exception) -> RefusedMember:
    return RefusedMember(f"This member cannot be read: {printable(str(error))}.")


def _copy(stream: ByteStream, held: "tempfile.SpooledTemporaryFile[bytes]") -> bool:
    """Copy what may not be seekable; False when it is more than MOST_BYTES."""
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            return False
        held.write(chunk)
    return True


def _judged(
    archive: zipfile.ZipFile,
    held: "tempfile.SpooledTemporaryFile[bytes]",
    name: str,
    readable: tuple[str, ...],
) -> list[Member]:
    """Return the files of a zip; raise RefusedZip when anything of it is suspicious."""
    entries = [_Entry(info, _true_name(info)) for info in archive.infolist()]
    problems = [*_name_problems(entries, name, readable), *_size_problems(entries, name)]
    if not problems:
        problems = _overlap_problems(entries, held, archive.start_dir, name)
    if problems:
        raise RefusedZip(problems)
    files = [entry for entry in entries if not _is_furniture(entry.name)]
    folder = _shared_folder([entry.name for entry in files])
    return [
        Member(info, path, f"{name}/{path}", _without_extension(path.removeprefix(folder)))
        for info, path in files
    ]


def _without_extension(path: str) -> str:
    return path.removesuffix(PurePosixPath(path).suffix)


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
    if members > MOST_MEMBERS:
        return f"This zip has more than {MOST_MEMBERS:,} members."
    if directory > _LONGEST_DIRECTORY:
        return (
            f"The list of members of this zip is longer than {_LONGEST_DIRECTORY // 1_000_000} MB."
        )
    # zipfile believes the bytes, not the count: every entry begins with this.
    held.seek(max(0, tail_from + at - directory))
    if held.read(directory).count(b"PK\1\2") > MOST_MEMBERS:
        return f"This zip has more than {MOST_MEMBERS:,} members."
    return None


# The directory, before a member is read.


class _Entry(NamedTuple):
    info: zipfile.ZipInfo
    name: str


def _true_name(info: zipfile.ZipInfo) -> str:
    """Return a member's full name; some tools write UTF-8 and do not say so."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _name_problems(entries: list[_Entry], name: str, readable: tuple[str, ...]) -> list[Problem]:
    if len(entries) > MOST_MEMBERS:
        return [Problem(name, f"This zip has more than {MOST_MEMBERS:,} members.")]
    problems: list[Problem] = []
    seen: set[str] = set()
    for entry in entries:
        said = _name_problem(entry.name) or _kind_problem(entry, readable)
        if said is None and entry.name in seen:
            said = "This member is there twice."
        seen.add(entry.name)
        if said:
            problems.append(Problem(f"{name}/{printable(entry.name)}", said))
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


def _kind_problem(entry: _Entry, readable: tuple[str, ...]) -> str | None:
    info = entry.info
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & _ENCRYPTED_FLAG:
        return "This member is encrypted."
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "This member is a link or a device, not a file."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "This member is packed in a way that is not read (only deflate is)."
    if _is_furniture(entry.name):
        return None
    if entry.name.lower().endswith(".zip"):
        return "A zip inside a zip is not read."
    if not entry.name.lower().endswith(readable):
        return f"This member is none of {', '.join(readable)}."
    return None


def _is_furniture(name: str) -> bool:
    """Say whether a member is a folder or what macOS puts beside the files."""
    parts = name.split("/")
    return name.endswith("/") or parts[0] == "__MACOSX" or parts[-1] == ".DS_Store"


def _size_problems(entries: list[_Entry], name: str) -> list[Problem]:
    total = sum(entry.info.file_size for entry in entries)
    if total > MOST_BYTES:
        return [Problem(name, f"This zip unpacks to more than {MOST_BYTES // 1_000_000} MB.")]
    return [
        Problem(
            f"{name}/{entry.name}",
            f"This member is packed more than {HIGHEST_RATIO}:1, which no article is.",
        )
        for entry in entries
        if entry.info.file_size > _RATIO_COUNTS_FROM
        and entry.info.file_size > HIGHEST_RATIO * entry.info.compress_size
    ]


def _overlap_problems(
    entries: list[_Entry],
    held: "tempfile.SpooledTemporaryFile[bytes]",
    directory: int,
    name: str,
) -> list[Problem]:
    """Find members whose bytes are also another's: Python 3.11.7 does not look for them."""
    in_place = sorted(entries, key=lambda entry: entry.info.header_offset)
    begins = [entry.info.header_offset for entry in in_place] + [directory]
    for entry, beyond in zip(in_place, begins[1:], strict=True):
        # A damaged directory can place a member before the beginning.
        held.seek(max(0, entry.info.header_offset))
        header = held.read(30)
        if entry.info.header_offset < 0 or len(header) < 30 or header[:4] != b"PK\3\4":
            return [Problem(f"{name}/{entry.name}", "This member is not where the zip says.")]
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        end = entry.info.header_offset + 30 + name_length + extra_length
        if end + entry.info.compress_size > beyond:
            return [Problem(f"{name}/{entry.name}", "This member overlaps another one.")]
    return []


def _shared_folder(names: list[str]) -> str:
    """Return the folder that every file lies in, with its slash, or nothing.

    A packed folder `news/` gives its articles the ids that its files would have alone.
    """
    folders = [name.split("/")[:-1] for name in names]
    shared = folders[0] if folders else []
    for folder in folders:
        while folder[: len(shared)] != shared:
            shared = shared[:-1]
    return "".join(f"{part}/" for part in shared)


# The bytes, while they are inflated.


@dataclass(slots=True)
class _Budget:
    """How many bytes may still be inflated."""

    left: int


class _Counted:
    """A member's stream that stops when the budget is used up, whatever its header says."""

    def __init__(self, opened: IO[bytes], budget: _Budget) -> None:
        self._opened = opened
        self._budget = budget

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._count(self._opened.read(size))
        except _BROKEN as error:
            raise _cannot_be_read(error) from error

    def readline(self, size: int = -1, /) -> bytes:
        try:
            return self._count(self._opened.readline(size))
        except _BROKEN as error:
            raise _cannot_be_read(error) from error

    def _count(self, got: bytes) -> bytes:
        self._budget.left -= len(got)
        if self._budget.left < 0:
            raise RefusedMember("This zip holds more than it says, and more than is read.")
        return got
