"""brat's standoff lines to spans and links: each line by itself, then what lines say of each other.

    T1  quote 0 10;26 34    “We wait,” “Today.”     a span, its pieces and their surface
    R1  said_by Arg1:T1 Arg2:T2                     a link
    E1  quote:T1 Speaker:T2                         an event: its trigger, and a link for each role
    A1  kind T1 direct                              an attribute; without a value it is true
    N1  Reference T2 Wikidata:Q42   Zoë             a normalisation, kept as an attribute
    #1  AnnotatorNotes T1   a note                  kept as the attribute `note`
    *   same_as T2 T3 T4                            an equivalence: links from the others to the first

What is said of an event, a link or another remark is said of the span that it starts from.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from annotator.formats.document import (
    JSON,
    Piece,
    Problem,
    Relation,
    Span,
    merged,
    place_problem,
    shown,
    surface,
)
from annotator.formats.strict_json import MOST_PARTS

# The attributes that notes and normalisations are kept as.
NOTE = "note"
REFERENCE = "Reference"

# Everything that Python 2, in which brat is written, ends a line at.
_BREAK = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_LINE = re.compile(f"[^{_BREAK}]+")
_ENDS_A_LINE = re.compile(f"[{_BREAK}]")
# In code points, with the white space around it. A wider gap is one that somebody made.
_WIDEST_LINE_END = 200

# A line that begins otherwise goes on with the surface before it.
_BEGINS = re.compile(r"(([TREAMN#*])[^\s:]*)\t")
_PLACE = r"[0-9]{1,15} [0-9]{1,15}"
# Nothing here can match in two ways, so no line takes longer than its length. White space at the
# end is gone before, but for surfaces.
_FORMS = {
    "T": re.compile(rf"(\S+) ({_PLACE}(?:;{_PLACE})*) *(?:\t(.*))?", re.DOTALL),
    "R": re.compile(r"(\S+) +([^\s:]+):(\S+) +([^\s:]+):(\S+)"),
    "E": re.compile(r"([^\s:]+):(\S+)((?: +[^\s:]+:\S+)*)"),
    "A": re.compile(r"(\S+) +(\S+)(?: +(\S.*))?"),
    "M": re.compile(r"(\S+) +(\S+)()"),
    "N": re.compile(r"(\S+) +(\S+) +([^\s:]+:\S+) *(?:\t(.*))?"),
    "#": re.compile(r"(\S+) +(\S+) *(?:\t(.*))?"),
    "*": re.compile(r"(\S+)((?: +\S+){2,})"),
}
_EXAMPLES = {
    "T": "T1→quote 0 10→its words",
    "R": "R1→said_by Arg1:T1 Arg2:T2",
    "E": "E1→quote:T1 Speaker:T2",
    "A": "A1→kind T1 direct",
    "M": "M1→negation T1",
    "N": "N1→Reference T1 Wikidata:Q42→Zoë",
    "#": "#1→AnnotatorNotes T1→a note",
    "*": "*→same_as T1 T2",
}
_NO_LINE = "This is no line of brat's: they begin like “T1” and a tab."
# Which part of a line names what it is said of.
_TARGETS = {"R": 2, "E": 1, "A": 1, "M": 1, "N": 1, "#": 1}
# Remarks on remarks are followed this far.
_DEEPEST_REMARK = 8

_Count = Callable[[int], int]


def fragments_of(text: str, pieces: Iterable[Piece]) -> list[Piece]:
    """Cut pieces at line ends, as brat does."""
    return [
        (line.start(), line.end())
        for start, end in pieces
        for line in _LINE.finditer(text, start, end)
    ]


def joined(text: str, fragments: Iterable[Piece]) -> list[Piece]:
    """Join what only a line end keeps apart."""
    found: list[Piece] = []
    for start, end in merged(fragments):
        near = found and start - found[-1][1] <= _WIDEST_LINE_END
        between = text[found[-1][1] : start] if near else ""
        if between.isspace() and _ENDS_A_LINE.search(between):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """A line taken apart by the pattern of its form; a part that is not there is empty."""

    number: int
    name: str
    form: str
    parts: tuple[str, ...]


class Standoff:
    """What an .ann says of a text, under brat's own numbers.

    ``has_mark``: a byte order mark, which is no part of ``text``, stood before it in its file.
    """

    def __init__(self, ann: str, where: str, text: str, *, has_mark: bool) -> None:
        self.relations: list[Relation] = []
        self.problems: list[Problem] = []
        self._where = where
        self._text = text
        self._spans: dict[str, Span] = {}
        self._links: set[tuple[str, str, str]] = set()
        lines = self._parsed(ann)
        self._targets = {
            line.name: line.parts[_TARGETS[line.form]] for line in lines if line.form in _TARGETS
        }
        bounds = [line for line in lines if line.form == "T"]
        count = _way_of_counting(text, bounds, has_mark=has_mark)
        for line in bounds:
            self._add_span(line, count)
        for line in lines:
            self._add_remark(line)

    @property
    def spans(self) -> list[Span]:
        return list(self._spans.values())

    def _parsed(self, ann: str) -> list[_Line]:
        found: list[_Line] = []
        names: set[str] = set()
        room = MOST_PARTS
        for number, words in _whole_lines(ann):
            begin = _BEGINS.match(words)
            if begin is None:
                self._say(number, _NO_LINE)
                continue
            name, form = begin.groups()
            match = _FORMS[form].fullmatch(words, begin.end())
            if match is None:
                self._say(number, f"This line is not like {_EXAMPLES[form]} (→ is a tab).")
                continue
            if name in names and form != "*":
                self._say(number, f"{shown(name)} is given twice.")
            names.add(name)
            line = _Line(number, name, form, tuple(part or "" for part in match.groups()))
            room -= _size(line)
            if room < 0:
                said = f"This file holds more than {MOST_PARTS:,} annotations, pieces and roles."
                self._say(number, said)
                return []
            found.append(line)
        return found

    def _add_span(self, line: _Line, count: _Count) -> None:
        label, places, given = line.parts
        pieces = _pieces(places, count)
        for start, end in pieces:
            if said := place_problem(shown(line.name), start, end, len(self._text)):
                self._say(line.number, said)
                return
        if given and not _reads(self._text, pieces, given):
            self._say_parting(line, given, pieces)
        self._spans[line.name] = Span(line.name, label, joined(self._text, pieces))

    def _say_parting(self, line: _Line, given: str, pieces: list[Piece]) -> None:
        first, *others = given.split("\n")
        if _reads(self._text, pieces, first):
            # The words are whole: what follows them was to be a line of its own.
            for number, other in enumerate(others, line.number + 1):
                if other.strip():
                    self._say(number, _NO_LINE)
            return
        clipped = [(start, min(end, start + 100)) for start, end in pieces[:100]]
        found = shown(surface(self._text, clipped))
        said = f"should read {shown(given)}, but its place in the text reads {found}."
        self._say(line.number, f"{shown(line.name)} {said}")

    def _add_remark(self, line: _Line) -> None:
        """Add what a line says of spans; one that is a span says nothing more."""
        match line.form, line.parts:
            case "R", (kind, "Arg2", target, "Arg1", source) | (kind, _, source, _, target):
                self._link(line, line.name, kind, source, target)
            case "E", (_, trigger, roles):
                self._span_of(line, trigger)
                for at, role in enumerate(roles.split(), 1):
                    kind, _, target = role.partition(":")
                    # Roles that come more than once are numbered.
                    kind = kind.rstrip("0123456789") or kind
                    self._link(line, f"{line.name}.{at}", kind, trigger, target)
            case "*", (kind, names):
                first, *others = names.split()
                for at, other in enumerate(others, 1):
                    self._link(line, f"*{line.number}.{at}", kind, other, first)
            case "A" | "M", (key, target, value):
                self._set(line, target, key, value or True)
            case "N", (kind, target, reference, name):
                self._set(line, target, kind, f"{reference} {name}" if name else reference)
            case "#", (_, target, note):
                if span := self._span_of(line, target):
                    before = span.attributes.get(NOTE)
                    span.attributes[NOTE] = f"{before}\n{note}" if before else note

    def _link(self, line: _Line, own: str, kind: str, source: str, target: str) -> None:
        ends = self._span_of(line, source), self._span_of(line, target)
        if ends[0] and ends[1] and (kind, ends[0].id, ends[1].id) not in self._links:
            # Two events of one trigger may say the same.
            self._links.add((kind, ends[0].id, ends[1].id))
            self.relations.append(Relation(own, kind, ends[0].id, ends[1].id))

    def _set(self, line: _Line, target: str, key: str, value: JSON) -> None:
        span = self._span_of(line, target)
        if span is None:
            return
        if span.attributes.setdefault(key, value) != value:
            self._say(line.number, f"{shown(span.id)} has another {shown(key)} already.")

    def _span_of(self, line: _Line, name: str) -> Span | None:
        """Return the span that a name stands for, or the one that it is said of."""
        found = name
        for _ in range(_DEEPEST_REMARK):
            if found in self._spans or found not in self._targets:
                break
            found = self._targets[found]
        if found not in self._spans:
            self._say(line.number, f"It names {shown(name)}, which is not there.")
        return self._spans.get(found)

    def _say(self, number: int, said: str) -> None:
        self.problems.append(Problem(f"{self._where}:{number}", said))


def _whole_lines(ann: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers: some tools write surfaces with the line ends in them."""
    begun, held = 0, [""]
    for number, line in enumerate(ann.split("\n"), 1):
        line = line.removesuffix("\r")
        if _has_surface(held[0]) and not _BEGINS.match(line):
            held.append(line)
            continue
        if held[0]:
            yield begun, "\n".join(held)
        begun, held = number, [line if _has_surface(line) else line.rstrip()]
    if held[0]:
        yield begun, "\n".join(held)


