"""Bad lines of doccano's JSONL: each with words of what is said of it."""

import json

TEXT = "“We wait,” said Runa Dahl."


def line(**fields):
    return json.dumps({"id": 1, "text": TEXT} | fields, ensure_ascii=False)


def entity(**fields):
    return {"id": 1, "label": "quote", "start_offset": 0, "end_offset": 10} | fields


def linked(**fields):
    link = {"id": 1, "from_id": 1, "to_id": 2, "type": "said_by"} | fields
    ends = [entity(), entity(id=2, start_offset=16, end_offset=25)]
    return line(entities=ends, relations=[link])


CASES = [
    ("{", "not JSON"),
    ("[]", "not a JSON object"),
    (b'{"text":"\xff"}', "not UTF-8"),
    ('{"text":"a","text":"b","label":[]}', "is given twice"),
    (line(label=[], n=float("nan")), "NaN"),
    (line(), "neither “label” nor “entities”"),
    ('{"label":[]}', "has no “text”"),
    (line(text=1, label=[]), "“text” that is not a string"),
    (line(text="", label=[]), "The text is empty."),
    (line(text="a\0", label=[]), "NUL"),
    (line(id=[1], label=[]), "“id” that is not a string"),
    (line(label="quote"), "“label” is not a list of [start, end, label]"),
    (line(label=["quote"]), "Span 1 is not a list of start, end and label"),
    (line(label=[[0, 10]]), "Span 1 is not a list of start, end and label"),
    (line(label=[[0, 10, "q", 1]]), "Span 1 is not a list of start, end and label"),
    (line(label=[[0, 27, "q"]]), "Span 1 runs from 0 to 27, outside its text of 26 characters"),
    (line(label=[[0, 10, "q"], [-1, 10, "q"]]), "Span 2 runs from -1 to 10, outside"),
    (line(label=[[5, 5, "q"]]), "Span 1 is empty"),
    (line(label=[["0", 10, "q"]]), "needs whole numbers as its “start_offset” and “end_offset”"),
    (line(label=[[0, True, "q"]]), "needs whole numbers"),
    (line(label=[[0, 10, None]]), "Span 1 has no “label”"),
    (line(label=[[0, 10, ["q"]]]), "Span 1 has a “label” that is not a string"),
    (line(label=[[0, 10, ""]]), "label of span “s1” is empty"),
    (line(entities={}), "“entities” is not a list"),
    (line(entities=[[0, 1, "q"]]), "“entities” holds something that is not an object"),
    (line(entities=[entity(end_offset=None)]), "Entity 1 needs whole numbers"),
    (line(entities=[entity(end_offset=99)]), "Entity 1 runs from 0 to 99, outside"),
    (line(entities=[entity(id=None)]), "Entity 1 has no “id”"),
    (line(entities=[entity(), entity()]), "The span id “1” is given twice"),
    (linked(to_id=3), "names span “3”, which is not there"),
    (linked(to_id=1), "links span “1” to itself"),
    (linked(from_id=None), "has no “from_id”"),
    (linked(type=5.5), "“type” that is not a string"),
    (line(label=[], relations=3), "“relations” is not a list"),
    (line(label=[], annotator=3), "“annotator” that is not an object"),
    (line(label=[], annotator={"reader": 3}), "“reader” that is not a string"),
    (line(label=[], annotator={"reader": "x", "state": "new"}), "The state “new” is none of"),
]
