"""Code points and UTF-16 code units name the same places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.offsets import check_text, from_utf16, to_utf16, utf16_length

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def test_an_emoji_counts_two_in_utf16():
    assert to_utf16("a😀b", 2) == 3
    assert from_utf16("a😀b", 3) == 2


def test_a_place_inside_a_pair_is_moved_before_it():
    assert from_utf16("a😀b", 2) == 1
    assert from_utf16("😀😀", 3) == 1


def test_a_place_beyond_the_text_is_its_end():
    assert from_utf16("a😀", 99) == 2


def test_utf16_length_is_what_javascript_says():
    assert utf16_length(FAMILY) == 8


@given(st.text(st.sampled_from("aé\u0301\u2028" + FAMILY)))
def test_conversion_agrees_with_the_codec_both_ways(text):
    for offset in range(len(text) + 1):
        expected = len(text[:offset].encode("utf-16-le")) // 2
        assert to_utf16(text, offset) == expected
        assert from_utf16(text, expected) == offset


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("a\nb\x00", "NUL character (U+0000) in its line 2"),
        ("\ud83d", "half a surrogate pair (U+D83D) in its line 1"),
        ("a\r\nb\r\n\udc00\x00", "half a surrogate pair (U+DC00) in its line 3"),
    ],
)
def test_what_cannot_be_stored_is_named_with_its_line(text, fragment):
    assert fragment in check_text(text)


def test_any_other_text_may_be_stored():
    assert check_text("CRLF\r\n, \u2028, \ufeff, 😀, \x85, \x0b and \x7f") is None
