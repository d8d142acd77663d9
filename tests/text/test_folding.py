import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.folding import folded, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ines Calado", ["calado", "ines"]),
        ("Inês  CALADO, MP", ["calado", "ines", "mp"]),
        ("Jean-Luc Østby", ["jean", "luc", "ostby"]),
        ("Conan O’Brien", ["brien", "conan", "o"]),
        ("Łukasz Strauß", ["lukasz", "strauss"]),
        ("Ægir Þór", ["aegir", "thor"]),
        ("灯台", ["灯台"]),
        ("שלום", ["שלום"]),
        ("नमस्ते जी", ["जी", "नमस्ते"]),
        ("İnci", ["inci"]),
        ("3M", ["3m"]),
        ("the council the", ["council", "the"]),
        ("!?", []),
        ("", []),
    ],
)
def test_words_are_folded(name, words):
    assert words_of(name) == words


def test_accents_of_either_spelling_are_one():
    assert folded("caf\u00e9") == folded("cafe\u0301") == "cafe"


def test_several_names_have_one_set_of_words():
    assert words_of("Ines Calado", "the minister", "Calado") == [
        "calado",
        "ines",
        "minister",
        "the",
    ]


def test_words_are_cut_to_what_an_index_holds():
    assert max(map(len, words_of("x" * 300))) == 100
    assert len(words_of(*map(str, range(5000)))) == 1000


@given(st.text(max_size=40))
def test_folding_again_changes_nothing(name):
    assert folded(folded(name)) == folded(name)
    assert all(word and not word.isspace() for word in words_of(name))
