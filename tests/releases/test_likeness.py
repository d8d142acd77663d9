"""Near-duplicates: found when they are, and not when they are not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.releases.likeness import LIKE, Candidates, jaccard, shingles
from tests.exchange.corpora import WORDS


def text(rng: random.Random, words: int = 400) -> list[str]:
    return [f"{rng.choice(WORDS)}{rng.randrange(200)}" for _ in range(words)]


def edited(rng: random.Random, words: list[str], share: float) -> list[str]:
    return [f"other{rng.random()}" if rng.random() < share else word for word in words]


def candidates(texts: list[str], sizes=(3, 1, 7)) -> list[list[int]]:
    found = Candidates()
    rest = [shingles(text) for text in texts]
    while rest:
        for size in sizes:
            if rest[:size]:
                found.add(rest[:size])
            rest = rest[size:]
    found.close()
    return [list(found.before(number)) for number in range(len(texts))]


def test_a_text_with_a_few_other_words_is_like_itself():
    rng = random.Random(1)
    words = text(rng)
    one, other = shingles(" ".join(words)), shingles(" ".join(edited(rng, words, 0.05)))
    assert LIKE < jaccard(one, other) < 1


def test_case_white_space_and_punctuation_do_not_count():
    assert shingles("“The boat,\n\nshe said, IS late.”") == shingles("the boat she said is late")


@pytest.mark.parametrize("odd", ["", "…", "one", "one two", "🚢", "灯台"])
def test_every_text_has_a_shingle(odd):
    assert shingles(odd)
    assert jaccard(shingles(odd), shingles(odd)) == 1


def test_a_text_without_spaces_is_told_by_its_characters():
    one = "灯台は港の入口に立っている。風が強い日には船は出ない。"
    assert jaccard(shingles(one), shingles(one + "しかし今日は晴れ。")) > LIKE
    assert jaccard(shingles(one), shingles("今日は学校で試験があった。")) < LIKE


def test_near_duplicates_are_found():
    rng = random.Random(2)
    found = near = 0
    for _ in range(60):
        words = text(rng)
        other = edited(rng, words, rng.uniform(0, 0.08))
        if jaccard(shingles(" ".join(words)), shingles(" ".join(other))) >= 0.6:
            near += 1
            found += candidates([" ".join(words), " ".join(other)])[1] == [0]
    assert near > 30
    assert found == near


def test_different_texts_are_hardly_ever_candidates():
    rng = random.Random(3)
    texts = [" ".join(text(rng)) for _ in range(100)]
    assert sum(map(len, candidates(texts))) <= 2


@given(st.lists(st.sampled_from(["a b c d e f", "a b c d e f g", "k l m n o p", "x"]), max_size=20))
def test_what_is_asked_of_one_text_does_not_depend_on_those_after_it(texts):
    whole = candidates(texts)
    for length in range(len(texts)):
        assert candidates(texts[:length]) == whole[:length]


def test_the_same_text_a_thousand_times_is_asked_about_a_bounded_number_of_times():
    assert max(map(len, candidates(["the same words again and again"] * 300))) <= 50


def test_the_bands_of_a_text_are_for_ever():
    """They say who is compared with whom: an upgrade that changes them may move articles."""
    found = Candidates()
    found.add([shingles("The boat is late, said Ines Calado, who runs the harbour.")])
    assert list(found._bands[:3]) == [6175446, 4221416624, 2011844294]
