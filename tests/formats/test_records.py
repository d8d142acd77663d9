"""Lists of JSON objects are read one by one, in bounded memory, up to what is not JSON."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import records
from annotator.formats.document import Problem
from annotator.formats.records import Record, json_items
from tests.formats.strategies import objects


def items(data, name="a.json"):
    return list(json_items(io.BytesIO(data), name))


@given(st.lists(objects, max_size=5), st.sampled_from([None, 1]))
def test_what_is_in_a_list_comes_out(given_objects, indent):
    data = json.dumps(given_objects, indent=indent, ensure_ascii=False).encode()
    assert [item.fields for item in items(data)] == given_objects


@pytest.mark.parametrize("chunk", range(4, 15))
def test_a_list_may_be_cut_anywhere(monkeypatch, chunk):
    monkeypatch.setattr(records, "_CHUNK", chunk)
    given_objects = [
        {"a": '😀\\"“', "b": [1.5e-3, -12, True, None]},
        {},
        {"c": {"d": "\u2028x\\u00e9"}, "e": "x" * 50},
    ]
    data = b"\xef\xbb\xbf" + json.dumps(given_objects, ensure_ascii=False).encode()
    assert [item.fields for item in items(data)] == given_objects


def test_an_item_has_the_line_on_which_it_begins():
    data = b'[\n {"a": 1},\n\n {"b":\n 2},{"c":3}]\n'
    assert [item.where for item in items(data)] == [
        "a.json:2, item 1",
        "a.json:4, item 2",
        "a.json:5, item 3",
    ]


def test_an_item_that_is_no_object_is_a_problem_and_reading_goes_on():
    first, second, third = items(b'[{"a":1}, 12345, {"b":2}]')
    assert isinstance(second, Problem)
    assert str(second).startswith("a.json:1, item 2: This item is not a JSON object")
    assert (first.fields, third.fields) == ({"a": 1}, {"b": 2})


def test_after_what_is_not_json_nothing_is_read():
    first, problem = items(b'[{"a":1},\n{"b":nonsense},\n{"c":3}]')
    assert first == Record("a.json:1, item 1", {"a": 1})
    assert str(problem) == (
        "a.json:2, item 2: This item is not JSON: Expecting value at character 6."
    )


def test_an_error_is_told_without_reading_the_rest():
    class Endless(io.RawIOBase):
        sizes = 0

        def read(self, size=-1):
            self.sizes += size
            return b'[{"a":nonsense,' + b" " * size if self.sizes == size else b" " * size

    endless = Endless()
    [problem] = json_items(endless, "a.json")
    assert "Expecting value" in problem.message
    assert endless.sizes < 1_000_000


def test_a_list_is_not_held_whole():
    class Many(io.RawIOBase):
        left = 200

        def read(self, size=-1):
            if self.left == 0:
                return b""
            self.left -= 1
            begin = b"[" if self.left == 199 else b","
            return begin + b'{"a":"' + b"x" * 200_000 + b'"}' + (b"" if self.left else b"]")

    tracemalloc.start()
    count = sum(1 for _ in json_items(Many(), "a.json"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 200
    assert peak < 6_000_000


@given(st.binary(max_size=80))
def test_no_bytes_raise(data):
    items(data)
    items(b"[" + data)
    items(b'[{"a":' + data + b"}]")
