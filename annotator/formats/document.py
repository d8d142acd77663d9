"""The neutral shape between bytes and rows: one article and one reader's pass over it.

Every format reads into `Document` and writes from it; nothing here knows bytes, HTTP or the
database. Offsets are code points of `Document.text`; pieces are half-open, sorted, disjoint and
never touching (`merged` makes them so).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from types import MappingProxyType
from typing import Protocol, TypeAlias

from annotator.text.offsets import check_text

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"
Piece: TypeAlias = tuple[int, int]

ORIGINS = ("person", "suggester", "import", "adjudicated")
STATES = ("in_progress", "submitted", "skipped")
# In code points. They leave room for any name and keep an index entry of PostgreSQL legal.
LONGEST_ID = 200
LONGEST_TITLE = 1_000
# What is left of an article's metadata when its text is left out: anything else could repeat it.
META_WITHOUT_TEXT = ("url", "source", "published", "language")
# Deeper metadata could be read, but not written by orjson (254) or stored without care.
DEEPEST_JSON = 64

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True)
class Span:
    id: str
    label: str
    pieces: list[Piece]
    attributes: dict[str, JSON] = field(default_factory=dict)


@dataclass(slots=True)
class Relation:
    id: str
    type: str
    source: str
    target: str


@dataclass(slots=True)
class Document:
    """An article with one reading of it, or with none (`reader` is None) when nobody has read it.

    `where` is the place it came from ("file:line"), for messages.
    """

    id: str
    text: str
    title: str = ""
    meta: dict[str, JSON] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    reader: str | None = None
    origin: str | None = None
    state: str | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name in a file that means nothing here until somebody says what it stands for."""

    kind: str  # one of mapping.KINDS
    name: str


@dataclass(slots=True)
class Problem:
    """One thing wrong with a file: where it is ("file:line") and a sentence.

    `unknown` are the names that a mapping could mend it by.
    """

    where: str
    message: str
    unknown: tuple[UnknownName, ...] = ()

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing of a document that a format cannot hold: which, and a sentence saying why.

    `part` is what does not come back: "span q3", "relation r1", "title", or only something of it:
    "pieces of span q3" (each comes back as a span of its own, the first in its relations),
    "attributes of span q3", "attribute kind of span q3".
    """

    article: str
    reader: str | None
    part: str
    reason: str

    def __str__(self) -> str:
        whose = f", {self.reader}" if self.reader is not None else ""
        return f"{self.article}{whose}: {self.part}: {self.reason}"


class ByteStream(Protocol):
    """What a format reads from: any binary file, upload or member of a zip."""

    def read(self, size: int = -1, /) -> bytes: ...
    def readline(self, size: int = -1, /) -> bytes: ...


Items = Iterator[Document | Problem]
Reader = Callable[[ByteStream, str], Items]
# What a column (or a key of a record) stands for, by its name in the file; "" leaves it out.
Columns = Mapping[str, str]
NO_COLUMNS: Columns = MappingProxyType({})
# What a writer calls for everything that it has to leave out: nothing is dropped in silence.
Lose = Callable[[Loss], None]
Writer = Callable[[Iterable[Document], Lose], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Table:
    """What makes a format one of named columns: the roles that they may be given, and how it is read.

    The columns named so in the file need not be mapped.
    """

    roles: tuple[str, ...]
    read: Callable[[ByteStream, str, Columns], Items]


@dataclass(frozen=True, slots=True)
class Format:
    """How to turn bytes into documents and back: `read` is None for what only goes out, `write` for
    what only comes in.

    `read` takes a binary stream and the file's name and never raises for what the bytes hold:
    everything wrong with them is a `Problem`. `write` yields the same bytes for the same documents,
    and tells of everything that the format cannot hold, but for what it never holds: `omits`.
    `write_bare` leaves the texts out, and all that repeats them: offsets, checksums and addresses,
    for texts that may not be passed on.
    """

    slug: str
    title: str
    extensions: tuple[str, ...]
    media_type: str
    read: Reader | None = None
    write: Writer | None = None
    write_bare: Writer | None = None
    # Says by the beginning of a file whether it is this format. One without takes every file with
    # its extension that no other recognises.
    recognises: Callable[[bytes], bool] | None = None
    table: Table | None = None
    # Of: title, meta, reader, origin, state, span ids, relation ids.
    omits: tuple[str, ...] = ()
    # The library that it needs, when that is an extra of ours, of the same name.
    extra: str = ""

    @property
    def not_installed(self) -> str:
        """Return a sentence when the library that it needs is not there; nothing when all is."""
        if not self.extra or find_spec(self.extra):
            return ""
        return (
            f"{self.title}: the library {self.extra} is not installed here. "
            f"Install it with pip install 'annotator[{self.extra}]'."
        )

    @property
    def is_text(self) -> bool:
        """Say whether people can read the bytes."""
        kind, _, name = self.media_type.partition("/")
        return kind == "text" or any(word in name for word in ("json", "xml"))


def surface(text: str, pieces: Iterable[Piece]) -> str:
    """Return the words a span covers: its pieces joined by one space."""
    return " ".join([text[start:end] for start, end in pieces])


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Sort pieces and join those that overlap or touch."""
    found: list[Piece] = []
    for start, end in sorted(pieces):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def check(document: Document) -> list[str]:
    """Return a sentence for everything wrong with a document; none when it may be stored."""
    return [*check_strings(document), *check_structure(document)]


