"""Bytes to lines of text, in bounded memory, with a sentence for what is not UTF-8 text."""

import codecs
from collections.abc import Iterator

from annotator.formats.document import ByteStream, Problem

# In bytes. An article (a line of JSONL, a row of CSV, a plain text file) may take this many: three
# million words. With one emoji in it Python holds four bytes a character, twice while it is
# parsed, and an import must stay below 200 MB.
LONGEST_LINE = 4_000_000
LONGEST_SHOWN = f"{LONGEST_LINE // 1_000_000} MB"
_CHUNK = 1_000_000

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PLAIN_UTF8 = "Save it as UTF-8 and try again."


def read_lines(stream: ByteStream, name: str) -> Iterator[tuple[int, bytes] | Problem]:
    """Yield (line number, line with its end) by `\\n` only, or a Problem for a line too long.

    A byte order mark is dropped once. A file in UTF-16 is one Problem and nothing else. A line beyond
    LONGEST_LINE is skipped without being held.
    """
    number = 0
    while True:
        line, too_long = _next_line(stream)
        number += 1
        if number == 1:
            if said := utf16_problem(line):
                yield Problem(f"{name}:1", said)
                return
            line = line.removeprefix(codecs.BOM_UTF8)
        if too_long:
            yield Problem(
                f"{name}:{number}",
                f"This line is longer than {LONGEST_SHOWN}, the most that is read.",
            )
        elif line:
            yield number, line
        else:
            return


def _next_line(stream: ByteStream) -> tuple[bytes, bool]:
    """Read to the next line end; say whether the line was too long to be kept."""
    line = stream.readline(_CHUNK)
    if not line or line.endswith(b"\n"):
        return line, False
    parts, size = [line], len(line)
    while line and not line.endswith(b"\n"):
        line = stream.readline(_CHUNK)
        size += len(line)
        if size <= LONGEST_LINE:
            parts.append(line)
        else:
            # Keep the head only, for the byte order mark.
            del parts[1:]
    return b"".join(parts), size > LONGEST_LINE


def utf16_problem(head: bytes) -> str | None:
    """Return a sentence when bytes begin like UTF-16: with its mark, or with every other byte NUL."""
    nul_every_second = len(head) >= 4 and (head[0:4:2] == b"\0\0") != (head[1:4:2] == b"\0\0")
    if head.startswith(_UTF16) or nul_every_second:
        return f"This file is UTF-16, not UTF-8. {_PLAIN_UTF8}"
    return None


def decode(data: bytes, what: str = "This line") -> str | Problem:
    """Decode strictly; a Problem without a place, naming the byte (counted from 1), when it fails."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        at = error.start
        where = f"its byte {at + 1:,} (0x{data[at]:02X})"
        if line := data.count(b"\n", 0, at):
            where += f" in line {line + 1}"
        return Problem("", f"{what} is not UTF-8: {where} cannot be read. {_PLAIN_UTF8}")


def printable(name: str) -> str:
    """Make a file's name safe for messages: on one line, and without half a surrogate pair."""
    return "".join([c if c.isprintable() else "�" for c in name])
