"""Native JSONL: lossless both ways, strict on the way in."""

import hashlib
import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import jsonl
from annotator.formats.document import Document, Problem, Relation, Span, check
from tests.formats.strategies import documents, values

TEXT = "“We wait,” said Runa Dahl. “Today.”"


def read(data, name="news.jsonl"):
    if isinstance(data, str):
        data = data.encode()
    return list(jsonl.read(io.BytesIO(data), name))


def line(**fields):
    return json.dumps({"id": "a", "text": TEXT} | fields, ensure_ascii=False)


def one(**fields):
    [document] = read(line(**fields))
    assert isinstance(document, Document), document
    return document


FULL = Document(
    id="harbour-1",
    text=TEXT,
    title="Skippers wait",
    meta={"url": "https://news.example/1", "source": "Harbour News"},
    spans=[
        Span("q1", "quote", [(0, 10), (27, 35)], {"kind": "direct"}),
        Span("s1", "speaker", [(16, 25)]),
    ],
    relations=[Relation("r1", "said_by", "q1", "s1")],
    reader="alice",
    origin="person",
    state="submitted",
)


def test_a_reading_is_one_line_with_its_keys_in_order():
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    assert jsonl.line_of(FULL).decode() == (
        '{"id":"harbour-1","text":"“We wait,” said Runa Dahl. “Today.”",'
        f'"sha256":"{sha256}","title":"Skippers wait",'
        '"meta":{"url":"https://news.example/1","source":"Harbour News"},'
        '"spans":[{"id":"q1","label":"quote","start":0,"end":35,"pieces":[[0,10],[27,35]],'
        '"text":"“We wait,” “Today.”","attributes":{"kind":"direct"}},'
        '{"id":"s1","label":"speaker","start":16,"end":25,"text":"Runa Dahl","attributes":{}}],'
        '"relations":[{"id":"r1","type":"said_by","from":"q1","to":"s1"}],'
        '"reader":"alice","origin":"person","state":"submitted"}\n'
    )


def test_what_was_written_is_read_again():
    [document] = read(jsonl.line_of(FULL))
    assert document == Document(**{**_fields(FULL), "where": "news.jsonl:1"})


def test_an_article_nobody_read_leaves_the_reading_out():
    written = jsonl.line_of(Document(id="a", text="One."))
    assert written.endswith(b'"title":"","meta":{},"spans":[],"relations":[]}\n')
    [document] = read(written)
    assert (document.reader, document.origin, document.state) == (None, None, None)


def test_only_an_id_and_a_text_are_needed():
    assert one() == Document(id="a", text=TEXT, where="news.jsonl:1")


def test_spans_without_a_reader_are_an_import():
    document = one(spans=[{"id": "s", "label": "speaker", "start": 16, "end": 25}])
    assert (document.reader, document.origin, document.state) == ("import", "import", "submitted")


def test_a_reader_without_origin_or_state_is_an_import_too():
    document = one(reader="alice")
    assert (document.reader, document.origin, document.state) == ("alice", "import", "submitted")


def test_null_is_as_good_as_missing():
    empty = dict.fromkeys(
        ["sha256", "title", "meta", "spans", "relations", "reader", "origin", "state"]
    )
    assert one(**empty) == one()


def test_whole_numbers_are_read_as_ids():
    document = one(
        id=17,
        spans=[
            {"id": 1, "label": "quote", "start": 0, "end": 10},
            {"id": 2, "label": "speaker", "start": 16, "end": 25},
        ],
        relations=[{"id": 3, "type": "said_by", "from": 1, "to": 2}],
    )
    assert document.id == "17"
    assert [span.id for span in document.spans] == ["1", "2"]
    assert document.relations == [Relation("3", "said_by", "1", "2")]


def test_missing_ids_are_given_without_a_clash():
    piece = {"label": "quote", "start": 0, "end": 10}
    spans = [piece, {**piece, "id": "s1"}, piece, {**piece, "id": "x"}]
    link = {"from": "s1", "to": "x"}
    relations = [{**link, "type": "a"}, {**link, "type": "b", "id": "r1"}, {**link, "type": "c"}]
    document = one(spans=spans, relations=relations)
    assert [span.id for span in document.spans] == ["s2", "s1", "s3", "x"]
    assert [link.id for link in document.relations] == ["r2", "r1", "r3"]


