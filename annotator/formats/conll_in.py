"""CoNLL in: as we write it, with texts that come back exactly, and as others do.

Of others' files the first column is the token and the last its tag, in IOB1, IOB2 or BIOES; tokens are
joined by a space and sentences by a line end, as nobody knows what stood between them.
"""

import re
from pathlib import PurePosixPath

from annotator.formats.document import ByteStream, Document, Items, Problem, Span, shown
from annotator.formats.fields import default_reading, give_ids, judged
from annotator.formats.lines import LONGEST_LINE, LONGEST_SHOWN, decode, printable, read_lines
from annotator.formats.strict_json import MOST_PARTS, RefusedJSON, loads

DOCUMENT = "-DOCSTART-"
# In one article: twenty times as many as long ones have.
MOST_TOKENS = 200_000

_TAG = re.compile(r"O|([BIESLU])-(\S+)")
# B begins and I goes on; in BIOES and BILOU E or L ends and S or U stands alone.
_BEGIN, _END = frozenset("BSU"), frozenset("ELSU")
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.?))", re.DOTALL)
_ESCAPED = {"\\": "\\", "p": "|", "s": " ", "t": "\t", "r": "\r", "n": "\n"}
_ABOUT = frozenset(["id", "title", "meta", "reader", "origin", "state", "text"])


def read(stream: ByteStream, name: str) -> Items:
    """Yield a document for each -DOCSTART-, or in a file without one for each sentence."""
    reading = _Reading(printable(name))
    for found in read_lines(stream, printable(name)):
        if isinstance(found, Problem):
            yield found
        else:
            yield from reading.take(*found)
    yield from reading.finish()


class _WrongLine(Exception):
    """The message is the sentence."""


class _Reading:
    """A file on its way: the article that its lines are of just now."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0
        self._has_starts = False
        self._article: _Article | None = None

    def take(self, number: int, line: bytes) -> Items:
        words = decode(line)
        where = f"{self._name}:{number}"
        if isinstance(words, Problem):
            yield from self._token(where, words)
        elif not words.strip():
            yield from self._end_sentence()
        elif (fields := _fields(words))[0] == DOCUMENT:
            yield from self.finish()
            self._has_starts = True
            yield from self._begin(where, fields)
        elif not _is_comment(fields):
            yield from self._token(where, fields)

    def _token(self, where: str, fields: list[str] | Problem) -> Items:
        if self._article is None:
            yield from self._begin(where, [DOCUMENT])
        if self._article:
            yield from self._article.take(where, fields)

    def finish(self) -> Items:
        if self._article:
            yield from self._article.finish()
        self._article = None

    def _begin(self, where: str, fields: list[str]) -> Items:
        self._count += 1
        key = f"{PurePosixPath(self._name).stem}-{self._count}"
        self._article = _Article(where, key)
        yield from self._article.begin(fields)

    def _end_sentence(self) -> Items:
        if self._article and self._has_starts:
            self._article.end_sentence()
        else:
            yield from self.finish()


def _fields(line: str) -> list[str]:
    line = line.rstrip("\r\n")
    return line.split("\t") if "\t" in line else line.split()


def _is_comment(fields: list[str]) -> bool:
    """Say whether a line is a comment, not a token “#”."""
    return fields[0].startswith("#") and not _TAG.fullmatch(fields[-1])


