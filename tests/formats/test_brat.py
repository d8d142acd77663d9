"""brat standoff: what brat writes is understood, and what we write keeps to brat's own rules."""

import io
import itertools
import json
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats import brat
from annotator.formats.document import Document, Problem, Relation, Span, check
from tests.formats.strategies import corpora
from tests.formats.zips import pack

TEXT = "😀 “We wait,” said Runa Dahl.\n“Not today.\n“Tomorrow,” she told Ulf Berg."
SPANS = "T1\tquote 2 12\t“We wait,”\nT2\tspeaker 18 27\tRuna Dahl\nT3\tspeaker 53 56\tshe\n"


def read(*members):
    return list(brat.read(io.BytesIO(pack(members)), "news.zip"))


def one(ann, text=TEXT):
    [document] = read(("a.txt", text), ("a.ann", ann))
    assert isinstance(document, Document), document
    return document


def written(*documents):
    losses = []
    archive = zipfile.ZipFile(io.BytesIO(b"".join(brat.write(documents, losses.append))))
    return {name: archive.read(name).decode() for name in archive.namelist()}, losses


def links(document):
    return [(link.source, link.type, link.target) for link in document.relations]


# In.


def test_a_pair_of_files_is_an_article_read_by_an_import():
    document = one(SPANS + "R1\tsaid_by Arg1:T1 Arg2:T2\nA1\tkind T1 direct\nA2\tanonymous T3\n")
    assert document == Document(
        id="a",
        text=TEXT,
        spans=[
            Span("T1", "quote", [(2, 12)], {"kind": "direct"}),
            Span("T2", "speaker", [(18, 27)]),
            Span("T3", "speaker", [(53, 56)], {"anonymous": True}),
        ],
        relations=[Relation("R1", "said_by", "T1", "T2")],
        reader="import",
        origin="import",
        state="submitted",
        where="news.zip/a.ann:1",
    )


@pytest.mark.parametrize("ann", [[], [("a.ann", "")], [("a.ann", "\n")]])
def test_without_annotations_nobody_has_read_it(ann):
    [document] = read(("a.txt", TEXT), *ann)
    assert (document.reader, document.spans) == (None, [])


def test_pieces_stay_apart_unless_only_a_line_end_does_so():
    places = "2 12;29 40;41 52"
    [span] = one(f"T1\tquote {places}\t“We wait,” “Not today. “Tomorrow,”\n").spans
    assert span.pieces == [(2, 12), (29, 52)]


def test_an_event_is_a_link_for_each_of_its_roles():
    document = one(SPANS + "E1\tquote:T1 Speaker:T2 Speaker2:T3\nE2\tspeaker:T2 Of:E1\n")
    assert links(document) == [
        ("T1", "Speaker", "T2"),
        ("T1", "Speaker", "T3"),
        ("T2", "Of", "T1"),
    ]
    assert [link.id for link in document.relations] == ["E1.1", "E1.2", "E2.1"]


def test_events_of_one_trigger_that_say_the_same_say_it_once():
    document = one(SPANS + "E1\tquote:T1 Speaker:T2\nE2\tquote:T1 Speaker:T2\n")
    assert links(document) == [("T1", "Speaker", "T2")]


def test_an_equivalence_links_the_others_to_the_first():
    document = one(SPANS + "*\tsame_as T2 T3\n*\tnear T1 T2 T3\n")
    assert links(document) == [
        ("T3", "same_as", "T2"),
        ("T2", "near", "T1"),
        ("T3", "near", "T1"),
    ]


def test_links_go_from_arg1_to_arg2_and_else_as_they_stand():
    document = one(SPANS + "R1\ta Arg2:T2 Arg1:T1\nR2\tb Anaphor:T3 Antecedent:T2\t\n")
    assert links(document) == [("T1", "a", "T2"), ("T3", "b", "T2")]


def test_notes_and_normalisations_are_attributes_wherever_they_hang():
    document = one(
        SPANS + "E1\tquote:T1 Speaker:T2\nA1\tkind E1 direct\nR1\ts Arg1:T3 Arg2:T2\n"
        "#1\tAnnotatorNotes E1\tsure?\n#2\tAnnotatorNotes A1\t yes \n#3\tAnnotatorNotes R1\tshe\n"
        "N1\tReference T2 Wikidata:Q42\tRúna Dahl\nN2\tReference T3 Wikidata:Q42\nM1\tloud T1\n"
    )
    assert [span.attributes for span in document.spans] == [
        {"kind": "direct", "note": "sure?\n yes", "loud": True},
        {"Reference": "Wikidata:Q42 Rúna Dahl"},
        {"note": "she", "Reference": "Wikidata:Q42"},
    ]


