"""doccano: what its own exports look like, and what it cannot hold."""

import io
import json

import pytest

from annotator import formats
from annotator.formats import doccano
from annotator.formats.document import Document, Relation, Span
from annotator.formats.mapping import Mapping
from tests.formats import zips

TEXT = "😀 “We’ll wait,” said Rósa."


def read(*records, name="news.jsonl", given=(), slug=""):
    data = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    stream = io.BytesIO(data.encode())
    return list(formats.read(stream, name, slug=slug, mapping=Mapping.parse(given)))


def test_an_export_of_spans_is_read_as_doccano_writes_it():
    record = {
        "id": 7,
        "text": TEXT,
        "source": "Holm Post",
        "label": [[21, 25, "speaker"], [2, 15, "quote"]],
        "Comments": ["Who?"],
    }
    [found] = read(record)
    assert found == Document(
        "7",
        TEXT,
        meta={"source": "Holm Post", "Comments": ["Who?"]},
        spans=[Span("s1", "speaker", [(21, 25)]), Span("s2", "quote", [(2, 15)])],
        reader="import",
        origin="import",
        state="submitted",
        where="news.jsonl:1",
    )


def test_an_export_with_relations_is_read_as_doccano_writes_it():
    ends = [
        {"id": 31, "label": "quote", "start_offset": 2, "end_offset": 15},
        {"id": 32, "label": "speaker", "start_offset": 21, "end_offset": 25},
    ]
    link = {"id": 9, "from_id": 31, "to_id": 32, "type": "said_by"}
    [found] = read({"id": 7, "text": TEXT, "entities": ends, "relations": [link], "Comments": []})
    assert found.spans == [Span("31", "quote", [(2, 15)]), Span("32", "speaker", [(21, 25)])]
    assert found.relations == [Relation("9", "said_by", "31", "32")]
    assert found.meta == {}


def test_what_nobody_marked_has_no_reader_and_lines_without_an_id_are_numbered():
    found = read({"text": "One.", "label": []}, {"text": "Two.", "label": []})
    assert [(d.id, d.reader) for d in found] == [("news-1", None), ("news-2", None)]


def test_columns_may_have_other_names():
    record = {"body": TEXT, "ner": [[21, 25, "speaker"]]}
    told = {name.name for problem in read(record, slug="doccano") for name in problem.unknown}
    assert told == {"body", "ner"}
    [found] = read(record, slug="doccano", given=["column:body=text", "column:ner=label"])
    assert (found.text, found.spans[0].label) == (TEXT, "speaker")


@pytest.mark.parametrize(
    ("record", "slug"),
    [
        ({"text": "x", "label": []}, "doccano"),
        ({"text": "x", "label": [[0, 1, "q"]]}, "doccano"),
        ({"text": "x", "entities": [], "relations": []}, "doccano-relations"),
        # A class of a text, a native line, and a line of ours with a field of that name.
        ({"id": 1, "text": "x", "label": ["politics"]}, "jsonl"),
        ({"id": 1, "text": "x", "label": "politics"}, "jsonl"),
        ({"id": 1, "text": "x", "sha256": "", "label": []}, "jsonl"),
    ],
)
def test_a_file_is_known_by_its_first_line(record, slug):
    data = json.dumps(record).encode()
    found = formats.choose(formats.READABLE.values(), "news.jsonl", lambda: data)
    assert found.slug == slug


def test_a_member_of_a_zip_is_known_by_its_first_line():
    data = json.dumps({"id": 1, "text": TEXT, "label": [[21, 25, "speaker"]]}).encode()
    [found] = formats.read(io.BytesIO(zips.pack([("a.jsonl", data)])), "news.zip")
    assert found.spans == [Span("s1", "speaker", [(21, 25)])]


def marked():
    spans = [
        Span("q1", "quote", [(2, 9), (10, 15)], {"kind": "direct", "medium": "speech"}),
        Span("s1", "speaker", [(21, 25)]),
    ]
    relations = [Relation("r1", "said_by", "q1", "s1")]
    reading = {"reader": "alice", "origin": "person", "state": "submitted"}
    return Document("a", TEXT, spans=spans, relations=relations, **reading)


LOST = [
    ("attributes of span q1", "doccano has no attributes: “kind”, “medium”."),
    ("pieces of span q1", "doccano has no pieces: its 2 pieces go out as spans of their own."),
]


def test_the_variant_of_spans_tells_what_it_loses():
    losses = []
    [line] = doccano.write_spans([marked()], losses.append)
    assert json.loads(line)["label"] == [[2, 9, "quote"], [10, 15, "quote"], [21, 25, "speaker"]]
    assert [(loss.part, loss.reason) for loss in losses] == [
        *LOST,
        ("relation r1", "Relations stand in the variant with relations only."),
    ]


def test_relations_of_a_span_in_pieces_are_with_its_first():
    losses = []
    [line] = doccano.write_relations([marked()], losses.append)
    record = json.loads(line)
    assert [(e["id"], e["start_offset"]) for e in record["entities"]] == [(1, 2), (2, 10), (3, 21)]
    assert record["relations"] == [{"id": 1, "from_id": 1, "to_id": 3, "type": "said_by"}]
    assert [(loss.part, loss.reason) for loss in losses] == LOST
