"""Rules that stand in Python and in JavaScript are the same rules."""

import random
import unicodedata

import pytest

from annotator.text.offsets import to_utf16
from annotator.text.tokens import tokens

pytestmark = pytest.mark.django_db(transaction=True)

ALPHABET = (
    "abZé0٣ \u00a0\u2028\t.,’'-–“”«»\u200b\u200c\u200d\u00ad\u2010\ufeff"
    "e\u0301\u0308你日カー한🇵🇹👨👩🏽🏿🚢\ufe0f\U000e0067\U000e007f\u202eשא\u0600𝒳𠀋"
)


def texts() -> list[str]:
    chance = random.Random(7)
    made = ["".join(chance.choices(ALPHABET, k=chance.randint(1, 40))) for _ in range(400)]
    return [*made, "👨‍👩‍👧‍👦 U.S. North’s 3.5", "e\u0301" * 20, "".join(ALPHABET)]


def test_the_alphabet_holds_every_class():
    assert {unicodedata.category(c)[0] for c in ALPHABET} >= {"L", "M", "N", "P", "S", "Z", "C"}


def test_words_are_the_same_words(desk, page):
    found = page.evaluate(
        """async (texts) => {
            const { tokens } = await import("/static/js/desk/tokens.js");
            return texts.map(tokens);
        }""",
        texts(),
    )
    for text, theirs in zip(texts(), found, strict=True):
        assert [tuple(token) for token in theirs] == tokens(text), ascii(text)


def test_offsets_are_the_same_offsets(desk, page):
    found = page.evaluate(
        """async (texts) => {
            const { codePoints, toUtf16 } = await import("/static/js/desk/offsets.js");
            return texts.map((text) => {
                const count = codePoints(text);
                return Array.from({ length: count + 1 }, (_, at) => toUtf16(text, at));
            });
        }""",
        texts(),
    )
    for text, theirs in zip(texts(), found, strict=True):
        assert theirs == [to_utf16(text, at) for at in range(len(text) + 1)], ascii(text)
