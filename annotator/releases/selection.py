"""What goes into a release: the readings that its recipe asks for, as they stand at one moment."""

import hashlib
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Collate, Left
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual, Regex
from django.utils import timezone

import annotator
from annotator.accounts.models import User
from annotator.corpora.models import Article, ArticleQuerySet, Corpus
from annotator.readings.models import Origin, Reading, ReadingQuerySet, Span
from annotator.readings.snapshot import one_moment
from annotator.readings.states import states_at, states_of
from annotator.releases.models import Release, ReleasedReading
from annotator.releases.recipe import Recipe, ReleaseRefused
from annotator.schemas.schema import Schema, schema_of

# Of the manifest: grows when what stands where in it changes.
LAYOUT = 1
# Of these a file's bytes may depend, so a release names them.
LIBRARIES = {"parquet": "pyarrow", "hf-tokens": "pyarrow", "spacy": "spacy"}
CHECKED = 200  # readings at once


def readings_chosen(corpus: Corpus, recipe: Recipe) -> ReadingQuerySet:
    """Return the readings that a release by this recipe would take now."""
    readings = Reading.objects.filter(article__in=articles_chosen(corpus, recipe))
    readings = readings.filter(state__in=recipe.states)
    if recipe.adjudicated:
        return readings.filter(origin=Origin.ADJUDICATED)
    if recipe.readers:
        return readings.filter(reader__in=recipe.readers)
    return readings.exclude(origin=Origin.SUGGESTER)


def articles_chosen(corpus: Corpus, recipe: Recipe) -> ArticleQuerySet:
    """Return the articles that the recipe looks at, read or not.

    A least agreement between readers would narrow them down here.
    """
    articles = Article.objects.filter(corpus=corpus)
    if recipe.sources:
        articles = articles.alias(source=KT("meta__source")).filter(source__in=recipe.sources)
    # As bytes: a locale would pass over the hyphens. A time of the day is cut off.
    day = Collate(Left(KT("meta__published"), len("2026-03-01")), "C")
    if recipe.published_from or recipe.published_until:
        articles = articles.filter(Regex(day, r"^\d{4}-\d{2}-\d{2}$"))
    if recipe.published_from:
        articles = articles.filter(GreaterThanOrEqual(day, recipe.published_from))
    if recipe.published_until:
        articles = articles.filter(LessThanOrEqual(day, recipe.published_until))
    return articles


@dataclass(frozen=True, slots=True)
class Preview:
    """How much a release would hold, were it made now."""

    articles: int
    unread: int  # articles that are looked at and have no such reading
    readings: int
    spans: int
    labels: dict[str, int] = field(default_factory=dict)


def preview(corpus: Corpus, recipe: Recipe) -> Preview:
    readings = readings_chosen(corpus, recipe)
    articles = articles_chosen(corpus, recipe)
    schema = schema_of(corpus)
    spans = Span.objects.filter(reading__in=readings)
    counted = dict(spans.values_list("label").annotate(spans=Count("id")).order_by())
    labels = {
        rule.key: counted.get(rule.id, 0)
        for rule in schema.labels.values()
        if (rule.key in recipe.labels if recipe.labels else not rule.retired or rule.id in counted)
    }
    read = articles.filter(Exists(readings.filter(article=OuterRef("pk")))).count()
    return Preview(
        articles=read,
        unread=articles.count() - read,
        readings=readings.count(),
        spans=sum(labels.values()),
        labels=labels,
    )


def draft(*, corpus: Corpus, recipe: Recipe, by: User | None, key: str) -> Release:
    """Note which readings a release takes, at which version; make no file yet.

    All of it is of one moment. Raises ReleaseRefused when there is nothing to take, or when
    something is not as its edits made it.
    """
    with one_moment(writes=True), transaction.atomic():
        corpus = Corpus.objects.get(pk=corpus.pk)
        schema = schema_of(corpus)
        recipe.check(schema)
        at = timezone.now().replace(microsecond=0)
        release = Release.objects.create(
            corpus=corpus,
            key=key,
            recipe=recipe.as_json(),
            schema_version=schema.version,
            manifest=_facts(corpus, schema, recipe, by, at.isoformat()),
            by=by,
            at=at,
        )
        if not _take_readings(release, readings_chosen(corpus, recipe)):
            raise ReleaseRefused(
                "No reading here fits this choice, so there is nothing to release."
            )
        _take_names(release)
        _check_histories(release, schema)
        return release


