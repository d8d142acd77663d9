"""Corpora, their members and their articles."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Left, Length
from django.utils import timezone

from annotator.accounts.models import User, hash_token
from annotator.corpora.fields import OrderedJSONField


class Role(models.TextChoices):
    """What a member of a corpus may do; each role has all rights of those after it but blindness.

    An annotator is blind to what other people read; a viewer sees all and changes nothing.
    """

    MANAGER = "manager"
    CURATOR = "curator"
    ANNOTATOR = "annotator"
    VIEWER = "viewer"


class Right(models.TextChoices):
    """What can be done in a corpus; ``RIGHTS`` says by whom."""

    READ = "read"
    ANNOTATE = "annotate"
    SEE_ALL_READINGS = "see all readings"
    IMPORT = "import"
    RELEASE = "make releases"
    EDIT_GUIDELINES = "edit guidelines"
    EDIT_ENTITIES = "edit entities"
    EDIT_SCHEMA = "edit schema"
    MANAGE_MEMBERS = "manage members"
    EDIT_SETTINGS = "edit settings"


RIGHTS: dict[Right, frozenset[str]] = {
    Right.READ: frozenset(Role.values),
    Right.ANNOTATE: frozenset({Role.MANAGER, Role.CURATOR, Role.ANNOTATOR}),
    Right.SEE_ALL_READINGS: frozenset({Role.MANAGER, Role.CURATOR, Role.VIEWER}),
    Right.IMPORT: frozenset({Role.MANAGER, Role.CURATOR}),
    Right.RELEASE: frozenset({Role.MANAGER, Role.CURATOR}),
    Right.EDIT_GUIDELINES: frozenset({Role.MANAGER, Role.CURATOR}),
    Right.EDIT_ENTITIES: frozenset({Role.MANAGER, Role.CURATOR}),
    Right.EDIT_SCHEMA: frozenset({Role.MANAGER}),
    Right.MANAGE_MEMBERS: frozenset({Role.MANAGER}),
    Right.EDIT_SETTINGS: frozenset({Role.MANAGER}),
}


class CorpusQuerySet(models.QuerySet["Corpus"]):
    def visible_to(self, user: User) -> Self:
        """Return the corpora that ``user`` is a member of, each with ``role``."""
        if user.is_superuser:
            return self.annotate(role=Value(Role.MANAGER.value))
        return self.filter(memberships__user=user).annotate(role=F("memberships__role"))


class Corpus(models.Model):
    """A collection of articles with one schema, one guideline page and its members."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    guidelines = models.TextField(blank=True, help_text="Markdown")
    # Grows with every change of a label, attribute or relation type: what was made from the schema
    # (the parsed schema in a process, the stylesheet in a browser) is kept under this number.
    schema_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    members = models.ManyToManyField(User, through="Membership", related_name="corpora")

    objects = CorpusQuerySet.as_manager()

    # Set by ``visible_to``: the role of the user it was fetched for.
    role: str | None

    class Meta:
        verbose_name_plural = "corpora"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="corpus_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def allows(self, right: Right) -> bool:
        """Return whether the user that this corpus was fetched for has ``right``."""
        return self.role in RIGHTS[right]


class Membership(models.Model):
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["corpus", "user"], name="one_membership_per_user"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="membership_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.corpus}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self, token: str) -> Self:
        return self.pending().filter(token_hash=hash_token(token))

    def pending(self) -> Self:
        return self.filter(accepted_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A link by which somebody new gets an account and a role; there is no open sign-up."""

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=20, choices=Role.choices)
    note = models.CharField(max_length=200, blank=True, help_text="whom it is for")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="invitation_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_at=None)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="invitation_accepted_by_and_at_together",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation to {self.corpus} as {self.role}"


# How many characters of a title count when articles are put in order.
SORTED_TITLE = 200


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, user: User) -> Self:
        """Return the articles of the corpora that ``user`` is a member of, each with ``role``."""
        if user.is_superuser:
            return self.annotate(role=Value(Role.MANAGER.value))
        mine = self.filter(corpus__memberships__user=user)
        return mine.annotate(role=F("corpus__memberships__role"))

    def search(self, words: str) -> Self:
        """Return the articles that hold all words (``"a phrase"``, ``-not``, ``or``), case aside."""
        return self.filter(search=SearchQuery(words, config="simple", search_type="websearch"))


class Article(models.Model):
    """One text with its metadata. The text never changes once stored; a trigger refuses it."""

    # PostgreSQL's tsvector holds at most 1 MB: longer texts are searched by their beginning.
    SEARCHED = 100_000

    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, related_name="articles", db_index=False
    )
    key = models.CharField(max_length=200, validators=[MinLengthValidator(1)])
    title = models.CharField(max_length=1000, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    length = models.PositiveIntegerField(help_text="of the text, in code points")
    meta = OrderedJSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_default=models.functions.Now())
    search = models.GeneratedField(
        expression=SearchVector(F("title"), Left("text", SEARCHED), config=Value("simple")),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ArticleQuerySet.as_manager()

    # Set by ``visible_to``: the role of the user it was fetched for.
    role: str | None

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["corpus", "key"], name="one_article_per_key"),
            models.CheckConstraint(condition=~Q(key=""), name="article_has_a_key"),
            models.CheckConstraint(condition=~Q(text=""), name="article_has_a_text"),
            models.CheckConstraint(
                condition=Q(length=Length("text")), name="article_length_is_in_code_points"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["corpus", "id"], name="article_in_order_of_import"),
            # By the beginning: an entry of an index holds a third of a page, a title may be longer.
            models.Index("corpus", Left("title", SORTED_TITLE), "id", name="article_by_title"),
            GinIndex(fields=["search"], name="article_search"),
        ]

    def __str__(self) -> str:
        return self.title or self.key

    def allows(self, right: Right) -> bool:
        """Return whether the user that this article was fetched for has ``right``."""
        return self.role in RIGHTS[right]
