"""Words for snapping, sentences for stepping."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.tokens import LONGEST_SENTENCE, sentences, snap, token_at, tokens, words
from tests.text.growth import is_linear

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e9\U0001f1f0"


def cut(text, pairs):
    return [text[start:end] for start, end in pairs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The North’s plan", ["The", "North’s", "plan"]),
        ("Kim Yo-jong", ["Kim", "Yo-jong"]),
        ("rose 3.5 %.", ["rose", "3.5", "%", "."]),
        ("“No,” she said", ["“", "No", ",", "”", "she", "said"]),
        ("the crews’ boats", ["the", "crews", "’", "boats"]),
        ("options -- resuming", ["options", "-", "-", "resuming"]),
        ("don't (can't)", ["don't", "(", "can't", ")"]),
        ("me@news.example", ["me", "@", "news.example"]),
        ("cafe\u0301 naïve", ["cafe\u0301", "naïve"]),
        ("市長は", ["市", "長", "は"]),
        ("か\u3099す", ["か\u3099", "す"]),
        ("서울 시장", ["서울", "시장"]),
        ("שלום עולם", ["שלום", "עולם"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        (f"a {FAMILY}!", ["a", FAMILY, "!"]),
        (f"{FLAG}{FLAG}x", [FLAG, FLAG, "x"]),
        ("👍🏽 ok", ["👍🏽", "ok"]),
        ("a\u2028b\u00a0c\ufeffd", ["a", "b", "c", "d"]),
        ("", []),
        (" \r\n", []),
    ],
)
def test_tokens(text, expected):
    assert cut(text, tokens(text)) == expected


def test_words_are_the_tokens_with_a_letter_or_a_digit():
    text = "“No,” said 3 crews’ heads."
    assert cut(text, words(text)) == ["No", "said", "3", "crews", "heads"]


@pytest.mark.parametrize(
    ("text", "selected", "snapped"),
    [
        ("The mayor said", "ayor sa", "mayor said"),
        ("The mayor said", " mayor ", "mayor"),
        ("North’s plan", "s", "North’s"),
        ("“No,” she", "No", "No"),
        (f"a {FAMILY} b", "\U0001f469", FAMILY),
        ("one\ntwo", "e\nt", "one\ntwo"),
    ],
)
def test_a_selection_grows_to_whole_words_and_loses_outer_space(text, selected, snapped):
    start = text.index(selected)
    first, last = snap(text, start, start + len(selected))
    assert text[first:last] == snapped


def test_white_space_alone_snaps_to_nothing():
    assert snap("a  b", 1, 3) is None


def test_the_token_at_a_caret():
    assert token_at("one two", 0) == token_at("one two", 3) == (0, 3)
    assert token_at("one two", 4) == token_at("one two", 7) == (4, 7)
    assert token_at("", 0) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. Nobody came! Why?", ["It rained.", "Nobody came!", "Why?"]),
        ("Dr. Dahl met J. Moe. They left.", ["Dr. Dahl met J. Moe.", "They left."]),
        ("“We wait.” She left.", ["“We wait.”", "She left."]),
        ("“Why?” she asked. Silence.", ["“Why?” she asked.", "Silence."]),
        ("It cost 3.5 million. Then", ["It cost 3.5 million.", "Then"]),
        ("One\r\n  Two. \n", ["One", "Two."]),
        ("市長は来た。雨だ。", ["市長は来た。", "雨だ。"]),
        ("In the U.S. Senate. Yes", ["In the U.S. Senate.", "Yes"]),
        ("", []),
    ],
)
def test_sentences(text, expected):
    assert cut(text, sentences(text)) == expected


def test_a_sentence_without_end_is_cut_at_a_word():
    text = "word " * 1000
    found = sentences(text)
    assert len(found) == 3
    assert all(end - start <= LONGEST_SENTENCE for start, end in found)
    assert " ".join(cut(text, found)) == text.strip()


anything = st.text(
    st.sampled_from("ab3 .’-\n\r“”市か\u3099\u0301\u200d😀\U0001f3fd" + FLAG), max_size=40
)


@given(anything)
def test_tokens_hold_everything_but_white_space_and_never_overlap(text):
    found = tokens(text)
    outside = list(text)
    for start, end in found:
        assert start < end
        outside[start:end] = [""] * (end - start)
    assert not "".join(outside).strip()
    assert all(one[1] <= two[0] for one, two in pairwise(found))


@given(anything, st.data())
def test_snapping_twice_is_snapping_once(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    once = snap(text, start, end)
    if once is not None:
        assert snap(text, *once) == once


@given(anything)
def test_sentences_hold_every_token(text):
    found = sentences(text)
    for start, end in tokens(text):
        assert any(first <= start and end <= last for first, last in found)


@pytest.mark.parametrize("unit", ["’", "A. ", ".", "a-", "e\u0301", "x " * 40])
def test_time_grows_with_the_text_and_no_faster(unit):
    assert is_linear(tokens, unit)
    assert is_linear(sentences, unit)
