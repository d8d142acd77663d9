import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from annotator.corpora.actions import set_role
from annotator.corpora.models import Article, Role
from annotator.exchange.imports import import_documents
from annotator.jobs.models import NO_WORKER, Job, JobKind, JobState
from annotator.readings.models import Reading, Span
from tests.exchange.documents import article, read
from tests.jobs.jobs import an_export, an_import, in_the_storage, lines, run, seen_worker

IMPORT = "/corpora/news/import/"
EXPORT = "/corpora/news/export/"
POLLS = 'hx-trigger="every 1s"'


pytestmark = pytest.mark.usefixtures("storage", "empty_queue")


@pytest.fixture(autouse=True)
def small_thresholds(settings):
    settings.JOB_ABOVE_BYTES = 100
    settings.JOB_ABOVE_ARTICLES = 2


def news(count: int = 3) -> SimpleUploadedFile:
    return SimpleUploadedFile("news.jsonl", lines(count))


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_large_file_is_looked_at_by_a_worker_and_then_imported(client_of, bob, corpus, htmx):
    client = client_of(bob)

    answer = client.post(IMPORT, {"uploads": news()}, headers=htmx)

    look = Job.objects.get()
    assert answer.status_code == 202
    assert f'hx-get="/jobs/{look.pk}/" {POLLS}' in answer.content.decode()
    run(look)
    assert not Article.objects.exists()
    shown = client.get(f"/jobs/{look.pk}/", headers=htmx).content.decode()
    assert "This would come in" in shown
    assert "Import 3 articles" in shown
    assert POLLS not in shown

    client.post(f"/jobs/{look.pk}/confirmation/", headers=htmx)
    made = Job.objects.exclude(pk=look.pk).get()
    assert "3 new articles" in text_of(client.get(f"/jobs/{run(made).pk}/", headers=htmx))
    assert Article.objects.count() == 3
    assert in_the_storage() == []


def test_small_files_stay_with_the_page(client_of, bob, corpus, settings):
    settings.JOB_ABOVE_BYTES = 1000

    client_of(bob).post(IMPORT, {"uploads": news(), "confirm": "1"})

    assert Article.objects.count() == 3
    assert not Job.objects.exists()


def test_without_scripts_the_job_has_a_page(client_of, bob, corpus):
    answer = client_of(bob).post(IMPORT, {"uploads": news(), "confirm": "1"})

    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert run(job).has_stored


def test_pasted_text_and_several_files_come_in_by_one_job(client_of, bob, corpus):
    sent = {
        "uploads": [news(), SimpleUploadedFile("a.txt", b"Letter.")],
        "title": "T",
        "text": "é\r\n",
    }

    client_of(bob).post(IMPORT, {**sent, "confirm": "1"})
    job = run(Job.objects.get())

    assert job.message == "5 new articles came in."
    assert job.about == "news.jsonl and 1 more"
    assert Article.objects.get(title="T").text == "é\n"


def test_confirming_twice_imports_once(client_of, bob, corpus):
    look = run(an_import(corpus=corpus, by=bob, content=lines(2), dry_run=True))
    client = client_of(bob)

    assert client.post(f"/jobs/{look.pk}/confirmation/").status_code == 302
    again = client.post(f"/jobs/{look.pk}/confirmation/")

    assert again.status_code == 422
    assert "gone on with already" in text_of(again)
    assert Job.objects.count() == 2


def test_problems_of_a_large_file_stand_on_its_page(client_of, bob, corpus):
    job = run(an_import(corpus=corpus, by=bob, content=lines(2) + b"{\n", dry_run=True))

    text = text_of(client_of(bob).get(f"/jobs/{job.pk}/"))

    assert "Nothing came in." in text
    assert "news.jsonl:3" in text


def test_names_of_a_large_file_get_a_meaning_without_sending_it_again(client_of, bob, corpus, htmx):
    span = b'"spans":[{"id":"q","label":"PER","start":0,"end":3}],"reader":"ana"'
    content = b'{"id":"b1","text":"The boat is late.",' + span + b"}\n" + lines(3)
    client = client_of(bob)
    client.post(IMPORT, {"uploads": SimpleUploadedFile("n.jsonl", content)}, headers=htmx)
    look = run(Job.objects.get())
    assert 'name="map"' in text_of(client.get(f"/jobs/{look.pk}/", headers=htmx))

    client.post(f"/jobs/{look.pk}/mapping/", {"map": ["label:PER=speaker", ""]}, headers=htmx)
    again = run(Job.objects.latest("pk"))
    assert again.message == "4 new articles and 1 reading would come in."
    client.post(f"/jobs/{again.pk}/confirmation/")
    run(Job.objects.latest("pk"))

    assert Span.objects.get().label.key == "speaker"
    assert in_the_storage() == []
    refused = client.post(f"/jobs/{look.pk}/mapping/", {"map": ["label:PER=speaker"]})
    assert refused.status_code == 422


