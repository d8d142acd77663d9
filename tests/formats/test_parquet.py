"""Parquet: read back with the consumers' own libraries, in row groups of bounded size."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotator import formats
from annotator.formats import parquet
from annotator.formats.document import Document, Relation, Span
from annotator.formats.mapping import Mapping

TEXT = "😀 “We’ll wait,” said Rósa."


def marked(key="a", **more):
    spans = [
        Span("q1", "quote", [(2, 8), (9, 15)], {"kind": "direct", "n": [1]}),
        Span("s1", "speaker", [(21, 25)]),
    ]
    marks = {"spans": spans, "relations": [Relation("r1", "said_by", "q1", "s1")]}
    reading = {"reader": "alice", "origin": "person", "state": "submitted"}
    return Document(key, TEXT, "Wait", {"source": "Holm", "n": 10**30}, **marks | reading | more)


def written(*documents):
    losses = []
    data = b"".join(parquet.write(documents, losses.append))
    assert not losses
    return data


def read(data, *given):
    mapping = Mapping.parse(given)
    return list(formats.read(io.BytesIO(data), "news.parquet", mapping=mapping))


def table(rows, features=None):
    made = pa.Table.from_pylist(rows)
    if features:
        said = json.dumps({"info": {"features": features}})
        made = made.replace_schema_metadata({"huggingface": said})
    buffer = io.BytesIO()
    pq.write_table(made, buffer)
    return buffer.getvalue()


def test_datasets_reads_what_was_written(tmp_path):
    datasets = pytest.importorskip("datasets")
    path = tmp_path / "news.parquet"
    path.write_bytes(written(marked(), Document("b", "One.")))
    found = datasets.Dataset.from_parquet(str(path), cache_dir=str(tmp_path / "cache"))
    assert found.features["text"] == datasets.Value("string")
    assert found.features["spans"].feature["start"] == datasets.Value("int32")
    first, second = found
    for span in first["spans"]:
        surface = " ".join(first["text"][start:end] for start, end in span["pieces"])
        assert span["text"] == surface
    assert [span["label"] for span in first["spans"]] == ["quote", "speaker"]
    assert json.loads(first["spans"][0]["attributes"]) == {"kind": "direct", "n": [1]}
    assert first["relations"] == [{"id": "r1", "type": "said_by", "from": "q1", "to": "s1"}]
    assert (second["spans"], second["reader"]) == ([], None)


def test_all_rows_empty_have_their_types_all_the_same():
    schema = pq.read_schema(io.BytesIO(written(Document("b", "One."))))
    assert schema.field("spans").type.value_type.field("start").type == pa.int32()
    assert pq.read_schema(io.BytesIO(written())).equals(schema)


def test_row_groups_are_bounded_and_come_out_one_by_one(monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_ROWS", 10)
    taken = []

    def documents():
        for number in range(35):
            taken.append(number)
            yield Document(str(number), "One.")

    parts = parquet.write(documents(), print)
    first = next(parts)
    assert len(taken) == 10
    data = first + b"".join(parts)
    assert pq.ParquetFile(io.BytesIO(data)).num_row_groups == 4
    assert [document.id for document in read(data)] == [str(number) for number in range(35)]


def test_long_texts_end_a_row_group_early(monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_CHARACTERS", 1_000)
    data = written(*(Document(str(number), "x" * 400) for number in range(7)))
    assert pq.ParquetFile(io.BytesIO(data)).num_row_groups == 3


def test_labels_of_others_may_be_numbers_with_names():
    label = {"_type": "ClassLabel", "names": ["speaker", "quote"]}
    rows = [{"id": 7, "text": TEXT, "spans": [{"start": 2, "end": 15, "label": 1}]}]
    for spans in ([{"label": label}], {"_type": "List", "feature": {"label": label}}):
        [found] = read(table(rows, {"spans": spans}))
        assert found.spans == [Span("s1", "quote", [(2, 15)])]
    [found] = read(table(rows))
    assert found.spans[0].label == "1"


def test_columns_of_others_are_metadata_and_can_be_mapped():
    data = table([{"body": TEXT, "url": "x", "year": 2026, "none": None, "tags": ["a"]}])
    assert {name.name for problem in read(data) for name in problem.unknown} == {
        "body",
        "url",
        "year",
    }
    [found] = read(data, "column:body=text", "column:url=id", "column:tags=")
    assert (found.id, found.text, found.meta) == ("x", TEXT, {"year": 2026})


def test_a_bad_row_is_named_by_its_number_and_reading_goes_on():
    rows = [{"id": "a", "text": "One."}, {"id": "b", "text": ""}, {"id": "c", "text": "Two."}]
    first, problem, third = read(table(rows))
    assert (first.id, first.where, third.id) == ("a", "news.parquet:1", "c")
    assert str(problem) == "news.parquet:2: The text is empty."


def test_no_damaged_file_raises():
    """Nor ends the process, as pyarrow does when its directory is asked for more."""
    data = written(marked(), Document("b", "One."))
    for at in range(0, len(data), 7):
        for value in (0, 255):
            damaged = bytearray(data)
            damaged[at] = value
            read(bytes(damaged))


def test_text_repeated_beyond_reason_is_refused(monkeypatch):
    monkeypatch.setattr(parquet, "_RATIO_COUNTS_FROM", 10_000)
    monkeypatch.setattr(parquet, "_HIGHEST_RATIO", 2)
    rows = [{"id": str(number), "text": "x" * 5_000} for number in range(10)]
    found = read(table(rows))
    assert str(found[-1]).endswith("This file holds far more text than its size allows.")
    assert len(found) < 8
