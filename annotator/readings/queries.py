"""Questions about many articles and their readings; pages and API ask the same ones."""

from dataclasses import dataclass, field

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Left

from annotator.accounts.models import User
from annotator.corpora.models import SORTED_TITLE, Article, ArticleQuerySet, Corpus, Right
from annotator.readings.models import Origin, Reading, Span, State
from annotator.schemas.schema import schema_of


class ArticleState(models.TextChoices):
    """How far an article is, as seen from one reader; no reading at all is new."""

    NEW = "new"
    IN_PROGRESS = State.IN_PROGRESS.value, State.IN_PROGRESS.label
    SUBMITTED = State.SUBMITTED.value, State.SUBMITTED.label
    SKIPPED = State.SKIPPED.value, State.SKIPPED.label


class Order(models.TextChoices):
    """In what order articles come; each is an index, so that any page costs the same."""

    IMPORT = "import", "in order of import"
    NEWEST = "newest", "newest first"
    TITLE = "title", "by title"


def readings_seen(corpus: Corpus, user: User) -> Q:
    """Return which readings of ``corpus`` the user may see; the corpus was fetched for ``user``.

    The same rule as ``Reading.objects.visible_to``, without asking for the role once per row.
    """
    if corpus.allows(Right.SEE_ALL_READINGS):
        return Q()
    return Q(user=user) | ~Q(origin=Origin.PERSON)


def filter_articles(
    *,
    corpus: Corpus,
    user: User,
    search: str = "",
    state: str = "",
    label: str = "",
    reader: str = "",
    notes: str = "",
) -> ArticleQuerySet:
    """Return the articles of ``corpus`` that fit all that is given.

    ``state`` is that of ``reader``'s reading; with no reader named, of anybody's for those who
    see all, else of the user's own. ``label`` asks for a span of that label in such a reading,
    ``notes`` (if it is not empty) for a note in it.
    """
    articles = Article.objects.filter(corpus=corpus)
    if search:
        articles = articles.search(search)
    if not (state or label or reader or notes):
        return articles
    readings = Reading.objects.filter(readings_seen(corpus, user), article=OuterRef("pk"))
    if reader:
        readings = readings.filter(reader=reader)
    elif state and not corpus.allows(Right.SEE_ALL_READINGS):
        readings = readings.filter(user=user)
    if state == ArticleState.NEW:
        # What nobody has read has no span of any label, and no note.
        return articles.none() if label or notes else articles.filter(~Exists(readings))
    if state:
        readings = readings.filter(state=state)
    if label:
        # By its id, for which the database knows how common it is: from a rare label it goes to
        # the articles, for a common one it looks through the first articles.
        rule = schema_of(corpus).labels.get(label)
        readings = readings.filter(spans__label=rule.id) if rule else readings.none()
    if notes:
        readings = readings.filter(notes__isnull=False)
    return articles.filter(Exists(readings))


@dataclass(slots=True)
class ArticlePage:
    """Some articles in order; ``first`` and ``last`` are where the neighbouring pages begin."""

    articles: list[Article] = field(default_factory=list)
    has_previous: bool = False
    has_next: bool = False

    @property
    def first(self) -> int | None:
        return self.articles[0].pk if self.articles else None

    @property
    def last(self) -> int | None:
        return self.articles[-1].pk if self.articles else None


