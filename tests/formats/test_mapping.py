"""A mapping gives the names of a file their meaning here, and counts what it leaves out."""

import io

import pytest

from annotator import formats
from annotator.formats.document import Document, Problem, Relation, Span, UnknownName
from annotator.formats.mapping import NOTHING, Mapped, Mapping, WrongMapping
from tests.formats import zips


def document(reader="gold", **more):
    spans = [
        Span("p", "PER", [(0, 4)], {"Kind": "x", "note": 1}),
        Span("q", "QUOTE", [(5, 9)], {"Kind": "x"}),
        Span("m", "MISC", [(0, 9)]),
    ]
    relations = [Relation("1", "SAID", "q", "p"), Relation("2", "ABOUT", "p", "m")]
    return Document("a", "Ines says.", spans=spans, relations=relations, reader=reader, **more)


def mapped(*items, **names):
    through = Mapped(items, Mapping(**names))
    return list(through), through.left_out()


def test_a_mapping_is_read_as_it_is_written():
    given = ["column:a=b=text", "label:PER=speaker", "label:x:y=", "attribute:q.Kind=kind"]
    mapping = Mapping.parse(given)
    assert mapping.columns == {"a=b": "text"}
    assert mapping.labels == {"PER": "speaker", "x:y": ""}
    assert mapping.written() == given
    assert Mapping.parse([]) == NOTHING


@pytest.mark.parametrize(
    "given",
    [["PER=speaker"], ["label:PER"], ["label:=speaker"], ["Label:a=b"], [""], ["="], [":="]],
)
def test_what_is_no_mapping_is_refused(given):
    with pytest.raises(WrongMapping, match="is no mapping: write kind:name=meaning"):
        Mapping.parse(given)


def test_one_name_has_one_meaning():
    with pytest.raises(WrongMapping, match="The label “PER” is mapped twice"):
        Mapping.parse(["label:PER=speaker", "label:PER="])
    assert Mapping.parse(["label:PER=speaker"] * 2).labels == {"PER": "speaker"}


def test_names_are_changed_and_what_is_left_out_is_counted():
    [found], left_out = mapped(
        document(),
        labels={"PER": "speaker", "QUOTE": "quote", "MISC": ""},
        relations={"SAID": "said_by"},
        attributes={"Kind": "kind", "speaker.Kind": "", "note": "remark"},
        readers={"gold": "alice"},
    )
    assert found.reader == "alice"
    assert found.spans == [
        Span("p", "speaker", [(0, 4)], {"remark": 1}),
        Span("q", "quote", [(5, 9)], {"kind": "x"}),
    ]
    assert found.relations == [Relation("1", "said_by", "q", "p")]
    assert left_out == [
        "Spans with the label “MISC”: 1 left out, as the mapping says.",
        "Links of spans that are left out: 1 left out, as the mapping says.",
        "Attributes “Kind” of the label “speaker”: 1 left out, as the mapping says.",
    ]


def test_a_type_of_link_can_be_left_out():
    [found], left_out = mapped(document(), relations={"SAID": ""})
    assert [link.id for link in found.relations] == ["2"]
    assert left_out == ["Links of the type “SAID”: 1 left out, as the mapping says."]


def test_of_readings_left_out_the_article_stays_once():
    found, left_out = mapped(
        document("x"), document("y"), document("z"), readers={"x": "", "y": ""}
    )
    assert [(d.reader, len(d.spans)) for d in found] == [(None, 0), ("z", 3)]
    assert (found[0].origin, found[0].state) == (None, None)
    assert left_out == ["Readings: 2 left out, as the mapping says."]


def test_two_attributes_never_become_one_in_silence():
    [problem], _ = mapped(document(), attributes={"note": "Kind"})
    assert problem == Problem("", "Span “p” has “Kind” twice, by the mapping.")


def test_problems_pass_and_nothing_changes_without_a_mapping():
    problem = Problem("x:1", "Bad.")
    assert mapped(problem, document()) == ([problem, document()], [])


# Columns.


def read(data, name, *given):
    return list(formats.read(io.BytesIO(data), name, mapping=Mapping.parse(given)))


CSV = b"body,url,by\nIt rained.,http://x,Ines\n"
LINE = b'{"body":"It rained.","url":"http://x","by":"Ines","n":[1]}'


@pytest.mark.parametrize(
    ("data", "name"),
    [(CSV, "n.csv"), (LINE, "n.jsonl"), (zips.pack([("n.csv", CSV)]), "n.zip")],
)
def test_columns_take_the_role_they_are_given(data, name):
    [found] = read(data, name, "column:body=text", "column:url=id", "column:by=")
    assert (found.id, found.text) == ("http://x", "It rained.")
    assert "by" not in found.meta


def test_columns_that_could_be_the_text_are_told():
    [problem] = read(CSV, "n.csv")
    assert problem.unknown == tuple(UnknownName("column", name) for name in ("body", "url", "by"))
    for problem in read(LINE, "n.jsonl"):
        assert [name.name for name in problem.unknown] == ["body", "url", "by"]
    [problem] = read(b"id,title,body\n", "n.csv")
    assert problem.unknown == (UnknownName("column", "body"),)


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"text,body\nx,y\n", "n.csv"), (b'{"text":"x","body":"y","id":1}', "n.jsonl")],
)
def test_two_columns_never_become_one(data, name):
    [problem] = read(data, name, "column:body=text")
    assert "text" in problem.message


def test_a_column_has_a_role_that_its_format_knows():
    [problem] = read(CSV, "n.csv", "column:body=reader")
    assert problem.message == "The column “body” can be one of text, id, title, not “reader”."
    [found] = read(b"It rained.", "n.txt", "column:body=text")
    assert found.text == "It rained."
