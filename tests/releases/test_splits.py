"""Splits: what is tied stays together, nothing that is there ever moves, fractions are kept."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.releases.splits import Split, Splitter, split_of

# For each article: the numbers it is tied to by likeness (of those before it) and its values.
ARTICLES = st.lists(
    st.tuples(
        st.sets(st.integers(0, 40), max_size=4), st.sets(st.sampled_from("abcdef"), max_size=2)
    ),
    max_size=40,
)
SETTINGS = st.fixed_dictionaries(
    {
        "seed": st.sampled_from(["1", "2", "x"]),
        "validation": st.integers(0, 45),
        "test": st.integers(0, 45),
    }
)
TENTHS = {"seed": "1", "validation": 10, "test": 10}


def placed(articles, settings, asked=None) -> list[Split]:
    splitter = Splitter(**settings)
    found = []
    for number, (ties, values) in enumerate(articles):

        def is_like(other, number=number):
            if asked is not None:
                asked.append((number, other))
            return True

        candidates = sorted(tie for tie in ties if tie < number)
        found.append(
            splitter.place(f"key-{number}", values=values, candidates=candidates, is_like=is_like)
        )
    return found


def pairs(articles):
    """Yield the numbers of any two articles that are tied to each other."""
    for number, (ties, values) in enumerate(articles):
        for other in range(number):
            if other in ties or values & articles[other][1]:
                yield other, number


@given(ARTICLES, SETTINGS)
def test_no_two_articles_that_are_tied_are_in_two_splits(articles, settings):
    splits = placed(articles, settings)
    for one, other in pairs(articles):
        if Split.ASIDE not in (splits[one], splits[other]):
            assert splits[one] == splits[other]


@given(ARTICLES, ARTICLES, SETTINGS)
def test_what_comes_later_moves_nothing(articles, more, settings):
    assert placed(articles + more, settings)[: len(articles)] == placed(articles, settings)


@given(ARTICLES, SETTINGS)
def test_only_what_would_tie_two_splits_is_put_aside(articles, settings):
    splits = placed(articles, settings)
    tied = list(pairs(articles))
    for number, split in enumerate(splits):
        if split == Split.ASIDE:
            assert len({splits[a] for a, b in tied if b == number} - {Split.ASIDE}) > 1


def test_an_article_goes_where_the_oldest_of_its_group_went():
    found = placed([(set(), {"a"}), *[({0}, set())] * 20, *[(set(), {"a"})] * 20], TENTHS)
    assert set(found) == {split_of("key-0", **TENTHS)}


def test_a_bridge_between_two_groups_of_one_split_makes_them_one():
    alone = {n: split_of(f"key-{n}", **TENTHS) for n in range(40)}
    one, other = [n for n, split in alone.items() if split == Split.TRAIN][:2]
    articles = [(set(), set()) for _ in range(40)]
    found = placed([*articles, ({one, other}, set()), ({40}, set())], TENTHS)
    assert found[40:] == [Split.TRAIN, Split.TRAIN]


def test_a_bridge_between_two_splits_is_put_aside_and_ties_nothing():
    alone = {split_of(f"key-{n}", **TENTHS): n for n in range(40)}
    articles = [(set(), set()) for _ in range(40)]
    bridge = ({alone[Split.TRAIN], alone[Split.TEST]}, {"z"})
    found = placed([*articles, bridge, ({40}, {"z"})], TENTHS)
    assert found[40] == Split.ASIDE
    assert found[41] == split_of("key-41", **TENTHS)


def test_a_group_that_said_yes_is_not_asked_again():
    asked = []
    placed([(set(), set()), ({0}, set()), ({0, 1}, set()), ({0, 1, 2}, set())], TENTHS, asked)
    assert asked == [(1, 0), (2, 0), (3, 0)]


@pytest.mark.parametrize(("validation", "test"), [(10, 10), (5, 25), (0, 50), (0, 0), (33, 33)])
def test_fractions_are_near_the_wish(validation, test):
    found = Counter(
        split_of(f"news-{n}", seed="1", validation=validation, test=test) for n in range(20_000)
    )
    wanted = {Split.VALIDATION: validation, Split.TEST: test, Split.TRAIN: 100 - validation - test}
    for split, percent in wanted.items():
        assert abs(found[split] / 200 - percent) < 1


def test_another_seed_splits_otherwise():
    one, other = ([split_of(f"{n}", **TENTHS | {"seed": s}) for n in range(500)] for s in "12")
    assert one != other


def test_where_groups_go_is_for_ever():
    """Stored releases were split by this; a change would move every article of the next one."""
    found = [split_of(f"ap-{n}", seed="1", validation=20, test=20) for n in range(12)]
    assert "".join(split[1] for split in found) == "rrerraararre"
