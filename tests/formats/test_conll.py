"""CoNLL: tags in columns, texts that come back exactly, and what other writers leave out."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.training.converters import conll_ner_to_docs

from annotator.formats import conll
from annotator.formats.document import Document, Problem, Relation, Span, check

TEXT = "“We wait,” said Runa. “So be it.\r\nWe wait 😀.”  She left."


def read(words, name="news.conll"):
    return list(conll.read(io.BytesIO(words.encode()), name))


def one(words):
    [document] = read(words)
    assert isinstance(document, Document), document
    return document


def written(*documents):
    losses = []
    return b"".join(conll.write(documents, losses.append)).decode(), losses


def reading(*spans, text=TEXT, **more):
    fields = {"reader": "ann", "origin": "person", "state": "submitted"} | more
    return Document("a", text, spans=list(spans), **fields)


def rows(words):
    """Return the columns of every token and an empty row for every blank line, without the start."""
    return [line.split("\t") if line else [] for line in words.split("\n")[2:-2]]


# Out.


def test_a_token_is_a_line_with_what_follows_it_and_three_columns_of_tags():
    quote, claim = Span("q", "quote", [(0, 10)]), Span("c", "claim", [(1, 8)])
    words, losses = written(reading(quote, claim, Span("s", "speaker", [(16, 20)])))
    assert losses == []
    assert words.startswith(
        "-DOCSTART-\tid=a|reader=ann|origin=person|state=submitted\tO\tO\tO\n\n"
    )
    assert rows(words)[:9] == [
        ["“", "SpaceAfter=No", "O", "O", "B-quote"],
        ["We", "_", "O", "B-claim", "I-quote"],
        ["wait", "SpaceAfter=No", "O", "I-claim", "I-quote"],
        [",", "SpaceAfter=No", "O", "O", "I-quote"],
        ["”", "_", "O", "O", "I-quote"],
        ["said", "_", "O", "O", "O"],
        ["Runa", "SpaceAfter=No", "O", "O", "B-speaker"],
        [".", "_", "O", "O", "O"],
        [],
    ]


def test_a_blank_line_stands_between_sentences_but_never_inside_a_span():
    def sentences(*spans):
        return rows(written(reading(*spans))[0]).count([]) + 1

    assert sentences() == 4
    assert sentences(Span("q", "quote", [(22, 45)])) == 3
    assert sentences(Span("q", "quote", [(0, len(TEXT))])) == 1
    assert sentences(Span("q", "quote", [(22, 32)]), Span("r", "quote", [(34, 45)])) == 4


def test_the_fourth_span_in_one_place_is_lost_and_the_longest_have_the_columns():
    spans = [Span(f"s{end}", "quote", [(0, end)]) for end in (1, 3, 8, 10)]
    words, losses = written(reading(*spans))
    assert rows(words)[0][2:] == ["B-quote"] * 3
    assert [loss.part for loss in losses] == ["span s1"]
    assert rows(words)[4][2:] == ["O", "O", "I-quote"]


def test_what_tags_cannot_say_is_lost_span_by_span():
    spans = [
        Span("q", "quote", [(0, 10), (22, 45)], {"kind": "direct"}),
        Span("s", "speaker", [(16, 20)]),
        Span("half", "claim", [(5, 7)]),
        Span("blank", "claim", [(10, 15)]),
        Span("words", "two words", [(0, 1)]),
    ]
    words, losses = written(reading(*spans, relations=[Relation("r", "said_by", "q", "s")]))
    assert [str(loss) for loss in losses] == [
        "a, ann: relation r: A tag links nothing.",
        "a, ann: span words: The label of a tag is a word without white space.",
        "a, ann: span half: What is tagged are whole tokens, but its edge at 5 lies in the token "
        "“wait” (4 to 8).",
        "a, ann: span blank: What is tagged are whole tokens, but at its edge at 10 there is white "
        "space.",
        "a, ann: attributes of span q: A tag has no attributes: “kind”.",
        "a, ann: pieces of span q: A tag has no pieces: its 2 pieces go out as spans of their own.",
    ]
    assert [span.pieces for span in one(words).spans] == [[(0, 10)], [(16, 20)], [(22, 45)]]


@pytest.mark.parametrize(
    "text",
    [
        "a  b",
        " a",
        "a ",
        "a\r\n\r\nb\n",
        "\ta\u00a0b\u2028",
        "a\x01b",
        "# O",
        "a\\|=b",
        "漢字。漢",
        "\x01",
    ],
)
def test_texts_come_back_exactly(text):
    document = reading(text=text, title="A | b", meta={"a b": ["\\", "=", "\u2028", "\n"]})
    back = one(written(document)[0])
    assert (back.text, back.title, back.meta) == (document.text, document.title, document.meta)


def test_spacy_reads_the_last_column():
    spans = [Span("q", "quote", [(0, 10)]), Span("c", "claim", [(1, 8)])]
    words, _ = written(reading(*spans, Span("s", "speaker", [(16, 20)])))
    [doc] = list(conll_ner_to_docs(words.replace("-DOCSTART-", "-DOCSTART- -X- O O\n#"), n_sents=0))
    assert [(entity.text, entity.label_) for entity in doc.ents] == [
        ("“ We wait , ”", "quote"),
        ("Runa", "speaker"),
    ]


# In.

CONLL_2003 = """-DOCSTART- -X- -X- O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
German JJ I-NP I-MISC
call NN I-NP B-MISC

