"""Files in and out: bytes <-> `Document`, one module a format.

To add one, see "How to add a format" in docs/formats.md.
"""

from annotator.formats import csv, jsonl, text
from annotator.formats import zip as zip_
from annotator.formats.document import Format

FORMATS: dict[str, Format] = {
    "jsonl": jsonl.FORMAT,
    "text": text.FORMAT,
    "zip": zip_.FORMAT,
    "csv": csv.FORMAT,
}


def format_for(filename: str) -> Format | None:
    """Return the format a file's name says, by its extension, in any case."""
    name = filename.lower()
    return next(
        (found for found in FORMATS.values() if name.endswith(found.extensions)),
        None,
    )
