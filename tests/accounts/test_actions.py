from datetime import timedelta

import pytest
from django.utils import timezone
from knox.models import AuthToken

from annotator.accounts.actions import (
    TOKEN_LIFETIME,
    change_password,
    deactivate,
    first_administrator,
    make_sign_in_link,
    make_token,
    redeem_sign_in_link,
    revoke_token,
)
from annotator.accounts.models import SignInLink, TokenName, User
from tests.factories import UserFactory


@pytest.fixture
def ana(db):
    return UserFactory(username="ana")


def test_token_ends_by_itself_and_only_its_hash_is_stored(ana):
    secret = make_token(user=ana)

    token = AuthToken.objects.get()
    assert token.expiry - timezone.now() <= TOKEN_LIFETIME
    assert secret not in str(AuthToken.objects.values().get())


def test_name_of_a_token_goes_with_it(ana):
    make_token(user=ana, name="laptop")

    assert revoke_token(user=ana, digest=AuthToken.objects.get().digest)
    assert not TokenName.objects.exists()


def test_revoking_twice_says_so(ana):
    assert not revoke_token(user=ana, digest="0" * 128)


def test_new_password_ends_every_token_of_this_user_only(ana):
    bea = UserFactory(username="bea")
    make_token(user=ana)
    make_token(user=bea)

    change_password(user=ana, password="wide grey harbour")

    assert [token.user for token in AuthToken.objects.all()] == [bea]


def test_deactivating_ends_links_and_password(ana):
    root = UserFactory(is_superuser=True)
    link = make_sign_in_link(user=ana)

    deactivate(user=ana, by=root)

    assert redeem_sign_in_link(token=link.split("/")[-2]) is None
    assert not SignInLink.objects.exists()
    assert not User.objects.get(pk=ana.pk).has_usable_password()


def test_link_works_once_and_for_a_day(ana):
    token = make_sign_in_link(user=ana).split("/")[-2]
    assert redeem_sign_in_link(token=token) == ana
    assert redeem_sign_in_link(token=token) is None

    late = make_sign_in_link(user=ana).split("/")[-2]
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert redeem_sign_in_link(token=late) is None


def test_first_administrator_is_made_once_and_without_a_password(db):
    admin = first_administrator()

    assert admin is not None
    assert not admin.has_usable_password()
    assert first_administrator() is None
