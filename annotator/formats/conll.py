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
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from annotator.formats.alignment import Tokens
from annotator.formats.conll_in import DOCUMENT, read
from annotator.formats.document import Document, Format, Lose, Span
from annotator.formats.losing import Losses, in_order
from annotator.text.tokens import sentences

LEVELS = 3
_LABEL = re.compile(r"\S+")
_ESCAPED = {"\\": "\\\\", "|": "\\p", " ": "\\s", "\t": "\\t", "\r": "\\r", "\n": "\\n"}


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield the lines of one document after the other."""
    for document in documents:
        yield "".join(_lines(document, Losses(document, lose))).encode()


def _lines(document: Document, losses: Losses) -> Iterator[str]:
    text = document.text
    tokens = Tokens(text)
    placed = _placed(document, tokens, losses)
    columns = [_tags(len(tokens.places), level) for level in reversed(placed)]
    begins = _sentence_starts(text, tokens, placed)
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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A piece of a span in tokens, both included."""

    label: str
    first: int
    last: int


def _placed(document: Document, tokens: Tokens, losses: Losses) -> list[list[_Stretch]]:
    """Give every span the lowest level that is free under all of its pieces, the longest first."""
    losses.relations("A tag links nothing.")
    levels: list[list[_Stretch]] = [[] for _ in range(LEVELS)]
    taken: list[set[int]] = [set() for _ in range(LEVELS)]
    stretched = [(span, _stretches(span, tokens, losses)) for span in in_order(document.spans)]
    for span, stretches in sorted(stretched, key=lambda pair: -_length(pair[1])):
        if not stretches:
            continue
        own = {at for found in stretches for at in range(found.first, found.last + 1)}
        free = next((level for level in range(LEVELS) if taken[level].isdisjoint(own)), None)
        if free is None:
            said = f"There are more than {LEVELS} spans in one place; the longest have the columns."
            losses.say(f"span {span.id}", said)
            continue
        taken[free] |= own
        levels[free] += stretches
        losses.attributes(span, "A tag has no attributes")
        losses.pieces(span, "A tag has no pieces")
    return levels


def _stretches(span: Span, tokens: Tokens, losses: Losses) -> list[_Stretch]:
    """Return a span in tokens; nothing, which is said, when it cannot be tagged."""
    if not _LABEL.fullmatch(span.label):
        losses.say(f"span {span.id}", "The label of a tag is a word without white space.")
        return []
    found: list[_Stretch] = []
    for piece in span.pieces:
        within = tokens.within(piece)
        if within is None:
            said = f"What is tagged are whole tokens, but {tokens.problem(piece)}."
            losses.say(f"span {span.id}", said)
            return []
        found.append(_Stretch(span.label, *within))
    return found


def _length(stretches: list[_Stretch]) -> int:
    return sum(found.last + 1 - found.first for found in stretches)


def _tags(count: int, stretches: list[_Stretch]) -> list[str]:
    tags = ["O"] * count
    for found in stretches:
        tags[found.first] = f"B-{found.label}"
        for at in range(found.first + 1, found.last + 1):
            tags[at] = f"I-{found.label}"
    return tags


def _sentence_starts(text: str, tokens: Tokens, placed: list[list[_Stretch]]) -> set[int]:
    """Return the tokens that begin a sentence, but for sentences that a span goes on into.

    IOB2 has no way to go on with a span behind a blank line.
    """
    starts = [start for start, _ in tokens.places]
    begins = {bisect_right(starts, start - 1) for start, _ in sentences(text)}
    inside = {
        at for level in placed for found in level for at in range(found.first + 1, found.last + 1)
    }
    return begins - inside - {0}


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
