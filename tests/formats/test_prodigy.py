"""Prodigy: tasks as it writes them, tokens that agree with the text, spans that are whole tokens."""

import io
import json

import pytest

from annotator import formats
from annotator.formats import prodigy
from annotator.formats.document import Document, Relation, Span

TEXT = "😀 “We’ll wait,” said Rósa."
TOKENS = [(0, 1), (2, 3), (3, 8), (9, 13), (13, 14), (14, 15), (16, 20), (21, 25), (25, 26)]


def read(*tasks):
    data = "".join(json.dumps(task, ensure_ascii=False) + "\n" for task in tasks)
    return list(formats.read(io.BytesIO(data.encode()), "news.jsonl"))


def annotated(**more):
    """A task as `db-out` gives it."""
    tokens = [
        {"text": TEXT[start:end], "start": start, "end": end, "id": number, "ws": True}
        for number, (start, end) in enumerate(TOKENS)
    ]
    quote = {"start": 2, "end": 15, "token_start": 1, "token_end": 5, "label": "quote"}
    speaker = {"start": 21, "end": 25, "token_start": 7, "token_end": 7, "label": "speaker"}
    return {
        "text": TEXT,
        "meta": {"source": "Holm Post"},
        "_input_hash": 1,
        "_task_hash": 2,
        "tokens": tokens,
        "_view_id": "relations",
        "spans": [quote, speaker],
        "relations": [
            {
                "head": 5,
                "child": 7,
                "head_span": quote,
                "child_span": speaker,
                "color": "#ffd882",
                "label": "said_by",
            }
        ],
        "answer": "accept",
        "_timestamp": 1,
        "_annotator_id": "2026-03-01_10-00",
        "_session_id": "x",
    } | more


def test_a_task_is_read_as_prodigy_writes_it():
    [found] = read(annotated())
    assert found == Document(
        "news-1",
        TEXT,
        meta={"source": "Holm Post"},
        spans=[Span("s1", "quote", [(2, 15)]), Span("s2", "speaker", [(21, 25)])],
        relations=[Relation("r1", "said_by", "s1", "s2")],
        reader="2026-03-01_10-00",
        origin="import",
        state="submitted",
        where="news.jsonl:1",
    )


def test_a_relation_may_name_tokens_alone_and_a_span_too():
    task = annotated(relations=[{"head": 5, "child": 7, "label": "said_by"}])
    task["spans"] = [{"token_start": 1, "token_end": 5, "label": "quote"}, task["spans"][1]]
    [found] = read(task)
    assert found.spans[0].pieces == [(2, 15)]
    assert found.relations == [Relation("r1", "said_by", "s1", "s2")]


@pytest.mark.parametrize(
    ("answer", "state"), [("accept", "submitted"), ("ignore", "skipped"), ("reject", "skipped")]
)
def test_an_answer_is_a_state(answer, state):
    [found] = read(annotated(answer=answer))
    assert (found.state, len(found.spans)) == (state, 2)
    [found] = read({"text": "One.", "answer": answer})
    assert (found.reader, found.state) == ("import", state)


def test_a_task_without_an_answer_is_unread():
    [found] = read({"text": "One.", "tokens": []})
    assert (found.reader, found.state) == (None, None)


def test_whoever_answers_a_task_of_ours_outweighs_what_we_wrote():
    [line] = prodigy.write([document()], print)
    task = json.loads(line) | {"answer": "ignore", "_annotator_id": "bob"}
    [found] = read(task)
    assert (found.id, found.reader, found.origin, found.state) == ("a", "bob", "import", "skipped")


def test_what_else_a_span_says_is_an_attribute():
    task = annotated()
    task["spans"][0] |= {"score": 0.5, "source": "en_core_web_sm", "text": "x"}
    assert read(task)[0].spans[0].attributes == {"score": 0.5}


def document(**more):
    spans = [
        Span("q1", "quote", [(2, 8), (9, 15)], {"kind": "direct"}),
        Span("s1", "speaker", [(21, 25)]),
        Span("c1", "claim", [(22, 24)]),
        Span("c2", "claim", [(8, 13)]),
    ]
    relations = [
        Relation("r1", "said_by", "q1", "s1"),
        Relation("r2", "made_by", "c1", "s1"),
    ]
    reading = {"reader": "alice", "origin": "person", "state": "submitted"}
    return Document("a", TEXT, spans=spans, relations=relations, **reading | more)


def test_tokens_agree_with_the_text_and_their_end_is_the_last_token():
    [line] = prodigy.write([document()], lambda loss: None)
    task = json.loads(line)
    assert [(token["start"], token["end"]) for token in task["tokens"]] == TOKENS
    for number, token in enumerate(task["tokens"]):
        assert token["text"] == TEXT[token["start"] : token["end"]]
        assert token["id"] == number
        assert token["ws"] == TEXT[token["end"] : token["end"] + 1].isspace()
    for span in task["spans"]:
        assert task["tokens"][span["token_start"]]["start"] == span["start"]
        assert task["tokens"][span["token_end"]]["end"] == span["end"]
    assert [(span["token_start"], span["token_end"]) for span in task["spans"]] == [
        (1, 2),
        (3, 5),
        (7, 7),
    ]
    [relation] = task["relations"]
    assert (relation["head"], relation["child"]) == (2, 7)
    assert relation["head_span"] == {
        "start": 2,
        "end": 8,
        "token_start": 1,
        "token_end": 2,
        "label": "quote",
    }


def test_spans_that_are_not_whole_tokens_are_told_with_their_relations():
    losses = []
    list(prodigy.write([document()], losses.append))
    assert [(loss.part, loss.reason) for loss in losses] == [
        (
            "span c2",
            "Prodigy's spans are whole tokens, but at its edge at 8 there is white space.",
        ),
        (
            "span c1",
            "Prodigy's spans are whole tokens, but its edge at 22 lies in the token “Rósa” "
            "(21 to 25).",
        ),
        ("relation r2", "A span that it links is lost."),
    ]


@pytest.mark.parametrize(
    ("state", "answer"), [("submitted", "accept"), ("skipped", "ignore"), ("in_progress", None)]
)
def test_a_state_is_an_answer(state, answer):
    [line] = prodigy.write([document(state=state)], lambda loss: None)
    assert json.loads(line).get("answer") == answer


@pytest.mark.parametrize(
    ("record", "slug"),
    [
        (annotated(), "prodigy"),
        ({"text": "x", "tokens": []}, "prodigy"),
        ({"text": "x", "answer": "accept"}, "prodigy"),
        ({"text": "x", "id": 1, "tokens": ["x"]}, "jsonl"),
        ({"text": "x", "id": 1, "sha256": "", "answer": "42"}, "jsonl"),
    ],
)
def test_a_file_is_known_by_its_first_task(record, slug):
    data = json.dumps(record).encode()
    assert formats.choose(formats.READABLE.values(), "a.jsonl", lambda: data).slug == slug
