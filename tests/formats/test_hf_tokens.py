"""Hugging Face token classification: read by `datasets`, offsets and tags that fit the text."""

import io

import pyarrow.parquet as pq
import pytest

from annotator.formats import hf_tokens
from annotator.formats.document import Document, Relation, Span

TEXT = "😀 “We wait,” said Runa. “So be it.”  She left."


def reading(*spans, key="a", text=TEXT, **more):
    fields = {"reader": "ann", "origin": "person", "state": "submitted"} | more
    return Document(key, text, spans=list(spans), **fields)


def written(*documents):
    losses = []
    return b"".join(hf_tokens.write(documents, losses.append)), losses


def rows(*documents):
    data, _ = written(*documents)
    return pq.read_table(io.BytesIO(data)).to_pylist()


def tagged(row, column="ner_tags"):
    return [(word, tag) for word, tag in zip(row["tokens"], row[column], strict=True) if tag != "O"]


def test_tokens_have_places_in_the_text_and_tags():
    quote, claim = Span("q", "quote", [(2, 12)]), Span("c", "claim", [(3, 10)])
    [row] = rows(reading(quote, claim, Span("s", "speaker", [(18, 22)])))
    assert [row["text"][start:end] for start, end in row["offsets"]] == row["tokens"]
    assert tagged(row) == [
        ("“", "B-quote"),
        ("We", "I-quote"),
        ("wait", "I-quote"),
        (",", "I-quote"),
        ("”", "I-quote"),
        ("Runa", "B-speaker"),
    ]
    assert tagged(row, "ner_tags_2") == [("We", "B-claim"), ("wait", "I-claim")]
    assert tagged(row, "ner_tags_3") == []
    assert [row["tokens"][at] for at in row["sentences"]] == ["😀", "“", "She"]


def test_what_tags_cannot_say_is_lost_span_by_span():
    spans = [
        Span("q", "direct quote", [(2, 12), (24, 35)], {"kind": "direct"}),
        Span("s", "speaker", [(18, 22)]),
        Span("half", "claim", [(7, 9)]),
        *(Span(f"c{end}", "claim", [(2, end)]) for end in (3, 5, 10)),
    ]
    document = reading(*spans, relations=[Relation("r", "said_by", "q", "s")])
    _, losses = written(document)
    assert [loss.part for loss in losses] == [
        "relation r",
        "span half",
        "attributes of span q",
        "pieces of span q",
        "span c3",
    ]
    assert "lies in the token “wait” (6 to 10)" in losses[1].reason


def test_an_unread_article_and_one_without_tokens_are_rows_too():
    first, second = rows(Document("a", "One."), Document("b", "\x01"))
    assert (first["ner_tags"], first["reader"], first["sentences"]) == (["O", "O"], None, [0])
    assert (second["tokens"], second["ner_tags"], second["sentences"]) == ([], [], [])


def test_datasets_reads_parts_with_other_labels_together_and_numbers_the_tags(tmp_path):
    datasets = pytest.importorskip("datasets")
    parts = []
    for number, label in enumerate(["quote", "speaker"]):
        parts.append(tmp_path / f"{number}.parquet")
        parts[-1].write_bytes(written(reading(Span("x", label, [(2, 12)]), key=label))[0])
    found = datasets.Dataset.from_parquet(list(map(str, parts)), cache_dir=str(tmp_path / "cache"))
    assert found.features["ner_tags"] == datasets.List(datasets.Value("string"))
    names = sorted({tag for tags in found["ner_tags"] for tag in tags}, reverse=True)
    numbered = found.cast_column("ner_tags", datasets.List(datasets.ClassLabel(names=names)))
    assert numbered.features["ner_tags"].feature.names[0] == "O"
    for row, tags in zip(found, numbered["ner_tags"], strict=True):
        assert [names[tag] for tag in tags] == row["ner_tags"]
