"""DocBin: read by spaCy, with whole texts, spans in their places, and all the rest beside them."""

import json
from dataclasses import replace

import pytest
import spacy
from spacy.tokens import DocBin
from spacy.training import Corpus
from spacy.vocab import Vocab

from annotator.formats import docbin
from annotator.formats.document import Document, Relation, Span

TEXT = "😀 “We wait,”  said Runa.\r\n\r\n“So be it.” "


def reading(*spans, text=TEXT, **more):
    fields = {"reader": "ann", "origin": "person", "state": "submitted"} | more
    return Document("a", text, "Wait", {"n": 10**30}, spans=list(spans), **fields)


def written(*documents):
    losses = []
    return b"".join(docbin.write(documents, losses.append)), losses


def docs(*documents):
    data, _ = written(*documents)
    return list(DocBin().from_bytes(data).get_docs(Vocab()))


QUOTE = Span("q1", "quote", [(2, 12), (28, 39)], {"kind": "direct"})
SPEAKER = Span("s1", "speaker", [(19, 23)])


def test_spacy_reads_spans_under_their_ids_and_all_the_rest_beside_them():
    document = reading(QUOTE, SPEAKER, relations=[Relation("r1", "said_by", "q1", "s1")])
    [doc] = docs(document)
    assert doc.text == TEXT
    assert [(s.id_, s.label_, s.start_char, s.end_char) for s in doc.spans["sc"]] == [
        ("q1", "quote", 2, 12),
        ("q1", "quote", 28, 39),
        ("s1", "speaker", 19, 23),
    ]
    record = json.loads(doc.user_data["annotator"])
    assert (record["reader"], record["meta"]) == ("ann", {"n": 10**30})
    assert record["spans"][0]["attributes"] == {"kind": "direct"}
    assert record["relations"] == [{"id": "r1", "type": "said_by", "from": "q1", "to": "s1"}]
    assert "text" not in record


def test_spacy_trains_on_it(tmp_path):
    path = tmp_path / "train.spacy"
    claim = Span("c1", "claim", [(3, 10)])
    path.write_bytes(written(reading(QUOTE, SPEAKER, claim), Document("b", "One."))[0])
    first, second = Corpus(path)(spacy.blank("en"))
    found = first.get_aligned_spans_y2x(first.reference.spans["sc"], allow_overlap=True)
    assert [span.text for span in found] == ["“We wait,”", "“So be it.”", "We wait", "Runa"]
    assert list(second.reference.spans["sc"]) == []


@pytest.mark.parametrize(
    "text",
    ["a  b", " a", "a ", "  a", "\n", " ", "a\r\n\r\nb\n", "\ta\u00a0 b\u2028", "漢字。", "\x01"],
)
def test_texts_are_whole(text):
    [doc] = docs(reading(text=text))
    assert doc.text == text


def test_spans_that_are_not_whole_tokens_are_lost():
    half, blank = Span("h", "claim", [(3, 5), (7, 9)]), Span("b", "claim", [(12, 18)])
    data, losses = written(reading(half, blank, SPEAKER))
    assert [str(loss) for loss in losses] == [
        "a, ann: span h: spaCy's spans are whole tokens, but its edge at 7 lies in the token “wait” "
        "(6 to 10).",
        "a, ann: span b: spaCy's spans are whole tokens, but at its edge at 12 there is white space.",
    ]
    [doc] = DocBin().from_bytes(data).get_docs(Vocab())
    assert [span.text for span in doc.spans["sc"]] == ["Runa"]


def test_no_documents_are_a_file_too():
    assert docs() == []


def test_a_format_says_when_its_library_is_not_installed():
    assert docbin.FORMAT.not_installed == ""
    assert replace(docbin.FORMAT, extra="no_such_library").not_installed == (
        "spaCy, a DocBin: the library no_such_library is not installed here. "
        "Install it with pip install 'annotator[no_such_library]'."
    )
