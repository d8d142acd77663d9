import random
from datetime import timedelta

import pytest
from django.utils import timezone

from annotator.corpora.models import Corpus
from annotator.readings.models import Note, Reading
from annotator.schemas.models import Label
from tests.factories import ArticleFactory, CorpusFactory, ReadingFactory, SpanFactory

URL = "/corpora/news/"


def titles(response) -> list[str]:
    return [row.article.title for row in response.context["rows"]]


def by(user, article, state="submitted", **more):
    return ReadingFactory(
        article=article, reader=user.username, user=user, origin="person", state=state, **more
    )


def test_shows_the_articles_with_my_state(client_of, alice, article):
    by(alice, article, "in_progress")

    text = client_of(alice).get(URL).content.decode()

    assert article.title in text
    assert "ferry-1" in text
    assert "in progress" in text


def test_says_why_an_article_was_skipped(client_of, alice, bob, article):
    by(alice, article, "skipped", skip_reason="a <b>duplicate</b>")

    text = client_of(bob).get(URL).content.decode()

    assert '<span class="badge">skipped</span>' in text
    assert "a &lt;b&gt;duplicate&lt;/b&gt;" in text


def test_stranger_cannot_see_a_corpus(client_of, charlie, article):
    assert client_of(charlie).get(URL).status_code == 404


def test_table_takes_no_post(client_of, alice, corpus):
    assert client_of(alice).post(URL).status_code == 405


def test_fragment_is_the_table_of_the_page(client_of, alice, article, htmx):
    client = client_of(alice)

    fragment = client.get(URL, headers=htmx).content.decode()

    assert fragment.strip() in client.get(URL).content.decode()
    assert "<html" not in fragment


def test_page_from_htmx_history_is_a_whole_page(client_of, alice, article):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" in client_of(alice).get(URL, headers=headers).content.decode()


def test_annotator_sees_no_other_persons_reading(client_of, alice, bob, article):
    by(bob, article)

    assert "bob" not in client_of(alice).get(URL).content.decode()


@pytest.mark.parametrize("who", ["bob", "vera", "manuela"])
def test_who_sees_all_sees_the_readers(client_of, request, alice, article, who):
    by(alice, article)

    response = client_of(request.getfixturevalue(who)).get(URL)

    [row] = response.context["rows"]
    assert [reading.reader for reading in row.others] == ["alice"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("timetable", ["Timetable"]),
        ('"slow goodbye"', ["Goodbye"]),
        ("ferry -goodbye", ["Timetable"]),
        ("timetable or goodbye", ["Timetable", "Goodbye"]),
        ("nothing", []),
        ("' & | !", []),
    ],
)
def test_searches_title_and_text(client_of, alice, corpus, words, found):
    ArticleFactory(corpus=corpus, title="Timetable", text="The ferry is late.")
    ArticleFactory(corpus=corpus, title="Goodbye", text="A slow goodbye of the ferry.")
    ArticleFactory(title="Timetable", text="In another corpus.")

    assert titles(client_of(alice).get(URL, {"search": words})) == found


@pytest.mark.parametrize("state", ["new", "in_progress", "submitted", "skipped"])
def test_annotator_filters_by_the_own_state(client_of, alice, bob, corpus, state):
    by(alice, ArticleFactory(corpus=corpus, title="in_progress"), "in_progress")
    by(alice, ArticleFactory(corpus=corpus, title="submitted"), "submitted")
    by(alice, ArticleFactory(corpus=corpus, title="skipped"), "skipped")
    by(bob, ArticleFactory(corpus=corpus, title="new"), "submitted")

    assert titles(client_of(alice).get(URL, {"state": state})) == [state]


def test_curator_filters_by_anybodys_state_or_one_readers(client_of, alice, bob, corpus):
    by(alice, ArticleFactory(corpus=corpus, title="Alice's"))
    by(bob, ArticleFactory(corpus=corpus, title="Bob's"))
    ArticleFactory(corpus=corpus, title="Nobody's")
    client = client_of(bob)

    assert titles(client.get(URL, {"state": "submitted"})) == ["Alice's", "Bob's"]
    assert titles(client.get(URL, {"reader": "alice"})) == ["Alice's"]
    assert titles(client.get(URL, {"state": "new"})) == ["Nobody's"]
    assert titles(client.get(URL, {"state": "new", "reader": "alice"})) == ["Bob's", "Nobody's"]


def test_articles_with_notes_are_found_and_marked(client_of, alice, bob, corpus):
    noted, other = (ArticleFactory(corpus=corpus, title=title) for title in ("noted", "other"))
    Note.objects.create(reading=by(alice, noted), text="Why?")
    by(alice, other)
    by(bob, noted)
    client = client_of(bob)

    response = client.get(URL, {"notes": "yes"})

    assert titles(response) == ["noted"]
    assert response.content.decode().count("with notes</span>") == 1
    assert titles(client.get(URL, {"notes": "yes", "reader": "bob"})) == []
    assert titles(client.get(URL, {"notes": "yes", "state": "new"})) == []


