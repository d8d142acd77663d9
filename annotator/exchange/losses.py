"""What an export could not hold, span by span, as JSON lines."""

from collections.abc import Iterator
from typing import Unpack

import orjson

from annotator.accounts.models import User
from annotator.corpora.models import Corpus
from annotator.exchange.exports import Export, Filters
from annotator.formats.document import Format, Loss

MEDIA_TYPE = "application/jsonl"


def loss_line(loss: Loss) -> bytes:
    return orjson.dumps(loss, option=orjson.OPT_APPEND_NEWLINE)


class LossReport:
    """The report of an export, streamed: the export runs, and its own bytes are let go."""

    def __init__(
        self, *, corpus: Corpus, by: User | None, into: Format, **filters: Unpack[Filters]
    ) -> None:
        self._lines: list[bytes] = []
        self._export = Export(
            corpus=corpus,
            by=by,
            into=into,
            lose=lambda loss: self._lines.append(loss_line(loss)),
            **filters,
        )

    def __iter__(self) -> Iterator[bytes]:
        for _ in self._export:
            if self._lines:
                yield b"".join(self._lines)
                self._lines.clear()
        if self._lines:
            yield b"".join(self._lines)

    def close(self) -> None:
        """Let the snapshot go, as an export does."""
        self._export.close()
