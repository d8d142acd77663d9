"""Does what is stored agree with itself? Edits are replayed and compared with what stands there."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
from django.db import connection

from annotator.corpora.models import Article, Corpus
from annotator.readings.models import Reading
from annotator.readings.snapshot import one_moment
from annotator.readings.states import FIELDS, PARTS, State, lay, notes_of, nothing, states_of
from annotator.schemas.schema import Schema, schema_of

# Articles looked at in one go; a long text counts for many.
BATCH = 200
BATCH_CHARACTERS = 2_000_000


class Audit:
    """One look at a corpus, or at all. Iterate it for sentences; ``counts`` says what was seen."""

    def __init__(self, corpora: list[Corpus]) -> None:
        self.counts: Counter[str] = Counter(
            dict.fromkeys(("articles", "readings", "edits", *PARTS, "problems"), 0)
        )
        self._corpora = corpora

    def __iter__(self) -> Iterator[str]:
        """Yield a sentence for each thing that is not as it should be."""
        with one_moment():
            for corpus in self._corpora:
                schema = schema_of(Corpus.objects.get(pk=corpus.pk))
                for batch in _batches(corpus):
                    for sentence in self._look_at(batch, schema):
                        self.counts["problems"] += 1
                        yield f"{corpus.slug}: {sentence}"

    def _look_at(self, ids: list[int], schema: Schema) -> Iterator[str]:
        texts: dict[int, tuple[str, str]] = {}
        articles = Article.objects.filter(pk__in=ids).order_by("pk")
        for article in articles.only("key", "text", "sha256", "length"):
            self.counts["articles"] += 1
            texts[article.pk] = article.key, article.text
            yield from _text_problems(article)
        readings = list(Reading.objects.filter(article_id__in=ids).order_by("article_id", "pk"))
        states = states_of([reading.pk for reading in readings], schema)
        notes = notes_of([reading.pk for reading in readings])
        edits = _edits([reading.pk for reading in readings])
        for reading in readings:
            key, text = texts[reading.article_id]
            name = f"“{reading.reader}” in “{key}”"
            state = states[reading.pk] | {
                "notes": notes.get(reading.pk, {}),
                "skip_reason": reading.skip_reason,
            }
            self.counts["readings"] += 1
            for part in PARTS:
                self.counts[part] += len(state[part])
            rows = edits.get(reading.pk, [])
            self.counts["edits"] += len(rows)
            for sentence in (
                *_history_problems(reading.version, rows, state),
                *_place_problems(state, text, schema),
            ):
                yield f"{name}: {sentence}"


def _batches(corpus: Corpus) -> Iterator[list[int]]:
    last, characters = 0, 0
    batch: list[int] = []
    while True:
        ahead = Article.objects.filter(corpus=corpus, pk__gt=last).order_by("pk")
        heads = list(ahead.values_list("pk", "length")[: BATCH * 10])
        if not heads:
            break
        last = heads[-1][0]
        for pk, length in heads:
            batch.append(pk)
            characters += length
            if len(batch) >= BATCH or characters >= BATCH_CHARACTERS:
                yield batch
                batch, characters = [], 0
    if batch:
        yield batch


def _text_problems(article: Article) -> Iterator[str]:
    if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256:
        yield f"“{article.key}”: its text does not match its sha256."
    if len(article.text) != article.length:
        yield (
            f"“{article.key}”: its text has {len(article.text):,} characters, "
            f"not {article.length:,}."
        )


Edits = list[tuple[int, Any, Any]]  # version, before, after (Any: JSON)


def _edits(reading_ids: list[int]) -> dict[int, Edits]:
    found: dict[int, Edits] = {}
    if not reading_ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reading_id, version, before::text, after::text FROM annotator_edit"
            " WHERE reading_id = ANY(%s) ORDER BY reading_id, version",
            [reading_ids],
        )
        for reading, version, before, after in cursor.fetchall():
            found.setdefault(reading, []).append(
                (version, orjson.loads(before), orjson.loads(after))
            )
    return found


def _history_problems(version: int, edits: Edits, state: State) -> Iterator[str]:
    """Replay the edits and compare what they lead to with what stands there."""
    versions = [edit[0] for edit in edits]
    if versions != list(range(1, version + 1)):
        yield f"its edits are numbered {_ranges(versions)}, but its version is {version}."
        return
    replayed = nothing()
    for number, before, after in edits:
        yield from _misfits(number, before, replayed)
        lay(after, replayed)
    if replayed["state"] != state["state"]:
        yield f"its edits lead to “{replayed['state']}”, but it is “{state['state']}”."
    if replayed["skip_reason"] != state["skip_reason"]:
        yield "the reason for which it is skipped is not as its edits say."
    for part in PARTS:
        yield from _differences(part.removesuffix("s"), replayed[part], state[part])


def _misfits(number: int, before: Any, replayed: State) -> Iterator[str]:
    """Find where an edit was made over something else than what its forerunners led to."""
    for part in PARTS:
        for key, value in before.get(part, {}).items():
            if replayed[part].get(key) != value:
                yield f"edit {number} does not follow from those before it ({part} “{key}”)."
    for field in FIELDS:
        if field in before and before[field] != replayed[field]:
            yield f"edit {number} does not follow from those before it ({field})."


def _differences(part: str, replayed: State, stored: State) -> Iterator[str]:
    for key in sorted(replayed.keys() | stored.keys()):
        if key not in stored:
            yield f"its edits make {part} “{key}”, which is not there."
        elif key not in replayed:
            yield f"{part} “{key}” is there, but no edit made it."
        elif replayed[key] != stored[key]:
            yield f"{part} “{key}” is not as its edits made it."


def _place_problems(state: State, text: str, schema: Schema) -> Iterator[str]:
    """Check that spans lie in the text, that none covers nothing, and that links fit their ends."""
    length = len(text)
    for key, span in state["spans"].items():
        before = -1
        for start, end in span["pieces"]:
            if not before < start < end <= length:
                yield f"span “{key}” does not lie in its text of {length:,} characters."
                break
            before = end
    for key, link in state["relations"].items():
        rule = schema.relations[link["type"]]
        ends = [state["spans"].get(link[end], {}).get("label") for end in ("from", "to")]
        if ends != [rule.source, rule.target]:
            yield f"relation “{key}” does not fit its ends."


def _ranges(versions: list[int]) -> str:
    if not versions:
        return "not at all"
    return f"{versions[0]} to {versions[-1]} ({len(versions)} of them)"
