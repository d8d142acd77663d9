import pytest

from annotator.corpora.models import Article
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def test_metadata_comes_back_in_its_order_and_its_spelling(corpus):
    meta = {"url": "u", "source": "s", "b": 1.0, "a": [None, {"z": "é", "y": True}]}
    article = ArticleFactory(corpus=corpus, meta=meta)
    stored = Article.objects.get(pk=article.pk).meta
    assert list(stored) == ["url", "source", "b", "a"]
    assert stored == meta
    assert list(stored["a"][1]) == ["z", "y"]


@pytest.mark.parametrize(
    "text",
    [
        "One.\r\nTwo.\rThree.\nFour.",
        "👩‍👩‍👧 🇳🇴 é é ﬁ İ",
        "שלום “world” مرحبا",
        "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg",
        "\ufeff inside \ufeff",
        "漢字「こんにちは」",
        "word " * 200_000,
        "x" * 1_000_000,
        " ".join(f"w{number:x}" for number in range(150_000)),
    ],
    ids=["crlf", "emoji", "bidi", "separators", "bom", "cjk", "long", "one word", "many words"],
)
def test_a_text_is_stored_as_it_is(corpus, text):
    article = ArticleFactory(corpus=corpus, text=text)
    assert Article.objects.get(pk=article.pk).text == text


def test_search_finds_words_phrases_and_leaves_out(corpus):
    boat = ArticleFactory(corpus=corpus, title="Boats", text="The ferry is late again.")
    ArticleFactory(corpus=corpus, title="Trains", text="The train is late.")

    def found(words):
        return {article.title for article in Article.objects.search(words)}

    assert found("late") == {"Boats", "Trains"}
    assert found("LATE -train") == {"Boats"}
    assert found('"late again"') == {"Boats"}
    assert found("boats") == {boat.title}
    assert found("nothing here") == set()


@pytest.mark.parametrize("words", ["'", '"', "a & | ! b", "\\", "(((", "-", ":*", "é" * 5000])
def test_no_search_is_an_error(corpus, words):
    list(Article.objects.search(words))


def test_articles_are_those_of_my_corpora(article, alice, charlie, root):
    assert list(Article.objects.visible_to(alice)) == [article]
    assert list(Article.objects.visible_to(charlie)) == []
    assert list(Article.objects.visible_to(root)) == [article]
    assert Article.objects.visible_to(alice).get().role == "annotator"
    assert Article.objects.visible_to(root).get().role == "manager"
