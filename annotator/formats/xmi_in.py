"""UIMA CAS XMI in: what INCEpTION exports and we write, alone or in a zip with its TypeSystem.xml.

Offsets are UTF-16 code units. The XML is read strictly, and no library of UIMA's sees it: what a CAS
has for us is flat. Every annotation but those of grammar is a span, one with a governor and a dependent
a relation.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from annotator.formats.archive import Archive, Member, RefusedMember, RefusedZip, Rejoined, opened
from annotator.formats.chains import NEXT_PIECE, join_pieces
from annotator.formats.document import (
    JSON,
    ByteStream,
    Document,
    Items,
    Problem,
    Relation,
    Span,
    place_problem,
    shown,
)
from annotator.formats.fields import (
    OURS,
    default_reading,
    give_ids,
    judged,
    name_of,
    object_of,
)
from annotator.formats.jsonl import document_of
from annotator.formats.lines import LONGEST_LINE, printable
from annotator.formats.strict_json import MOST_PARTS, RefusedJSON, loads
from annotator.formats.strict_xml import RefusedXML, parsed

XMI = "http://www.omg.org/XMI"
TYPES = "http://uima.apache.org/resourceSpecifier"
TYPE_SYSTEM = "TypeSystem.xml"
ARTICLE = "webanno.custom.Article"
_ID = f"{{{XMI}}}id"
_TYPE = re.compile(r"\{http:///(.*)\.ecore\}(.*)", re.DOTALL)
_GRAMMAR = re.compile(
    r"uima\.cas\.|uima\.tcas\.DocumentAnnotation|de\.tudarmstadt\.ukp\.(?:clarin\.webanno\.api\.|inception\."
    r"|dkpro\.core\.api\.(?:lexmorph|metadata|segmentation|syntax|transform)\.)"
)
_WHOLE = "uima.tcas.DocumentAnnotation"
# The language, as UIMA says it.
UNKNOWN = "x-unspecified"
_ABOUT_DOCUMENT = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
# Where a layer of INCEpTION, built in or not, has the label.
_LABELS = ("label", "value")
_PLACE = ("sofa", "begin", "end")
_ENDS = ("Governor", "Dependent")
_NUMBER = re.compile(r"-?[0-9]{1,15}")
_NUMBERS = frozenset(
    f"uima.cas.{name}" for name in ("Byte", "Short", "Integer", "Long", "Float", "Double")
)
_BETWEEN_HALVES = (
    "begins or ends in the middle of a character; offsets in a CAS are UTF-16 code units"
)


class Utf16:
    """The two ways of counting in one text: code points, and UTF-16 code units as Java has them."""

    def __init__(self, text: str) -> None:
        self._astral = [found.start() for found in re.finditer("[\U00010000-\U0010ffff]", text)]
        self._pairs = [at + number for number, at in enumerate(self._astral)]

    def units(self, point: int) -> int:
        return point + bisect_left(self._astral, point)

    def point(self, unit: int) -> int | None:
        """Return the code point at a code unit; None in the middle of one."""
        before = bisect_left(self._pairs, unit)
        if before and self._pairs[before - 1] == unit - 1:
            return None
        return unit - before


def read(stream: ByteStream, name: str) -> Items:
    """Yield a document for every .xmi; `where` is "file.zip/member.xmi:1"."""
    name = printable(name)
    head = stream.read(2)
    if head != b"PK":
        data = head + stream.read(LONGEST_LINE)
        yield from _read_xmi(data, f"{name}:1", PurePosixPath(name).stem, {})
        return
    try:
        with opened(Rejoined(head, stream), name, (".xmi", ".xml")) as archive:
            yield from _read_archive(archive, name)
    except RefusedZip as refused:
        yield from refused.problems


# What features of a type are, by their names.
_Ranges = dict[str, dict[str, str]]


def _read_archive(archive: Archive, name: str) -> Items:
    systems = _Systems(archive)
    for member in archive.files:
        if member.extension == ".xml":
            if PurePosixPath(member.name).name.lower() != TYPE_SYSTEM.lower():
                yield Problem(member.where, f"This is neither an .xmi nor a {TYPE_SYSTEM}.")
            continue
        try:
            ranges = systems.ranges_for(member)
            data = archive.read(member)
        except RefusedMember as error:
            yield Problem(member.where, str(error))
        except _RefusedSystem as refused:
            yield refused.problem
        else:
            if ranges is not None:
                yield from _read_xmi(data, f"{member.where}:1", member.key, ranges)
    if not archive.files:
        yield Problem(name, "There is no .xmi in this zip.")


class _RefusedSystem(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Systems:
    """The type systems in a zip: for an .xmi the nearest one, in its folder or above."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._members = {
            member.name.lower(): member for member in archive.files if member.extension == ".xml"
        }
        self._last: Member | None = None
        self._ranges: _Ranges | None = None

    def ranges_for(self, member: Member) -> _Ranges | None:
        """Return what features are; None when that was refused already."""
        folders = PurePosixPath(member.name.lower()).parents
        names = (str(folder / TYPE_SYSTEM.lower()) for folder in folders)
        system = next((self._members[name] for name in names if name in self._members), None)
        if system is None:
            return {}
        if system is not self._last:
            self._last, self._ranges = system, None
            self._ranges = _ranges(self._archive.read(system), system.where)
        return self._ranges


