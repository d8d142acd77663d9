"""What is done to accounts: the first administrator, links that sign in once, tokens, passwords."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from annotator.accounts import pace
from annotator.accounts.models import SignInLink, TokenName, User, hash_token, new_token

TOKEN_LIFETIME = timedelta(days=90)


@transaction.atomic
def first_administrator() -> User | None:
    """Create the administrator of a new install; None when anybody exists already.

    It has no usable password: a one-time link is its only way in.
    """
    if User.objects.exists():
        return None
    admin = User(username="admin", is_staff=True, is_superuser=True)
    admin.set_unusable_password()
    admin.save()
    return admin


def make_sign_in_link(*, user: User) -> str:
    """Return the path of a new link that signs ``user`` in once, within a day."""
    token = new_token()
    SignInLink.objects.create(
        user=user,
        token_hash=hash_token(token),
        expires_at=timezone.now() + SignInLink.LIFETIME,
    )
    return reverse("sign-in-link", args=[token])


@transaction.atomic
def redeem_sign_in_link(*, token: str) -> User | None:
    """Use a link up and return whom it signs in; None when it is unknown, used or expired."""
    # Lock the link: of two clicks at once only one may get in.
    link = SignInLink.objects.usable(token).select_for_update().select_related("user").first()
    if link is None or not link.user.is_active:
        return None
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return link.user


@transaction.atomic
def make_token(*, user: User, name: str = "", lifetime: timedelta = TOKEN_LIFETIME) -> str:
    """Return the secret of a new API token; only its hash is stored, it cannot be shown again."""
    pace.forget()
    token, secret = AuthToken.objects.create(user=user, expiry=lifetime)
    if name:
        TokenName.objects.create(token=token, name=name)
    return str(secret)


def revoke_token(*, user: User, digest: str) -> bool:
    """End one token of ``user``; False when there is none of this digest, or it is another's."""
    deleted, _ = AuthToken.objects.filter(user=user, digest=digest).delete()
    return bool(deleted)


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Set the password and end every token.

    Sessions end by themselves, as they carry a hash of the password; whoever changes the own
    password keeps this one session (Django's ``update_session_auth_hash``).
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    AuthToken.objects.filter(user=user).delete()


@transaction.atomic
def deactivate(*, user: User, by: User) -> None:
    """Shut an account: sessions, tokens and links end for good. What it made stays.

    The password goes too, so that no old session lives on when the account is opened again:
    the way back in is a new sign-in link. Raises ValueError for one's own account.
    """
    if user == by:
        raise ValueError("You cannot deactivate your own account.")
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    AuthToken.objects.filter(user=user).delete()
    user.sign_in_links.all().delete()


@transaction.atomic
def reactivate(*, user: User) -> str:
    """Open an account again; return the path of the link by which it signs in."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    return make_sign_in_link(user=user)
