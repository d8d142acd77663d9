"""How far a long piece of work is; whoever asked for it may end it, too."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from annotator.formats import SeekableStream

Item = TypeVar("Item")


class Stopped(Exception):
    """The work is to end now and leave nothing behind: nobody waits for it any more."""


class Progress(Protocol):
    """Told by the work; each call raises Stopped once the work is to end."""

    def expect(self, total: int) -> None:
        """Say how many units (bytes, articles) there are in all; nothing of it is done yet."""

    def advance(self, units: int = 1) -> None:
        """Say that so many more units are done."""


class Unseen:
    """The progress of what is over before anybody could look."""

    def expect(self, total: int) -> None:
        pass

    def advance(self, units: int = 1) -> None:
        pass


class CountedStream:
    """A file on its way through: what has been read of it is done."""

    def __init__(self, stream: SeekableStream, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        return self._counted(self._stream.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        return self._counted(self._stream.readline(size))

    def seek(self, to: int, /) -> int:
        """Go back, after a look at how the file begins: what is read again counts once."""
        self._progress.advance(to - self._at)
        self._at = to
        return self._stream.seek(to)

    def _counted(self, data: bytes) -> bytes:
        self._progress.advance(len(data))
        self._at += len(data)
        return data


def stoppable(items: Iterable[Item], progress: Progress) -> Iterator[Item]:
    """Pass items on until the work is to end: a file may have been read whole long before."""
    for item in items:
        progress.advance(0)
        yield item
