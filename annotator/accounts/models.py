"""People, and the links that let them in without a password."""

import hashlib
import secrets
from datetime import timedelta
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone


class User(AbstractUser):
    """Someone who signs in. The username is the name under which a person's readings come out."""

    class Meta:
        verbose_name = "user"
        verbose_name_plural = "users"


def hash_token(token: str) -> str:
    """Return what is stored of a secret link: a leaked table opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Return a secret of 256 random bits that fits into a URL."""
    return secrets.token_urlsafe(32)


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def usable(self, token: str) -> Self:
        """Return the link of this token if it was not used and has not expired."""
        return self.filter(
            token_hash=hash_token(token), used_at=None, expires_at__gt=timezone.now()
        )


class SignInLink(models.Model):
    """A link that signs one user in, once. It takes the place of a default password."""

    LIFETIME = timedelta(hours=24)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = SignInLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "sign-in link"
        verbose_name_plural = "sign-in links"

    def __str__(self) -> str:
        return f"sign-in link of {self.user}"


class TokenName(models.Model):
    """What its owner calls an API token. The token itself is knox's: hashed, with an end."""

    token = models.OneToOneField(
        "knox.AuthToken", on_delete=models.CASCADE, primary_key=True, related_name="named"
    )
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """What a program was answered to a request with an ``Idempotency-Key``.

    It is stored in the transaction of what the request made: there is both, or neither.
    """

    KEPT = timedelta(days=7)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="of what was asked for")
    status = models.PositiveSmallIntegerField(null=True, help_text="null while it is made")
    location = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "at"], name="answers_by_age")]

    def __str__(self) -> str:
        return f"answer to {self.key}"


class Pace(models.Model):
    """How many requests a token has sent of late, as the moment at which they are all due.

    The table is not logged: what a crash forgets is only how fast somebody was.
    """

    key = models.CharField(max_length=140, primary_key=True)
    due = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key}: {self.due}"


class Face(models.TextChoices):
    """What article text is set in."""

    BOOK = "book", "Book"
    PLAIN = "plain", "Plain"
    WIDE = "wide", "Wide"  # plain, with room between letters and words: easier for dyslexic readers


SIZES = range(90, 180, 10)  # percent
LINES = range(215, 316, 20)  # height of a line in percent of the letters: three lanes need 215
MEASURES = range(50, 120, 10)  # characters in a line, about


class Preferences(models.Model):
    """How a person likes to read. They go along to every machine; no row: all is as at first."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    size = models.PositiveSmallIntegerField(default=100)
    line = models.PositiveSmallIntegerField(default=235)
    measure = models.PositiveSmallIntegerField(default=70)
    face = models.CharField(max_length=10, choices=Face.choices, default=Face.BOOK)
    # Own keys of the desk, by what its button does: {"tag:quote": "w", "move:word:1": "Alt+F"}.
    keys = models.JSONField(default=dict, blank=True)
    single_keys = models.BooleanField(default=True, help_text="whether keys of one character act")

    class Meta:
        verbose_name_plural = "preferences"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(size__in=SIZES, line__in=LINES, measure__in=MEASURES),
                name="preferences_are_steps",
            ),
            models.CheckConstraint(
                condition=Q(face__in=Face.values), name="preferences_face_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.user}"

    @classmethod
    def of(cls, user: User) -> Self:
        """Return what ``user`` prefers: stored, or as everybody begins."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    @property
    def classes(self) -> str:
        """Return the classes of ``comfort.css`` that say it."""
        return f"size-{self.size} line-{self.line} measure-{self.measure} face-{self.face}"
