import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from annotator.accounts.actions import make_token
from annotator.accounts.models import LINES, MEASURES, SIZES, Face, Preferences
from annotator.www.forms.account import KeysForm

URL = "/account/"


def lets_in(secret: str) -> bool:
    try:
        TokenAuthentication().authenticate_credentials(secret.encode())
    except AuthenticationFailed:
        return False
    return True


def test_shows_the_account(client_of, alice):
    text = client_of(alice).get(URL).content.decode()

    assert "alice" in text
    assert "/accounts/password/change/" in text


def test_account_takes_no_post(client_of, alice):
    assert client_of(alice).post(URL).status_code == 405


def test_anonymous_has_no_account(client, db):
    assert client.get(URL).status_code == 302


def test_token_is_shown_once_and_gets_in(client_of, alice):
    client = client_of(alice)

    response = client.post(f"{URL}tokens/", {"name": "<my script>", "days": "30"})

    secret = response.context["secret"]
    assert secret in response.content.decode()
    assert lets_in(secret)
    again = client.get(URL).content.decode()
    assert secret not in again
    assert "&lt;my script&gt;" in again


def test_token_has_an_end(client_of, alice):
    client_of(alice).post(f"{URL}tokens/", {"name": "x", "days": "30"})

    token = AuthToken.objects.get()
    assert timedelta(days=29) < token.expiry - timezone.now() <= timedelta(days=30)


@pytest.mark.parametrize(
    "wrong", [{"days": "99999"}, {"days": ""}, {"name": ""}, {"name": "x" * 101}]
)
def test_wrong_token_is_refused(client_of, alice, wrong):
    response = client_of(alice).post(f"{URL}tokens/", {"name": "x", "days": "30"} | wrong)

    assert response.status_code == 422
    assert not AuthToken.objects.exists()


def test_revoked_token_lets_nobody_in(client_of, alice):
    secret = make_token(user=alice, name="x")
    digest = AuthToken.objects.get().digest

    client_of(alice).post(f"{URL}tokens/{digest}/revocation/")

    assert not lets_in(secret)


def test_nobody_revokes_anothers_token(client_of, alice, bob):
    secret = make_token(user=alice, name="x")
    digest = AuthToken.objects.get().digest

    assert client_of(bob).post(f"{URL}tokens/{digest}/revocation/").status_code == 404
    assert client_of(alice).get(f"{URL}tokens/{digest}/revocation/").status_code == 405
    assert client_of(alice).get(f"{URL}tokens/").status_code == 405
    assert lets_in(secret)


def test_shows_nobody_elses_tokens(client_of, alice, bob):
    make_token(user=alice, name="night export")

    assert "night export" not in client_of(bob).get(URL).content.decode()


def test_new_password_ends_other_sessions_and_tokens(client_of, alice):
    secret = make_token(user=alice, name="x")
    elsewhere = Client()
    elsewhere.force_login(alice)
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": "correct horse battery"})

    client.post(
        "/accounts/password/change/",
        {
            "oldpassword": "correct horse battery",
            "password1": "wide grey harbour",
            "password2": "wide grey harbour",
        },
    )

    assert client.get(URL).status_code == 200
    assert elsewhere.get(URL).status_code == 302
    assert not lets_in(secret)


def test_who_came_by_link_sets_a_first_password(client_of, alice):
    alice.set_unusable_password()
    alice.save()
    client = client_of(alice)
    assert "/accounts/password/set/" in client.get(URL).content.decode()

    client.post(
        "/accounts/password/set/",
        {"password1": "wide grey harbour", "password2": "wide grey harbour"},
    )

    alice.refresh_from_db()
    assert alice.check_password("wide grey harbour")
    assert client.get(URL).status_code == 200


STEPS = {"size": 120, "line": 275, "measure": 60, "face": "plain"}