def test_notes_of_others_are_no_business_of_an_annotator(client_of, alice, bob, article):
    Note.objects.create(reading=by(bob, article), text="Why?")

    assert titles(client_of(alice).get(URL, {"notes": "yes"})) == []
    assert "with notes</span>" not in client_of(alice).get(URL).content.decode()


def test_reader_filter_tells_an_annotator_nothing(client_of, alice, bob, article):
    by(bob, article)

    assert titles(client_of(alice).get(URL, {"reader": "bob"})) == []


def test_filters_by_label_in_readings_that_i_see(client_of, alice, bob, corpus):
    mine, others = (ArticleFactory(corpus=corpus, title=title) for title in ("Mine", "Others"))
    SpanFactory(reading=by(alice, mine))
    SpanFactory(reading=by(bob, others))
    client = client_of(alice)

    assert titles(client.get(URL, {"label": "quote"})) == ["Mine"]
    assert titles(client.get(URL, {"label": "claim"})) == []
    assert titles(client.get(URL, {"label": "quote", "state": "new"})) == []
    assert titles(client_of(bob).get(URL, {"label": "quote"})) == ["Mine", "Others"]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "dreaming"},
        {"label": "nope"},
        {"order": "text"},
        {"after": "x"},
        {"before": "-1"},
        {"after": "9" * 40},
        {"corpus__slug": "elsewhere"},
        {"search": "\x00"},
    ],
)
def test_nonsense_is_left_out(client_of, alice, article, nonsense):
    response = client_of(alice).get(URL, nonsense)

    assert response.status_code == 200
    assert titles(response) == [article.title]


@pytest.mark.parametrize("order", ["import", "newest", "title"])
def test_pages_go_forth_and_back_over_everything_once(client_of, alice, corpus, order):
    for number in range(120):
        ArticleFactory(corpus=corpus, title=f"Title {number % 7}")
    client = client_of(alice)
    response = client.get(URL, {"order": order})
    pages = [titles(response)]
    ids = [row.article.pk for row in response.context["rows"]]
    while response.context["next"]:
        response = client.get(f"{URL}?{response.context['next']}")
        pages.append(titles(response))
        ids += [row.article.pk for row in response.context["rows"]]

    assert [len(shown) for shown in pages] == [50, 50, 20]
    assert len(set(ids)) == 120
    if order == "title":
        shown = [title for titles_of_page in pages for title in titles_of_page]
        assert shown == sorted(shown)
    else:
        assert ids == sorted(ids, reverse=order == "newest")

    response = client.get(f"{URL}?{response.context['previous']}")
    assert titles(response) == pages[1]
    response = client.get(f"{URL}?{response.context['previous']}")
    assert titles(response) == pages[0]
    assert not response.context["previous"]


def test_long_titles_are_stored_and_put_in_order(client_of, alice, corpus):
    # Random, so that nothing compresses them: an index over whole titles refuses such a row.
    draw = random.Random(1)
    letters = [chr(draw.randint(0x4E00, 0x9FFF)) for _ in range(990)]
    for number in (2, 1):
        ArticleFactory(corpus=corpus, title=f"{number} {''.join(letters)}")

    found = titles(client_of(alice).get(URL, {"order": "title"}))

    assert [title[0] for title in found] == ["1", "2"]


def test_next_page_keeps_the_filters(client_of, alice, corpus):
    for _ in range(51):
        ArticleFactory(corpus=corpus, text="The ferry is late.")

    response = client_of(alice).get(URL, {"search": "ferry", "order": "title"})

    assert "search=ferry" in response.context["next"]
    assert "order=title" in response.context["next"]


@pytest.mark.parametrize(("who", "queries"), [("alice", 4), ("bob", 5)])
def test_costs_the_same_however_many_articles(
    client_of, request, corpus, django_assert_num_queries, who, queries
):
    user = request.getfixturevalue(who)
    for _ in range(10):
        by(user, ArticleFactory(corpus=corpus))
    client = client_of(user)
    client.get(URL)  # the schema is parsed once

    with django_assert_num_queries(queries):
        client.get(URL, {"search": "boat", "state": "submitted", "label": "quote"})


def test_names_are_shown_literally(client_of, alice, corpus):
    ArticleFactory(corpus=corpus, title="<script>alert(1)</script>", key="<i>")

    text = client_of(alice).get(URL).content.decode()

    assert "<script>alert" not in text
    assert "&lt;i&gt;" in text


