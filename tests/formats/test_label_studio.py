"""Label Studio: its exports as it writes them, and tasks with a config that it can take."""

import io
import json
import zipfile
from xml.etree import ElementTree

import pytest

from annotator import formats
from annotator.formats import label_studio
from annotator.formats.document import Document, Relation, Span
from annotator.formats.mapping import Mapping

TEXT = "😀 “We’ll wait,” said Rósa."


def region(key, start, end, label, **more):
    value = {"start": start, "end": end, "text": TEXT[start:end], "labels": [label]} | more
    return {
        "id": key,
        "from_name": "ner",
        "to_name": "body",
        "type": "labels",
        "origin": "manual",
        "value": value,
    }


def said(key, kind, name, **value):
    return {"id": key, "from_name": name, "to_name": "body", "type": kind, "value": value}


QUOTE = region("q1", 2, 15, "quote")
SPEAKER = region("s1", 21, 25, "speaker")
LINK = {"type": "relation", "from_id": "q1", "to_id": "s1", "direction": "right"}


def task(*results, data=None, **more):
    annotations = [
        {"id": 1, "completed_by": {"id": 4, "email": "ines@news.example"}, "result": list(result)}
        | more
        for result in results
    ]
    return {"id": 7, "data": data or {"text": TEXT}, "annotations": annotations}


def read(*tasks, given=()):
    stream = io.BytesIO(json.dumps(tasks, ensure_ascii=False, indent=2).encode())
    mapping = Mapping.parse(given)
    return list(formats.read(stream, "project-1.json", mapping=mapping))


def test_an_export_is_read_as_label_studio_writes_it():
    place = {"start": 2, "end": 15}
    result = [
        QUOTE | {"meta": {"text": ["checked"]}},
        said("q1", "choices", "kind", **place, choices=["direct"]),
        said("q1", "textarea", "why", **place, text=["a", "b"]),
        said("q1", "rating", "sure", **place, rating=4),
        SPEAKER,
        said("s1", "choices", "anonymous", start=21, end=25, choices=["true"]),
        said("x", "choices", "topic", choices=["harbour"]),
        LINK | {"labels": ["said_by"]},
    ]
    [found] = read(task(result, data={"text": TEXT, "source": "Holm Post", "title": "Wait"}))
    attributes = {"kind": "direct", "why": ["a", "b"], "sure": 4, "note": "checked"}
    assert found == Document(
        "7",
        TEXT,
        "Wait",
        meta={"source": "Holm Post", "topic": "harbour"},
        spans=[
            Span("q1", "quote", [(2, 15)], attributes),
            Span("s1", "speaker", [(21, 25)], {"anonymous": True}),
        ],
        relations=[Relation("r1", "said_by", "q1", "s1")],
        reader="ines@news.example",
        origin="import",
        state="submitted",
        where="project-1.json:2, item 1",
    )


def test_every_annotation_is_a_reading_and_predictions_are_a_suggesters():
    record = task([QUOTE], [SPEAKER]) | {
        "predictions": [{"model_version": "rules-1", "score": 0.9, "result": [QUOTE]}]
    }
    record["annotations"][1]["was_cancelled"] = True
    assert [(d.reader, d.origin, d.state, len(d.spans)) for d in read(record)] == [
        ("ines@news.example", "import", "submitted", 1),
        ("ines@news.example-2", "import", "skipped", 1),
        ("rules-1", "suggester", "submitted", 1),
    ]


def test_what_annotators_say_of_a_text_is_all_kept():
    topics = [[said("x", "choices", "topic", choices=[topic])] for topic in ("sea", "land")]
    found = read(task(*topics))
    assert found[0].meta == {"topic": "sea", "topic (ines@news.example-2)": "land"}


def test_a_task_without_annotations_is_unread_and_one_object_is_a_file_too():
    [found] = formats.read(io.BytesIO(b'{"data": {"text": "One."}, "annotations": []}'), "a.json")
    assert (found.id, found.reader) == ("a-1", None)


def test_a_relation_to_the_left_is_turned_and_one_without_a_name_has_one():
    [found] = read(task([QUOTE, SPEAKER, LINK | {"direction": "left"}]))
    assert found.relations == [Relation("r1", "relation", "s1", "q1")]


def test_a_region_with_two_labels_is_two_spans():
    [found] = read(task([region("q1", 2, 15, "quote", labels=["quote", "claim"])]))
    assert found.spans == [
        Span("q1", "quote", [(2, 15)]),
        Span("q1:claim", "claim", [(2, 15)]),
    ]


OLD = "😀 a\r\n😀 b “c”"


