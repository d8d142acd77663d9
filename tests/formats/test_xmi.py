"""UIMA CAS XMI: read and written by cassis, and as INCEpTION exports its layers."""

import io
import zipfile

import cassis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import formats
from annotator.formats import xmi
from annotator.formats.document import Document, Problem, Relation, Span, check
from annotator.formats.xmi_in import Utf16
from annotator.text.offsets import from_utf16, to_utf16
from tests.formats.strategies import words
from tests.formats.zips import pack

TEXT = "😀 “We’ll wait,”\r\n\tsaid 👩‍👩‍👧 Rósa. “So we wait.”"
QUOTE, MORE, SPEAKER = (2, 15), (35, 48), (29, 33)


def marked(**more):
    spans = [
        Span("q1", "quote", [QUOTE, MORE], {"kind": "direct", "n": [1], "sure": True}),
        Span("s 1", "speaker", [SPEAKER], {"entity": "Rósa <&\"'\n>", "sure": False}),
    ]
    relations = [Relation("r9", "said_by", "q1", "s 1")]
    fields = {"reader": "ann", "origin": "person", "state": "submitted", "title": "Wait"}
    marks = {"spans": spans, "relations": relations, "meta": {"language": "en"}}
    return Document("holm/1", TEXT, **marks | fields | more)


def written(*documents):
    losses = []
    return b"".join(xmi.write(documents, losses.append)), losses


def read(data, name="news.zip"):
    return list(formats.read(io.BytesIO(data), name))


def cas_of(data, name):
    archive = zipfile.ZipFile(io.BytesIO(data))
    types = cassis.load_typesystem(archive.open("TypeSystem.xml"))
    return cassis.load_cas_from_xmi(archive.open(name), typesystem=types)


# Out


def test_cassis_reads_spans_where_they_are():
    data, losses = written(marked(), Document("b", "One."))
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == [
        "TypeSystem.xml",
        "ann/holm~2F1.xmi",
        "b.xmi",
    ]
    cas = cas_of(data, "ann/holm~2F1.xmi")
    assert cas.sofa_string == TEXT
    found = [(s.label, s.get_covered_text(), s.sure) for s in cas.select("webanno.custom.Span")]
    assert found == [
        ("quote", TEXT[slice(*QUOTE)], True),
        ("speaker", "Rósa", False),
        ("quote", "“So we wait.”", None),
    ]
    links = cas.select("webanno.custom.Relation")
    ends = [(link.label, link.Governor.begin, link.Dependent.begin) for link in links]
    assert sorted(ends) == [("next_piece", 2, 35), ("said_by", 2, 29)]
    assert cas.select("webanno.custom.Span")[1].entity == "Rósa <&\"'\n>"
    assert losses == []
    assert cas_of(data, "b.xmi").sofa_string == "One."


def test_what_xml_cannot_hold_is_lost_or_hidden_in_json():
    spans = [
        Span("a\x01", "quote", [QUOTE], {"kind": "x\ufffe", "k\x02": 1}),
        Span("b", "la\x03bel", [SPEAKER]),
        Span("c", "speaker", [SPEAKER]),
    ]
    relations = [
        Relation("r1", "said_by", "a\x01", "b"),
        Relation("r2", "by\x0b", "a\x01", "c"),
        Relation("r3", "said_by", "a\x01", "c"),
    ]
    document = marked(spans=spans, relations=relations, title="\x04")
    data, losses = written(document, Document("b", "x\x01y"), Document("c", "\x85\u2028\x7f"))
    assert [str(loss) for loss in losses] == [
        "holm/1, ann: span b: Its label holds U+0003, which is not in XML.",
        "holm/1, ann: relation r1: One of its spans is left out.",
        "holm/1, ann: relation r2: Its type holds U+000B, which is not in XML.",
        "b: article: Its text holds U+0001, which is not in XML.",
    ]
    first, last = read(data)
    assert (first.title, first.spans, first.relations) == (
        "\x04",
        [spans[0], spans[2]],
        [relations[2]],
    )
    assert last.text == "\x85\u2028\x7f"


@pytest.mark.parametrize("values", [(True, "true"), ("true", True)])
def test_an_attribute_of_both_words_and_booleans_is_one_of_words(values):
    places = zip((QUOTE, SPEAKER), values, strict=True)
    spans = [Span(str(place), "x", [place], {"k": value}) for place, value in places]
    data, _ = written(marked(spans=spans, relations=[]))
    assert read(data)[0].spans == spans
    found = cas_of(data, "ann/holm~2F1.xmi").select("webanno.custom.Span")
    assert {span.k for span in found} == {None, "true"}


def test_a_link_called_as_those_between_pieces_stays_a_link():
    spans = [Span("a", "quote", [QUOTE]), Span("b", "quote", [MORE])]
    relations = [Relation("r", "next_piece", "a", "b")]
    [found] = read(written(marked(spans=spans, relations=relations))[0])
    assert (found.spans, found.relations) == (spans, relations)


# In


LINK = "webanno.custom.QuoteSpeakerLink"