def test_how_text_looks_is_kept_per_person(client_of, alice, bob, article):
    assert client_of(alice).post(f"{URL}comfort/", STEPS).status_code == 204
    client_of(alice).post(f"{URL}comfort/", STEPS | {"size": 130})

    desk = f"/articles/{article.pk}/"
    assert "size-130 line-275 measure-60 face-plain" in client_of(alice).get(desk).content.decode()
    assert "size-100 line-235 measure-70 face-book" in client_of(bob).get(desk).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"size": 125}, {"line": 100}, {"measure": ""}, {"face": "comic"}, {"face": "\x00"}],
    ids=str,
)
def test_steps_that_are_none_are_refused(client_of, alice, wrong):
    assert client_of(alice).post(f"{URL}comfort/", STEPS | wrong).status_code == 422
    assert not Preferences.objects.exists()


def test_how_text_looks_is_posted(client_of, alice):
    assert client_of(alice).get(f"{URL}comfort/").status_code == 405


def test_every_step_has_its_class():
    css = (Path(__file__).parents[2] / "static/css/comfort.css").read_text()
    for field, steps in (("size", SIZES), ("line", LINES), ("measure", MEASURES)):
        for step in steps:
            assert f".{field}-{step} {{" in css
    assert all(f".face-{face}" in css for face in Face.values)


@pytest.mark.parametrize("wrong", [{"size": 101}, {"line": 200}, {"measure": 0}, {"face": "x"}])
def test_the_database_knows_the_steps(alice, wrong):
    with pytest.raises(IntegrityError, match="preferences_"):
        Preferences.objects.create(user=alice, **wrong)


def desk_of(client, article) -> str:
    return client.get(f"/articles/{article.pk}/").content.decode()


def test_own_keys_are_kept_per_person(client_of, alice, bob, article, htmx):
    keys = {"keys": '{"tag:quote": "w", "attribute:tone:<b>": "Alt+é"}', "single_keys": "on"}
    assert client_of(alice).post(f"{URL}keys/", keys, headers=htmx).status_code == 204

    kept = Preferences.objects.get(user=alice)
    assert kept.keys == {"tag:quote": "w", "attribute:tone:<b>": "Alt+é"}
    assert "&quot;tag:quote&quot;: &quot;w&quot;" in desk_of(client_of(alice), article)
    assert 'name="keys" value="{}"' in desk_of(client_of(bob), article)
    assert "You have changed 2 keys" in client_of(alice).get(URL).content.decode()


def test_own_keys_are_given_up_and_letters_switched_off_on_the_page(client_of, alice, article):
    Preferences.objects.create(user=alice, keys={"tag:quote": "w"}, size=120)

    response = client_of(alice).post(f"{URL}keys/", {"keys": "{}"})

    assert response.headers["Location"] == URL
    kept = Preferences.objects.get(user=alice)
    assert (kept.keys, kept.single_keys, kept.size) == ({}, False, 120)
    assert 'name="single_keys">' in desk_of(client_of(alice), article)


@pytest.mark.parametrize(
    "keys",
    [
        "",
        "{",
        "[]",
        "[" * 19_000,
        '{"tag:quote": 1}',
        '{"tag:quote": ""}',
        '{"tag:quote": "a b"}',
        '{"tag:quote": "\\u0000"}',
        '{"tag:\\ud800": "w"}',
        '{"Tag quote": "w"}',
        json.dumps({f"tag:{n}": "w" for n in range(201)}),
        json.dumps({"tag:x": "w" * 21}),
    ],
)
def test_keys_that_are_none_are_refused(client_of, alice, keys):
    response = client_of(alice).post(f"{URL}keys/", {"keys": keys, "single_keys": "on"})
    assert response.status_code == 422
    assert not Preferences.objects.exists()


def test_keys_are_posted(client_of, alice):
    assert client_of(alice).get(f"{URL}keys/").status_code == 405


@given(keys=st.text(max_size=40) | st.dictionaries(st.text(), st.text(max_size=25)).map(json.dumps))
def test_whatever_is_sent_as_keys_is_stored_or_refused(keys):
    form = KeysForm({"keys": keys})
    if form.is_valid():
        stored = json.dumps(form.cleaned_data["keys"], ensure_ascii=False)
        assert stored.encode()
        assert "\\u0000" not in stored


def test_the_database_knows_that_keys_are_an_object(alice):
    with pytest.raises(IntegrityError, match="own_keys_are_an_object"):
        Preferences.objects.create(user=alice, keys=["w"])
