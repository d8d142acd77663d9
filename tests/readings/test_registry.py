"""The registry: who is found by which beginning of a name, and who is offered at an article."""

import uuid

import pytest

from annotator.corpora.models import Article, Corpus
from annotator.readings.actions import apply_edits
from annotator.readings.entities import change_aliases, merge
from annotator.readings.registry import (
    look_up,
    mentions_of,
    page_of_entities,
    quotes_of,
    registry_for,
    surfaces_of,
)
from annotator.schemas.models import Entity
from tests.factories import ArticleFactory, CorpusFactory

pytestmark = pytest.mark.django_db

QUOTE, SPEAKER = [[0, 19]], [[25, 36]]


@pytest.fixture
def say():
    """Let somebody mark a quote, and who said it."""

    def say(by, article, name, pieces=SPEAKER):
        made = [
            ("span", {"id": "q", "label": "quote", "pieces": QUOTE}),
            ("span", {"id": "s", "label": "speaker", "pieces": pieces, "entity": name}),
            ("relation", {"id": "r", "type": "said_by", "from": "q", "to": "s"}),
        ]
        edits = [{"id": str(uuid.uuid4()), "kind": f"add_{part}", part: it} for part, it in made]
        apply_edits(article=article, by=by, base_version=0, edits=edits)

    return say


def seen_by(user, slug="news") -> Corpus:
    return Corpus.objects.visible_to(user).get(slug=slug)


def make(corpus, *names) -> list[Entity]:
    return [Entity.objects.create(corpus=corpus, name=name) for name in names]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("cal", ["Marta Calado", "Inês Calado"]),
        ("CALADO", ["Marta Calado", "Inês Calado"]),
        ("ines", ["Inês Calado"]),
        ("Iné", ["Inês Calado"]),
        ("calado in", ["Inês Calado"]),
        ("in ca", ["Inês Calado"]),
        ("alado", []),
        ("o", ["Conan O’Brien", "Østby"]),
        ("o'b", ["Conan O’Brien"]),
        ("灯", ["灯台"]),
        ("", []),
        ("!?' & | :* \\", []),
        ("cal' | 'o", []),
        ("\ufdfa" * 300, []),
    ],
)
def test_any_word_is_found_by_its_beginning(corpus, alice, said, found):
    make(corpus, "Inês Calado", "Marta Calado", "Østby", "Conan O’Brien", "灯台")
    make(CorpusFactory(), "Calado elsewhere")
    assert [known.name for known in look_up(seen_by(alice), alice, said)] == found


def test_aliases_and_merged_names_find_whom_they_lead_to(corpus, alice, bob):
    ines, minister, old = make(corpus, "Ines Calado", "Harbour minister", "I. C.")
    change_aliases(entity=ines, aliases=["the envoy"], by=bob)
    merge(entity=old, into=minister, by=bob)
    merge(entity=minister, into=ines, by=bob)
    for said in ("harbour", "envoy", "calado", "i c"):
        [known] = look_up(seen_by(alice), alice, said)
        assert known == ("Ines Calado", ["the envoy", "Harbour minister", "I. C."], 0)


def test_who_begins_so_comes_first_and_no_more_than_twenty(corpus, alice):
    make(corpus, "Calado", *(f"Somebody Calado {number}" for number in range(25)))
    found = look_up(seen_by(alice), alice, "cal")
    assert (len(found), found[0].name) == (20, "Calado")


def test_quotes_are_counted_in_what_one_may_see(corpus, article, alice, bob, say):
    say(alice, article, "Ines Calado")
    say(bob, article, "Ines Calado")
    assert look_up(seen_by(alice), alice, "ines") == [("Ines Calado", [], 1)]
    assert look_up(seen_by(bob), bob, "ines") == [("Ines Calado", [], 2)]


def desk(article, user) -> list:
    article = Article.objects.visible_to(user).get(pk=article.pk)
    return [(known.name, known.quotes) for known in registry_for(article, user)]


