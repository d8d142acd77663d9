"""Which split and which shard each reading of a release goes to.

All articles of the corpus up to the last one of the release have a say, released or not: so a
filter, or what was released when, never moves an article. More about it in
docs/decisions/0011-splits-that-do-not-leak.md.
"""

from array import array
from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache, partial

from django.db import connection
from django.db.models import Max, Q
from django.db.models.fields.json import KT

from annotator.corpora.models import Article, ArticleQuerySet
from annotator.exchange.progress import Progress
from annotator.releases.documents import Replay
from annotator.releases.likeness import LIKE, Candidates, Shingles, jaccard, shingles
from annotator.releases.models import Release, ReleasedReading
from annotator.releases.recipe import DATE, NEAR_DUPLICATES, SOURCE, SPEAKER
from annotator.releases.splits import Split, Splitter

# A shard ends with whichever comes first; it is about 30 MB then.
SHARD_CHARACTERS = 25_000_000
SHARD_READINGS = 10_000
# What is held in memory: rows without a text, and texts.
ROWS = 2_000
TEXTS = 200
TEXT_CHARACTERS = 2_000_000
# Runs of words that are kept while others are compared with them: 32 MB, and what a text takes
# beside its runs, as so many of them.
KEPT = 8_000_000
EACH = 50


def divide(release: Release, progress: Progress) -> None:
    """Give every reading of the release its split and its shard."""
    splits = _splits(release, progress) if release.chosen.splits else {}
    rows = ReleasedReading.objects.filter(release=release).order_by("article_id", "reading_id")
    heads = rows.values_list("pk", "article_id", "reading_id", "article__length")
    shards = _Shards()
    beyond = Q()
    while batch := list(heads.filter(beyond)[:ROWS]):
        _, article, reading, _ = batch[-1]
        beyond = Q(article__gt=article) | Q(article=article, reading__gt=reading)
        placed = []
        for pk, article, _, length in batch:
            split = splits.get(article, Split.TRAIN)
            placed.append((pk, split.value, shards.place(split, length)))
        _store(placed)


def steps(release: Release) -> int:
    """Return how many articles ``divide`` looks at, as its progress counts them."""
    recipe = release.chosen
    if not recipe.splits:
        return 0
    passes = 2 if NEAR_DUPLICATES in recipe.together else 1
    return passes * _articles(release).count()


def _articles(release: Release) -> ArticleQuerySet:
    last = ReleasedReading.objects.filter(release=release).aggregate(last=Max("article"))["last"]
    return Article.objects.filter(corpus=release.corpus_id, pk__lte=last).order_by("pk")


def _splits(release: Release, progress: Progress) -> dict[int, Split]:
    """Return where articles go, by their id; those that go to train are left out."""
    recipe = release.chosen
    splitter = Splitter(seed=recipe.seed, validation=recipe.validation, test=recipe.test)
    alike = _Alike(release, progress) if NEAR_DUPLICATES in recipe.together else None
    found: dict[int, Split] = {}
    number = 0
    for batch in _facts(release):
        ids = [pk for pk, *_ in batch]
        speakers = _speakers(release, ids) if SPEAKER in recipe.together else {}
        for pk, key, source, published in batch:
            values = speakers.get(pk, [])
            if SOURCE in recipe.together and source:
                values.append(f"source {source}")
            if DATE in recipe.together and published:
                values.append(f"day {published[:10]}")
            split = splitter.place(
                key,
                values=values,
                candidates=alike.before(number) if alike else (),
                is_like=partial(alike.are, number) if alike else lambda other: False,
            )
            number += 1
            if split != Split.TRAIN:
                found[pk] = split
        progress.advance(len(batch))
    return found


def _facts(release: Release) -> Iterator[list[tuple[int, str, str | None, str | None]]]:
    rows = _articles(release).values_list("pk", "key", KT("meta__source"), KT("meta__published"))
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:ROWS]):
        last = batch[-1][0]
        yield batch


class _Alike:
    """Which articles, by their number in the order of import, have nearly the same text."""

    def __init__(self, release: Release, progress: Progress) -> None:
        self._ids = array("q")
        self._sizes = array("I")
        self._candidates = Candidates()
        for texts in _texts(release):
            found = [shingles(text) for text in texts.values()]
            self._ids.extend(texts)
            self._sizes.extend(map(len, found))
            self._candidates.add(found)
            progress.advance(len(texts))
        self._candidates.close()
        self._one = lru_cache(maxsize=1)(self._read)
        self._kept: OrderedDict[int, array[int]] = OrderedDict()
        self._room = KEPT

    def before(self, number: int) -> Iterator[int]:
        return self._candidates.before(number)

    def are(self, one: int, other: int) -> bool:
        less, more = sorted([self._sizes[one], self._sizes[other]])
        return less >= LIKE * more and jaccard(self._one(one), self._other(other)) >= LIKE

    def _other(self, number: int) -> "array[int]":
        """Return what is compared with text after text: it is read again only when room was short."""
        if number not in self._kept:
            self._kept[number] = array("I", self._read(number))
            self._room -= self._sizes[number] + EACH
            while self._room < 0 and len(self._kept) > 1:
                dropped, _ = self._kept.popitem(last=False)
                self._room += self._sizes[dropped] + EACH
        self._kept.move_to_end(number)
        return self._kept[number]

    def _read(self, number: int) -> Shingles:
        return shingles(Article.objects.values_list("text", flat=True).get(pk=self._ids[number]))


def _texts(release: Release) -> Iterator[dict[int, str]]:
    """Yield the texts of all articles in order, by id, as many at once as fit into memory."""
    rows = _articles(release)
    last = 0
    while heads := list(rows.filter(pk__gt=last).values_list("pk", "length")[:TEXTS]):
        characters = 0
        ids = []
        for pk, length in heads:
            ids.append(pk)
            characters += length
            if characters >= TEXT_CHARACTERS:
                break
        last = ids[-1]
        yield dict(rows.filter(pk__in=ids).values_list("pk", "text"))


def _speakers(release: Release, articles: list[int]) -> dict[int, list[str]]:
    """Return whom the released readings of these articles name, by the id of the article."""
    found: dict[int, set[str]] = {}
    replay = Replay(release)
    for at in range(0, len(articles), TEXTS):
        rows = ReleasedReading.objects.filter(
            release=release, article__in=articles[at : at + TEXTS]
        ).values_list("reading_id", "article_id", "version")
        named = replay.entities({reading: version for reading, _, version in rows})
        for reading, article, _ in rows:
            values = found.setdefault(article, set())
            values.update(f"speaker {entity}" for entity in named[reading])
    return {article: sorted(values) for article, values in found.items()}


class _Shards:
    """Counts what went into the last shard of each split, and begins another when it is full."""

    def __init__(self) -> None:
        self._last = dict.fromkeys(Split, 0)
        self._readings = dict.fromkeys(Split, 0)
        self._characters = dict.fromkeys(Split, 0)

    def place(self, split: Split, length: int) -> int:
        full = (
            self._readings[split] >= SHARD_READINGS
            or self._characters[split] + length > SHARD_CHARACTERS
        )
        if full and self._readings[split]:
            self._last[split] += 1
            self._readings[split] = self._characters[split] = 0
        self._readings[split] += 1
        self._characters[split] += length
        return self._last[split]


def _store(placed: list[tuple[int, str, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE annotator_releasedreading r SET split = placed.split, shard = placed.shard"
            " FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS placed (id, split, shard)"
            " WHERE r.id = placed.id",
            [list(column) for column in zip(*placed, strict=True)],
        )
