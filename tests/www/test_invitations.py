from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.utils import timezone

from annotator.accounts.models import User
from annotator.corpora.actions import invite
from annotator.corpora.models import Invitation, Membership, Role

NEW = {"username": "ana", "password1": "wide grey harbour", "password2": "wide grey harbour"}


@pytest.fixture
def url(corpus, manuela):
    return f"/invitations/{invite(corpus=corpus, role=Role.CURATOR, by=manuela)}/"


def test_shows_what_it_is_for(client, url):
    text = client.get(url).content.decode()

    assert "Join Island news" in text
    assert "curator" in text


def test_makes_the_account_and_signs_it_in(client, url):
    response = client.post(url, NEW)

    assert response.headers["Location"] == "/corpora/news/"
    assert get_user(client).username == "ana"
    assert Membership.objects.get(user__username="ana").role == "curator"
    assert not get_user(client).is_staff


def test_works_once(client, url):
    client.post(url, NEW)
    client.logout()

    assert client.get(url).status_code == 404
    assert client.post(url, NEW | {"username": "eve"}).status_code == 404
    assert not User.objects.filter(username="eve").exists()


def test_looking_uses_nothing_up(client, url):
    client.get(url)
    client.head(url)

    assert client.post(url, NEW).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"password2": "another thing"},
        {"password1": "short", "password2": "short"},
        {"username": "manuela"},
        {"username": "MANUELA"},
        {"username": "../x"},
        {"username": ""},
    ],
)
def test_wrong_account_is_refused_and_the_link_stays(client, url, wrong):
    assert client.post(url, NEW | wrong).status_code == 422
    assert not User.objects.filter(username__in=["ana", "../x"]).exists()
    assert client.get(url).status_code == 200


def test_who_is_signed_in_joins_with_this_account(client_of, charlie, url):
    client_of(charlie).post(url)

    assert Membership.objects.get(user=charlie, corpus__slug="news").role == "curator"
    assert not User.objects.filter(username="ana").exists()


def test_member_keeps_the_role(client_of, alice, url):
    client_of(alice).post(url)

    assert Membership.objects.get(user=alice).role == "annotator"


def test_old_link_is_gone(client, url):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get(url).status_code == 404


def test_unknown_link_is_gone_in_the_same_words(client, url):
    client.post(url, NEW)
    client.logout()

    unknown, used = client.get("/invitations/never/"), client.get(url)

    assert unknown.status_code == used.status_code == 404
    assert words(unknown) == words(used)


def words(response) -> str:
    return response.content.decode().partition("<main")[2]


def test_takes_no_put(client, url):
    assert client.put(url).status_code == 405