def _has_surface(line: str) -> bool:
    return line.startswith("T") and line.count("\t") > 1


def _size(line: _Line) -> int:
    """Return for how many things a line makes room."""
    match line.form, line.parts:
        case "T", (_, places, _):
            return 1 + places.count(";")
        case "E" | "*", (*_, names):
            return 1 + names.count(" ")
    return 1


def _pieces(places: str, count: _Count) -> list[Piece]:
    pairs = (place.split(" ") for place in places.split(";"))
    return [(count(int(start)), count(int(end))) for start, end in pairs]


def _reads(text: str, pieces: list[Piece], given: str) -> bool:
    """Say whether a surface is right, but for white space: old versions of brat wrote none in it."""
    # Lines that all claim a whole long text must not make a copy of it each.
    if sum(end - start for start, end in pieces) > 2 * len(given) + 1_000:
        return False
    found = surface(text, pieces)
    return given == found or "".join(given.split()) == "".join(found.split())


# Ways of counting. brat counts every code point of the file; other tools saw another text.


def _way_of_counting(text: str, bounds: list[_Line], *, has_mark: bool) -> _Count:
    """Return how the file's offsets are turned into those of ``text``: as all its surfaces agree."""
    ways: list[_Count] = [_as_they_are]
    if "\r\n" in text:
        ways.append(_with_one_character_for_crlf(text))
    if has_mark:
        ways = [*map(_after_a_mark, ways), *ways]
    for way in ways:
        if all(_agrees(line, text, way) for line in bounds):
            return way
    return ways[0]


def _agrees(line: _Line, text: str, way: _Count) -> bool:
    _, places, given = line.parts
    return not given or _reads(text, _pieces(places, way), given)


def _as_they_are(offset: int) -> int:
    return offset


def _after_a_mark(way: _Count) -> _Count:
    return lambda offset: way(offset - 1)


def _with_one_character_for_crlf(text: str) -> _Count:
    crlfs = [found.start() - at for at, found in enumerate(re.finditer("\r\n", text))]
    return lambda offset: offset + bisect_left(crlfs, offset)
