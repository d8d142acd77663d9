"""Releases: what was taken of a corpus at one moment, frozen, numbered and checksummed."""

import secrets
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotator.accounts.models import User
from annotator.corpora.fields import OrderedJSONField
from annotator.corpora.models import RIGHTS, Article, Corpus, Right
from annotator.readings.models import Reading
from annotator.releases.recipe import Recipe
from annotator.releases.splits import Split


class ReleaseQuerySet(models.QuerySet["Release"]):
    def frozen(self) -> Self:
        return self.exclude(sha256="")

    def drafts(self) -> Self:
        """Return what is being made, or was left behind by a worker that died."""
        return self.filter(sha256="")

    def visible_to(self, user: User) -> Self:
        """Return the frozen releases that ``user`` may look into: they hold everybody's readings."""
        if user.is_superuser:
            return self.frozen()
        sees_all = RIGHTS[Right.SEE_ALL_READINGS]
        return self.frozen().filter(
            corpus__memberships__user=user, corpus__memberships__role__in=sees_all
        )


class Release(models.Model):
    """A dataset made from a corpus. While it is being made it has no number; then triggers keep it.

    ``manifest`` begins with what the files say beside the data (the corpus's name, its schema and
    guidelines as they were) and ends, once frozen, as the content of manifest.json. Together with
    the versions of the readings (``ReleasedReading``), the names of the entities, and texts that
    never change, it is all that is needed to make the same files again.
    """

    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, related_name="releases", db_index=False
    )
    number = models.PositiveIntegerField(null=True, help_text="1, 2, … in its corpus")
    # Whoever asks again with the same key gets the same release.
    key = models.CharField(max_length=64, unique=True, default=secrets.token_hex)
    recipe = models.JSONField()
    schema_version = models.PositiveIntegerField()
    manifest = OrderedJSONField()
    sha256 = models.CharField(max_length=64, blank=True, help_text="of SHA256SUMS")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="releases")
    at = models.DateTimeField(default=timezone.now)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["corpus", "number"], name="one_release_per_number"),
            models.CheckConstraint(
                condition=Q(number=None, sha256="") | Q(number__gte=1) & ~Q(sha256=""),
                name="release_has_a_number_once_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.corpus}, release {self.number or 'in the making'}"

    @property
    def is_frozen(self) -> bool:
        return self.number is not None

    @property
    def chosen(self) -> Recipe:
        return Recipe.of(self.recipe)

    @property
    def counts(self) -> dict[str, Any]:  # Any: JSON
        counts: dict[str, Any] = self.manifest["counts"]
        return counts

    @property
    def name(self) -> str:
        """Return what people call it in a citation and a folder: ``news-3``."""
        return f"{self.manifest['corpus']['slug']}-{self.number}"


class ReleasedReading(models.Model):
    """A reading in a release: at which version, in which split, in which shard of it."""

    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="readings", db_index=False
    )
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="released")
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="released")
    version = models.PositiveIntegerField()
    split = models.CharField(max_length=12, default=Split.TRAIN.value)
    shard = models.PositiveIntegerField(default=0)
    # Of its line in data/, so that two releases are compared without making them again.
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["release", "reading"], name="reading_once_in_a_release"
            ),
            models.CheckConstraint(
                condition=Q(split__in=[split.value for split in Split]), name="split_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["release", "split", "shard", "article", "reading"],
                name="released_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reading_id} at {self.version} in {self.split}"


class ReleasedEntity(models.Model):
    """What an entity was called; no foreign key, as entities may be merged away."""

    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="entities", db_index=False
    )
    entity = models.BigIntegerField()
    name = models.CharField(max_length=300)

    class Meta:
        verbose_name_plural = "released entities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "entity"], name="entity_once_in_a_release"),
        ]

    def __str__(self) -> str:
        return self.name