def check_strings(document: Document) -> list[str]:
    """Find what PostgreSQL cannot hold in any string, and names that are empty or too long."""
    wrong: list[str] = []
    if not document.text or document.text.isspace():
        wrong.append("The text is empty." if not document.text else "The text is only white space.")
    elif said := check_text(document.text):
        wrong.append(said)
    wrong += check_name("The article's id", document.id)
    wrong += _check_characters("The title", document.title)
    if len(document.title) > LONGEST_TITLE:
        wrong.append(
            f"The title has {len(document.title):,} characters; at most {LONGEST_TITLE:,} are kept."
        )
    if document.reader is not None:
        wrong += check_name("The reader's name", document.reader)
    wrong += check_json("The metadata", document.meta)
    for span in document.spans:
        # The sentences are made only when needed: this runs for every span of an import.
        if not (_is_name(span.id) and _is_name(span.label)):
            wrong += check_name("A span's id", span.id)
            wrong += check_name(f"The label of span {shown(span.id)}", span.label)
        if span.attributes and check_json("", span.attributes):
            wrong += check_json(f"The attributes of span {shown(span.id)}", span.attributes)
    for relation in document.relations:
        if not (_is_name(relation.id) and _is_name(relation.type)):
            wrong += check_name("A relation's id", relation.id)
            wrong += check_name(f"The type of relation {shown(relation.id)}", relation.type)
    return wrong


def check_structure(document: Document) -> list[str]:
    """Find spans outside the text, ids given twice, and relations that lead nowhere."""
    wrong: list[str] = []
    length = len(document.text)
    ids: set[str] = set()
    for span in document.spans:
        if span.id in ids:
            wrong.append(f"The span id {shown(span.id)} is given twice.")
        ids.add(span.id)
        wrong += _check_pieces(span, length)
    wrong += _check_relations(document.relations, ids)
    wrong += _check_reading(document)
    return wrong


def check_name(what: str, name: str) -> list[str]:
    """Check a string that names something: not empty, not too long, storable."""
    if not name or name.isspace():
        return [f"{what} is empty."]
    if len(name) > LONGEST_ID:
        return [f"{what} has {len(name):,} characters; at most {LONGEST_ID} are allowed."]
    return _check_characters(what, name)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_ID and not (name.isspace() or _FORBIDDEN.search(name))


def check_json(what: str, value: JSON) -> list[str]:
    """Check the strings, keys, numbers and depth of a JSON value, without recursion."""
    level: list[JSON] = [value]
    for _ in range(DEEPEST_JSON):
        below: list[JSON] = []
        for item in level:
            if type(item) is str:
                if wrong := _check_characters(what, item):
                    return wrong
            elif type(item) is dict:
                below += item
                below += item.values()
            elif type(item) is list:
                below += item
            elif type(item) is float and item - item != 0:
                return [f"{what} holds a number that is not finite."]
        if not below:
            return []
        level = below
    return [f"{what} is nested more than {DEEPEST_JSON} levels deep."]


def shown(value: object) -> str:
    """Quote a value from a file for a sentence: short, on one line, always printable."""
    words = str(value)
    if len(words) > 60:
        words = words[:57] + "…"
    if words.isprintable():
        return f"“{words}”"
    safe = "".join([c if c.isprintable() else f"\\u{ord(c):04x}" for c in words])
    return f"“{safe}”"


def _check_characters(what: str, words: str) -> list[str]:
    found = _FORBIDDEN.search(words)
    if found is None:
        return []
    if found[0] == "\x00":
        return [f"{what} holds a NUL character (U+0000)."]
    return [f"{what} holds half a surrogate pair (U+{ord(found[0]):04X})."]


def _check_pieces(span: Span, length: int) -> list[str]:
    if len(span.pieces) == 1 and 0 <= span.pieces[0][0] < span.pieces[0][1] <= length:
        return []
    if not span.pieces:
        return [f"Span {shown(span.id)} has no pieces."]
    before = -1
    for start, end in span.pieces:
        if said := place_problem(f"Span {shown(span.id)}", start, end, length):
            return [said]
        if start <= before:
            return [f"The pieces of span {shown(span.id)} overlap, touch or are out of order."]
        before = end
    return []


def place_problem(name: str, start: int, end: int, length: int) -> str | None:
    """Return a sentence when a piece is empty or not inside a text of `length` code points."""
    if 0 <= start < end <= length:
        return None
    place = f"from {_digits(start)} to {_digits(end)}"
    if start >= end:
        return f"{name} is empty: it runs {place}."
    return f"{name} runs {place}, outside its text of {length:,} characters."


def _digits(number: int) -> str:
    return str(number) if abs(number) < 10**15 else "a huge number"


def _check_relations(relations: Sequence[Relation], span_ids: set[str]) -> list[str]:
    wrong: list[str] = []
    ids: set[str] = set()
    links: set[tuple[str, str, str]] = set()
    for relation in relations:
        name = f"Relation {shown(relation.id)}"
        if relation.id in ids:
            wrong.append(f"The relation id {shown(relation.id)} is given twice.")
        ids.add(relation.id)
        for end in (relation.source, relation.target):
            if end not in span_ids:
                wrong.append(f"{name} names span {shown(end)}, which is not there.")
        if relation.source == relation.target:
            wrong.append(f"{name} links span {shown(relation.source)} to itself.")
        link = (relation.type, relation.source, relation.target)
        if link in links:
            wrong.append(f"{name} repeats a link that is there already.")
        links.add(link)
    return wrong


def _check_reading(document: Document) -> list[str]:
    wrong: list[str] = []
    if document.reader is None:
        if document.spans or document.relations or document.origin or document.state:
            wrong.append("There are spans, relations, an origin or a state, but no reader.")
        return wrong
    if document.origin not in ORIGINS:
        wrong.append(f"The origin {shown(document.origin)} is none of {', '.join(ORIGINS)}.")
    if document.state not in STATES:
        wrong.append(f"The state {shown(document.state)} is none of {', '.join(STATES)}.")
    return wrong