def page_of(
    articles: ArticleQuerySet,
    *,
    order: str = Order.IMPORT,
    after: int | None = None,
    before: int | None = None,
    size: int = 50,
) -> ArticlePage:
    """Return the ``size`` articles after the one with id ``after``, or those before ``before``.

    Keyset pages: the database goes straight to the place, counts nothing and skips nothing.
    """
    backwards = before is not None
    anchor = before if backwards else after
    descending = (order == Order.NEWEST) != backwards
    fields = ["id"]
    if order == Order.TITLE:
        articles = articles.alias(by_title=Left("title", SORTED_TITLE))
        fields = ["by_title", "id"]
    if anchor is not None:
        articles = articles.filter(_beyond(anchor, order, descending))
    rows = articles.order_by(*(f"-{name}" if descending else name for name in fields))
    found = list(rows.only("id", "key", "title", "length", "created_at")[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        return ArticlePage(found[::-1], has_previous=more, has_next=True)
    return ArticlePage(found, has_previous=after is not None, has_next=more)


def _beyond(anchor: int, order: str, descending: bool) -> Q:
    step = "lt" if descending else "gt"
    if order != Order.TITLE:
        return Q(**{f"id__{step}": anchor})
    title = Subquery(Article.objects.filter(pk=anchor).values(by=Left("title", SORTED_TITLE))[:1])
    # The first condition is all that the index on (corpus, title, id) needs to begin there.
    return Q(**{f"by_title__{step}e": title}) & (
        Q(**{f"by_title__{step}": title}) | Q(**{f"id__{step}": anchor})
    )


def next_article(*, corpus: Corpus, user: User, after: int = 0) -> int | None:
    """Return the id of the article that ``user`` should open: one in progress, else a new one.

    Articles up to ``after`` are passed over.
    """
    mine = Reading.objects.filter(user=user)
    begun = mine.filter(
        article__corpus=corpus, article_id__gt=after, state=State.IN_PROGRESS
    ).order_by("article_id")
    found = begun.values_list("article_id", flat=True).first()
    if found is not None:
        return found
    unread = Article.objects.filter(
        ~Exists(mine.filter(article=OuterRef("pk"))), corpus=corpus, id__gt=after
    )
    return unread.order_by("id").values_list("id", flat=True).first()


@dataclass(frozen=True, slots=True)
class ReaderProgress:
    """How many of the articles of a corpus one reader has in each state."""

    reader: str
    articles: int
    in_progress: int = 0
    submitted: int = 0
    skipped: int = 0

    @property
    def new(self) -> int:
        return self.articles - self.in_progress - self.submitted - self.skipped

    @property
    def is_done(self) -> bool:
        """Return whether nothing is left to open: all is submitted or skipped."""
        return self.submitted + self.skipped == self.articles


def progress(*, corpus: Corpus, user: User) -> list[ReaderProgress]:
    """Return the progress of every reader that ``user`` may see, the user's own first."""
    articles = Article.objects.filter(corpus=corpus).count()
    readings = Reading.objects.filter(readings_seen(corpus, user), article__corpus=corpus)
    counted = (
        readings.values("reader", "user_id")
        .annotate(
            in_progress=Count("id", filter=Q(state=State.IN_PROGRESS)),
            submitted=Count("id", filter=Q(state=State.SUBMITTED)),
            skipped=Count("id", filter=Q(state=State.SKIPPED)),
        )
        .order_by("reader")
    )
    rows = {
        (row["user_id"], row["reader"]): ReaderProgress(
            row["reader"], articles, row["in_progress"], row["submitted"], row["skipped"]
        )
        for row in counted
    }
    if corpus.allows(Right.ANNOTATE):
        own = (user.pk, user.username)
        rows = {own: rows.pop(own, ReaderProgress(user.username, articles)), **rows}
    return list(rows.values())


def own_progress(*, user: User, corpora: list[Corpus]) -> dict[int, ReaderProgress]:
    """Return how far ``user`` is in each of these corpora, by the id of the corpus."""
    totals = dict(
        Article.objects.filter(corpus__in=corpora)
        .values_list("corpus")
        .annotate(articles=Count("id"))
        .order_by()
    )
    counted = (
        Reading.objects.filter(user=user, article__corpus__in=corpora)
        .values_list("article__corpus", "state")
        .annotate(readings=Count("id"))
        .order_by()
    )
    states = {(corpus, state): readings for corpus, state, readings in counted}
    return {
        corpus.pk: ReaderProgress(
            user.username,
            totals.get(corpus.pk, 0),
            **{state.value: states.get((corpus.pk, state), 0) for state in State},
        )
        for corpus in corpora
    }


def label_counts(*, corpus: Corpus, user: User) -> dict[int, int]:
    """Return how many spans each label has in the readings that ``user`` may see, by label id."""
    readings = Reading.objects.filter(readings_seen(corpus, user))
    spans = Span.objects.filter(label__corpus=corpus)
    if not corpus.allows(Right.SEE_ALL_READINGS):
        spans = spans.filter(reading__in=readings)
    return dict(spans.values_list("label").annotate(spans=Count("id")).order_by())