def software(recipe: Recipe) -> dict[str, str]:
    """Return the versions of what a release by this recipe is made with."""
    used = {LIBRARIES[slug] for slug in recipe.formats if slug in LIBRARIES}
    return {
        "annotator": annotator.__version__,
        **{library: version(library) for library in sorted(used)},
    }


def _facts(
    corpus: Corpus, schema: Schema, recipe: Recipe, by: User | None, at: str
) -> dict[str, Any]:  # Any: JSON
    """Return what the files say beside the data, as it is now: the head of the manifest."""
    return {
        "layout": LAYOUT,
        "corpus": {"slug": corpus.slug, "name": corpus.name, "description": corpus.description},
        "number": None,
        "at": at,
        "by": by.username if by else None,
        "software": software(recipe),
        "recipe": recipe.as_json(),
        "schema": _schema_facts(schema),
        "guidelines": {
            "sha256": hashlib.sha256(corpus.guidelines.encode()).hexdigest(),
            "text": corpus.guidelines,
        },
    }


def _schema_facts(schema: Schema) -> dict[str, Any]:  # Any: JSON
    return {
        "version": schema.version,
        "labels": [
            {
                "key": label.key,
                "name": label.name,
                "description": label.description,
                "colour": label.colour,
                "retired": label.retired,
                "attributes": [
                    {
                        "key": attribute.key,
                        "name": attribute.name,
                        "kind": attribute.kind,
                        "choices": [choice.value for choice in attribute.choices],
                        "retired": attribute.retired,
                    }
                    for attribute in label.attributes.values()
                ],
            }
            for label in schema.labels.values()
        ],
        "relations": [
            {
                "key": rule.key,
                "name": rule.name,
                "from": rule.source,
                "to": rule.target,
                "retired": rule.retired,
            }
            for rule in schema.relations.values()
        ],
    }


def _take_readings(release: Release, readings: ReadingQuerySet) -> int:
    """Store which readings at which version; in the database, as they may be many."""
    rows = readings.order_by("article_id", "pk").values("article_id", "pk", "version")
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO annotator_releasedreading"  # noqa: S608  # the ORM's own statement
            " (release_id, split, shard, sha256, article_id, reading_id, version)"
            f" SELECT %s, 'train', 0, '', taken.* FROM ({sql}) taken",
            [release.pk, *params],
        )
        taken: int = cursor.rowcount
        return taken


def _take_names(release: Release) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO annotator_releasedentity (release_id, entity, name)"
            " SELECT %s, id, name FROM annotator_entity WHERE corpus_id = %s",
            [release.pk, release.corpus_id],
        )


def _check_histories(release: Release, schema: Schema) -> None:
    """Refuse when edits do not lead to what stands there: it could not be made again."""
    rows = ReleasedReading.objects.filter(release=release).order_by("pk")
    taken = rows.values_list("pk", "reading_id", "version")
    last = 0
    while batch := list(taken.filter(pk__gt=last)[:CHECKED]):
        last = batch[-1][0]
        versions = {reading: version for _, reading, version in batch}
        stored, replayed = states_of(versions, schema), states_at(versions)
        wrong = next(
            (pk for pk in versions if not stored[pk].items() <= replayed[pk].items()), None
        )
        if wrong is not None:
            reading = Reading.objects.select_related("article").get(pk=wrong)
            raise ReleaseRefused(
                f"What “{reading.reader}” marked in “{reading.article.key}” is not what its edits "
                "made of it. Run “annotator check-data”."
            )