@pytest.mark.parametrize(
    ("start", "end"),
    [(9, 12), (11, 14), (8, 11), (10, 13)],
    ids=["code points", "UTF-16", "CRLF as one", "UTF-16 and CRLF as one"],
)
def test_offsets_of_older_versions_are_told_by_what_they_should_read(start, end):
    assert OLD[9:12] == "“c”"
    item = region("q1", start, end, "quote", text="“c”")
    [found] = read(task([item], data={"text": OLD}))
    assert found.spans[0].pieces == [(9, 12)]


def test_line_ends_in_what_a_region_reads_may_be_written_otherwise():
    text = "One\r\ntwo."
    for words in ("One\r\ntwo", "One\ntwo", "One\\ntwo"):
        item = region("q1", 0, 8, "quote", text=words)
        [found] = read(task([item], data={"text": text}))
        assert found.spans[0].pieces == [(0, 8)]


def test_the_text_may_have_another_name():
    record = task([QUOTE], data={"body": TEXT, "n": 1})
    told = {name.name for problem in read(record) for name in problem.unknown}
    assert told == {"body", "n"}
    [found] = read(record, given=["column:body=text", "column:n=id"])
    assert (found.id, found.text) == ("1", TEXT)


# On the way out


def marked(**more):
    spans = [
        Span("q1", "quote", [(2, 8), (9, 13), (14, 15)], {"kind": "direct", "list": [1]}),
        Span("s1", "speaker", [(21, 25)], {"anonymous": False, "entity": "Rósa <Dahl>"}),
    ]
    relations = [Relation("r9", "said_by", "q1", "s1")]
    reading = {"reader": "alice", "origin": "person", "state": "submitted"}
    marks = {"spans": spans, "relations": relations}
    return Document("a", TEXT, **reading | marks | more)


def out(*documents):
    losses = []
    data = b"".join(label_studio.write(documents, losses.append))
    assert not losses
    return zipfile.ZipFile(io.BytesIO(data))


def test_pieces_are_regions_each_linked_to_the_next():
    archive = out(marked())
    assert archive.namelist() == ["labeling_config.xml", "tasks-0001.json"]
    [record] = json.loads(archive.read("tasks-0001.json"))
    result = record["annotations"][0]["result"]
    assert [item["id"] for item in result if item["type"] == "labels"] == [
        "q1",
        "q1.2",
        "q1.3",
        "s1",
    ]
    assert [(i["from_id"], i["to_id"], i["labels"]) for i in result if i["type"] == "relation"] == [
        ("q1", "q1.2", ["next_piece"]),
        ("q1.2", "q1.3", ["next_piece"]),
        ("q1", "s1", ["said_by"]),
    ]
    for item in result:
        if item["type"] == "labels":
            value = item["value"]
            assert value["text"] == TEXT[value["start"] : value["end"]]


def test_the_config_knows_everything_that_is_in_the_tasks():
    archive = out(marked())
    config = ElementTree.fromstring(archive.read("labeling_config.xml"))
    assert [label.get("value") for label in config.iter("Label")] == ["quote", "speaker"]
    assert [kind.get("value") for kind in config.iter("Relation")] == ["next_piece", "said_by"]
    choices = {c.get("name"): [v.get("value") for v in c] for c in config.iter("Choices")}
    assert choices == {"anonymous": ["false"], "entity": ["Rósa <Dahl>"], "kind": ["direct"]}
    names = {element.get("name") for element in config}
    [record] = json.loads(archive.read("tasks-0001.json"))
    for item in record["annotations"][0]["result"]:
        assert item["type"] == "relation" or item["from_name"] in names


def test_an_attribute_of_many_values_is_written_by_hand():
    many = [
        marked(spans=[Span("s1", "speaker", [(21, 25)], {"entity": f"Rósa {n}"})], relations=[])
        for n in range(label_studio.MOST_CHOICES + 1)
    ]
    archive = out(*many)
    config = ElementTree.fromstring(archive.read("labeling_config.xml"))
    assert [area.get("name") for area in config.iter("TextArea")] == ["entity"]
    [record] = json.loads(archive.read("tasks-0001.json"))
    item = record["annotations"][0]["result"][1]
    assert (item["type"], item["value"]["text"]) == ("textarea", ["Rósa 0"])


def test_tasks_lie_in_files_that_can_be_read_whole(monkeypatch):
    monkeypatch.setattr(label_studio, "_LONGEST_FILE", 2_000)
    documents = [Document(f"a-{n}", "x" * 600) for n in range(5)]
    archive = out(*documents)
    assert archive.namelist()[1:] == ["tasks-0001.json", "tasks-0002.json", "tasks-0003.json"]
    back = formats.read(io.BytesIO(archive.fp.getvalue()), "news.zip")
    assert [document.id for document in back] == [document.id for document in documents]


def test_what_is_no_character_of_xml_does_not_break_the_config():
    archive = out(marked(spans=[Span("s", "a\x01\ufffe\n", [(0, 1)])], relations=[]))
    ElementTree.fromstring(archive.read("labeling_config.xml"))
