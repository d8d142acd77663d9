"""Documents for a writer that has to know all of them before it writes the first."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator

from annotator.formats.document import Document
from annotator.formats.jsonl import document_of, line_of

_IN_MEMORY = 8_000_000


def twice(
    documents: Iterable[Document],
    look: Callable[[Document], None],
    then: Callable[[Iterator[Document]], Iterator[bytes]],
) -> Iterator[bytes]:
    """Show every document to ``look``, then yield what ``then`` makes of them all.

    Meanwhile they wait on disk, not in memory.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as held:
        for document in documents:
            look(document)
            held.write(line_of(document))
        held.seek(0)
        yield from then(document_of(json.loads(line), "", []) for line in held)
