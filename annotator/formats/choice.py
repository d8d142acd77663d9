"""Which format a file is: by its extension, and by how it begins where several share that."""

from collections.abc import Callable, Iterable

from annotator.formats.document import JSON, Format
from annotator.formats.strict_json import DECODER

# In bytes: as much of a file as is looked at.
HEAD = 1_000_000


def named(among: Iterable[Format], filename: str) -> list[Format]:
    """Return the readable formats that have a file's extension, in any case."""
    name = filename.lower()
    return [found for found in among if found.read and name.endswith(found.extensions)]


def choose(among: Iterable[Format], filename: str, look: Callable[[], bytes]) -> Format | None:
    """Return the format that recognises a file, or else the one that takes what no other does.

    `look` is called when the name alone does not say it, and returns the first HEAD bytes.
    """
    candidates = named(among, filename)
    if any(found.recognises for found in candidates):
        head = look()
        for found in candidates:
            if found.recognises and found.recognises(head):
                return found
    return next((found for found in candidates if found.recognises is None), None)


def first_record(head: bytes) -> dict[str, JSON]:
    """Return the first object in JSON lines, or in a list in JSON; empty when there is none.

    For a format's `recognises`: it is to look for what only its own files have.
    """
    words = head.decode("utf-8-sig", "replace").lstrip()
    begin = words.find("{") if words.startswith("[") else 0
    try:
        record, _ = DECODER.raw_decode(words, begin)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
