"""brat standoff, both ways: a zip of a .txt and an .ann for each reading, a folder for each reader.

brat counts code points, ends every piece at a line end and numbers what it knows T1, R1, A1. What it
has no place for (ids, titles, metadata, who read) stands in a .json beside the two, which brat
passes over. Reading, which takes what brat itself and others write, is in `brat_in.py`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import count

from annotator.formats.archive import names_in
from annotator.formats.brat_in import read
from annotator.formats.document import JSON, Document, Format, Lose, Loss, Span, surface
from annotator.formats.fields import ours
from annotator.formats.losing import in_order
from annotator.formats.packing import PackedFile, file_stem, packed
from annotator.formats.standoff import NOTE, REFERENCE, fragments_of, joined

_MARK = "\ufeff"
# What may be the name of a label, a link or an attribute.
_TYPE = re.compile(r"[A-Za-z0-9_-]+")

# An attribute with more values than this is free text: brat would list them all in a menu.
_MOST_VALUES = 100
_MENU_VALUE = re.compile(r"[^\s|,:;<>]+")
_NORMALIZATION = re.compile(r"([^\s:]+:\S+)(?: (\S.*))?")
_COLOURS = ("#a8c7fa", "#a8e0c0", "#ffd08a", "#f5b3cd", "#d3bdf5", "#c9d96f", "#9adbe0", "#e0c4a8")
# Any two spans may lie on each other, whatever their labels.
_OVERLAP = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield a zip, with brat's configuration for the labels in it at its end."""
    yield from packed(_files(documents, lose))


def _files(documents: Iterable[Document], lose: Lose) -> Iterator[PackedFile]:
    configuration = _Configuration()
    for document in documents:
        stem = file_stem(document.id)
        if document.reader is not None:
            stem = f"{file_stem(document.reader)}/{stem}"
        standoff = _Standoff(document, configuration, lose)
        yield PackedFile(f"{stem}.txt", standoff.text.encode())
        yield PackedFile(f"{stem}.ann", "".join(f"{line}\n" for line in standoff.lines).encode())
        yield PackedFile(f"{stem}.json", standoff.beside())
    yield PackedFile("annotation.conf", configuration.annotation().encode())
    yield PackedFile("visual.conf", configuration.visual().encode())


class _Standoff:
    """The lines of one .ann, and what goes beside it."""

    def __init__(self, document: Document, configuration: "_Configuration", lose: Lose) -> None:
        # A mark that belongs to the text needs one before it that does not; brat counts both.
        self._marks = len(_MARK) if document.text.startswith(_MARK) else 0
        self.text = _MARK[: self._marks] + document.text
        self.lines: list[str] = []
        self._document = document
        self._configuration = configuration
        self._lose = lose
        self._names: dict[str, str] = {}
        self._attributes: dict[str, dict[str, JSON]] = {}
        self._pieces: dict[str, JSON] = {}
        spans = [span for span in in_order(document.spans) if self._has_a_place(span)]
        self._spans = {span.id: span for span in spans}
        self._numbers = _numbers("T", [span.id for span in spans])
        for span in spans:
            self._add_span(span)
        self._add_links()
        self._add_attributes()

    def beside(self) -> bytes:
        """Return as JSON what brat has no place for; nothing that is empty."""
        document = self._document
        record = {"id": document.id} | ours(document, meta=True)
        record |= {
            "ids": dict(self._names),
            "attributes": dict(self._attributes),
            "pieces": self._pieces,
        }
        kept = {key: value for key, value in record.items() if value}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def _has_a_place(self, span: Span) -> bool:
        if not _TYPE.fullmatch(span.label):
            self._leave_out(f"span {span.id}", "A label in brat is made of A–Z, a–z, 0–9, - and _.")
        elif not fragments_of(self._document.text, span.pieces):
            self._leave_out(f"span {span.id}", "It holds nothing but line ends, where brat cuts.")
        else:
            return True
        return False

    def _add_span(self, span: Span) -> None:
        text = self._document.text
        number = self._numbers[span.id]
        fragments = fragments_of(text, span.pieces)
        marks = self._marks
        places = ";".join(f"{start + marks} {end + marks}" for start, end in fragments)
        self.lines.append(f"{number}\t{span.label} {places}\t{surface(text, fragments)}")
        self._configuration.labels.setdefault(span.label)
        self._keep_name(number, span.id)
        if (whole := joined(text, fragments)) != span.pieces:
            # How they will be read, and how they are.
            self._pieces[number] = [list(map(list, pieces)) for pieces in (whole, span.pieces)]

    def _add_links(self) -> None:
        links = []
        for link in self._document.relations:
            if not _TYPE.fullmatch(link.type):
                said = "A type of link in brat is made of A–Z, a–z, 0–9, - and _."
                self._leave_out(f"relation {link.id}", said)
            elif link.source not in self._spans or link.target not in self._spans:
                self._leave_out(f"relation {link.id}", "One of its spans is left out.")
            else:
                links.append(link)
        numbers = _numbers("R", [link.id for link in links])
        for link in links:
            number = numbers[link.id]
            source, target = self._numbers[link.source], self._numbers[link.target]
            self.lines.append(f"{number}\t{link.type} Arg1:{source} Arg2:{target}")
            self._keep_name(number, link.id)
            ends = self._spans[link.source].label, self._spans[link.target].label
            self._configuration.add_link(link.type, *ends)

    def _add_attributes(self) -> None:
        counted = {letter: count(1) for letter in "A#N"}
        for span in self._spans.values():
            number = self._numbers[span.id]
            for key in sorted(span.attributes):
                value = span.attributes[key]
                lines = _attribute_lines(key, value, number)
                for letter, words in lines:
                    self.lines.append(f"{letter}{next(counted[letter])}\t{words}")
                    if letter == "A":
                        self._configuration.add_attribute(key, value, span.label)
                if not lines:
                    self._attributes.setdefault(number, {})[key] = value

    def _keep_name(self, number: str, own: str) -> None:
        if number != own:
            self._names[number] = own

    def _leave_out(self, part: str, reason: str) -> None:
        self._lose(Loss(self._document.id, self._document.reader, part, reason))


