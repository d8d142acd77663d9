"""UIMA CAS XMI, both ways: a zip of an .xmi for each reading and the TypeSystem.xml that they need.

    <custom:Span xmi:id="4" sofa="1" begin="0" end="7" label="quote" kind="direct"/>
    <custom:Relation xmi:id="6" sofa="1" begin="13" end="17" Governor="4" Dependent="5" label="said_by"/>

As INCEpTION has its own layers. Offsets are UTF-16 code units; pieces of a span are spans, each linked to
its next one. What UIMA has no place for stands in JSON in a feature of our own. Reading is in
`xmi_in.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import quoteattr

from annotator.formats.archive import names_in
from annotator.formats.chains import NEXT_PIECE
from annotator.formats.document import JSON, Document, Format, Lose, Span
from annotator.formats.fields import OURS, ours
from annotator.formats.losing import Losses, in_order
from annotator.formats.packing import PackedFile, file_stem, packed
from annotator.formats.records import json_words, sorted_keys
from annotator.formats.twice import twice
from annotator.formats.xmi_in import TYPE_SYSTEM, TYPES, UNKNOWN, XMI, Utf16, read

_UNKNOWN_TO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The name of a feature; some have a meaning in UIMA, in our own layers or in Python's reader of them.
_FEATURE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TAKEN = frozenset(["sofa", "begin", "end", "label", "value", "id", "self", "type", OURS])
_STRING, _BOOLEAN = "uima.cas.String", "uima.cas.Boolean"
_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<xmi:XMI xmlns:xmi="{XMI}" xmlns:cas="http:///uima/cas.ecore" '
    'xmlns:tcas="http:///uima/tcas.ecore" xmlns:custom="http:///webanno/custom.ecore" '
    'xmi:version="2.0">\n<cas:NULL xmi:id="0"/>\n'
)


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield the zip, the type system first."""
    features = _Features()
    yield from twice(documents, features.look, lambda again: packed(_files(again, features, lose)))


def _files(
    documents: Iterator[Document], features: "_Features", lose: Lose
) -> Iterator[PackedFile]:
    yield PackedFile(TYPE_SYSTEM, features.type_system().encode())
    for document in documents:
        losses = Losses(document, lose)
        if found := _UNKNOWN_TO_XML.search(document.text):
            losses.say("article", f"Its text holds U+{ord(found[0]):04X}, which is not in XML.")
            continue
        stem = file_stem(document.id)
        if document.reader is not None:
            stem = f"{file_stem(document.reader)}/{stem}"
        yield PackedFile(f"{stem}.xmi", _Cas(document, features, losses).xmi().encode())


class _Features:
    """Which attributes are features of a span: those of words or of yes and no, under a plain name."""

    def __init__(self) -> None:
        self._ranges: dict[str, str] = {}

    def look(self, document: Document) -> None:
        for span in document.spans:
            for name, value in span.attributes.items():
                if isinstance(value, str) or self._ranges.get(name) == _STRING:
                    self._ranges[name] = _STRING
                elif isinstance(value, bool):
                    self._ranges[name] = _BOOLEAN

    def word(self, name: str, value: JSON) -> str | None:
        """Return an attribute as a feature has it; None when it is none."""
        if name in _TAKEN or not _FEATURE.fullmatch(name):
            return None
        range_ = self._ranges.get(name)
        if range_ == _BOOLEAN and isinstance(value, bool):
            return "true" if value else "false"
        if range_ == _STRING and isinstance(value, str) and not _UNKNOWN_TO_XML.search(value):
            return value
        return None

    def type_system(self) -> str:
        """Return the types, which INCEpTION takes for layers."""
        names = [name for name in sorted(self._ranges) if name not in _TAKEN]
        own = [(name, self._ranges[name]) for name in names if _FEATURE.fullmatch(name)]
        words = [("label", _STRING), (OURS, _STRING)]
        ends = [(end, "webanno.custom.Span") for end in ("Governor", "Dependent")]
        types = (
            _type("Article", "uima.cas.AnnotationBase", words[1:]),
            _type("Relation", "uima.tcas.Annotation", [*ends, *words]),
            _type("Span", "uima.tcas.Annotation", [*words, *own]),
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<typeSystemDescription xmlns="{TYPES}">\n<types>\n{"".join(types)}</types>\n'
            "</typeSystemDescription>\n"
        )


def _type(name: str, above: str, features: list[tuple[str, str]]) -> str:
    described = "".join(
        f"<featureDescription><name>{own}</name><description/>"
        f"<rangeTypeName>{range_}</rangeTypeName></featureDescription>\n"
        for own, range_ in features
    )
    return (
        f"<typeDescription>\n<name>webanno.custom.{name}</name><description/>"
        f"<supertypeName>{above}</supertypeName>\n<features>\n{described}</features>\n"
        "</typeDescription>\n"
    )


