"""CoNLL, both ways: a token a line, its tags in columns (IOB2), a blank line between sentences.

    -DOCSTART-  id=holm-1|reader=alice  O        O        O
    “           SpaceAfter=No           O        B-claim  B-quote
    We          _                       O        I-claim  I-quote

Tags stand in three columns, so that spans may lie on one another: the last, which most trainers read,
has the longest. What stands between tokens is kept in the second, in the words of CoNLL-U, so that
texts come back exactly. Reading, which takes what others write too, is in `conll_in.py`.
"""

import json
import re
from collections.abc import Iterable, Iterator

from annotator.formats.alignment import Tokens
from annotator.formats.conll_in import DOCUMENT, read
from annotator.formats.document import Document, Format, Lose
from annotator.formats.losing import Losses
from annotator.formats.tagging import LEVELS, placed, sentence_starts, tags_on

_LABEL = re.compile(r"\S+")
_ESCAPED = {"\\": "\\\\", "|": "\\p", " ": "\\s", "\t": "\\t", "\r": "\\r", "\n": "\\n"}


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield the lines of one document after the other."""
    for document in documents:
        yield "".join(_lines(document, Losses(document, lose))).encode()


def _lines(document: Document, losses: Losses) -> Iterator[str]:
    text = document.text
    tokens = Tokens(text)
    levels = placed(document, tokens, losses, _label_problem)
    columns = [tags_on(level, len(tokens.places)) for level in reversed(levels)]
    begins = sentence_starts(text, tokens, levels)
    yield _line(DOCUMENT, _about(document, tokens), ["O"] * LEVELS) + "\n"
    for number, (start, end) in enumerate(tokens.places):
        if number in begins:
            yield "\n"
        between = _between(text, tokens, number)
        yield _line(text[start:end], between, [column[number] for column in columns])
    if tokens.places:
        yield "\n"


def _line(form: str, beside: str, tags: list[str]) -> str:
    return "\t".join([form, beside, *tags]) + "\n"


def _label_problem(label: str) -> str:
    return "" if _LABEL.fullmatch(label) else "The label of a tag is a word without white space."


# What stands beside a token.


def _about(document: Document, tokens: Tokens) -> str:
    """Return everything of a document but its text and spans."""
    fields = {"id": document.id}
    if document.title:
        fields["title"] = document.title
    if document.meta:
        fields["meta"] = json.dumps(document.meta, ensure_ascii=False, separators=(",", ":"))
    if document.reader is not None:
        fields["reader"] = document.reader
        fields["origin"] = document.origin or ""
        fields["state"] = document.state or ""
    if not tokens.places:
        fields["text"] = document.text
    return _written(fields)


def _between(text: str, tokens: Tokens, number: int) -> str:
    """Return what stands between a token and the next, as CoNLL-U and UDPipe write it."""
    start, end = tokens.places[number]
    is_last = number + 1 == len(tokens.places)
    after = text[end : len(text) if is_last else tokens.places[number + 1][0]]
    fields = {}
    if number == 0 and start > 0:
        fields["SpacesBefore"] = text[:start]
    if not after:
        fields["SpaceAfter"] = "No"
    elif after != " ":
        fields["SpacesAfter"] = after
    return _written(fields) or "_"


def _written(fields: dict[str, str]) -> str:
    return "|".join(f"{name}={''.join(map(_escaped, value))}" for name, value in fields.items())


def _escaped(character: str) -> str:
    """Return a character so that no reader takes it for a column's or a line's end."""
    if found := _ESCAPED.get(character):
        return found
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


FORMAT = Format(
    slug="conll",
    title="CoNLL, a token a line with IOB2 tags",
    extensions=(".conll", ".iob", ".iob2", ".bio"),
    media_type="text/plain",
    read=read,
    write=write,
    omits=("span ids", "relation ids"),
)
