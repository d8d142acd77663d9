"""Bad tasks of Prodigy: each with words of what is said of it."""

import json

TEXT = "“We wait,” said Runa Dahl."
TOKENS = [{"text": "“", "start": 0, "end": 1, "id": 0, "ws": False}]


def task(**fields):
    return json.dumps({"text": TEXT} | fields, ensure_ascii=False)


def span(**fields):
    return {"start": 0, "end": 10, "token_start": 0, "token_end": 4, "label": "quote"} | fields


def linked(**fields):
    ends = [span(), span(start=16, end=25, label="speaker")]
    link = {"head": 4, "child": 7, "head_span": ends[0], "child_span": ends[1], "label": "said_by"}
    return task(spans=ends, relations=[link | fields])


CASES = [
    ("{", "not JSON"),
    ("[]", "not a JSON object"),
    (b'{"text":"\xff"}', "not UTF-8"),
    ('{"text":"a","text":"b"}', "is given twice"),
    ('{"text":"a","n":1e999}', "too large"),
    ('{"image":"a.png"}', "The task has no “text”"),
    (task(text=["a"]), "“text” that is not a string"),
    (task(text=""), "The text is empty."),
    (task(text="\udfff").encode("utf-8", "surrogatepass"), "not UTF-8"),
    (task(text="a\0"), "NUL"),
    (task(meta=[]), "“meta” that is not an object"),
    (task(meta={"a": "\0"}), "The metadata holds a NUL"),
    (task(answer="maybe"), "The answer “maybe” is none of accept, ignore, reject"),
    (task(answer=1), "“answer” that is not a string"),
    (task(answer="accept", _annotator_id=1), "“_annotator_id” that is not a string"),
    (task(spans={}), "“spans” is not a list"),
    (task(spans=[0]), "“spans” holds something that is not an object"),
    (task(spans=[span(end=27)]), "Span 1 runs from 0 to 27, outside its text"),
    (task(spans=[span(start=10)]), "Span 1 is empty"),
    (task(spans=[span(start=None)]), "Span 1 needs whole numbers"),
    (task(spans=[span(start="0")]), "Span 1 needs whole numbers"),
    (task(spans=[span(label=None)]), "Span 1 has no “label”"),
    (task(spans=[{"token_start": 0, "token_end": 0, "label": "q"}]), "Span 1 needs whole numbers"),
    (
        task(spans=[{"token_start": 0, "token_end": 1, "label": "q"}], tokens=TOKENS),
        "Span 1 needs whole numbers",
    ),
    (task(spans=[span(annotator=1)]), "“annotator” that is not an object"),
    (task(spans=[span(annotator={"id": ""})] * 2, annotator=1), "that is not an object"),
    (
        task(spans=[span(annotator={"id": "a"}), span(annotator={"id": "a"}, label="claim")]),
        "The span id “a” is given twice",
    ),
    (task(tokens={}), "“tokens” is not a list"),
    (task(relations=[1]), "“relations” holds something that is not an object"),
    (task(relations=[{"head": 0, "child": 1, "label": "x"}]), "“head” that no span ends with"),
    (linked(child_span=span(end=9)), "“child” that no span ends with"),
    (linked(label=None), "has no “label”"),
    (linked(child_span=span()), "links span “s1” to itself"),
    (linked(annotator={"id": "r", "from": "q9", "to": "s2"}), "names span “q9”, which is not"),
]