def test_a_wrong_meaning_is_refused(client_of, bob, corpus):
    look = run(an_import(corpus=corpus, by=bob, dry_run=True))

    refused = client_of(bob).post(f"/jobs/{look.pk}/mapping/", {"map": "odd"})

    assert refused.status_code == 422
    assert "is no mapping" in text_of(refused)
    assert look.uploads


def test_a_large_export_is_made_by_a_worker(client_of, bob, corpus):
    import_documents(corpus=corpus, by=bob, documents=[article(f"a-{n}") for n in range(3)])
    client = client_of(bob)
    assert "Prepare the file" in text_of(client.get(EXPORT))

    answer = client.post(f"{EXPORT}jobs/", {"format": "jsonl", "state": "", "reader": ""})

    job = run(Job.objects.get())
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert "Download" in text_of(client.get(f"/jobs/{job.pk}/"))
    file = client.get(f"/jobs/{job.pk}/file/")
    assert file.headers["Content-Disposition"] == 'attachment; filename="news.jsonl"'
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(file.streaming_content) == b"".join(
        client.get(f"{EXPORT}file/?format=jsonl").streaming_content
    )


def test_what_did_not_fit_is_said_and_listed(client_of, bob, corpus):
    import_documents(corpus=corpus, by=bob, documents=[read(f"a-{n}") for n in range(3)])

    client_of(bob).post(f"{EXPORT}jobs/", {"format": "doccano", "state": "submitted"})

    job = run(Job.objects.get())
    assert "did not fit into this format" in job.message
    address = f"/jobs/{job.pk}/losses/"
    assert f'href="{address}"' in client_of(bob).get(f"/jobs/{job.pk}/").content.decode()
    Reading.objects.update(reader="anna")  # the list is of the file's moment
    listed = b"".join(client_of(bob).get(address).streaming_content)
    assert listed.count(b"\n") == job.result["losses"]
    assert b'"reader":"gold"' in listed


def test_what_fits_has_no_list_of_losses(client_of, bob, corpus, article):
    client_of(bob).post(f"{EXPORT}jobs/", {"format": "jsonl"})
    job = run(Job.objects.get())
    assert in_the_storage() == [job.file]
    assert "/losses/" not in text_of(client_of(bob).get(f"/jobs/{job.pk}/"))
    assert client_of(bob).get(f"/jobs/{job.pk}/losses/").status_code == 404


def test_a_small_export_is_downloaded_at_once(client_of, bob, corpus, article):
    assert "Prepare the file" not in text_of(client_of(bob).get(EXPORT))


def test_a_wrong_filter_makes_no_job(client_of, bob, corpus):
    assert client_of(bob).post(f"{EXPORT}jobs/", {"state": "odd"}).status_code == 400
    assert not Job.objects.exists()


def test_jobs_are_listed_for_their_owner_and_for_who_looks_after_the_corpus(
    client_of, alice, bob, charlie, vera, root, corpus
):
    mine = an_export(corpus=corpus, by=alice)
    other = an_import(corpus=corpus, by=bob)
    for person, seen in (
        (alice, [mine]),
        (bob, [other, mine]),
        (vera, []),
        (charlie, []),
        (root, [other, mine]),
    ):
        text = client_of(person).get("/jobs/").content.decode()
        assert [int(pk) for pk in re.findall(r'id="job-(\d+)"', text)] == [j.pk for j in seen]
    assert client_of(charlie).get("/corpora/news/jobs/").status_code == 404
    text = client_of(alice).get("/corpora/news/jobs/").content.decode()
    assert re.findall(r'id="job-(\d+)"', text) == [str(mine.pk)]


def test_who_left_the_corpus_sees_none_of_its_jobs(client_of, alice, manuela, corpus):
    job = an_export(corpus=corpus, by=alice)
    set_role(corpus=corpus, user=alice, role=None, by=manuela)

    assert client_of(alice).get(f"/jobs/{job.pk}/file/").status_code == 404


def test_who_became_blind_does_not_get_what_was_exported_before(client_of, bob, manuela, corpus):
    job = an_export(corpus=corpus, by=bob)
    set_role(corpus=corpus, user=bob, role=Role.ANNOTATOR, by=manuela)

    assert client_of(bob).get(f"/jobs/{job.pk}/file/").status_code == 403


def test_the_list_is_asked_for_again_only_while_something_runs(client_of, bob, corpus, htmx):
    seen_worker()
    job = an_import(corpus=corpus, by=bob)
    client = client_of(bob)
    assert POLLS in client.get("/jobs/").content.decode()

    run(job)

    fragment = client.get("/jobs/", headers=htmx).content.decode()
    assert POLLS not in fragment
    assert fragment.strip() in client.get("/jobs/").content.decode()