def _ranges(data: bytes, where: str) -> _Ranges:
    """Return the types of features that a TypeSystem.xml tells."""
    try:
        root = parsed(data)
    except RefusedXML as error:
        raise _RefusedSystem(Problem(f"{where}:{error.line}", str(error))) from error
    if root.tag != f"{{{TYPES}}}typeSystemDescription":
        raise _RefusedSystem(Problem(f"{where}:1", "This is no type system of UIMA."))
    name, kind = f"{{{TYPES}}}name", f"{{{TYPES}}}rangeTypeName"
    found: _Ranges = {}
    for described in root.iter(f"{{{TYPES}}}typeDescription"):
        features = found.setdefault((described.findtext(name) or "").strip(), {})
        for feature in described.iter(f"{{{TYPES}}}featureDescription"):
            own = (feature.findtext(name) or "").strip()
            features[own] = (feature.findtext(kind) or "").strip()
    return found


def _read_xmi(data: bytes, where: str, key: str, ranges: _Ranges) -> Items:
    try:
        root = parsed(data)
    except RefusedXML as error:
        yield Problem(f"{where.removesuffix(':1')}:{error.line}", str(error))
        return
    if root.tag != f"{{{XMI}}}XMI":
        yield Problem(where, "This is XML, but not the XMI of a CAS.")
        return
    yield from _Cas(root, where, key, ranges).read()


