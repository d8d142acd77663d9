"""Every bad input gets a place and a sentence, and never an exception."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import FORMATS, READABLE
from annotator.formats.document import Document, Problem, check
from tests.formats import zips
from tests.formats.bad import (
    brat,
    conll,
    doccano,
    html,
    label_studio,
    newsml,
    ninjs,
    parquet,
    prodigy,
    web_annotation,
    xmi,
)

TEXT = "“We wait,” said Runa Dahl."


def line(**fields):
    return json.dumps({"id": "a", "text": TEXT} | fields, ensure_ascii=False)


def span(**fields):
    return line(spans=[{"id": "q", "label": "quote", "start": 0, "end": 10} | fields])


def relations(*given):
    ends = [("q", 0, 10), ("s", 16, 25)]
    spans = [{"id": key, "label": "quote", "start": a, "end": b} for key, a, b in ends]
    return line(spans=spans, relations=list(given))


LINK = {"id": "r", "type": "said_by", "from": "q", "to": "s"}

JSONL = [
    ("nonsense", "This line is not JSON: Expecting value at character 1."),
    ('{"id":"a","text":"x"', "Expecting ',' delimiter at character 21"),
    ('{"id":"a","text":"x}', "Unterminated string at character 18"),
    ('{"id":"a","text":"x"} {}', "Extra data at character 23"),
    ('{"id":"a","text":"tab\there"}', "Invalid control character at character 22"),
    ("[1,2]", "not a JSON object"),
    ('"words"', "not a JSON object"),
    ("null", "not a JSON object"),
    ("{}", "has no “id”"),
    ("{}", "has no “text”"),
    ('{"id":"a"}', "has no “text”"),
    ('{"text":"x"}', "has no “id”"),
    ('{"id":"a","text":""}', "The text is empty."),
    ('{"id":"","text":"x"}', "id is empty"),
    ('{"id":" ","text":"x"}', "id is empty"),
    ('{"id":true,"text":"x"}', "“id” that is not a string"),
    ('{"id":1.5,"text":"x"}', "“id” that is not a string"),
    ('{"id":["a"],"text":"x"}', "“id” that is not a string"),
    ('{"id":"a","text":7}', "“text” that is not a string"),
    ('{"id":"' + "a" * 201 + '","text":"x"}', "has 201 characters; at most 200"),
    ('{"id":"a","id":"b","text":"x"}', "The key “id” is given twice in one object."),
    ('{"id":"a","text":"x","meta":{"k":1,"k":1}}', "The key “k” is given twice"),
    ('{"id":"a","text":"x","meta":{"n":NaN}}', "NaN, which JSON does not know"),
    ('{"id":"a","text":"x","n":-Infinity}', "-Infinity, which JSON does not know"),
    ('{"id":"a","text":"x","n":1e999}', "The number “1e999” is too large."),
    ('{"id":"a","text":"x","n":' + "9" * 5000 + "}", "whole number with too many digits"),
    ('{"id":"a","text":"x","m":' + "[" * 40_000, "nested too deeply"),
    ('{"id":"a","text":"x","m":' + "[" * 200 + "]" * 200 + "}", "more than 64 levels deep"),
    ('{"id":"a","text":"x\\u0000"}', "The text holds a NUL character (U+0000) in its line 1."),
    ('{"id":"a","text":"x\\ny\\ud800"}', "half a surrogate pair (U+D800) in its line 2"),
    ('{"id":"a\\u0000","text":"x"}', "The article's id holds a NUL"),
    ('{"id":"a","text":"x","title":"\\udc00"}', "The title holds half a surrogate pair"),
    ('{"id":"a","text":"x","meta":{"k":["\\ud800"]}}', "The metadata holds half a surrogate"),
    ('{"id":"a","text":"x","meta":{"k\\u0000":1}}', "The metadata holds a NUL"),
    ('{"id":"a","text":"x","new":"\\u0000"}', "The metadata holds a NUL"),
    ('{"id":"a","text":"x","reader":"\\u0000"}', "The reader's name holds a NUL"),
    (span(attributes={"k": "\ud800"}).encode("utf-8", "surrogatepass"), "is not UTF-8"),
    (b'{"id":"a","text":"\xff"}', "its byte 19 (0xFF) cannot be read"),
    (b'{"id":"a","text":"\xed\xa0\x80"}', "its byte 19 (0xED)"),
    (line().encode("utf-16"), "This file is UTF-16, not UTF-8."),
    (line().encode("utf-16-le"), "This file is UTF-16"),
    (line().encode("utf-16-be"), "This file is UTF-16"),
    (b"x" * 4_000_001, "longer than 4 MB"),
    (line(title=3), "“title” that is not a string"),
    (line(title="x" * 1001), "The title has 1,001 characters; at most 1,000"),
    (line(meta=[]), "“meta” that is not an object"),
    (line(meta={"k": 1}, k=2), "“k” stands in the line and in its “meta”"),
    (line(sha256="00"), "does not match its “sha256”"),
    (line(sha256=1), "“sha256” that is not a string"),
    (line(reader=["x"]), "“reader” that is not a string"),
    (line(reader=""), "The reader's name is empty."),
    (line(reader="x", origin="god"), "The origin “god” is none of person, suggester"),
    (line(reader="x", state="done"), "The state “done” is none of in_progress, submitted"),
    (line(spans={}), "“spans” is not a list"),
    (line(spans=[[0, 1]]), "“spans” holds something that is not an object"),
    (line(spans="q"), "“spans” is not a list"),
    (line(relations=3), "“relations” is not a list"),
    (line(relations=[None]), "“relations” holds something that is not an object"),
    (span(end=99), "Span “q” runs from 0 to 99, outside its text of 26 characters."),
    (span(start=-1), "Span “q” runs from -1 to 10, outside its text"),
    (span(end=10**30), "to a huge number, outside its text"),
    (span(end=0), "Span “q” is empty: it runs from 0 to 0."),
    (span(start=9, end=3), "Span “q” is empty: it runs from 9 to 3."),
    (span(start="0"), "needs whole numbers"),
    (span(start=True), "needs whole numbers"),
    (span(end=1.0), "needs whole numbers"),
    (span(end=None), "needs whole numbers"),
    (span(label=None), "has no “label”"),
    (span(label=["quote"]), "“label” that is not a string"),
    (span(label=""), "The label of span “q” is empty."),
    (span(label="x" * 201), "has 201 characters"),
    (span(id=""), "A span's id is empty."),
    (span(id=False), "“id” that is not a string"),
    (span(attributes=[1]), "“attributes” that is not an object"),
    (span(score=0.5), "fields that this format does not know: “score”"),
    (span(text="We wait"), "should read “We wait”, but its place in the text reads ““We wait,””"),
    (span(text="“We wait."), "(they part at character 9)"),
    (span(text=5), "“text” that is not a string"),
    (span(pieces=[]), "“pieces” as a list of [start, end]"),
    (span(pieces=3), "“pieces” as a list of [start, end]"),
    (span(pieces=[0, 10]), "“pieces” as a list of [start, end]"),
    (span(pieces=[[0, 5, 10]]), "“pieces” as a list of [start, end]"),
    (span(pieces=[[0, True]]), "“pieces” as a list of [start, end]"),
    (span(pieces=[["0", "10"]]), "“pieces” as a list of [start, end]"),
    (span(pieces=[[0, 10], [4, 4]]), "is empty: it runs from 4 to 4"),
    (span(end=25, pieces=[[0, 10], [16, 99]]), "but its pieces run from 0 to 99"),
    (span(start=1, pieces=[[0, 10]]), "but its pieces run from 0 to 10"),
    (
        line(spans=[{"id": "q", "label": "l", "start": 0, "end": 1}] * 2),
        "The span id “q” is given twice.",
    ),
    (relations(LINK, LINK), "The relation id “r” is given twice."),
    (relations(LINK, LINK | {"id": "r2"}), "Relation “r2” repeats a link"),
    (relations(LINK | {"to": "x"}), "names span “x”, which is not there"),
    (relations(LINK | {"to": "q"}), "links span “q” to itself"),
    (relations(LINK | {"to": None}), "has no “to”"),
    (relations(LINK | {"from": 1.5}), "“from” that is not a string"),
    (relations(LINK | {"type": ""}), "The type of relation “r” is empty."),
    (relations(LINK | {"note": "x"}), "does not know: “note”"),
]

PLAIN = [
    (b"", "The text is empty."),
    (b"\xef\xbb\xbf", "The text is empty."),
    (b"one\ntwo \xe9t\xe9", "its byte 9 (0xE9) in line 2 cannot be read. Save it as UTF-8"),
    ("words".encode("utf-16"), "This file is UTF-16"),
    ("words".encode("utf-16-be"), "This file is UTF-16"),
    (b"one\n\0two", "NUL character (U+0000) in its line 2"),
    (b"x" * 4_000_001, "longer than 4 MB"),
]

CSV = [
    (b"", "no header line"),
    (b"\n", "no header line"),
    ("id,body,url\n1,x,y\n", "no column “text”; the columns found are “id”, “body”, “url”."),
    ("text,Text\na,b\n", "The column “Text” is given twice."),
    ("id,text\n1\n", "This row has 1 fields, but the header has 2."),
    ("id,text\n1,a,b\n", "This row has 3 fields, but the header has 2."),
    ("id,text\n1,\n", "The text is empty."),
    ("id,text\n,x\n", "The article's id is empty."),
    ('text\n"never closed\n', "never closed"),
    ('text\n"a"b\n', "not CSV"),
    ("text\na\rb\n", "lone carriage return"),
    ('"text\nx', "never closed"),
    (b"text\n\0\n", "NUL character"),
    (b"text,a\0\nx,y\n", "NUL character"),
    (b"text\n\xff\n", "not UTF-8"),
    ("text\nx\n".encode("utf-16"), "UTF-16"),
    ("id,text\n" + "a" * 201 + ",x\n", "has 201 characters"),
    ("title,text\n" + "a" * 1001 + ",x\n", "The title has 1,001 characters"),
    (b"text\n" + b"x" * 4_000_001, "longer than 4 MB"),
    ("id,text,sha256\na,One.,0\n", "does not match its “sha256”"),
    ("id,text,sha256\na,,\n", "The text is empty."),
    ("id,text,sha256\n,One.,\n", "id is empty"),
    ("id,text,sha256,spans\na,One.,,[\n", "The column “spans” is not JSON"),
    ("id,text,sha256,spans\na,One.,,{}\n", "“spans” is not a list"),
    ('id,text,sha256,meta\na,One.,,"{""a"":NaN}"\n', "NaN"),
    ('id,text,sha256,meta\na,One.,,"{""a"":1,""a"":1}"\n', "is given twice"),
    ("id,text,sha256,relations\na,One.,,[1]\n", "“relations” holds something"),
    ("id,text,sha256,state\na,One.,,new\n", "The state “new” is none of"),
    ("id,text,sha256,meta\na,One.,," + "[" * 60_000 + "\n", "more than 50,000 objects"),
]

ZIP = [
    (b"", "its end is missing"),
    (b"not a zip at all, but long enough to hold an end record", "its end is missing"),
    (zips.pack([("a.txt", b"x")])[:-30], "its end is missing"),
    (zips.pack([("a.txt", b"x")])[40:], "not a zip that can be read"),
    (zips.pack([("../a.txt", b"x")]), "leads out of the zip"),
    (zips.pack([("a/../../b.txt", b"x")]), "leads out of the zip"),
    (zips.pack([("/etc/a.txt", b"x")]), "leads out of the zip"),
    (zips.named("C:\\a.txt"), "leads out of the zip"),
    (zips.named("C:a.txt"), "leads out of the zip"),
    (zips.named("a\\b.txt"), "leads out of the zip"),
    (zips.named("a\0b.txt"), "a character that does not show"),
    (zips.named("a\nb.txt"), "a character that does not show"),
    (zips.pack([("a\u202etxt.exe.txt", b"x")]), "a character that does not show"),
    (zips.pack([("a" * 1001 + ".txt", b"x")]), "too long"),
    (zips.link(), "a link or a device"),
    (zips.encrypted(), "This member is encrypted."),
    (zips.with_method(12), "packed in a way that is not read"),
    (zips.with_method(99), "packed in a way that is not read"),
    (zips.pack([("a.zip", zips.pack([("b.txt", b"x")]))]), "A zip inside a zip is not read."),
    (zips.pack([("a.docx", b"x")]), "none of .txt"),
    (zips.pack([("README", b"x")]), "none of .txt"),
    (zips.pack([("a.txt", b"x" * 2_000_000)]), "packed more than 100:1"),
    (zips.declaring(3), "cannot be read"),
    (zips.declaring(250_000_000), "unpacks to more than 200 MB"),
    (zips.overlapping(), "overlaps another one"),
    (zips.lying_count(), "more than 65,000 members"),
    (zips.long_directory(), "list of members of this zip is longer than 20 MB"),
    (zips.large_form(), "zip64"),
    (zips.with_bytes(zips.pack([("a.txt", b"x")]), 42, b"\7"), "not where the zip says"),
    (zips.with_bytes(zips.pack([("a.txt", b"x")]), 16, b"\7"), "Bad CRC-32"),
    (zips.before_the_beginning(), "not where the zip says"),
    (zips.pack([("a.txt", b"\xff")]), "not UTF-8"),
    (zips.pack([("a.csv", b"a,b\n")]), "no column “text”"),
    (zips.pack([("a.jsonl", b"{")]), "not JSON"),
]
with pytest.warns(UserWarning, match="Duplicate name"):
    ZIP.append((zips.pack([("a.txt", b"x"), ("a.txt", b"y")]), "there twice"))

CASES = [
    pytest.param(slug, data, fragment, id=f"{slug} {number}: {fragment[:50]}")
    for slug, cases in {
        "jsonl": JSONL,
        "text": PLAIN,
        "csv": CSV,
        "zip": ZIP,
        "brat": brat.CASES,
        "conll": conll.CASES,
        "html": html.CASES,
        "ninjs": ninjs.CASES,
        "newsml": newsml.CASES,
        "doccano": doccano.CASES,
        "doccano-relations": doccano.CASES,
        "prodigy": prodigy.CASES,
        "label-studio": label_studio.CASES,
        "parquet": parquet.CASES,
        "web-annotation": web_annotation.CASES,
        "xmi": xmi.CASES,
    }.items()
    for number, (data, fragment) in enumerate(cases, 1)
]


def read(slug, data, name="file.x"):
    data = data.encode() if isinstance(data, str) else data
    return list(FORMATS[slug].read(io.BytesIO(data), name))


@pytest.mark.parametrize(("slug", "data", "fragment"), CASES)
def test_bad_input_gets_a_place_and_a_sentence_and_no_document(slug, data, fragment):
    found = read(slug, data)
    assert found
    assert all(isinstance(item, Problem) for item in found)
    assert any(fragment in item.message for item in found), [str(item) for item in found]
    for item in found:
        assert item.where.startswith("file.x")
        assert item.message.endswith(".")
        assert "\n" not in str(item)


def test_the_name_of_a_file_can_do_no_harm():
    for slug in READABLE:
        for item in read(slug, b"\xff", "a\n\ud800\u202e.x"):
            assert str(item).isprintable()


def test_a_file_name_that_is_not_utf8_makes_no_id():
    problem = read("text", b"x", "caf\udce9.txt")[0]
    assert "id holds half a surrogate pair" in problem.message


anything = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda words: words.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(
            ["id,text\n", '"', ",", "a", "\r", "\n", "\0", "é", "{", '{"id":1,"text":"']
        )
    ).map(lambda parts: "".join(parts).encode()),
)


@pytest.mark.parametrize("slug", READABLE)
@given(data=anything)
def test_no_bytes_raise_and_every_document_may_be_stored(slug, data):
    for item in read(slug, data):
        assert isinstance(item, Problem) or check(item) == []


GOOD_ZIP = zips.pack([("a.txt", b"One."), ("b.jsonl", b'{"id":"b","text":"Two."}'), ("c/", b"")])


@given(st.lists(st.tuples(st.integers(0, len(GOOD_ZIP) - 1), st.integers(0, 255)), max_size=4))
def test_no_damaged_zip_raises(changes):
    data = bytearray(GOOD_ZIP)
    for at, value in changes:
        data[at] = value
    for item in read("zip", bytes(data)):
        assert isinstance(item, Problem) or (isinstance(item, Document) and check(item) == [])


@pytest.mark.parametrize("slug", READABLE)
def test_every_format_that_comes_in_is_given_bad_input(slug):
    cases = sum(1 for case in CASES if case.values[0] == slug)
    assert cases >= (7 if slug == "text" else 19)