def test_who_is_named_here_comes_first_then_nearby_then_the_newest(corpus, alice, say):
    first, second, third = ArticleFactory.create_batch(3, corpus=corpus)
    say(alice, first, "Far")
    say(alice, second, "Near")
    say(alice, third, "Here")
    make(corpus, "Newest")
    assert desk(third, alice) == [("Here", 1), ("Near", 1), ("Far", 1), ("Newest", 0)]
    assert desk(second, alice)[:2] == [("Near", 1), ("Far", 1)]


def test_what_others_read_puts_nobody_forward(corpus, article, alice, bob, say):
    say(bob, article, "Named by Bob")
    make(corpus, "Newest")
    assert desk(article, alice) == [("Newest", 0), ("Named by Bob", 0)]
    assert desk(article, bob) == [("Named by Bob", 1), ("Newest", 0)]


def test_merged_ones_are_not_offered_and_no_more_than_so_many(
    corpus, article, alice, bob, monkeypatch
):
    monkeypatch.setattr("annotator.readings.registry.OFFERED", 3)
    a, b, *_ = make(corpus, *"abcd")
    make(CorpusFactory(), "elsewhere")
    merge(entity=a, into=b, by=bob)
    assert [name for name, _ in desk(article, alice)] == ["d", "c", "b"]


def test_the_registry_of_an_article_is_one_query(
    corpus, article, alice, say, django_assert_num_queries
):
    say(alice, article, "Ines Calado")
    article = Article.objects.visible_to(alice).get(pk=article.pk)
    with django_assert_num_queries(1):
        registry_for(article, alice)


def test_numbers_and_examples_are_of_what_one_may_see(corpus, article, alice, bob, say):
    other = ArticleFactory(corpus=corpus)
    say(alice, article, "Ines Calado")
    say(bob, article, "Ines Calado")
    say(bob, other, "Ines Calado", [[20, 24]])
    for user, mentions, articles in ((alice, 1, 1), (bob, 3, 2)):
        [row] = page_of_entities(corpus=seen_by(user), user=user).rows
        row.entity.corpus = seen_by(user)
        assert (row.mentions, row.quotes, row.articles) == (mentions, mentions, articles)
        assert sum(times for _, times in surfaces_of(row.entity, user)) == mentions
        assert len(quotes_of(row.entity, user)) == len(mentions_of(row.entity, user)) == mentions


def test_a_mention_stands_in_its_text_and_a_quote_has_its_words(corpus, article, bob, say):
    say(bob, article, "Ines Calado")
    entity = Entity.objects.get()
    entity.corpus = seen_by(bob)
    [mention] = mentions_of(entity, bob)
    assert (mention.before, mention.words) == ("“The boat is late,” said ", "Ines Calado")
    assert mention.after == ". “It always is.”"
    [quote] = quotes_of(entity, bob)
    assert (quote.words, quote.label, quote.link, quote.named, quote.reader) == (
        "“The boat is late,”", "Quote", "said by", "Ines Calado", "bob",
    )  # fmt: skip
    assert (quote.article_id, quote.article) == (article.pk, article.title)


def test_mentions_that_read_so(corpus, article, bob, say):
    say(bob, article, "Ines Calado", [[20, 24], [25, 36]])
    entity = Entity.objects.get()
    entity.corpus = seen_by(bob)
    assert surfaces_of(entity, bob) == [("said Ines Calado", 1)]
    assert mentions_of(entity, bob, words="Ines") == []


@pytest.mark.parametrize(
    ("order", "names"),
    [("name", ["Anna", "Berta", "Cleo"]), ("newest", ["Cleo", "Anna", "Berta"]),
     ("mentions", ["Berta", "Anna", "Cleo"])],
)  # fmt: skip
def test_orders(corpus, article, alice, say, order, names):
    make(corpus, "Berta", "Anna", "Cleo")
    say(alice, article, "Berta")
    page = page_of_entities(corpus=seen_by(alice), user=alice, order=order)
    assert [row.entity.name for row in page.rows] == names


def test_pages(corpus, alice):
    make(corpus, *"abcde")
    pages = [
        page_of_entities(corpus=seen_by(alice), user=alice, number=number, size=2)
        for number in (1, 2, 3, 4)
    ]
    assert ["".join(row.entity.name for row in page.rows) for page in pages] == [
        "ab",
        "cd",
        "e",
        "",
    ]
    assert [page.has_next for page in pages] == [True, True, False, False]
