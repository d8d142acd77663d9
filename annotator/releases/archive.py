"""Many files as one: a tar that is the same bytes wherever and whenever it is made.

No compression: another zlib packs otherwise.
"""

import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

BLOCK = 512
END = 2 * BLOCK


@dataclass(frozen=True, slots=True)
class Member:
    """A file to come: its name in the archive, its size, and how its bytes are got."""

    name: str
    size: int
    blocks: Callable[[], Iterable[bytes]]


def tar(members: Iterable[Member]) -> Iterator[bytes]:
    """Yield a tar; ValueError when a member is not as long as it was said to be."""
    for member in members:
        yield _header(member)
        left = member.size
        for block in member.blocks():
            left -= len(block)
            yield block
        if left:
            raise ValueError(f"{member.name} is not as long as it should be.")
        yield bytes(-member.size % BLOCK)
    yield bytes(END)


def size_of(members: Iterable[Member]) -> int:
    """Return how many bytes ``tar`` will yield."""
    return sum(BLOCK + member.size + -member.size % BLOCK for member in members) + END


def _header(member: Member) -> bytes:
    info = tarfile.TarInfo(member.name)
    info.size = member.size
    info.mode = 0o644
    return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")