class _Cas:
    """The elements of one .xmi, numbered as they come: the text is 1."""

    def __init__(self, document: Document, features: _Features, losses: Losses) -> None:
        self._document = document
        self._features = features
        self._losses = losses
        self._utf16 = Utf16(document.text)
        self._elements: list[str] = []
        # Of each span the number and the place of its first piece.
        self._first: dict[str, tuple[int, dict[str, object]]] = {}

    def xmi(self) -> str:
        document = self._document
        language = document.meta.get("language")
        known = isinstance(language, str) and language and not _UNKNOWN_TO_XML.search(language)
        whole = self._place((0, len(document.text)))
        about = {"language": language if known else UNKNOWN}
        self._add("tcas:DocumentAnnotation", whole | about)
        self._add("custom:Article", {OURS: _hidden(_record(document))})
        for span in in_order(document.spans):
            self._add_span(span)
        self._add_relations()
        sofa: dict[str, object] = {"sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text/plain"}
        sofa["sofaString"] = document.text
        members = " ".join(str(number + 2) for number in range(len(self._elements)))
        return (
            f"{_BEGIN}{''.join(self._elements)}"
            f'<cas:Sofa xmi:id="1"{_attributes(sofa)}/>\n'
            f'<cas:View sofa="1" members="{members}"/>\n</xmi:XMI>\n'
        )

    def _add(self, kind: str, features: dict[str, object]) -> int:
        number = len(self._elements) + 2
        self._elements.append(f'<{kind} xmi:id="{number}" sofa="1"{_attributes(features)}/>\n')
        return number

    def _place(self, piece: tuple[int, int]) -> dict[str, object]:
        return {"begin": self._utf16.units(piece[0]), "end": self._utf16.units(piece[1])}

    def _add_span(self, span: Span) -> None:
        if found := _UNKNOWN_TO_XML.search(span.label):
            said = f"Its label holds U+{ord(found[0]):04X}, which is not in XML."
            self._losses.say(f"span {span.id}", said)
            return
        features: dict[str, object] = {}
        hidden: dict[str, JSON] = {}
        for name, value in sorted(span.attributes.items()):
            word = self._features.word(name, value)
            if word is None:
                hidden[name] = sorted_keys(value)
            else:
                features[name] = word
        own: dict[str, JSON] = {"id": span.id}
        if hidden:
            own["attributes"] = hidden
        label: dict[str, object] = {"label": span.label}
        before = 0
        for at, piece in enumerate(span.pieces):
            place = self._place(piece)
            if at == 0:
                before = self._add("custom:Span", place | label | features | {OURS: _hidden(own)})
                self._first[span.id] = before, place
            else:
                number = self._add("custom:Span", place | label)
                self._add_relation(NEXT_PIECE, before, number, place)
                before = number

    def _add_relations(self) -> None:
        for link in self._document.relations:
            source, target = self._first.get(link.source), self._first.get(link.target)
            if found := _UNKNOWN_TO_XML.search(link.type):
                said = f"Its type holds U+{ord(found[0]):04X}, which is not in XML."
                self._losses.say(f"relation {link.id}", said)
            elif source is None or target is None:
                self._losses.say(f"relation {link.id}", "One of its spans is left out.")
            else:
                self._add_relation(link.type, source[0], *target, {OURS: _hidden({"id": link.id})})

    def _add_relation(
        self,
        kind: str,
        source: int,
        target: int,
        place: dict[str, object],
        own: dict[str, object] | None = None,
    ) -> None:
        """Add a relation; in INCEpTION it lies where its dependent does."""
        ends: dict[str, object] = {"Governor": source, "Dependent": target, "label": kind}
        self._add("custom:Relation", place | ends | (own or {}))


def _record(document: Document) -> dict[str, object]:
    """Return what UIMA has no place for; nothing that is empty."""
    record = {"id": document.id} | ours(document, meta=True)
    return {key: value for key, value in record.items() if value}


def _hidden(record: Mapping[str, object]) -> str:
    """Return a record as JSON that XML can hold."""
    return _UNKNOWN_TO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", json_words(record))


def _attributes(features: dict[str, object]) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in features.items())


def _recognises(head: bytes) -> bool:
    if head.startswith(b"PK"):
        return any(name.lower().endswith((b".xmi", b"typesystem.xml")) for name in names_in(head))
    return XMI.encode() in head


FORMAT = Format(
    slug="xmi",
    title="UIMA CAS XMI, a zip for INCEpTION",
    extensions=(".zip", ".xmi"),
    media_type="application/zip",
    read=read,
    write=write,
    recognises=_recognises,
)