def inception(title="holm-1.txt"):
    """Return what cassis writes of layers as they are in INCEpTION."""
    types = cassis.TypeSystem()
    annotation = "uima.tcas.Annotation"
    about = types.create_type(
        "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData", annotation
    )
    types.create_feature(about, "documentTitle", "uima.cas.String")
    token = types.create_type(
        "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token", annotation
    )
    entity = types.create_type("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity", annotation)
    types.create_feature(entity, "value", "uima.cas.String")
    types.create_feature(entity, "identifier", "uima.cas.String")
    quote = types.create_type("webanno.custom.Quote", annotation)
    link = types.create_type(LINK, "uima.cas.TOP")
    types.create_feature(link, "role", "uima.cas.String")
    types.create_feature(link, "target", annotation)
    types.create_feature(quote, "speaker", "uima.cas.FSArray", elementType=LINK)
    types.create_feature(quote, "sure", "uima.cas.Boolean")
    types.create_feature(quote, "weight", "uima.cas.Float")
    types.create_feature(quote, "said", "uima.cas.StringArray")
    relation = types.create_type("webanno.custom.Same", annotation)
    types.create_feature(relation, "Governor", entity)
    types.create_feature(relation, "Dependent", entity)
    cas = cassis.Cas(types)
    cas.sofa_string = TEXT
    speaker = entity(begin=29, end=33, value="PER", identifier="urn:x")
    other = entity(begin=2, end=3, value="PER")
    array = types.get_type("uima.cas.FSArray")
    strings = types.get_type("uima.cas.StringArray")
    cas.add_all(
        [
            about(begin=0, end=len(TEXT), documentTitle=title),
            token(begin=3, end=5),
            speaker,
            other,
            quote(
                begin=QUOTE[0],
                end=QUOTE[1],
                sure=True,
                weight=0.5,
                said=strings(elements=["a", "b"]),
                speaker=array(elements=[link(role="by", target=speaker)]),
            ),
            relation(begin=2, end=3, Governor=speaker, Dependent=other),
        ]
    )
    return cas.to_xmi(), types.to_xml()


def test_layers_of_inception_are_spans_and_links():
    document, types = inception()
    [found] = read(pack([("holm-1.txt/ines.xmi", document), ("TypeSystem.xml", types)]))
    assert (found.id, found.reader, found.state) == ("holm-1.txt", "ines", "submitted")
    spans = {span.id: span for span in found.spans}
    quote = next(span for span in found.spans if span.label == "Quote")
    assert quote.pieces == [QUOTE]
    assert quote.attributes == {"sure": True, "weight": 0.5, "said": ["a", "b"]}
    assert sorted((link.type, spans[link.source].label) for link in found.relations) == [
        ("Same", "PER"),
        ("by", "Quote"),
    ]
    people = [(span.pieces, span.attributes) for span in found.spans if span.label == "PER"]
    assert ([SPEAKER], {"identifier": "urn:x"}) in people


def test_an_xmi_alone_is_read_too_all_its_features_as_words():
    document, _ = inception()
    [found] = read(document.encode(), "holm-1.xmi")
    quote = next(span for span in found.spans if span.label == "Quote")
    assert (found.reader, quote.attributes["sure"]) == ("import", "true")


def test_an_annotation_of_no_type_in_particular_is_a_span():
    types = cassis.TypeSystem()
    cas = cassis.Cas(types)
    cas.sofa_string = TEXT
    cas.add(types.get_type("uima.tcas.Annotation")(begin=29, end=33))
    cas.add(types.get_type("uima.tcas.DocumentAnnotation")(begin=0, end=len(TEXT), language="en"))
    [found] = read(cas.to_xmi().encode(), "holm-1.xmi")
    assert [(span.label, span.pieces) for span in found.spans] == [("Annotation", [SPEAKER])]
    assert found.meta == {"language": "en"}


def test_every_file_is_read_by_the_type_system_that_is_nearest():
    document, types = inception()
    members = [
        ("a/holm.xmi", document),
        ("a/TypeSystem.xml", types),
        ("b/holm.xmi", document),
        ("TypeSystem.xml", types.replace("uima.cas.Boolean", "uima.cas.String")),
    ]
    sure = [
        next(span for span in found.spans if span.label == "Quote").attributes["sure"]
        for found in read(pack(members))
    ]
    assert sure == [True, "true"]


def test_a_bad_type_system_is_told_of_once():
    document, _ = inception()
    members = [("a.xmi", document), ("b.xmi", document), ("TypeSystem.xml", "<a/>")]
    [problem] = read(pack(members))
    assert str(problem) == "news.zip/TypeSystem.xml:1: This is no type system of UIMA."


# Counting


@given(words)
def test_code_units_are_counted_as_offsets_do(text):
    utf16 = Utf16(text)
    for point in range(len(text) + 1):
        unit = utf16.units(point)
        assert unit == to_utf16(text, point)
        assert utf16.point(unit) == point == from_utf16(text, unit)
        if point < len(text) and text[point] > "\uffff":
            assert utf16.point(unit + 1) is None


GOOD = inception()[0].encode()
PARTS = st.sampled_from(
    [b"<", b">", b'"', b"&#1;", b"-1", b"99999", b"xmi:id", b"Governor", b"sofaString", b"\xff"]
)


@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 9), PARTS), max_size=4))
def test_no_damaged_cas_raises_and_every_document_may_be_stored(changes):
    data = GOOD
    for at, size, part in changes:
        data = data[:at] + part + data[at + size :]
    for item in formats.READABLE["xmi"].read(io.BytesIO(data), "a.xmi"):
        assert isinstance(item, Problem) or check(item) == []


@pytest.mark.parametrize("name", ["holm.zip", "holm.xmi"])
def test_a_cas_is_told_by_how_it_begins(name):
    document, types = inception()
    data = pack([("a.xmi", document), ("TypeSystem.xml", types)])
    assert read(data if name.endswith("zip") else document.encode(), name)[0].text == TEXT
