"""A zip written as a stream: in constant memory, and the same bytes for the same members, anywhere.

Members are stored, not deflated: what deflate makes of them changes with the version of zlib. They
have one date, the first that a zip knows. Each is whole before its header is written, so the header
says its size and any reader can stream it.
"""

import hashlib
import re
import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_DIRECTORY_ENTRY = struct.Struct("<4s6H3L5H2L")
_END_RECORD = struct.Struct("<4s4H2LH")
_LARGE_END_RECORD = struct.Struct("<4sQ2H2L4Q")
_LARGE_END_LOCATOR = struct.Struct("<4sLQL")
_LARGE_OFFSET = struct.Struct("<2HQ")
_UTF8_NAMES = 0x800
_FIRST_OF_1980 = 0x21
_MADE_ON_UNIX = 3 << 8
_PLAIN_FILE = 0o100644 << 16
# Versions of the format: what any reader knows, and what large zips need.
_PLAIN, _LARGE = 20, 45
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
_DIRECTORY_IN_MEMORY = 8_000_000

# What means something to a file system, Windows included, or in an address; it is written ~XX.
_UNSAFE = re.compile(
    r"""[\x00-\x1f\x7f-\x9f~%#&?/\\:*"<>|\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"""
)
# Most file systems take 255 bytes, some 143; an extension comes on top.
_LONGEST_STEM = 120


class PackedFile(NamedTuple):
    name: str
    data: bytes


def packed(files: Iterable[PackedFile]) -> Iterator[bytes]:
    """Yield a zip of ``files``, each as soon as it comes. Their names must differ."""
    with tempfile.SpooledTemporaryFile(max_size=_DIRECTORY_IN_MEMORY) as directory:
        offset = count = 0
        for file in files:
            header, entry = _headers(file, offset)
            directory.write(entry)
            yield header
            yield file.data
            offset += len(header) + len(file.data)
            count += 1
        size = directory.tell()
        directory.seek(0)
        while block := directory.read(_DIRECTORY_IN_MEMORY):
            yield block
    yield _end(count, size, offset)


def file_stem(name: str) -> str:
    """Return a name that any file system takes, another one for every other ``name``.

    Characters that mean something there become ~XX, and a long name is cut and ends with a checksum
    of the whole.
    """
    stem = _UNSAFE.sub(_escaped, name)
    if stem[0] in ". ":
        stem = _escaped_character(stem[0]) + stem[1:]
    if stem[-1] in ". ":
        stem = stem[:-1] + _escaped_character(stem[-1])
    if len(stem.encode()) <= _LONGEST_STEM:
        return stem
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    head = stem.encode()[: _LONGEST_STEM - 17].decode(errors="ignore")
    return f"{head}~{digest}"


def _escaped(found: re.Match[str]) -> str:
    return _escaped_character(found[0])


def _escaped_character(character: str) -> str:
    return "".join(f"~{byte:02X}" for byte in character.encode())


def _headers(file: PackedFile, offset: int) -> tuple[bytes, bytes]:
    """Return what stands before a member and what stands of it in the directory."""
    name = file.name.encode()
    large = b"" if offset < _MOST_32 else _LARGE_OFFSET.pack(1, 8, offset)
    version = _LARGE if large else _PLAIN
    said = (_UTF8_NAMES, 0, 0, _FIRST_OF_1980, zlib.crc32(file.data), *(len(file.data),) * 2)
    header = _LOCAL_HEADER.pack(b"PK\3\4", _PLAIN, *said, len(name), 0)
    entry = _DIRECTORY_ENTRY.pack(
        b"PK\1\2",
        _MADE_ON_UNIX | version,
        version,
        *said,
        len(name),
        len(large),
        *(0, 0, 0),
        _PLAIN_FILE,
        min(offset, _MOST_32),
    )
    return header + name, entry + name + large


def _end(count: int, size: int, offset: int) -> bytes:
    """Return the end of a zip: twice, when its numbers outgrow the old record."""
    large = b""
    if count >= _MOST_16 or size >= _MOST_32 or offset >= _MOST_32:
        numbers = (count, count, size, offset)
        large = _LARGE_END_RECORD.pack(
            b"PK\6\6", 44, _MADE_ON_UNIX | _LARGE, _LARGE, 0, 0, *numbers
        ) + _LARGE_END_LOCATOR.pack(b"PK\6\7", 0, offset + size, 1)
    counts = (min(count, _MOST_16),) * 2
    return large + _END_RECORD.pack(
        b"PK\5\6", 0, 0, *counts, min(size, _MOST_32), min(offset, _MOST_32), 0
    )