def test_progress_counts_each_reader_by_state(client_of, bob, alice, corpus, article):
    SpanFactory(reading=by(alice, article, "in_progress"))
    ArticleFactory(corpus=corpus)
    by(bob, article, "skipped")

    response = client_of(bob).get(f"{URL}progress/")

    counts = {
        progress.reader: (
            progress.submitted,
            progress.skipped,
            progress.in_progress,
            progress.new,
        )
        for progress in [bar.progress for bar in response.context["readers"]]
    }
    assert counts == {"bob": (0, 1, 0, 1), "alice": (0, 0, 1, 1)}
    assert [(label.key, count) for label, count, _ in response.context["labels"]] == [
        ("speaker", 0),
        ("quote", 1),
        ("claim", 0),
    ]


def test_progress_of_an_annotator_is_the_own(client_of, alice, bob, article):
    SpanFactory(reading=by(bob, article))

    response = client_of(alice).get(f"{URL}progress/")

    assert [bar.progress.reader for bar in response.context["readers"]] == ["alice"]
    assert not response.context["most"]


def test_corpus_page_loads_a_small_picture_of_the_progress(client_of, bob, alice, article, htmx):
    by(alice, article)
    client = client_of(bob)
    assert "progress/?small=1" in client.get(URL).content.decode()

    response = client.get(f"{URL}progress/?small=1", headers=htmx)

    assert [bar.progress.reader for bar in response.context["readers"]] == ["bob", "alice"]
    assert "100 percent submitted" in response.content.decode()


def test_progress_fragment_is_part_of_its_page(client_of, bob, article, htmx):
    client = client_of(bob)

    fragment = client.get(f"{URL}progress/", headers=htmx).content.decode()

    assert fragment.strip() in client.get(f"{URL}progress/").content.decode()


def test_progress_is_closed_to_strangers_and_to_posts(client_of, charlie, corpus, alice):
    assert client_of(charlie).get(f"{URL}progress/").status_code == 404
    assert client_of(alice).post(f"{URL}progress/").status_code == 405


def test_next_goes_to_what_is_begun_then_to_what_is_new(client_of, alice, corpus):
    done, skipped, new, begun = (ArticleFactory(corpus=corpus) for _ in range(4))
    by(alice, done)
    by(alice, skipped, "skipped")
    reading = by(alice, begun, "in_progress")
    client = client_of(alice)

    assert client.get(f"{URL}next/").headers["Location"] == f"/articles/{begun.pk}/"
    Reading.objects.filter(pk=reading.pk).update(state="submitted")
    assert client.get(f"{URL}next/").headers["Location"] == f"/articles/{new.pk}/"
    by(alice, new)
    assert "every article" in client.get(f"{URL}next/").content.decode()


def test_next_takes_no_account_of_others_and_of_other_corpora(client_of, alice, bob, article):
    by(bob, article)
    elsewhere = ArticleFactory(corpus=CorpusFactory())
    by(alice, elsewhere, "in_progress")

    response = client_of(alice).get(f"{URL}next/")

    assert response.headers["Location"] == f"/articles/{article.pk}/"


def test_next_is_for_who_annotates(client_of, charlie, vera, alice, corpus):
    assert client_of(charlie).get(f"{URL}next/").status_code == 404
    assert client_of(vera).get(f"{URL}next/").status_code == 403
    assert client_of(alice).post(f"{URL}next/").status_code == 405


def test_manager_renames_a_corpus_and_its_address_stays(client_of, manuela, corpus):
    response = client_of(manuela).post(
        f"{URL}settings/", {"name": "Harbour news", "description": "x"}
    )

    corpus.refresh_from_db()
    assert (corpus.name, corpus.slug, corpus.description) == ("Harbour news", "news", "x")
    assert response.headers["Location"] == f"{URL}settings/"


def test_empty_name_is_refused_and_the_page_keeps_the_old_one(client_of, manuela, corpus):
    response = client_of(manuela).post(f"{URL}settings/", {"name": ""})

    assert response.status_code == 422
    assert "Island news" in response.content.decode()
    assert Corpus.objects.get(slug="news").name == "Island news"


def test_settings_are_for_managers(client_of, charlie, bob, manuela, corpus):
    assert client_of(charlie).get(f"{URL}settings/").status_code == 404
    assert client_of(bob).get(f"{URL}settings/").status_code == 403
    assert client_of(bob).post(f"{URL}settings/", {"name": "x"}).status_code == 403
    assert client_of(manuela).get(f"{URL}settings/").status_code == 200
    assert client_of(manuela).put(f"{URL}settings/").status_code == 405


def test_last_change_is_the_latest_that_i_may_see(client_of, alice, bob, article):
    early = timezone.now() - timedelta(days=3)
    by(alice, article, updated_at=early)
    by(bob, article)

    [row] = client_of(alice).get(URL).context["rows"]

    assert row.updated == early


def test_labels_of_the_filter_are_those_of_the_corpus(client_of, alice, corpus):
    Label.objects.filter(corpus=corpus, key="claim").update(name="<Claim>")

    assert "&lt;Claim&gt;" in client_of(alice).get(URL).content.decode()