class _Article:
    """An article that grows token by token; one with a problem grows no further."""

    def __init__(self, where: str, key: str) -> None:
        self._document = Document(key, "", where=where)
        self._where = where
        self._is_ours = False
        self._width = 0
        self._is_broken = False
        self._text: list[str] = []
        self._length = 0
        self._tokens = 0
        # What stands before the next token.
        self._gap = ""
        self._columns: list[_Column] = []

    def begin(self, fields: list[str]) -> Items:
        """Take what stands behind -DOCSTART-."""
        try:
            self._begin(fields)
        except _WrongLine as wrong:
            yield self._problem(self._where, wrong)

    def take(self, where: str, fields: list[str] | Problem) -> Items:
        """Take a token, or what is wrong with its line."""
        if self._length > LONGEST_LINE:
            return
        try:
            if isinstance(fields, Problem):
                raise _WrongLine(fields.message)
            self._take(fields)
        except _WrongLine as wrong:
            yield self._problem(where, wrong)

    def end_sentence(self) -> None:
        if not self._is_ours and self._gap:
            self._gap = "\n"
        for column in self._columns:
            column.close()

    def finish(self) -> Items:
        self.end_sentence()
        if self._is_broken:
            return
        document = self._document
        if self._is_ours:
            self._text.append(self._gap)
        document.text = "".join(self._text) or document.text
        spans = [span for column in self._columns for span in column.spans]
        document.spans = sorted(spans, key=lambda span: (span.pieces[0][0], -span.pieces[0][1]))
        give_ids("s", document.spans, set())
        default_reading(document)
        yield from judged(document, [])

    def _begin(self, fields: list[str]) -> None:
        if len(fields) < 3 or not fields[1].startswith("id="):
            # Somebody else's; how many columns there are, the first token says.
            return
        self._is_ours = True
        self._set_width(fields)
        about = _named(fields[1])
        if unknown := sorted(about.keys() - _ABOUT):
            raise _WrongLine(f"{DOCUMENT} has a field that is not known: {shown(unknown[0])}.")
        document = self._document
        document.id = about["id"]
        document.title = about.get("title", "")
        document.text = about.get("text", "")
        document.reader = about.get("reader")
        document.origin = about.get("origin") or None
        document.state = about.get("state") or None
        if "meta" in about:
            try:
                meta = loads(about["meta"], "The metadata", most_parts=MOST_PARTS)
            except RefusedJSON as error:
                raise _WrongLine(str(error)) from error
            if not isinstance(meta, dict):
                raise _WrongLine("The metadata are not a JSON object.")
            document.meta = meta

    def _set_width(self, fields: list[str]) -> None:
        self._width = len(fields)
        count = len(fields) - 2 if self._is_ours else 1
        self._columns = [_Column() for _ in range(count)]

    def _take(self, fields: list[str]) -> None:
        if len(fields) < 2:
            raise _WrongLine("This line has no tag: a token, a tab or space, and a tag are needed.")
        if not self._width:
            self._set_width(fields)
        if len(fields) != self._width:
            raise _WrongLine(f"This line has {len(fields)} columns, others have {self._width}.")
        beside = _named(fields[1]) if self._is_ours else {}
        self._add(self._gap + beside.get("SpacesBefore", ""))
        start = self._length
        self._add(fields[0])
        self._tokens += 1
        for column, tag in zip(self._columns, fields[-len(self._columns) :], strict=True):
            column.take(tag, start, self._length)
        self._gap = _gap(beside)
        if self._length > LONGEST_LINE or self._tokens > MOST_TOKENS:
            self._length = LONGEST_LINE + 1
            raise _WrongLine(
                f"This article has more than {MOST_TOKENS:,} tokens or {LONGEST_SHOWN}."
            )

    def _add(self, words: str) -> None:
        self._text.append(words)
        self._length += len(words)

    def _problem(self, where: str, wrong: _WrongLine) -> Problem:
        self._is_broken = True
        return Problem(where, str(wrong))


class _Column:
    """One column of tags on its way to spans."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._label = ""
        self._place = (0, 0)

    def take(self, tag: str, start: int, end: int) -> None:
        found = _TAG.fullmatch(tag)
        if found is None:
            raise _WrongLine(f"{shown(tag)} is no tag like O, B-quote or I-quote.")
        prefix, label = found.groups()
        if prefix in _BEGIN or label != self._label:
            self.close()
        if not prefix:
            return
        if not self._label and len(self.spans) >= MOST_PARTS:
            raise _WrongLine(f"This article has more than {MOST_PARTS:,} spans in one column.")
        # I where nothing is open begins, too: so it is in IOB1.
        self._place = (self._place[0] if self._label else start, end)
        self._label = label
        if prefix in _END:
            self.close()

    def close(self) -> None:
        if self._label:
            self.spans.append(Span("", self._label, [self._place]))
        self._label = ""


def _gap(beside: dict[str, str]) -> str:
    if beside.get("SpaceAfter") == "No":
        return ""
    return beside.get("SpacesAfter", " ")


def _named(words: str) -> dict[str, str]:
    """Take apart what stands beside a token: name=value|name=value."""
    fields: dict[str, str] = {}
    for part in words.split("|") if words != "_" else ():
        name, equals, value = part.partition("=")
        if not equals or name in fields:
            raise _WrongLine(f"The second column holds {shown(part)}, which is no name=value.")
        fields[name] = _ESCAPE.sub(_unescaped, value)
    return fields


def _unescaped(found: re.Match[str]) -> str:
    code, long_code, letter = found.groups()
    if code or long_code:
        number = int(code or long_code, 16)
        if number <= 0x10FFFF:
            return chr(number)
    elif letter in _ESCAPED:
        return _ESCAPED[letter]
    raise _WrongLine(f"The second column holds {shown(found[0])}, which stands for no character.")