def test_the_bar_says_how_far_it_is(client_of, bob, corpus):
    seen_worker()
    an_import(corpus=corpus, by=bob)
    Job.objects.update(state=JobState.RUNNING, done=1_500_000, total=6_000_000)

    text = text_of(client_of(bob).get("/jobs/"))

    assert 'value="1500000" max="6000000"' in text
    assert "1.4\xa0MB of 5.7\xa0MB" in client_of(bob).get("/jobs/").content.decode()


@pytest.mark.parametrize("seconds_ago", [None, 60])
def test_no_worker_is_said(client_of, bob, corpus, seconds_ago):
    if seconds_ago:
        seen_worker(seconds_ago)
    job = an_import(corpus=corpus, by=bob)
    client = client_of(bob)

    for url in ("/jobs/", "/corpora/news/jobs/", f"/jobs/{job.pk}/"):
        assert NO_WORKER in client.get(url).content.decode(), url
    seen_worker()
    assert NO_WORKER not in client.get("/jobs/").content.decode()


def test_a_worker_without_a_sign_of_life_is_said(client_of, bob, corpus):
    seen_worker()
    an_import(corpus=corpus, by=bob)
    Job.objects.update(state=JobState.RUNNING, heartbeat="2026-01-01T00:00Z")

    assert "no sign of life" in text_of(client_of(bob).get("/jobs/"))


def test_cancelling_a_job_that_waits_takes_its_file_along(client_of, bob, corpus, htmx):
    job = an_import(corpus=corpus, by=bob)

    fragment = client_of(bob).post(f"/jobs/{job.pk}/cancellation/", headers=htmx)

    job.refresh_from_db()
    assert (job.state, job.uploads) == (JobState.CANCELLED, [])
    assert "bob cancelled it." in text_of(fragment)
    assert in_the_storage() == []
    assert run(job).state == JobState.CANCELLED
    assert not Article.objects.exists()


def test_cancelling_what_is_done_changes_nothing(client_of, bob, corpus):
    job = run(an_import(corpus=corpus, by=bob))

    client_of(bob).post(f"/jobs/{job.pk}/cancellation/")

    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_only_who_may_import_confirms(client_of, alice, bob, charlie, manuela, corpus):
    look = run(an_import(corpus=corpus, by=bob, dry_run=True))
    for person, status in ((charlie, 404), (alice, 404)):
        client = client_of(person)
        assert client.post(f"/jobs/{look.pk}/confirmation/").status_code == status
        assert client.post(f"/jobs/{look.pk}/cancellation/").status_code == status
    set_role(corpus=corpus, user=bob, role=Role.VIEWER, by=manuela)
    assert client_of(bob).post(f"/jobs/{look.pk}/confirmation/").status_code == 403
    assert Job.objects.filter(kind=JobKind.IMPORT).count() == 1


def test_an_empty_list_says_what_will_stand_there(client_of, alice, corpus):
    assert "No jobs" in text_of(client_of(alice).get("/corpora/news/jobs/"))


def test_older_jobs_are_a_page_further(client_of, bob, corpus, monkeypatch):
    monkeypatch.setattr("annotator.www.jobs.PAGE", 1)
    first, second = (an_export(corpus=corpus, by=bob) for _ in range(2))
    client = client_of(bob)

    text = client.get("/jobs/").content.decode()

    assert f"?before={second.pk}" in text
    assert f'id="job-{first.pk}"' in client.get(f"/jobs/?before={second.pk}").content.decode()
    assert client.get("/jobs/?before=x").status_code == 200


def test_a_list_costs_a_few_queries(client_of, bob, corpus, django_assert_max_num_queries):
    for _ in range(5):
        an_export(corpus=corpus, by=bob)
    client = client_of(bob)
    client.get("/jobs/")
    with django_assert_max_num_queries(4):  # session, user, jobs, worker
        client.get("/jobs/")


def test_no_room_on_disk_is_said(client_of, bob, corpus, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)

    answer = client_of(bob).post(IMPORT, {"uploads": news()})

    assert answer.status_code == 507
    assert "no room" in text_of(answer)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("post", "/jobs/"),
        ("post", "/corpora/news/jobs/"),
        ("post", "/jobs/{pk}/"),
        ("get", "/jobs/{pk}/cancellation/"),
        ("get", "/jobs/{pk}/confirmation/"),
        ("post", "/jobs/{pk}/file/"),
        ("get", "/corpora/news/export/jobs/"),
    ],
)
def test_wrong_methods_are_refused(client_of, bob, corpus, method, url):
    job = an_export(corpus=corpus, by=bob)

    assert getattr(client_of(bob), method)(url.format(pk=job.pk)).status_code == 405
