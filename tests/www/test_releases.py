import hashlib
import io
import tarfile

import pytest

from annotator.jobs.models import Job
from annotator.releases.files import files_of, name_of, storage
from annotator.releases.models import Release
from annotator.releases.recipe import Recipe
from tests.jobs.jobs import run
from tests.releases.conftest import own_storage
from tests.releases.corpora import bring, edit, release, told

__all__ = ["own_storage"]
URL = "/corpora/news/releases/"
NEW = f"{URL}new/"
INSIDE = [f"{URL}1/", f"{URL}1/archive/", f"{URL}1/changes/", f"{URL}1/files/README.md"]
CHOSEN = {"states": "submitted", "validation": "10", "test": "10", "seed": "1"}


@pytest.fixture
def news(corpus):
    bring(corpus, *(told(number, source="Holm Post") for number in range(12)))
    return corpus


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_lists_the_releases(client_of, vera, news, bob):
    release(news, bob, note="The first one.")
    release(news, bob)
    text = text_of(client_of(vera).get(URL))
    assert "The first one." in text
    assert f'href="{URL}2/"' in text
    assert f'href="{URL}2/changes/"' in text
    assert f'href="{URL}1/changes/"' not in text


def test_says_that_there_are_none_yet(client_of, bob, vera, news):
    assert "Make the first release" in text_of(client_of(bob).get(URL))
    assert "A curator of this corpus makes them" in text_of(client_of(vera).get(URL))


def test_the_list_needs_no_more_queries_for_more_releases(
    client_of, bob, news, django_assert_max_num_queries
):
    client = client_of(bob)
    for _ in range(4):
        release(news, bob)
    client.get(URL)
    with django_assert_max_num_queries(9):
        client.get(URL)


def test_an_annotator_sees_that_there_are_some_and_nothing_of_them(client_of, alice, news):
    release(news, note="Secret of others")
    client = client_of(alice)
    text = text_of(client.get(URL))
    assert "whoever reads blindly does not look inside" in text
    assert "Secret of others" not in text
    assert f"{URL}1/" not in text
    for url in INSIDE:
        assert client.get(url).status_code == 403


def test_stranger_sees_no_release(client_of, charlie, news):
    release(news)
    client = client_of(charlie)
    for url in (URL, NEW, *INSIDE):
        assert client.get(url).status_code == 404


def test_a_viewer_downloads_and_makes_none(client_of, vera, news):
    release(news)
    client = client_of(vera)
    assert [client.get(url).status_code for url in INSIDE] == [200] * 4
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, CHOSEN).status_code == 403
    assert not Job.objects.exists()


def test_says_how_much_would_come_before_it_is_frozen(client_of, bob, news, htmx):
    client = client_of(bob)
    text = text_of(client.get(NEW))
    assert "12 articles, 12 readings, 12 spans" in text
    fewer = text_of(client.get(NEW, CHOSEN | {"labels": "claim"}, headers=htmx))
    assert "12 articles, 12 readings, 0 spans" in fewer
    assert "<html" not in fewer
    assert not Release.objects.exists()


def test_the_fragment_is_part_of_the_page(client_of, bob, news, htmx):
    client = client_of(bob)
    fragment = client.get(NEW, CHOSEN, headers=htmx).content.decode()
    assert fragment.strip() in client.get(NEW, CHOSEN).content.decode()


def test_nothing_to_release_is_said_and_counted(client_of, bob, news, htmx):
    text = text_of(client_of(bob).get(NEW, CHOSEN | {"states": "in_progress"}, headers=htmx))
    assert "Nothing to release" in text
    assert "12 articles could be in it" in text
    assert "Freeze the release" not in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"validation": "60", "test": "60"}, "leave something to train"),
        ({"states": ""}, "required"),
        ({"published_from": "soon"}, "“soon” is not a date like 2026-03-01."),
        ({"labels": "verb"}, "verb is not one of the available choices"),
        ({"seed": "a b"}, "The seed is"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(client_of, bob, news, wrong, sentence):
    response = client_of(bob).post(NEW, CHOSEN | wrong)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Job.objects.exists()


def test_a_worker_freezes_what_was_chosen(client_of, bob, news):
    client = client_of(bob)
    given = {"labels": ["quote"], "sources": ["Holm Post"], "note": "One.", "without_texts": "on"}
    answer = client.post(NEW, CHOSEN | given)
    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.pk}/"
    assert "A release is being made." in text_of(client.get(URL))

    assert run(job).message == "Release 1 is frozen."

    assert Release.objects.get().chosen == Recipe(
        labels=("quote",), sources=("Holm Post",), note="One.", texts=False, together=()
    )
    assert f'href="{URL}1/"' in text_of(client.get(answer.url))


