"""Bad Web Annotations: each with words of what is said of it."""

import json

TEXT = {"id": "a", "type": "Text", "value": "“We wait,” said Runa Dahl. We wait."}


def listed(*items):
    return json.dumps(list(items), ensure_ascii=False)


def about(*annotations, **text):
    return listed(TEXT | text, *annotations)


def page(**fields):
    return about({"type": "AnnotationPage", "items": []} | fields)


def annotation(*selectors, key="q", **more):
    target = {"source": "a", "selector": list(selectors)}
    body = {"type": "TextualBody", "purpose": "tagging", "value": "quote"}
    return {"id": key, "type": "Annotation", "body": body, "target": target} | more


def at(start, end):
    return {"type": "TextPositionSelector", "start": start, "end": end}


def words(exact, **more):
    return {"type": "TextQuoteSelector", "exact": exact} | more


def body(**fields):
    return about(annotation(at(0, 10), body=fields))


def link(**more):
    ends = [annotation(at(0, 10)), annotation(at(16, 25), key="s")]
    return about(*ends, {"id": "r", "type": "Annotation", "motivation": "linking"} | more)


CASES = [
    ("", "This file is empty."),
    ("nonsense", "no JSON list or object"),
    ("[", "This item is not JSON"),
    ("[1]", "This item is not a JSON object"),
    ("[{}]", "neither a text with its “value” nor an annotation with its “target”"),
    (about().encode("utf-16"), "UTF-16"),
    (b'[{"id":"a","value":"\xff"}]', "not UTF-8"),
    (about(id=None), "The text has no “id”."),
    (about(id=1), "“id” that is not a string"),
    (about(id="x" * 201), "has 201 characters"),
    (about(value=""), "The text is empty."),
    (about(value=7), "“value” that is not a string"),
    (about(value="a\0"), "NUL"),
    (about(annotator=1), "“annotator” that is not an object"),
    (about(annotator={"meta": []}), "“meta” that is not an object"),
    (listed(annotation(at(0, 10))), "There is no text before these annotations."),
    (page(items=1), "“items” is not a list"),
    (page(items=[1]), "“items” holds something that is not an object"),
    (about({"type": "AnnotationCollection", "first": "urn:b"}), "has no “items”"),
    (page(next="urn:b"), "The next page, “urn:b”, is not in this file"),
    (page(annotator={"state": "new"}), "The state “new” is none of"),
    (page(annotator=1), "“annotator” that is not an object"),
    (page(creator={"name": "x" * 201}), "The reader's name has 201 characters"),
    (listed({"@graph": {}}), "“@graph” is not a list"),
    (about(annotation(at(0, 99))), "Annotation “q” runs from 0 to 99, outside its text"),
    (about(annotation(at(-1, 9))), "Annotation “q” runs from -1 to 9, outside its text"),
    (about(annotation(at(5, 5))), "Annotation “q” is empty"),
    (about(annotation(at("0", 9))), "Annotation “q” needs whole numbers"),
    (about(annotation(at(0, 10**30))), "to a huge number"),
    (about(annotation(at(0, 10), words("We went"))), "Annotation “q” should read “We went”"),
    (about(annotation(at(0, 10), words(7))), "“exact” that is not a string"),
    (about(annotation(words("We went"))), "quotes “We went”, which is not in the text"),
    (about(annotation(words("ait", prefix="We w"))), "which is there more than once"),
    (about(annotation(words(""))), "Annotation “q” quotes nothing."),
    (about(annotation({"type": "XPathSelector", "value": "/p"})), "TextQuoteSelector (“XPathSel"),
    (about(annotation(at(0, 9) | {"refinedBy": at(0, 1)})), "has neither a TextPositionSelector"),
    (about(annotation()), "has neither a TextPositionSelector"),
    (about(annotation(target="a")), "has no place in the text and links nothing"),
    (about(annotation(target=[annotation(at(0, 9))["target"], "a"])), "that is no place in the"),
    (
        about(annotation(target={"source": "b", "selector": at(0, 10)})),
        "is about “b”, not about the text before it, “a”",
    ),
    (about(annotation(at(0, 10)), annotation(at(0, 10))), "The span id “q” is given twice."),
    (about(annotation(at(0, 10), key=[1])), "“id” that is not a string"),
    (body(type="Choice"), "has a body without a “value”, a “source” or an “id”"),
    (body(value=5), "has a body without a “value”"),
    (body(value="{", label="n", format="application/json"), "A body of annotation “q” is not JSON"),
    (body(purpose="tagging", value=""), "The label of span “q” is empty."),
    (body(purpose="tagging", value="x" * 201), "has 201 characters"),
    (link(target="q"), "links 1 others instead of two"),
    (link(target=["q", "s", "q"]), "links 3 others instead of two"),
    (link(target="q", body="s", id=[]), "A link has a “id” that is not a string"),
    (link(target="q", body="x"), "names span “x”, which is not there"),
    (link(target="q", body="q"), "links span “q” to itself"),
    (about(annotation(at(0, 10), more=[0] * 160_000)), "More is said of the text"),
    ('[{"id":"a","value":"x","a":' + "[" * 40_000, "nested too deeply"),
    ('[{"id":"a","value":"x","a":[' + "[]," * 60_000 + "[]]}]", "more than 50,000 objects"),
]
