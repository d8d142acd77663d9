"""Web Annotation: what the standard wants of it, and what other tools write in its name."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator import formats
from annotator.formats import web_annotation, web_annotation_in
from annotator.formats.document import Document, Problem, Relation, Span, check

TEXT = "😀 “We’ll wait,” said Rósa. “So we wait.”"
SOURCE = "https://news.example/holm-1"


def text(**more):
    return {"id": SOURCE, "type": "Text", "value": TEXT} | more


def at(start, end):
    return {"type": "TextPositionSelector", "start": start, "end": end}


def words(exact, **more):
    return {"type": "TextQuoteSelector", "exact": exact} | more


def tag(value, **more):
    return {"type": "TextualBody", "purpose": "tagging", "value": value} | more


def annotation(*selectors, key="#q", body=None, **more):
    target = {"source": SOURCE, "selector": list(selectors)}
    return {"id": key, "type": "Annotation", "body": body or tag("quote"), "target": target} | more


def read(*items, name="holm.jsonld"):
    data = json.dumps(items, ensure_ascii=False).encode()
    return list(web_annotation.read(io.BytesIO(data), name))


def one(*items):
    [document] = read(text(), *items)
    assert isinstance(document, Document), document
    return document


def written(*documents):
    losses = []
    data = b"".join(web_annotation.write(documents, losses.append))
    assert not losses
    return data


def marked(**more):
    spans = [
        Span("q:1", "quote", [(2, 15), (27, 40)], {"kind": "direct", "sure": True, "n": [1]}),
        Span("s1", "speaker", [(21, 25)], {}),
    ]
    relations = [Relation("r1", "said_by", "q:1", "s1")]
    fields = {"reader": "ann b", "origin": "person", "state": "submitted"}
    marks = {"spans": spans, "relations": relations}
    return Document("holm 1", TEXT, "Wait", {"language": "en"}, **marks | fields | more)


# Out


def test_a_span_is_an_annotation_with_its_places_by_position_and_by_quotation():
    article, page = json.loads(written(marked()))
    assert (article["type"], article["value"], article["language"]) == ("Text", TEXT, "en")
    quote, speaker, link = page["items"]
    assert quote["id"] == "urn:x-annotator:span:holm%201:ann%20b:q%3A1"
    assert quote["creator"] == {"type": "Person", "name": "ann b"}
    assert [(body["purpose"], body.get("label"), body["value"]) for body in quote["body"]] == [
        ("tagging", None, "quote"),
        ("describing", "kind", "direct"),
        ("describing", "n", "[1]"),
        ("describing", "sure", "true"),
    ]
    for target in (*quote["target"], speaker["target"]):
        position, quotation = target["selector"]
        start, end = position["start"], position["end"]
        assert target["source"] == article["id"]
        assert quotation["exact"] == TEXT[start:end]
        around = quotation["prefix"] + quotation["exact"] + quotation["suffix"]
        assert around == TEXT[max(0, start - 32) : end + 32]
    assert (link["motivation"], link["target"]) == ("linking", quote["id"])
    assert link["body"][1] == {
        "type": "SpecificResource",
        "purpose": "linking",
        "source": speaker["id"],
    }
    assert page["partOf"]["total"] == 3


def test_everything_has_a_name_of_its_own():
    readings = [marked(), marked(reader="bob"), Document("holm 2", "One.")]
    items = json.loads(written(*readings))
    nodes = [node for item in items for node in (item, *item.get("items", ()))]
    assert len({node["id"] for node in nodes}) == len(nodes) == 10
    assert [item["type"] for item in items] == ["Text", "AnnotationPage", "AnnotationPage", "Text"]


def test_what_a_suggester_made_was_made_by_software():
    _, page = json.loads(written(marked(origin="suggester")))
    assert page["items"][0]["creator"]["type"] == "Software"


@pytest.mark.parametrize(("limit", "most"), [("PAGE_BYTES", 1_500), ("PAGE_PARTS", 10)])
def test_long_readings_go_on_on_pages_that_follow_each_other(monkeypatch, limit, most):
    monkeypatch.setattr(web_annotation, limit, most)
    data = written(marked())
    _, first, *_, last = json.loads(data)
    assert first["next"].endswith(":2")
    assert "next" not in last
    assert last["startIndex"] > 0
    [found] = web_annotation.read(io.BytesIO(data), "a.jsonld")
    assert (found.spans, found.relations) == (marked().spans, marked().relations)


def test_an_empty_reading_and_an_empty_corpus_come_back():
    [found] = formats.read(io.BytesIO(written(marked(spans=[], relations=[]))), "a.json")
    assert (found.reader, found.state, found.spans) == ("ann b", "submitted", [])
    assert json.loads(written()) == []


# In


def test_recogito_is_read_as_it_writes():
    found = one(
        annotation(words("“We’ll wait,”"), at(3, 16), creator={"id": "u1", "name": "Ines"}),
        annotation(at(22, 26), words("Rósa"), key="#s", body=[tag("speaker")], creator="Ines"),
        {"id": "l", "motivation": "linking", "body": "#s", "target": "#q", "creator": "Ines"},
        {"id": "m", "body": [tag("said_by")], "target": "l", "creator": "Ines"},
    )
    assert (found.id, found.reader, found.origin) == (SOURCE, "Ines", "import")
    assert [(span.id, span.label, span.pieces) for span in found.spans] == [
        ("q", "quote", [(2, 15)]),
        ("s", "speaker", [(21, 25)]),
    ]
    assert found.relations == [Relation("l", "said_by", "q", "s")]


def test_two_targets_of_a_link_are_its_ends_and_one_without_a_name_has_one():
    ends = annotation(at(2, 15)), annotation(at(21, 25), key="#s")
    targets = [{"id": "#q"}, {"id": "#s"}]
    found = one(*ends, {"id": "l", "motivation": ["linking"], "target": targets})
    assert found.relations == [Relation("l", "relation", "q", "s")]


def test_links_without_ids_keep_their_own_names():
    ends = annotation(at(2, 15)), annotation(at(21, 25), key="#s")
    links = [
        {"motivation": "linking", "target": ends, "body": tag(name)}
        for name, ends in (("said_by", ["#q", "#s"]), ("names", ["#s", "#q"]))
    ]
    assert one(*ends, *links).relations == [
        Relation("r1", "said_by", "q", "s"),
        Relation("r2", "names", "s", "q"),
    ]


@pytest.mark.parametrize(
    "selectors",
    [
        [at(2, 15)],
        [at(3, 16), words("“We’ll wait,”")],
        [words("“We’ll wait,”")],
        [words("We’ll wait", prefix="“", suffix=",”"), at(3, 13)],
        [{"type": "XPathSelector", "value": "/p[1]"}, at(2, 15)],
        [{"type": "FragmentSelector", "value": "char=2,15"}],
    ],
)
def test_a_place_is_found_however_it_is_said(selectors):
    [(start, end)] = one(annotation(*selectors)).spans[0].pieces
    assert "We’ll wait" in TEXT[start:end]


def test_words_that_stand_there_twice_need_more_words_around_them():
    found = one(annotation(words("wait", prefix="“So we ", suffix=".")))
    assert found.spans[0].pieces == [(34, 38)]


@pytest.mark.parametrize(
    ("said", "labels", "attributes"),
    [
        ({"body": [tag("a"), tag("b")]}, ["a", "b"], {}),
        ({"body": "urn:x", "motivation": "tagging"}, ["urn:x"], {}),
        ({"bodyValue": "a", "body": None, "motivation": "classifying"}, ["a"], {}),
        ({"body": tag("hm", purpose="commenting")}, ["annotation"], {"note": "hm"}),
        ({"body": {"value": "hm"}, "motivation": "highlighting"}, ["highlighting"], {"note": "hm"}),
        ({"body": [tag("a"), {"value": "x"}, {"value": "y"}]}, ["a"], {"note": "x\ny"}),
        (
            {"body": [tag("a"), {"purpose": "identifying", "source": {"id": "urn:x"}}]},
            ["a"],
            {"identifying": "urn:x"},
        ),
    ],
)
def test_bodies_are_labels_and_attributes(said, labels, attributes):
    spans = one(annotation(at(2, 15)) | said).spans
    assert [span.label for span in spans] == labels
    assert spans[0].attributes == attributes


@pytest.mark.parametrize(
    "wrap",
    [
        lambda items: {"@graph": items},
        lambda items: {"type": "AnnotationPage", "items": items},
        lambda items: {"type": "AnnotationCollection", "first": {"items": items}},
    ],
    ids=["graph", "page", "collection"],
)
def test_annotations_may_lie_in_graphs_pages_and_collections(wrap):
    wrapped = wrap([annotation(at(2, 15)), annotation(at(21, 25), key="#s")])
    if "first" in wrapped:
        wrapped["first"]["type"] = ["AnnotationPage"]
    assert [span.id for span in one(wrapped | {"creator": "ines"}).spans] == ["q", "s"]
    assert one(wrapped | {"creator": "ines"}).reader == "ines"


def test_who_made_an_annotation_is_its_reader():
    found = read(
        text(language="en"),
        annotation(at(2, 15), creator=["ines"]),
        annotation(at(2, 15), key="#r", creator={"nickname": "tove"}),
        annotation(at(21, 25), key="#s", creator="ines"),
        text(id="b"),
    )
    assert [(item.id, item.reader, len(item.spans)) for item in found] == [
        (SOURCE, "ines", 2),
        (SOURCE, "tove", 1),
        ("b", None, 0),
    ]
    assert found[0].meta == {"language": "en"}


def test_searching_ends(monkeypatch):
    monkeypatch.setattr(web_annotation_in, "_MOST_SEARCHED", len(TEXT))
    found = read(text(), *(annotation(words("Rósa"), key=str(n)) for n in range(2)))
    assert [item.message for item in found] == [
        "Annotation “1” has no position, and too much was searched for others already."
    ]


KEYS = st.sampled_from(
    (
        *("id", "type", "body", "target", "source", "selector", "start", "end", "exact", "value"),
        *("purpose", "motivation", "items", "first", "next", "creator", "label", "annotator"),
        *("bodyValue", "format", "@graph"),
    )
)
JUNK = st.recursive(
    st.sampled_from([None, True, 3, "q", "linking", "AnnotationPage", "TextQuoteSelector", SOURCE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


SELECTORS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["TextPositionSelector", "TextQuoteSelector", "FragmentSelector"]),
        "start": st.integers(-3, 50) | JUNK,
        "end": st.integers(0, 50) | JUNK,
        "exact": JUNK,
        "value": JUNK,
    }
)
ANNOTATIONS = st.fixed_dictionaries(
    {
        "id": JUNK,
        "motivation": st.sampled_from([None, "tagging", "linking", ["linking"]]),
        "target": JUNK | st.fixed_dictionaries({"source": JUNK, "selector": JUNK | SELECTORS}),
        "body": JUNK,
    }
)


@settings(max_examples=40)
@given(st.lists(st.dictionaries(KEYS, JUNK, max_size=3) | ANNOTATIONS, max_size=3))
def test_no_annotations_raise_and_every_document_may_be_stored(items):
    for item in read(text(), annotation(at(2, 15)), *items):
        assert isinstance(item, Problem) or check(item) == []