@pytest.mark.parametrize(
    "surface",
    [
        "“We wait,” said Runa Dahl.\n“Not today.",
        "“We wait,” said Runa Dahl. “Not today.",
        "“We wait,” said Runa Dahl.“Not today.",
        "“We wait,” said Runa Dahl.\r\n\r\n“Not today.",
        "",
    ],
)
def test_a_surface_with_line_ends_in_it_breaks_nothing(surface):
    document = one(f"T1\tquote 2 40\t{surface}\nT2\tspeaker 18 27\tRuna Dahl\n")
    assert [span.pieces for span in document.spans] == [[(2, 40)], [(18, 27)]]


def test_a_byte_order_mark_counts_as_brat_counts_it_or_not_at_all():
    shifted = "T1\tquote 3 13\t“We wait,”\nT2\tspeaker 19 28\tRuna Dahl\n"
    for ann in (shifted, SPANS, "\ufeff" + SPANS):
        document = one(ann, "\ufeff" + TEXT)
        assert document.text == TEXT
        assert document.spans[0].pieces == [(2, 12)]


def test_crlf_counts_as_two_as_in_brat_or_as_one():
    text = TEXT.replace("\n", "\r\n")
    as_two = "T1\tquote 2 12\t“We wait,”\r\nT3\tspeaker 55 58\tshe\r\n"
    for ann in (as_two, SPANS):
        document = one(ann, text)
        assert document.text == text
        [*_, she] = document.spans
        assert text[slice(*she.pieces[0])] == "she"


def test_folders_with_the_same_articles_are_readers():
    found = read(
        ("gold/ann/a.txt", TEXT),
        ("gold/ann/a.ann", SPANS),
        ("gold/ben/a.txt", TEXT),
        ("gold/ben/a.ann", ""),
        ("gold/annotation.conf", ""),
    )
    assert [(item.id, item.reader, len(item.spans)) for item in found] == [
        ("a", "ann", 3),
        ("a", "ben", 0),
    ]


def test_folders_with_other_articles_are_part_of_their_ids():
    found = read(("mon/a.txt", "One."), ("tue/a.txt", "Two."), ("tue/b.txt", "One."))
    assert [(item.id, item.reader) for item in found] == [
        ("mon/a", None),
        ("tue/a", None),
        ("tue/b", None),
    ]


def test_what_lies_beside_names_and_describes_the_article():
    record = {"id": "x/1", "title": "Rain", "url": "https://news.example/1", "reader": "ann"}
    [document] = read(("a.txt", TEXT), ("a.ann", SPANS), ("a.json", json.dumps(record)))
    assert (document.id, document.title, document.reader) == ("x/1", "Rain", "ann")
    assert document.meta == {"url": "https://news.example/1"}


def test_a_problem_is_named_by_zip_member_and_line():
    [problem] = read(("a.txt", TEXT), ("a.ann", SPANS + "R1\tsaid_by Arg1:T1 Arg2:T9\n"))
    assert str(problem) == "news.zip/a.ann:4: It names “T9”, which is not there."


def test_pieces_kept_beside_count_only_while_the_span_stays_where_it_was():
    record = json.dumps({"pieces": {"T1": [[[29, 52]], [[29, 40], [41, 52]]]}})
    for places, kept in (("29 40;41 52", [(29, 40), (41, 52)]), ("29 40;41 50", [(29, 50)])):
        found = read(("a.txt", TEXT), ("a.ann", f"T1\tquote {places}\n"), ("a.json", record))
        assert found[0].spans[0].pieces == kept


# Out.

READING = Document(
    id="mon/1",
    text=TEXT,
    title="Skippers wait",
    meta={"source": "Holm Post"},
    spans=[
        Span("q1", "quote", [(2, 12), (29, 52)], {"kind": "direct", "note": "two\nlines"}),
        Span("T1", "speaker", [(18, 27)], {"entity": "Runa Dahl", "anonymous": True}),
        Span("s2", "speaker", [(53, 56)], {"anonymous": False, "Reference": "Wikidata:Q42 Zoë"}),
    ],
    relations=[Relation("r1", "said_by", "q1", "T1"), Relation("R1", "said_by", "q1", "s2")],
    reader="ann",
    origin="person",
    state="submitted",
)