def test_unknown_fields_of_a_line_are_kept_under_meta_in_order():
    document = one(meta={"b": 1, "same": 2}, zebra=[1, {"x": None}], apple="é", same=2)
    assert list(document.meta.items()) == [
        ("b", 1),
        ("same", 2),
        ("zebra", [1, {"x": None}]),
        ("apple", "é"),
    ]


@pytest.mark.parametrize(
    ("pieces", "stored"),
    [
        ([[0, 10]], [(0, 10)]),
        ([[27, 35], [0, 10]], [(0, 10), (27, 35)]),
        ([[0, 5], [5, 10]], [(0, 10)]),
        ([[0, 8], [4, 10], [2, 3]], [(0, 10)]),
    ],
)
def test_pieces_are_sorted_and_merged(pieces, stored):
    [span] = one(spans=[{"label": "quote", "pieces": pieces}]).spans
    assert span.pieces == stored


@pytest.mark.parametrize("surface", ["“We wait,”", "“We w ait,”"])
def test_a_surface_may_be_that_of_the_pieces_as_given_or_as_merged(surface):
    one(spans=[{"label": "quote", "pieces": [[0, 5], [5, 10]], "text": surface}])


def test_a_matching_sha256_is_accepted_in_either_case():
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    assert one(sha256=sha256.upper()) == one(sha256=sha256) == one()


def test_spans_are_written_by_start_then_longest_then_id():
    spans = [
        Span("c", "claim", [(0, 10)]),
        Span("b", "claim", [(0, 10)]),
        Span("late", "claim", [(3, 4)]),
        Span("long", "quote", [(0, 2), (27, 35)]),
    ]
    document = Document("a", TEXT, spans=spans, reader="r", origin="import", state="submitted")
    written = json.loads(jsonl.line_of(document))
    assert [span["id"] for span in written["spans"]] == ["long", "b", "c", "late"]


def test_attributes_are_written_in_order_of_their_keys_at_every_level():
    span = Span("q", "quote", [(0, 3)], {"z": {"b": 1, "a": [{"d": 1, "c": 2}]}, "kind": "direct"})
    document = Document("a", TEXT, spans=[span], reader="r", origin="import", state="submitted")
    assert b'"attributes":{"kind":"direct","z":{"a":[{"c":2,"d":1}],"b":1}}' in jsonl.line_of(
        document
    )


def test_whole_numbers_of_any_size_survive():
    number = 10**40
    [document] = read(jsonl.line_of(Document("a", "x", meta={"n": number})))
    assert document.meta == {"n": number}


def test_numbers_of_the_metadata_keep_their_form():
    meta = {"a": 1.0, "b": 1e300, "c": -0.0, "d": 0.1, "e": True, "f": None, "g": 2**64}
    written = jsonl.line_of(Document("a", "x", meta=meta))
    assert b"".join(jsonl.write(read(written), print)) == written


@pytest.mark.parametrize(
    "pieces", [[(0, 99)], [(5, 5)], [(-1, 4)], [(0, 5), (5, 9)], [(4, 9), (0, 2)]]
)
def test_a_span_outside_its_text_is_never_written(pieces):
    document = Document(
        "a",
        TEXT,
        spans=[Span("q", "quote", pieces)],
        reader="r",
        origin="import",
        state="submitted",
    )
    with pytest.raises(ValueError, match="“q”"):
        list(jsonl.write([document], print))


def test_half_a_surrogate_pair_is_never_written():
    with pytest.raises(ValueError, match="surrogates"):
        jsonl.line_of(Document("a", "x", title="\ud800"))


# Lines.


def test_blank_lines_carriage_returns_and_a_byte_order_mark_are_no_obstacle():
    data = b"\xef\xbb\xbf" + line(id=1).encode() + b"\r\n\r\n  \n\n" + line(id=2).encode()
    assert [(found.id, found.where) for found in read(data)] == [
        ("1", "news.jsonl:1"),
        ("2", "news.jsonl:5"),
    ]


def test_only_a_line_feed_ends_a_line():
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\rh\r\ni"
    [document] = read(jsonl.line_of(Document("a", text)))
    assert document.text == text


