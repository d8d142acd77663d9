"""Bad exports of Label Studio: each with words of what is said of it."""

import json

from tests.formats.zips import pack

TEXT = "“We wait,” said Runa Dahl."


def tasks(*items):
    return json.dumps(list(items), ensure_ascii=False)


def task(**data):
    return tasks({"id": 1, "data": {"text": TEXT} | data, "annotations": []})


def annotated(*result, **more):
    annotation = {"completed_by": 1, "result": list(result)} | more
    return tasks({"id": 1, "data": {"text": TEXT}, "annotations": [annotation]})


def region(key="q", **more):
    value = {"start": 0, "end": 10, "labels": ["quote"]} | more
    return {"id": key, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def link(**more):
    return {"type": "relation", "from_id": "q", "to_id": "s", "labels": ["said_by"]} | more


ENDS = (region(), region("s", start=16, end=25, labels=["speaker"]))

CASES = [
    ("", "This file is empty."),
    (" \n", "This file is empty."),
    ("nonsense", "no JSON list or object"),
    ('"words"', "no JSON list or object"),
    ("[", "This item is not JSON"),
    ("[1,2]", "This item is not a JSON object"),
    ("[{}", "neither “,” nor “]”"),
    ("[{},", "This item is not JSON"),
    ("[{}] x", "Something follows the end."),
    ("[{} {}]", "neither “,” nor “]”"),
    ('[{"data":{"text":"x","text":"y"}}]', "is given twice"),
    ('[{"data":{"text":"x","n":NaN}}]', "NaN"),
    ('[{"data":{"text":"x","n":1e999}}]', "too large"),
    ('[{"data":{"text":"x"},"a":' + "[" * 40_000, "nested too deeply"),
    ('[{"data":{"text":"x"},"a":[' + "[]," * 60_000 + "[]]}]", "more than 50,000 objects"),
    (b'[{"data":{"text":"\xff"}}]', "not UTF-8: its byte 19 cannot be read"),
    (b'[{"data":{"text":"\xc3', "not UTF-8: its byte 19 cannot be read"),
    (tasks({}).encode("utf-16"), "UTF-16"),
    ('[{"data":{"text":"' + "x" * 4_100_000 + '"}}]', "longer than 4 MB"),
    (tasks({"text": TEXT, "label": []}), "no “data”: export as JSON, not as JSON-MIN"),
    (tasks({"data": {"body": TEXT}}), "no “text” in its “data”"),
    (task(text=1), "“text” that is not a string"),
    (task(text=""), "The text is empty."),
    (task(text="a\0"), "NUL"),
    (tasks({"data": {"text": TEXT}, "annotations": {}}), "“annotations” is not a list"),
    (tasks({"data": {"text": TEXT}, "predictions": [1]}), "“predictions” holds something"),
    (annotated(1), "“result” holds something that is not an object"),
    (annotated(annotator=1), "“annotator” that is not an object"),
    (annotated(annotator={"state": "new"}), "The state “new” is none of"),
    (annotated(region(end=27)), "Region 1 runs from 0 to 27, outside its text"),
    (annotated(region(start=-1)), "Region 1 runs from -1 to 10, outside its text"),
    (annotated(region(start=10)), "Region 1 is empty"),
    (annotated(region(start=0.0)), "Region 1 needs whole numbers"),
    (annotated(region(end=10**30)), "to a huge number"),
    (annotated(region(labels=[1])), "Region 1 has a label that is not a string"),
    (annotated(region(text="We wait")), "Region 1 should read “We wait”"),
    (annotated(region(), region()), "The region id “q” is given twice"),
    (annotated(region(key=None)), "Region 1 has no “id”"),
    (annotated(region(start="/div[1]/text()[1]")), "Region 1 is of HyperText"),
    (annotated(region() | {"type": "hypertextlabels"}), "Region 1 is of HyperText"),
    (annotated(region() | {"type": "rectanglelabels", "id": "x"}), "which says nothing of a text"),
    (
        annotated(region(choices=["a"]) | {"type": "choices", "from_name": "kind", "id": "x"}),
        "names region “x”, which is not there",
    ),
    (annotated(*ENDS, link(to_id="x")), "names span “x”, which is not there"),
    (annotated(*ENDS, link(to_id="q")), "links span “q” to itself"),
    (annotated(*ENDS, link(from_id=None)), "has no “from_id”"),
    (annotated(*ENDS, link(labels=[1])), "has a label that is not a string"),
    (pack([("a.json", b"{"), ("labeling_config.xml", b"x")]), "not JSON"),
    (pack([("a.jsonl", b"{"), ("labeling_config.xml", b"x")]), "none of .json, .xml"),
    (pack([("../a.json", b"[]")]), "leads out of the zip"),
    (b"PK\3\4 no zip at all", "not a zip"),
]
