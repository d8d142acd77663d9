"""What is done to accounts: the first administrator, links that sign in once."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from annotator.accounts.models import SignInLink, User, hash_token, new_token


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
