"""Bad news items in JSON: each with words of what is said of it."""

import json


def item(**fields):
    return json.dumps({"uri": "urn:1", "headline": "Rain", "body_text": "It rained."} | fields)


CASES = [
    (b"", "This file is empty."),
    ("3", "no JSON list or object"),
    ("[]", "There is no item in this file."),
    ("{", "not JSON"),
    ("[{}", "neither “,” nor “]”"),
    ("[3]", "not a JSON object"),
    ("{}{}", "Something follows the end."),
    ("{}", "This item has no body."),
    (item(body_text=""), "This item has no body."),
    (item(body_text=" "), "This item has no body."),
    (item(body_text=3), "“body_text” that is not a string"),
    (item(body_html=[1]), "“body_html” that is not a string"),
    (item(body_text=None, bodies="x"), "“bodies” is not a list."),
    (item(body_text=None, bodies=["x"]), "“bodies” holds something that is not an object"),
    (item(body_text=None, bodies=[{"value": 3}]), "This item has no body."),
    (item(body_text=None, body_html="<!-- -->"), "This page is empty."),
    (item(body_text=None, body_html="<b>" * 200), "nested more than 100 levels"),
    (item(body_text=None, body_html="<p>x" * 20_000), "more than 15,000 elements"),
    (item(body_text=None, body_html="<img>"), "The text is empty."),
    (item(headline=["Rain"]), "“headline” that is not a string"),
    (item(headline=None, headlines={}), "“headlines” is not a list."),
    (item(uri=["x"]), "“uri” that is not a string"),
    (item(uri="x" * 201), "has 201 characters"),
    (item(body_text="a\0"), "NUL"),
    (item(body_text="\ud800"), "half a surrogate pair"),
    (item(place=["\0"]), "The metadata holds a NUL"),
    (item(n=float("nan")), "NaN"),
    ('{"uri":"a","uri":"b","body_text":"x"}', "given twice"),
    (json.dumps({"uri": "urn:2", "type": "picture"}), "This item is a “picture”, not a text."),
    (json.dumps({"uri": "urn:2", "type": ["x"]}), "not a text."),
    (item().encode("utf-16"), "UTF-16"),
    (b'{"body_text":"\xff"}', "not UTF-8"),
    (b'{"body_text":"' + b"x" * 4_000_001 + b'"}', "longer than 4 MB"),
]