def test_a_reading_is_a_pair_of_files_in_its_readers_folder():
    files, losses = written(READING, Document("b", "One."))
    assert losses == []
    assert list(files) == [
        "ann/mon~2F1.txt",
        "ann/mon~2F1.ann",
        "ann/mon~2F1.json",
        "b.txt",
        "b.ann",
        "b.json",
        "annotation.conf",
        "visual.conf",
    ]
    assert files["ann/mon~2F1.txt"] == TEXT
    assert files["ann/mon~2F1.ann"] == (
        "T2\tquote 2 12;29 40;41 52\t“We wait,” “Not today. “Tomorrow,”\n"
        "T1\tspeaker 18 27\tRuna Dahl\n"
        "T3\tspeaker 53 56\tshe\n"
        "R2\tsaid_by Arg1:T2 Arg2:T1\n"
        "R1\tsaid_by Arg1:T2 Arg2:T3\n"
        "A1\tkind T2 direct\n"
        "#1\tAnnotatorNotes T2\ttwo\n"
        "#2\tAnnotatorNotes T2\tlines\n"
        "A2\tanonymous T1\n"
        "A3\tentity T1 Runa Dahl\n"
        "N1\tReference T3 Wikidata:Q42\tZoë\n"
    )
    assert json.loads(files["ann/mon~2F1.json"])["attributes"] == {"T3": {"anonymous": False}}


def test_the_configuration_names_everything_in_the_zip_but_free_text():
    files, _ = written(READING)
    assert files["annotation.conf"] == (
        "[entities]\nquote\nspeaker\n\n"
        "[relations]\nsaid_by\tArg1:quote, Arg2:speaker\n"
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n\n"
        "[events]\n\n"
        "[attributes]\nanonymous\tArg:speaker\nkind\tArg:quote, Value:direct\n"
    )
    assert "said_by | said by\n" in files["visual.conf"]


def test_what_brat_has_no_name_for_is_lost_with_its_links():
    spans = [Span("a", "my label", [(0, 1)]), Span("b", "c", [(28, 29)]), Span("d", "e", [(0, 1)])]
    relations = [Relation("r", "x", "a", "d"), Relation("s", "är", "d", "d")]
    lost = Document("1", TEXT, spans=spans, relations=relations, reader="ann", origin="person")
    files, losses = written(lost)
    assert files["ann/1.ann"] == "T1\te 0 1\t😀\n"
    assert [loss.part for loss in losses] == ["span a", "span b", "relation r", "relation s"]


def test_a_zip_is_written_as_the_documents_come():
    asked = []

    def documents():
        for number in range(3):
            asked.append(number)
            yield Document(str(number), "One.")

    stream = brat.write(documents(), print)
    next(stream)
    assert asked == [0]


@settings(max_examples=30)
@given(corpora())
def test_everything_written_keeps_to_brats_own_rules(documents):
    files, _ = written(*documents)
    for name, ann in files.items():
        if name.endswith(".ann"):
            _judge_as_brat_does(ann, files[name.removesuffix(".ann") + ".txt"])


def _judge_as_brat_does(ann, text):
    """Python 2's line ends, unique ids, plain types, pieces apart, surfaces of pieces and a space."""
    assert ann.splitlines() == ann.split("\n")[:-1]
    ids = {}
    for line in ann.splitlines():
        name, words = line.split("\t", 1)
        assert name not in ids
        assert re.fullmatch("[TRAN#][0-9]+", name)
        ids[name] = words
    for name, words in ids.items():
        data, _, tail = words.partition("\t")
        kind, *others = data.split(" ")
        assert re.fullmatch("[A-Za-z0-9_-]+", kind)
        if name[0] == "T":
            places = data[len(kind) + 1 :].split(";")
            pieces = [tuple(map(int, place.split(" "))) for place in places]
            assert all(0 <= start < end <= len(text) for start, end in pieces)
            assert all(a[1] <= b[0] for a, b in itertools.pairwise(pieces))
            assert tail == " ".join(text[start:end] for start, end in pieces)
        elif name[0] == "R":
            assert [other.split(":")[0] for other in others] == ["Arg1", "Arg2"]
            assert all(other.split(":")[1] in ids for other in others)
        else:
            assert others[0] in ids


PARTS = st.sampled_from(
    [
        "T1\t",
        "T2\t",
        "R1\t",
        "E1\t",
        "A1\t",
        "N1\t",
        "#1\t",
        "*\t",
        "quote",
        " ",
        "0",
        "3",
        ";",
        ":",
        "T1",
        "T2",
        "E1",
        "Arg1:",
        "\n",
        "\r\n",
        "\t",
        "x",
        "\x85",
        "9",
    ]
)


@given(st.lists(PARTS, max_size=40).map("".join), st.sampled_from(["One.\r\nTwo.", "\ufeffOne."]))
def test_no_lines_raise_and_every_document_may_be_stored(ann, text):
    for item in read(("a.txt", text), ("a.ann", ann)):
        assert isinstance(item, Problem) or check(item) == []


@given(
    st.recursive(
        st.sampled_from([None, True, 1, "T1", 0]),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["ids", "attributes", "pieces", "T1", "meta", "id"]), inner
            ),
        ),
    )
)
def test_nothing_beside_raises(record):
    for item in read(("a.txt", TEXT), ("a.ann", SPANS), ("a.json", json.dumps(record))):
        assert isinstance(item, Problem) or check(item) == []
