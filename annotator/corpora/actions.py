"""What is done to corpora and their members."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from annotator.accounts.models import User, hash_token, new_token
from annotator.corpora.models import Corpus, Invitation, Membership, Role

INVITATION_LIFETIME = timedelta(days=14)


class LastManager(Exception):
    """A corpus keeps at least one manager."""


def free_slug(name: str) -> str:
    """Return a slug made from ``name`` that no corpus has yet."""
    stem = slugify(name)[:70] or "corpus"
    taken = set(Corpus.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)


@transaction.atomic
def create_corpus(*, name: str, by: User | None, slug: str = "", description: str = "") -> Corpus:
    """Create an empty corpus (no schema yet) with ``by`` as its manager."""
    corpus = Corpus.objects.create(name=name, slug=slug or free_slug(name), description=description)
    if by is not None:
        Membership.objects.create(corpus=corpus, user=by, role=Role.MANAGER)
    return corpus


@transaction.atomic
def set_role(*, corpus: Corpus, user: User, role: Role | None, by: User) -> None:
    """Give ``user`` a role in ``corpus``; None ends the membership. What the user made stays.

    Raises LastManager when nobody would be left to manage the corpus.
    """
    # Lock the corpus: two managers who demote each other at once must not both succeed.
    Corpus.objects.select_for_update().get(pk=corpus.pk)
    if role is None:
        Membership.objects.filter(corpus=corpus, user=user).delete()
    else:
        Membership.objects.update_or_create(corpus=corpus, user=user, defaults={"role": role})
    managers = Membership.objects.filter(corpus=corpus, role=Role.MANAGER, user__is_active=True)
    if not managers.exists() and not by.is_superuser:
        raise LastManager("A corpus needs a manager: make somebody else one first.")


def invite(*, corpus: Corpus, role: Role, by: User, note: str = "") -> str:
    """Return the secret of a new invitation; it stands in no table and cannot be shown again."""
    token = new_token()
    Invitation.objects.create(
        corpus=corpus,
        role=role,
        note=note,
        invited_by=by,
        token_hash=hash_token(token),
        expires_at=timezone.now() + INVITATION_LIFETIME,
    )
    return token


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Corpus | None:
    """Make ``user`` a member as the invitation says; None when it is unknown, used or expired."""
    # Lock the invitation: of two people with the same link only one gets in.
    invitation = (
        Invitation.objects.usable(token)
        .select_for_update(of=("self",))
        .select_related("corpus")
        .first()
    )
    if invitation is None:
        return None
    Membership.objects.get_or_create(
        corpus=invitation.corpus, user=user, defaults={"role": invitation.role}
    )
    invitation.accepted_by = user
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    return invitation.corpus


def may_create_corpora(user: User) -> bool:
    """Return whether ``user`` may begin a corpus: superusers, and who manages one already."""
    if user.is_superuser:
        return True
    return Membership.objects.filter(user=user, role=Role.MANAGER).exists()


@transaction.atomic
def join_with_new_account(
    *, token: str, username: str, password: str
) -> tuple[User, Corpus] | None:
    """Make the account that an invitation is for; None, and no account, when it is not usable."""
    user = User.objects.create_user(username=username, password=password)
    corpus = accept_invitation(token=token, user=user)
    if corpus is None:
        transaction.set_rollback(True)
        return None
    return user, corpus