def test_an_empty_file_has_no_documents():
    assert read(b"") == read(b"\xef\xbb\xbf") == read(b"\n\n") == []


def test_a_byte_order_mark_inside_a_text_is_kept():
    [document] = read('{"id":"a","text":"\ufeffx"}')
    assert document.text == "\ufeffx"


def test_reading_goes_on_after_a_bad_line_and_lists_every_problem():
    data = "\n".join(["nonsense", line(id=1), line(id=2, title=3, state="done"), line(id=4)])
    found = read(data)
    assert [str(item) if isinstance(item, Problem) else item.id for item in found] == [
        "news.jsonl:1: This line is not JSON: Expecting value at character 1.",
        "1",
        "news.jsonl:3: The article has a “title” that is not a string.",
        "4",
    ]


def test_a_line_of_a_hundred_megabytes_is_refused_by_name_in_little_memory():
    tracemalloc.start()
    found = list(jsonl.read(Endless(b'{"id":"a","text":"', 100_000_000, line().encode()), "big"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    problem, document = found
    assert str(problem) == "big:1: This line is longer than 4 MB, the most that is read."
    assert (document.id, document.where) == ("a", "big:2")
    assert peak < 20_000_000


class Endless(io.RawIOBase):
    """A first line of `size` bytes that never lies in memory whole, and a last line."""

    def __init__(self, head, size, last):
        self.head, self.left, self.last = io.BytesIO(head), size, io.BytesIO(b"\n" + last)

    def readline(self, limit=-1):
        if got := self.head.readline(limit):
            return got
        if self.left:
            got = b"x" * min(limit, self.left)
            self.left -= len(got)
            return got
        return self.last.readline(limit)


# Properties.

KNOWN = ["id", "text", "sha256", "title", "meta", "spans", "relations", "reader", "origin", "state"]


@given(st.lists(documents(), max_size=4))
def test_reading_what_was_written_and_writing_it_again_gives_the_same_bytes(given_documents):
    written = b"".join(jsonl.write(given_documents, print))
    again = read(written)
    assert not [item for item in again if isinstance(item, Problem)]
    assert b"".join(jsonl.write(again, print)) == written
    for before, after in zip(given_documents, again, strict=True):
        assert check(before) == check(after) == []
        assert _fields(before) | {"where": ""} == _fields(after) | {
            "where": "",
            "spans": _as_in(before.spans, after.spans),
        }


def _as_in(before, after):
    """The spans as read, in the order in which they were before they were written."""
    place = {span.id: at for at, span in enumerate(before)}
    return sorted(after, key=lambda span: place[span.id])


def _fields(document):
    return {name: getattr(document, name) for name in Document.__slots__}


junk = st.one_of(
    values,
    st.sampled_from([TEXT, "a", 0, 5, 10**30, "person", "submitted", [[0, 3]], [[0]], [[True, 2]]]),
)
span_like = st.dictionaries(
    st.sampled_from(["id", "label", "start", "end", "pieces", "text", "attributes", "x"]), junk
)
relation_like = st.dictionaries(st.sampled_from(["id", "type", "from", "to", "x"]), junk)


@given(
    st.dictionaries(st.sampled_from([*KNOWN, "other"]), junk),
    st.lists(st.one_of(span_like, junk), max_size=3),
    st.lists(st.one_of(relation_like, junk), max_size=3),
)
def test_any_json_gives_documents_that_pass_the_check_or_problems(record, spans, relations):
    for fields in (record, {"id": "a", "text": TEXT, "spans": spans, "relations": relations}):
        found = read(json.dumps(fields))
        assert found
        for item in found:
            if isinstance(item, Document):
                assert check(item) == []
            else:
                assert item.where == "news.jsonl:1"
                assert item.message.endswith(".")


@given(st.binary(max_size=200))
def test_no_bytes_raise(data):
    read(data)
    read(b'{"id":"a","text":"' + data + b'"}\n' + data)


def test_a_line_of_many_small_parts_is_refused_before_it_is_read():
    """They would take a hundred times the memory of the line."""
    data = b'{"id":"a","text":"x","meta":{"a":[' + b",".join([b"[]"] * 60_000) + b"]}}\n"
    [problem] = jsonl.read(io.BytesIO(data), "many")
    assert str(problem) == "many:1: This line holds more than 50,000 objects and lists."