def _numbers(letter: str, ids: list[str]) -> dict[str, str]:
    """Give everything its number in brat; what has one already, from an import, keeps it."""
    numbered = re.compile(letter + "[1-9][0-9]{0,8}")
    kept = {own for own in ids if numbered.fullmatch(own)}
    free = (number for number in (f"{letter}{n}" for n in count(1)) if number not in kept)
    return {own: own if own in kept else next(free) for own in ids}


def _attribute_lines(key: str, value: JSON, number: str) -> list[tuple[str, str]]:
    """Return the lines that say an attribute, each with the letter of its kind; none if none can."""
    if value is True and _TYPE.fullmatch(key):
        return [("A", f"{key} {number}")]
    if not isinstance(value, str):
        return []
    if key == NOTE and all(map(_is_one_line, value.split("\n"))):
        return [("#", f"AnnotatorNotes {number}\t{line}") for line in value.split("\n")]
    if not (_TYPE.fullmatch(key) and _is_one_line(value)):
        return []
    if key == REFERENCE and (found := _NORMALIZATION.fullmatch(value)):
        return [("N", f"{key} {number} {found[1]}" + (f"\t{found[2]}" if found[2] else ""))]
    return [("A", f"{key} {number} {value}")]


def _is_one_line(value: str) -> bool:
    return value.isprintable() and value == value.strip() != ""


class _Configuration:
    """What brat must be told of before it shows it: every name that comes by, and with what."""

    def __init__(self) -> None:
        # Ordered sets.
        self.labels: dict[str, None] = {}
        self._links: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
        self._attributes: dict[str, tuple[dict[str, None], dict[str, None]]] = {}

    def add_link(self, kind: str, source: str, target: str) -> None:
        sources, targets = self._links.setdefault(kind, ({}, {}))
        sources.setdefault(source)
        targets.setdefault(target)

    def add_attribute(self, key: str, value: JSON, label: str) -> None:
        labels, values = self._attributes.setdefault(key, ({}, {}))
        labels.setdefault(label)
        if isinstance(value, str) and len(values) <= _MOST_VALUES:
            values.setdefault(value)

    def annotation(self) -> str:
        """Return annotation.conf. Free text is left out of it, as brat offers values to choose."""
        links = [
            f"{kind}\tArg1:{'|'.join(sorted(sources))}, Arg2:{'|'.join(sorted(targets))}"
            for kind, (sources, targets) in sorted(self._links.items())
        ]
        attributes = [
            f"{key}\tArg:{'|'.join(sorted(labels))}"
            + (f", Value:{'|'.join(sorted(values))}" if values else "")
            for key, (labels, values) in sorted(self._attributes.items())
            if len(values) <= _MOST_VALUES and all(map(_MENU_VALUE.fullmatch, values))
        ]
        return _sections(
            entities=sorted(self.labels),
            relations=[*links, _OVERLAP],
            events=[],
            attributes=attributes,
        )

    def visual(self) -> str:
        labels = sorted(self.labels)
        shown = [f"{name} | {name.replace('_', ' ')}" for name in [*labels, *sorted(self._links)]]
        coloured = [
            f"{label}\tbgColor:{_COLOURS[at % len(_COLOURS)]}" for at, label in enumerate(labels)
        ]
        return _sections(
            labels=shown,
            drawing=[
                "SPAN_DEFAULT\tfgColor:black, bgColor:lightgray, borderColor:darken",
                "ARC_DEFAULT\tcolor:black, arrowHead:triangle-5",
                *coloured,
            ],
        )


def _sections(**sections: list[str]) -> str:
    return "\n".join(
        f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items()
    )


def _recognises(head: bytes) -> bool:
    return any(name.endswith((b".ann", b"annotation.conf")) for name in names_in(head))


FORMAT = Format(
    slug="brat",
    title="brat standoff, a zip",
    extensions=(".zip",),
    media_type="application/zip",
    read=read,
    write=write,
    recognises=_recognises,
)
