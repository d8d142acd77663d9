"""Bad Parquet files: each with words of what is said of it."""

import hashlib
import io

import pyarrow as pa
import pyarrow.parquet as pq

TEXT = "“We wait,” said Runa Dahl."


def made(**columns):
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def row(**fields):
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"id": "a", "text": TEXT} | fields]), buffer)
    return buffer.getvalue()


def span(**fields):
    return row(spans=[{"label": "quote", "start": 0, "end": 10} | fields])


GOOD = row()


def crowded(values):
    return made(id=["a"], text=["x"], n=pa.ListArray.from_arrays([0, values], pa.nulls(values)))


CASES = [
    (b"", "This is not a Parquet file: its end is missing."),
    (b"PAR1", "its end is missing"),
    (b"PAR1PAR1PAR1", "its end is missing"),
    (b'{"id":"a","text":"x"}', "its end is missing"),
    (GOOD[:-5], "its end is missing"),
    (b"\0" * 10_000, "its end is missing"),
    (GOOD[4:], "damaged"),
    (GOOD[:4] + GOOD[200:], "damaged"),
    (GOOD[:-8] + b"\xff\xff\xff\x7fPAR1", "its end is missing"),
    (b"PAR1" + b"\xff" * 30 + (30).to_bytes(4, "little") + b"PAR1", "its directory cannot be read"),
    (b"PAR1" + b"\x1c" * 30 + (30).to_bytes(4, "little") + b"PAR1", "its directory cannot be read"),
    (made(id=["a"], body=["x"]), "has no “text”"),
    (made(text=["x"]), "has no “id”"),
    (made(id=["a"], text=[""]), "The text is empty."),
    (made(id=["a"], text=pa.array([None], pa.string())), "has no “text”"),
    (made(id=["a"], text=[5]), "“text” that is not a string"),
    (made(id=["a"], text=[b"\xff"]), "holds bytes, which are no text"),
    (made(id=["a"], text=["x\0"]), "NUL"),
    (made(id=["a"], text=["x" * 4_000_001]), "longer than 4 MB"),
    (made(id=["a"], text=["x"], n=[float("nan")]), "not finite"),
    (row(meta="{"), "The column “meta” is not JSON"),
    (row(meta='{"a":1,"a":2}'), "is given twice"),
    (row(meta="[]"), "“meta” that is not an object"),
    (row(sha256=hashlib.sha256(b"x").hexdigest()), "does not match its “sha256”"),
    (row(spans="x"), "“spans” is not a list"),
    (row(spans=[1]), "“spans” holds something that is not an object"),
    (span(end=27), "outside its text of 26 characters"),
    (span(start=10), "is empty"),
    (span(label=5.5), "“label” that is not a string"),
    (span(score=0.5), "does not know: “score”"),
    (span(attributes="[1]"), "“attributes” that is not an object"),
    (span(attributes="{"), "The column “attributes” is not JSON"),
    (span(text="We wait"), "should read “We wait”"),
    (row(relations=[{"type": "x", "from": "a", "to": "b"}]), "names span “a”, which is not there"),
    (row(reader="x", state="new"), "The state “new” is none of"),
    (crowded(600_000), "This row holds more than 500,000 values."),
    (crowded(5_000_001), "more than 5,000,000 values in one column"),
]