def test_shows_what_is_in_it(client_of, bob, news, django_assert_max_num_queries):
    made = release(news, bob, note="One.", license="cc-by-4.0")
    client = client_of(bob)
    with django_assert_max_num_queries(12):
        text = text_of(client.get(f"{URL}1/"))
    for shown in (
        "12 articles, 12 readings, 12 spans, 0 links",
        "cc-by-4.0",
        made.sha256,
        "annotator release download news 1 -o news-1",
        "@misc{news-1,",
        'aria-label="train: speaker 0 percent, quote 100 percent, claim 0 percent"',
        *(file.sha256 for file in files_of(made)),
    ):
        assert shown in text


def test_download_all_is_one_tar_of_every_file(client_of, bob, news):
    made = release(news)
    response = client_of(bob).get(f"{URL}1/archive/")
    data = b"".join(response.streaming_content)
    assert response["Content-Length"] == str(len(data))
    assert response["Content-Disposition"] == 'attachment; filename="news-1.tar"'
    with tarfile.open(fileobj=io.BytesIO(data)) as opened:
        found = {
            info.name: hashlib.sha256(opened.extractfile(info).read()).hexdigest()
            for info in opened
        }
    assert found == {f"news-1/{file.path}": file.sha256 for file in files_of(made)}
    again = client_of(bob).get(f"{URL}1/archive/")
    assert b"".join(again.streaming_content) == data


def test_every_file_comes_as_it_was_frozen(client_of, bob, news):
    made = release(news)
    client = client_of(bob)
    for file in files_of(made):
        response = client.get(f"{URL}1/files/{file.path}")
        data = b"".join(response.streaming_content)
        assert hashlib.sha256(data).hexdigest() == file.sha256
        assert response["Content-Type"] == "application/octet-stream"


def test_a_file_that_is_not_of_the_release_is_not_found(client_of, bob, news):
    made = release(news)
    client = client_of(bob)
    for path in ("nothing.jsonl", "../../secret-key", "data", "data/../README.md", "%2e%2e/x"):
        assert client.get(f"{URL}1/files/{path}").status_code == 404
    storage().delete(name_of(made, "README.md"))
    assert client.get(f"{URL}1/files/README.md").status_code == 404
    assert client.get(f"{URL}7/").status_code == 404


def test_shows_what_is_otherwise_with_links(client_of, bob, alice, news, htmx):
    article = news.articles.get(key="t-3")
    mark = ("add_span", {"id": "c", "label": "claim", "pieces": [[0, 9]]})
    edit(article, alice, mark, ("submit", {}))
    release(news)
    edit(article, alice, ("reopen", {}), ("change_span", {"id": "c", "pieces": [[0, 4]]}),
         ("submit", {}))  # fmt: skip
    bring(news, told(50))
    release(news)
    client = client_of(bob)

    response = client.get(f"{URL}2/changes/")

    text = text_of(response)
    assert "1 added, 0 removed. <strong>Readings:</strong> 1 added, 0 removed, 1 changed." in text
    assert "<del>n3w0 n3w1</del> → <ins>n3w0</ins>" in text
    assert f'href="/articles/{article.pk}/?reader=alice"' in text
    fragment = client.get(f"{URL}2/changes/", {"since": 1}, headers=htmx).content.decode()
    assert fragment.strip() in response.content.decode()


def test_changes_come_a_page_at_a_time_and_none_is_lost(client_of, bob, news, monkeypatch):
    monkeypatch.setattr("annotator.www.releases.SHOWN", 3)
    monkeypatch.setattr("annotator.www.releases.COMPARED", 4)
    release(news)
    bring(news, *(told(number) for number in range(100, 110)))
    release(news)
    client = client_of(bob)
    assert "Spans are counted in the first 4 of 10 readings." in text_of(
        client.get(f"{URL}2/changes/")
    )
    seen, after = [], ""
    while after is not None:
        context = client.get(f"{URL}2/changes/", {"since": 1, "after": after}).context
        seen += [change.key for change in context["changes"]]
        after = context["more"]
    assert seen == [f"t-{number}" for number in range(100, 110)]


@pytest.mark.parametrize("since", ["", "x", "7", "٣", "-1"])
def test_nothing_to_compare_with_is_said(client_of, bob, news, since):
    release(news)
    text = text_of(client_of(bob).get(f"{URL}1/changes/", {"since": since}))
    assert "There is nothing to compare it with" in text


def test_pages_of_releases_take_no_post(client_of, bob, news):
    release(news)
    for url in (URL, *INSIDE):
        assert client_of(bob).post(url).status_code == 405
