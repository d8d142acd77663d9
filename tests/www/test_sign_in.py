import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache

from annotator.accounts.actions import deactivate, make_sign_in_link, reactivate
from annotator.accounts.models import User
from tests.factories import UserFactory

URL = "/accounts/login/"
RIGHT = {"login": "ana", "password": "correct horse battery"}
WRONG = RIGHT | {"password": "wrong"}


@pytest.fixture(autouse=True)
def _forget_failures():
    cache.clear()


@pytest.fixture
def ana(db):
    return UserFactory(username="ana")


def problems(response) -> list[str]:
    return response.context["form"].non_field_errors()


def test_signs_in(client, ana):
    assert client.post(URL, RIGHT).headers["Location"] == "/"
    assert get_user(client) == ana


def test_goes_where_one_was_going(client, ana):
    response = client.post(URL, RIGHT | {"next": "/corpora/news/"})

    assert response.headers["Location"] == "/corpora/news/"


def test_goes_to_no_other_site(client, ana):
    response = client.post(URL, RIGHT | {"next": "https://elsewhere.example/"})

    assert response.headers["Location"] == "/"


def test_unknown_name_and_wrong_password_get_the_same_answer(client, ana):
    assert problems(client.post(URL, WRONG)) == problems(client.post(URL, WRONG | {"login": "eve"}))


def test_nobody_signs_up(client, db):
    sent = {"username": "eve", "password1": "wide grey harbour", "password2": "wide grey harbour"}

    response = client.post("/accounts/signup/", sent)

    assert "by invitation" in response.content.decode()
    assert not User.objects.filter(username="eve").exists()


def test_sixth_failure_is_the_last_for_this_user_from_this_address(client, ana):
    for _ in range(5):
        client.post(URL, WRONG)

    client.post(URL, RIGHT)

    assert get_user(client).is_anonymous


def test_failures_elsewhere_lock_nobody_out(client, ana):
    for _ in range(6):
        client.post(URL, WRONG, REMOTE_ADDR="192.0.2.7")

    client.post(URL, RIGHT, REMOTE_ADDR="192.0.2.8")

    assert get_user(client) == ana


def test_colleagues_behind_one_address_do_not_lock_each_other_out(client, ana):
    for _ in range(6):
        client.post(URL, WRONG | {"login": "bea"})

    client.post(URL, RIGHT)

    assert get_user(client) == ana


def test_forgotten_password_gets_the_same_answer_for_everybody(client, ana):
    ana.email = "ana@news.example"
    ana.save()

    known = client.post("/accounts/password/reset/", {"email": "ana@news.example"})
    unknown = client.post("/accounts/password/reset/", {"email": "eve@news.example"})

    assert known.status_code == unknown.status_code == 302
    assert known.headers["Location"] == unknown.headers["Location"]
    assert [message.to for message in mail.outbox] == [["ana@news.example"]]


@pytest.mark.parametrize(
    "url",
    [URL, "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/signup/"],
)
def test_pages_outside_wear_our_look(client, db, url):
    text = client.get(url).content.decode()

    assert 'class="topbar"' in text
    assert "style=" not in text


@pytest.mark.parametrize(
    "url",
    ["/accounts/password/change/", "/accounts/2fa/", "/accounts/email/", "/accounts/logout/"],
)
def test_pages_inside_wear_our_look(client_of, ana, url):
    text = client_of(ana).get(url).content.decode()

    assert 'class="topbar"' in text
    assert "style=" not in text


def test_link_signs_in_once(client, ana):
    url = make_sign_in_link(user=ana)
    assert client.get(url).status_code == 200

    assert client.post(url).headers["Location"] == "/account/"
    assert get_user(client) == ana
    client.logout()
    assert client.post(url).status_code == 404


def test_deactivated_account_ends_at_once_and_stays_out_when_opened_again(client_of, ana, root):
    client = client_of(ana)
    deactivate(user=ana, by=root)
    assert client.get("/").status_code == 302
    assert get_user(client).is_anonymous

    url = reactivate(user=ana)

    assert client.get("/").status_code == 302
    client.post(URL, RIGHT)
    assert get_user(client).is_anonymous
    client.post(url)
    assert get_user(client) == ana


def test_nobody_deactivates_the_own_account(root):
    with pytest.raises(ValueError, match="own account"):
        deactivate(user=root, by=root)


def test_htmx_is_told_to_leave_when_the_session_has_ended(client, corpus, htmx):
    response = client.get("/corpora/news/", headers=htmx)

    assert response.status_code == 401
    assert response.headers["HX-Redirect"].startswith("/accounts/login/?next=")
