"""Every bad file of which something is to be said: what it holds, where the trouble is, and the words."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.factories import ArticleFactory


def line(**fields) -> bytes:
    return json.dumps({"id": "b-1", "text": "The boat is late.", **fields}).encode() + b"\n"


FINE = line(id="a-0")


def _span(**fields) -> dict:
    return {"id": "q1", "label": "quote", "start": 0, "end": 8, **fields}


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


@dataclass(frozen=True)
class Bad:
    name: str
    make: bytes | Callable[[], bytes]
    sentence: str
    place: str = ":2"
    extension: str = ".jsonl"
    known_text: str = ""

    def content(self) -> bytes:
        return self.make if isinstance(self.make, bytes) else self.make()

    def before(self, corpus) -> None:
        """Store what the file is in conflict with."""
        if self.known_text:
            ArticleFactory(corpus=corpus, key="b-1", text=self.known_text)


BAD = [
    Bad("nul", FINE + line(text="a\0b"), "NUL character"),
    Bad("nul in meta", FINE + line(meta={"a": ["\0"]}), "NUL character"),
    Bad("nul in a key", FINE + line(meta={"a\0": 1}), "NUL character"),
    Bad("lone surrogate", FINE + b'{"id":"b-1","text":"\\ud83d"}\n', "half a surrogate pair"),
    Bad("invalid utf-8", FINE + b'{"id":"b-1","text":"\xff"}\n', "is not UTF-8"),
    Bad("utf-16", line().decode().encode("utf-16"), "UTF-16", ":1"),
    Bad("empty text", FINE + line(text=""), "text is empty"),
    Bad("span outside", FINE + line(spans=[_span(end=99)]), "outside its text"),
    Bad("span negative", FINE + line(spans=[_span(start=-1)]), "outside its text"),
    Bad("span empty", FINE + line(spans=[_span(end=0)]), "is empty"),
    Bad("span huge", FINE + line(spans=[_span(end=10**30)]), "outside its text"),
    Bad("surface", FINE + line(spans=[_span(text="The goat")]), "should read “The goat”"),
    Bad("label", FINE + line(spans=[_span(label="verdict")]), "has the label “verdict”"),
    Bad("attribute", FINE + line(spans=[_span(attributes={"x": 1})]), "no attribute “x”"),
    Bad(
        "relation to nowhere",
        FINE + line(spans=[_span()], relations=[{"type": "said_by", "from": "q1", "to": "s9"}]),
        "names span “s9”, which is not there",
    ),
    Bad(
        "relation between labels",
        FINE
        + line(
            spans=[_span(), _span(id="c1", label="claim")],
            relations=[{"type": "said_by", "from": "q1", "to": "c1"}],
        ),
        "links a quote to a speaker",
    ),
    Bad("span id twice", FINE + line(spans=[_span(), _span()]), "given twice"),
    Bad("article twice", line() + line(), "is given twice"),
    Bad("reading twice", line(reader="x") + line(reader="x"), "is given twice for the reader"),
    Bad("other text", FINE + line(), "is here already with another text", known_text="Else."),
    Bad("line of 100 MB", lambda: FINE + line(text="x" * 100_000_000), "longer than 4 MB"),
    Bad("deep json", FINE + b'{"id":"b-1","text":"x","meta":' + b"[" * 40_000, "nested too"),
    Bad("deep meta", FINE + line(meta=json.loads("[" * 90 + "]" * 90)), "not an object"),
    Bad("nan", FINE + b'{"id":"b-1","text":"x","meta":{"n":NaN}}\n', "NaN"),
    Bad("infinity", FINE + b'{"id":"b-1","text":"x","meta":{"n":1e999}}\n', "too large"),
    Bad("key twice", FINE + b'{"id":"b-1","id":"b-2","text":"x"}\n', "given twice in one object"),
    Bad("not json", FINE + b"{\n", "not JSON"),
    Bad("a list", FINE + b"[]\n", "not a JSON object"),
    Bad(
        "csv field",
        lambda: b'id,text\na-1,ok\na-2,"' + b"x" * 200_000 + b'"\xff\n',
        "is not UTF-8",
        ":3",
        ".csv",
    ),
    Bad(
        "zip with a way up",
        zipped(**{"..__x.txt": b"hi"}),
        "leads out of the zip",
        "/../x.txt",
        ".zip",
    ),
    Bad(
        "zip bomb",
        lambda: zipped(**{"a.txt": b"x" * 60_000_000}),
        "packed more than",
        "/a.txt",
        ".zip",
    ),
    Bad("no zip", b"PK nonsense", "", "", ".zip"),
    Bad("empty text file", b"", "text is empty", ":1", ".txt"),
]