@dataclass
class _Cas:
    """One CAS: a text and what is said of it."""

    root: Element
    where: str
    key: str
    ranges: _Ranges
    _wrong: list[str] = field(default_factory=list)
    _elements: dict[str, Element] = field(default_factory=dict)
    _spans: dict[str, Span] = field(default_factory=dict)

    def read(self) -> Items:
        kinds = [(_kind(element), element) for element in self.root]
        sofas = [element for kind, element in kinds if kind == "uima.cas.Sofa"]
        texts = [text for sofa in sofas if (text := sofa.get("sofaString")) is not None]
        if len(texts) != 1:
            said = "no text" if not texts else f"{len(texts)} texts"
            yield Problem(self.where, f"This CAS has {said} (Sofa with a sofaString), not one.")
            return
        document = self._document(texts[0], kinds)
        self._elements = {element.get(_ID, ""): element for _, element in kinds}
        told = [(kind, element) for kind, element in kinds if not self._is_passed_over(kind)]
        utf16 = Utf16(document.text)
        for kind, element in told:
            if element.get("begin") is not None and not _is_relation(element):
                self._add_span(document, kind, element, utf16)
        for kind, element in told:
            if _is_relation(element):
                self._add_relation(document, kind, element)
            elif element.get(_ID) in self._spans:
                self._add_references(document, kind, element)
        # Links of ours have ids; those between pieces have none.
        join_pieces(document, lambda link: not link.id)
        for letter, items in (("s", document.spans), ("r", document.relations)):
            unnamed = [item for item in items if not item.id]
            give_ids(letter, unnamed, {item.id for item in items})
        default_reading(document)
        yield from judged(document, self._wrong)

    def _is_passed_over(self, kind: str) -> bool:
        return kind == ARTICLE or _GRAMMAR.match(kind) is not None

    def _document(self, text: str, kinds: list[tuple[str, Element]]) -> Document:
        """Return the article, as we have written it or by its name in INCEpTION."""
        record: dict[str, JSON] = {"id": self.key}
        for kind, element in kinds:
            if kind == ARTICLE:
                record |= self._own(element, "The article")
            elif (said := element.get("language", UNKNOWN)) != UNKNOWN and kind == _WHOLE:
                record.setdefault("meta", {"language": said})
            elif kind == _ABOUT_DOCUMENT and (title := element.get("documentTitle")):
                record["id"] = title
                # Exports of a project have a file for each reader.
                stem = PurePosixPath(self.key).name
                if stem not in (title, PurePosixPath(title).stem):
                    record["reader"] = stem
        return document_of(record | {"text": text}, self.where, self._wrong)

    def _own(self, element: Element, name: str) -> dict[str, JSON]:
        """Return what we have said of an element, beside what UIMA has a place for."""
        given = element.get(OURS)
        if given is None:
            return {}
        what = f"The feature “{OURS}” of {name[0].lower()}{name[1:]}"
        try:
            own = loads(given, what, most_parts=MOST_PARTS)
        except RefusedJSON as error:
            self._wrong.append(str(error))
            return {}
        if isinstance(own, dict):
            return own
        self._wrong.append(f"{what} is not a JSON object.")
        return {}

    def _add_span(self, document: Document, kind: str, element: Element, utf16: Utf16) -> None:
        key = element.get(_ID, "")
        name = f"Annotation {shown(key)}"
        own = self._own(element, name)
        label_key = next((found for found in _LABELS if element.get(found)), "")
        label = element.get(label_key) or kind.rpartition(".")[2]
        span = Span(name_of(own, "id", name, self._wrong, needed=False) or key, label, [])
        if place := self._place(element, name, utf16, len(document.text)):
            span.pieces = [place]
        span.attributes = self._attributes(kind, element, label_key, name)
        span.attributes |= object_of(own, "attributes", name, self._wrong)
        document.spans.append(span)
        if key in self._spans:
            self._wrong.append(f"The number {shown(key)} is given twice.")
        self._spans[key] = span

    def _place(
        self, element: Element, name: str, utf16: Utf16, length: int
    ) -> tuple[int, int] | None:
        given = [element.get("begin", ""), element.get("end", "")]
        if not all(map(_NUMBER.fullmatch, given)):
            self._wrong.append(f"{name} needs whole numbers as its “begin” and “end”.")
            return None
        start, end = (utf16.point(int(number)) for number in given)
        if start is None or end is None:
            self._wrong.append(f"{name} {_BETWEEN_HALVES}.")
            return None
        if said := place_problem(name, start, end, length):
            self._wrong.append(said)
            return None
        return start, end

    def _attributes(
        self, kind: str, element: Element, label_key: str, name: str
    ) -> dict[str, JSON]:
        found: dict[str, JSON] = {}
        for key, value in element.attrib.items():
            range_ = self.ranges.get(kind, {}).get(key, "uima.cas.String")
            if key in (_ID, OURS, label_key, *_PLACE) or not range_.startswith("uima.cas."):
                continue
            if range_ not in ("uima.cas.FSArray", "uima.cas.FSList"):
                found[key] = self._value(value, range_, f"{name}: its feature {shown(key)}")
        for child in element:
            # A list of words has an element for each.
            words = found.setdefault(child.tag, [])
            if isinstance(words, list):
                words.append(child.text or "")
        return found

    def _value(self, given: str, range_: str, what: str) -> JSON:
        if range_ == "uima.cas.Boolean":
            if given in ("true", "false"):
                return given == "true"
            self._wrong.append(f"{what} should be true or false, not {shown(given)}.")
        elif range_ in _NUMBERS:
            number = _number(given)
            if number is not None:
                return number
            self._wrong.append(f"{what} should be a number, not {shown(given)}.")
        return given

    def _add_relation(self, document: Document, kind: str, element: Element) -> None:
        key = element.get(_ID, "")
        name = f"Relation {shown(key)}"
        own = self._own(element, name)
        labels = (element.get(feature, "") for feature in _LABELS)
        link = Relation("", next(filter(None, labels), kind.rpartition(".")[2]), "", "")
        if OURS in element.attrib or link.type != NEXT_PIECE:
            link.id = name_of(own, "id", name, self._wrong, needed=False) or key
        ends = [self._spans.get(element.get(end, "")) for end in _ENDS]
        if ends[0] is None or ends[1] is None:
            self._wrong.append(f"{name} has a governor or a dependent that is no span.")
            return
        link.source, link.target = ends[0].id, ends[1].id
        document.relations.append(link)

    def _add_references(self, document: Document, kind: str, element: Element) -> None:
        """Add a relation for each span that a feature of a span refers to, by its role if it has one."""
        source = self._spans[element.get(_ID, "")]
        for feature, target, role in self._references(kind, element):
            if len(document.relations) >= MOST_PARTS:
                self._wrong = [f"This CAS has more than {MOST_PARTS:,} links."]
                return
            document.relations.append(Relation("", role or feature, source.id, target.id))

    def _references(self, kind: str, element: Element) -> Iterator[tuple[str, Span, str]]:
        ranges = self.ranges.get(kind, {})
        for feature, value in element.attrib.items():
            range_ = ranges.get(feature, "uima.cas.String")
            if range_.startswith("uima.cas.") and range_ != "uima.cas.FSArray":
                continue
            for key in value.split():
                through = self._elements.get(key)
                role = ""
                if key not in self._spans and through is not None:
                    key, role = through.get("target", ""), through.get("role", "")
                if target := self._spans.get(key):
                    yield feature, target, role


def _kind(element: Element) -> str:
    """Return the full name of an element's type."""
    found = _TYPE.fullmatch(element.tag)
    if found is None:
        return element.tag
    package = found[1].replace("/", ".")
    return found[2] if package == "uima.noNamespace" else f"{package}.{found[2]}"


def _number(given: str) -> int | float | None:
    if _NUMBER.fullmatch(given):
        return int(given)
    try:
        number = float(given)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_relation(element: Element) -> bool:
    return all(end in element.attrib for end in _ENDS)
