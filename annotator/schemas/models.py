"""The schema of a corpus: labels, their attributes, the relation types, and the entities it knows."""

from collections.abc import Collection
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotator.corpora.models import Corpus
from annotator.schemas.fields import WordsField
from annotator.text.folding import prefixes

# A key stands in files, URLs and CSS class names: plain ASCII, fixed once it is used.
KEY = RegexValidator(
    r"\A[a-z][a-z0-9_-]{0,49}\Z", "Use small letters, digits, - and _; a letter first."
)
COLOUR = RegexValidator(r"\A#[0-9a-f]{6}\Z", "Use a colour like #3b5bdb.")
SHORTCUT = RegexValidator(r"\A[a-z]\Z", "Use one small letter.")


class LineStyle(models.TextChoices):
    """How a label's lane is drawn, so that colour is never alone."""

    SOLID = "solid"
    DOUBLE = "double"
    DASHED = "dashed"


class Label(models.Model):
    """What a span can be: a speaker, a quote, a claim. Retired, never deleted, once it is used."""

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="labels")
    key = models.CharField(max_length=50, validators=[KEY])
    name = models.CharField(max_length=100)
    shortcut = models.CharField(max_length=1, validators=[SHORTCUT], blank=True)
    colour = models.CharField(max_length=7, validators=[COLOUR], default="#3b5bdb")
    style = models.CharField(max_length=10, choices=LineStyle.choices, default=LineStyle.SOLID)
    description = models.TextField(blank=True, help_text="what it marks, in one line")
    order = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["corpus", "key"], name="one_label_per_key"),
            models.UniqueConstraint(
                fields=["corpus", "shortcut"],
                condition=Q(retired=False) & ~Q(shortcut=""),
                name="one_label_per_shortcut",
            ),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_-]{0,49}$"), name="label_key_is_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AttributeKind(models.TextChoices):
    """What values an attribute takes."""

    CHOICE = "choice", "one of several values"
    BOOLEAN = "boolean", "yes or not"
    TEXT = "text", "free text"
    ENTITY = "entity", "an entity of the corpus"


class Preset(models.TextChoices):
    """What fills an attribute in when a span is made without it."""

    NONE = "", "nothing"
    QUOTATION_MARKS = "quotation_marks", "the quotation marks (direct, indirect, mixed)"


class Attribute(models.Model):
    """A property of the spans of one label: a quote's kind, a claim's check-worthiness."""

    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="attributes")
    key = models.CharField(max_length=50, validators=[KEY])
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=AttributeKind.choices)
    # [{"value": "direct", "shortcut": "d"}, …]; the default of a choice is no value at all.
    choices = models.JSONField(default=list, blank=True)
    preset = models.CharField(max_length=20, choices=Preset.choices, default="", blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["label", "key"], name="one_attribute_per_key"),
            models.CheckConstraint(
                condition=Q(kind__in=AttributeKind.values), name="attribute_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=AttributeKind.CHOICE) & ~Q(choices=[])
                | ~Q(kind=AttributeKind.CHOICE) & Q(choices=[]),
                name="attribute_has_choices_if_it_is_a_choice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label.key}.{self.key}"


class RelationType(models.Model):
    """A typed link. Each ordered pair of labels has at most one, so linking never asks which."""

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="relation_types")
    key = models.CharField(max_length=50, validators=[KEY])
    name = models.CharField(max_length=100)
    source = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="relations_out")
    target = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="relations_in")
    order = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["corpus", "key"], name="one_relation_type_per_key"),
            models.UniqueConstraint(
                fields=["source", "target"],
                condition=Q(retired=False),
                name="one_relation_type_per_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.source.key} → {self.target.key}"


class EntityQuerySet(models.QuerySet["Entity"]):
    def current(self) -> Self:
        """Leave out what was merged into another."""
        return self.filter(merged_into=None)

    def ids_of(self, corpus: Corpus, names: Collection[str]) -> dict[str, int]:
        """Return which entity each of these names is of; what was merged is what it went into."""
        rows = self.filter(corpus=corpus, name__in=names)
        return dict(rows.values_list("name", Coalesce("merged_into_id", "pk")))

    def search(self, said: str) -> Self:
        """Return those that have, for each word of ``said``, a word in their names beginning so.

        Neither case nor accents count. A merged one is found by its own names.
        """
        asked = prefixes(said)
        if not asked:
            return self.none()
        return self.filter(
            Func(
                F("words"),
                Value(asked, output_field=TextField()),
                template="(array_to_tsvector(%(expressions)s::tsquery)",
                arg_joiner=") @@ ",
                output_field=models.BooleanField(),
            )
        )


class Entity(models.Model):
    """Who or what a speaker span names, known across the corpus by one distinct name.

    What was merged into another stays, so that its name keeps leading there. No span names it, and
    nothing is merged into it; triggers see to that.
    """

    corpus = models.ForeignKey(
        Corpus, on_delete=models.CASCADE, related_name="entities", db_index=False
    )
    name = models.CharField(max_length=300)
    aliases = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    words = WordsField(models.TextField(), default=list, editable=False)
    created_at = models.DateTimeField(default=timezone.now, db_default=models.functions.Now())

    objects = EntityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["corpus", "name"], name="one_entity_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="entity_has_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["corpus", "-id"], name="entity_newest_first"),
            GinIndex(Func(F("words"), function="array_to_tsvector"), name="entity_by_words"),
        ]

    def __str__(self) -> str:
        return self.name


def bump_schema_version(corpus: Corpus) -> None:
    """Say that the schema changed, in the transaction that changes it."""
    Corpus.objects.filter(pk=corpus.pk).update(schema_version=F("schema_version") + 1)
    corpus.refresh_from_db(fields=["schema_version"])