Peter NNP I-NP I-PER

-DOCSTART- -X- -X- O

Rain NN I-NP O
"""


def test_files_of_others_are_read_by_their_first_and_last_column():
    first, second = read(CONLL_2003)
    assert (first.id, first.text) == ("news-1", "EU rejects German call\nPeter")
    assert [(span.label, span.pieces) for span in first.spans] == [
        ("ORG", [(0, 2)]),
        ("MISC", [(11, 17)]),
        ("MISC", [(18, 22)]),
        ("PER", [(23, 28)]),
    ]
    assert (first.reader, first.where) == ("import", "news.conll:1")
    assert (second.id, second.text, second.reader) == ("news-2", "Rain", None)


def test_without_starts_every_sentence_is_an_article():
    found = read("# id 1\nEU\tB-ORG\nwaits\tO\n\n\n# id 2\nRain\tO\n")
    assert [(item.id, item.text, item.where) for item in found] == [
        ("news-1", "EU waits", "news.conll:2"),
        ("news-2", "Rain", "news.conll:7"),
    ]


@pytest.mark.parametrize(
    ("tags", "places"),
    [
        ("B-x I-x O", [(0, 3)]),
        ("B-x B-x I-x", [(0, 1), (2, 5)]),
        ("I-x I-x B-x", [(0, 3), (4, 5)]),
        ("O I-x I-x", [(2, 5)]),
        ("B-x I-y I-y", [(0, 1), (2, 5)]),
        ("B-x E-x S-x", [(0, 3), (4, 5)]),
        ("U-x B-x L-x", [(0, 1), (2, 5)]),
        ("S-x I-x O", [(0, 1), (2, 3)]),
    ],
)
def test_all_kinds_of_tags_are_understood(tags, places):
    lines = "".join(f"{form} {tag}\n" for form, tag in zip("abc", tags.split(), strict=True))
    assert [span.pieces[0] for span in one(lines).spans] == places


def test_a_hash_is_a_token_when_it_has_a_tag():
    assert one("# O\nMeToo B-claim\n").text == "# MeToo"


def test_every_bad_line_is_named_and_the_next_article_goes_on():
    found = read("-DOCSTART-\tid=a\tO\nx\t_\tQ\nx\t_\tR\n-DOCSTART-\tid=b\tO\nx\t_\tO\n")
    assert [getattr(item, "where", "") for item in found] == [
        "news.conll:2",
        "news.conll:3",
        "news.conll:4",
    ]
    assert found[2].id == "b"


PARTS = st.sampled_from(
    [
        "-DOCSTART-",
        "\t",
        "\n",
        " ",
        "id=a",
        "|",
        "O",
        "B-x",
        "I-x",
        "_",
        "SpacesAfter=\\n",
        "\\u00",
        "#",
    ]
)


@given(st.lists(PARTS, max_size=40).map("".join))
def test_no_lines_raise_and_every_document_may_be_stored(words):
    for item in read(words):
        assert isinstance(item, Problem) or check(item) == []
