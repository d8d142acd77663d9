"""Runs and lanes: what the desk prints from a text and its spans."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.segments import (
    LANES,
    Paragraph,
    lay_out,
    paragraph_of,
    paragraphs,
    touched,
)
from tests.text.growth import TIMES, is_in_proportion


@dataclass
class Mark:
    key: str
    pieces: list[tuple[int, int]]
    label: str = "quote"


def mark(key, *pieces):
    return Mark(key, list(pieces))


def lanes_of(text, *spans):
    """The lane of every span in the first paragraph, by key."""
    [first, *_] = lay_out(text, spans)
    return {key: lane for run in first.runs for lane, key in enumerate(run.lanes) if key}


def test_a_span_cuts_its_paragraph_into_three_runs():
    [only] = lay_out("The mayor said no.", [mark("s", (4, 9))])
    assert [run.text for run in only.runs] == ["The ", "mayor", " said no."]
    run = only.runs[1]
    assert (run.start, run.end, run.lanes, run.more) == (4, 9, ("s", None, None), 0)
    assert (run.spans, run.starts, run.ends) == (("s",), ("s",), ("s",))
    assert only.spans == ("s",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n\r\n\r", []),
        ("one", [(0, 3)]),
        ("one\ntwo", [(0, 3), (4, 7)]),
        ("one\r\ntwo", [(0, 3), (5, 8)]),
        ("one\rtwo\n\n\nthree\n", [(0, 3), (4, 7), (10, 15)]),
        ("one\u2028two\x85three\x0bfour\x0cfive", [(0, 23)]),
        (" \n ", [(0, 1), (2, 3)]),
        ("😀\n😀", [(0, 1), (2, 3)]),
    ],
)
def test_paragraphs_end_at_line_ends_and_nowhere_else(text, expected):
    assert [(p.start, p.end) for p in paragraphs(text)] == expected
    assert [p.index for p in paragraphs(text)] == list(range(len(expected)))


def test_the_paragraph_of_an_offset():
    paras = paragraphs("\none\r\n\r\ntwo")
    assert paragraph_of(paras, 0) is None
    assert paragraph_of(paras, 1) == paragraph_of(paras, 5) == Paragraph(0, 1, 4)
    assert paragraph_of(paras, 8) == paragraph_of(paras, 99) == Paragraph(1, 8, 11)
    assert paragraph_of([], 0) is None


def test_touched_paragraphs_are_those_a_piece_lies_in():
    paras = paragraphs("one\ntwo\nthree\nfour")
    assert touched(paras, [(0, 3)]) == {0}
    assert touched(paras, [(3, 4)]) == set()
    assert touched(paras, [(2, 9)]) == {0, 1, 2}
    assert touched(paras, [(0, 1), (14, 18)]) == {0, 3}


def test_the_outer_span_lies_in_the_lowest_lane():
    text = "x" * 40
    lanes = lanes_of(text, mark("inner", (5, 10)), mark("outer", (0, 20)), mark("deep", (6, 8)))
    assert lanes == {"outer": 0, "inner": 1, "deep": 2}


def test_a_nested_span_lies_above_the_one_around_it_even_when_a_lower_lane_is_free():
    text = "x" * 60
    spans = [mark("longest", (0, 30)), mark("crossing", (25, 50)), mark("nested", (40, 45))]
    assert lanes_of(text, *spans) == {"longest": 0, "crossing": 1, "nested": 2}


def test_of_two_equal_spans_the_first_one_given_is_lower():
    text = "x" * 20
    assert lanes_of(text, mark("q", (0, 9)), mark("c", (0, 9))) == {"q": 0, "c": 1}
    assert lanes_of(text, mark("c", (0, 9)), mark("q", (0, 9))) == {"c": 0, "q": 1}


def test_a_quote_in_two_pieces_keeps_one_lane_and_lies_below_a_claim_equal_to_one_piece():
    text = "x" * 40
    spans = [mark("c", (0, 10)), mark("q", (0, 10), (20, 30)), mark("z", (18, 25))]
    [layout] = lay_out(text, spans)
    under = {run.start: run.lanes for run in layout.runs}
    assert under[0] == ("q", "c", None)
    assert under[20][0] == "q"


def test_spans_that_do_not_overlap_share_a_lane():
    assert lanes_of("x" * 30, mark("a", (0, 5)), mark("b", (5, 9)), mark("c", (20, 30))) == {
        "a": 0,
        "b": 0,
        "c": 0,
    }


def test_beyond_three_lanes_spans_are_counted():
    spans = [mark(str(n), (n, 20 - n)) for n in range(5)]
    [layout] = lay_out("x" * 20, spans)
    middle = next(run for run in layout.runs if run.start == 4)
    assert middle.lanes == ("0", "1", "2")
    assert middle.more == 2
    assert middle.spans == ("0", "1", "2", "3", "4")
    assert layout.runs[-1].more == 0


def test_a_piece_over_two_paragraphs_starts_in_the_first_and_ends_in_the_second():
    first, second = lay_out("one two\r\nthree", [mark("q", (4, 14))])
    assert [(run.text, run.starts, run.ends) for run in first.runs] == [
        ("one ", (), ()),
        ("two", ("q",), ()),
    ]
    assert [(run.text, run.starts, run.ends) for run in second.runs] == [("three", (), ("q",))]


def test_a_piece_that_begins_in_a_line_end_starts_at_the_first_character_to_be_seen():
    _, second = lay_out("one\ntwo", [mark("q", (3, 7))])
    assert second.runs[0].starts == ("q",)


def test_a_piece_that_is_only_a_line_end_shows_nowhere():
    assert [layout.spans for layout in lay_out("one\ntwo", [mark("q", (3, 4))])] == [(), ()]


def test_a_grown_outer_span_gets_a_more_than_one_paragraph_long_rank():
    """The length of the whole span counts, so both paragraphs agree on who lies below."""
    text = "x" * 10 + "\n" + "x" * 10
    first, second = lay_out(text, [mark("c", (0, 10)), mark("q", (0, 10), (11, 14))])
    assert first.runs[0].lanes == ("q", "c", None)
    assert second.runs[0].lanes == ("q", None, None)


texts = st.text(st.sampled_from("ab \n\r😀\u2028é"), max_size=60)


@st.composite
def articles(draw):
    text = draw(texts.filter(bool))
    offset = st.integers(0, len(text))
    spans = []
    for number in range(draw(st.integers(0, 12))):
        bounds = sorted(draw(st.sets(offset, min_size=2, max_size=6)))
        pieces = list(zip(bounds[::2], bounds[1::2], strict=False))
        spans.append(mark(f"k{number}", *pieces))
    return text, spans


@given(articles())
def test_the_runs_of_a_paragraph_are_its_text_and_every_span_covers_exactly_its_pieces(article):
    text, spans = article
    seen = {span.key: set() for span in spans}
    for paragraph, layout in zip(paragraphs(text), lay_out(text, spans), strict=True):
        assert "".join(run.text for run in layout.runs) == text[paragraph.start : paragraph.end]
        for run in layout.runs:
            assert text[run.start : run.end] == run.text
            shown = [key for key in run.lanes if key]
            assert len(shown) + run.more == len(run.spans)
            assert set(shown) <= set(run.spans)
            assert len(run.lanes) == LANES
            for key in run.spans:
                seen[key].update(range(run.start, run.end))
    ends = {at for at, char in enumerate(text) if char in "\r\n"}
    for span in spans:
        covered = {at for start, end in span.pieces for at in range(start, end)}
        assert seen[span.key] == covered - ends


@given(articles())
def test_a_span_keeps_one_lane_in_a_paragraph(article):
    text, spans = article
    for layout in lay_out(text, spans):
        for span in spans:
            places = {
                run.lanes.index(span.key) if span.key in run.lanes else None
                for run in layout.runs
                if span.key in run.spans
            }
            assert len(places) <= 1


@given(articles())
def test_every_visible_piece_starts_once_and_ends_once(article):
    text, spans = article
    runs = [run for layout in lay_out(text, spans) for run in layout.runs]
    for span in spans:
        visible = [piece for piece in span.pieces if text[slice(*piece)].strip("\r\n")]
        assert sum(run.starts.count(span.key) for run in runs) == len(visible)
        assert sum(run.ends.count(span.key) for run in runs) == len(visible)


@given(articles(), st.sets(st.integers(0, 10)))
def test_some_paragraphs_alone_look_as_they_do_among_all(article, only):
    text, spans = article
    every = lay_out(text, spans)
    assert lay_out(text, spans, only=only) == [one for one in every if one.index in only]


def of_many_paragraphs(count):
    text = "\n".join("word " * 100 for _ in range(count // 10))
    return text, [mark(f"k{n}", (n * 50, n * 50 + 20 + n % 90)) for n in range(count)]


def of_one_paragraph(count):
    text = "word " * (count * 10)
    return text, [mark(f"k{n}", (n * 40, n * 40 + 20 + n % 90)) for n in range(count)]


@pytest.mark.parametrize("article", [of_many_paragraphs, of_one_paragraph])
def test_time_grows_with_the_spans_and_no_faster(article):
    large, small = article(1000), article(1000 // TIMES)
    assert is_in_proportion(lambda: lay_out(*large), lambda: lay_out(*small))
