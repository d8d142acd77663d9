import pytest

from annotator.corpora.models import Corpus, Membership
from annotator.readings.models import Reading
from tests.factories import ArticleFactory, CorpusFactory, ReadingFactory, UserFactory, join


def test_shows_my_corpora_with_my_role_and_the_next_article(client_of, alice, article):
    text = client_of(alice).get("/").content.decode()

    assert "Island news" in text
    assert "annotator" in text
    assert "/corpora/news/next/" in text


def test_shows_nobody_elses_corpora(client_of, charlie, corpus):
    assert "Island news" not in client_of(charlie).get("/").content.decode()


def test_counts_my_readings_only(client_of, alice, bob, corpus, article):
    other = ArticleFactory(corpus=corpus)
    ReadingFactory(article=article, reader="alice", user=alice, origin="person", state="submitted")
    ReadingFactory(article=other, reader="bob", user=bob, origin="person", state="submitted")

    assert "1 of 2 submitted" in client_of(alice).get("/").content.decode()


def test_says_when_all_is_read(client_of, alice, article):
    ReadingFactory(article=article, reader="alice", user=alice, origin="person", state="submitted")

    text = client_of(alice).get("/").content.decode()

    assert "all read" in text
    assert "/corpora/news/next/" not in text


def test_what_was_skipped_is_not_left_open(client_of, alice, article):
    ReadingFactory(article=article, reader="alice", user=alice, origin="person", state="skipped")

    text = client_of(alice).get("/").content.decode()

    assert "1 skipped" in text
    assert "all read" in text


def test_viewer_is_sent_to_no_next_article(client_of, vera, article):
    assert "/corpora/news/next/" not in client_of(vera).get("/").content.decode()


@pytest.mark.django_db
def test_who_is_in_no_corpus_is_told_whom_to_ask(client_of):
    text = client_of(UserFactory(username="newcomer")).get("/").content.decode()

    assert "your username is <strong>newcomer</strong>" in text
    assert "Create a corpus" not in text


def test_superuser_without_corpora_is_invited_to_create_one(client_of, root):
    assert "Create a corpus" in client_of(root).get("/").content.decode()


def test_names_with_markup_are_shown_literally(client_of, alice):
    join(CorpusFactory(name="<b>Fog</b>"), alice, "viewer")

    assert "&lt;b&gt;Fog&lt;/b&gt;" in client_of(alice).get("/").content.decode()


def test_costs_the_same_however_many_corpora(client_of, alice, article, django_assert_num_queries):
    for _ in range(3):
        join(CorpusFactory(), alice, "annotator")
    client = client_of(alice)

    with django_assert_num_queries(6):
        client.get("/")


def test_home_takes_no_post(client_of, alice):
    assert client_of(alice).post("/").status_code == 405


def test_anonymous_is_sent_to_sign_in(client, db):
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_manager_creates_a_corpus_with_a_schema(client_of, manuela):
    response = client_of(manuela).post(
        "/corpora/", {"name": "Budget speeches", "template": "quotes-cues"}
    )

    corpus = Corpus.objects.get(slug="budget-speeches")
    assert response.headers["Location"] == "/corpora/budget-speeches/import/"
    assert Membership.objects.get(corpus=corpus).role == "manager"
    assert set(corpus.labels.values_list("key", flat=True)) == {"speaker", "quote", "claim", "cue"}


def test_form_for_a_corpus_is_shown(client_of, root):
    assert "Quotes and claims" in client_of(root).get("/corpora/").content.decode()


def test_corpus_needs_a_name(client_of, root):
    response = client_of(root).post("/corpora/", {"name": "", "template": "quotes"})

    assert response.status_code == 422
    assert not Corpus.objects.exists()


def test_unknown_template_is_refused(client_of, root):
    assert client_of(root).post("/corpora/", {"name": "x", "template": "y"}).status_code == 422


def test_who_manages_nothing_creates_nothing(client_of, bob):
    response = client_of(bob).post("/corpora/", {"name": "Mine", "template": "quotes"})

    assert response.status_code == 403
    assert not Corpus.objects.filter(name="Mine").exists()


def test_opening_home_makes_no_reading(client_of, alice, article):
    client_of(alice).get("/")

    assert not Reading.objects.exists()
