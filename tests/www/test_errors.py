import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.test import Client

from annotator.www import errors


def test_not_found_says_so_and_shows_a_way_back(client_of, alice):
    response = client_of(alice).get("/nothing/here/")

    text = response.content.decode()
    assert response.status_code == 404
    assert errors.NOT_FOUND in text
    assert 'href="/"' in text


def test_not_found_names_no_model(client_of, charlie, corpus):
    assert "Corpus matches" not in client_of(charlie).get("/corpora/news/").content.decode()


def test_not_found_is_shown_to_who_is_not_signed_in(client, db):
    assert client.get("/nothing/here/").status_code == 404


def test_forbidden_says_what(client_of, vera, corpus):
    response = client_of(vera).get("/corpora/news/import/")

    assert response.status_code == 403
    assert "You may not import here." in response.content.decode()


def test_htmx_gets_the_sentence_alone(client_of, vera, corpus, htmx):
    text = client_of(vera).get("/corpora/news/import/", headers=htmx).content.decode()

    assert "You may not import here." in text
    assert "<html" not in text


def test_broken_page_needs_no_database_and_no_inline_style(rf):
    text = errors.server_error(rf.get("/")).content.decode()

    assert "It is not your fault." in text
    assert "<style" not in text
    assert "<script" not in text


def test_broken_view_answers_with_this_page(client_of, alice, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("a secret")

    monkeypatch.setattr("annotator.www.home.own_progress", broken)
    client = client_of(alice)
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == 500
    assert "a secret" not in response.content.decode()
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("kind", "said"), [(RequestDataTooBig, "larger"), (SuspiciousOperation, errors.BAD_REQUEST)]
)
def test_bad_request_says_what(rf, kind, said):
    request = rf.get("/")
    request.htmx = False

    response = errors.bad_request(request, kind("/etc/secret"))

    assert response.status_code == 400
    assert said in response.content.decode()
    assert "/etc/secret" not in response.content.decode()


def test_form_without_its_token_is_refused_in_a_sentence(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    response = client.post("/account/tokens/", {"name": "x", "days": "30"})

    assert response.status_code == 403
    assert "Nothing was changed." in response.content.decode()


@pytest.mark.parametrize("url", ["/", "/corpora/", "/account/", "/nothing/", "/accounts/login/"])
def test_policy_is_strict_and_pages_keep_to_it(client_of, root, url):
    response = client_of(root).get(url)

    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    text = response.content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert "<script>" not in text
