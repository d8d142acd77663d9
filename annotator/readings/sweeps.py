"""Sweeps: one undoable step over all readings of a corpus, whoever made them.

Each reading that a sweep touches gets one edit, of kind ``sweep``, with the patch of what changed:
its version, its replay and its conflicts stay exact, and a submitted one stays submitted. All of it
happens in one transaction, some hundred readings at a time. The readings that are changed are locked
until its end; whoever saves to one of them waits.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import OperationalError, connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from annotator.accounts.models import User
from annotator.corpora.models import Corpus
from annotator.readings import batches, renames
from annotator.readings.batches import FoundSpan, Stamp
from annotator.readings.models import Edit, EditKind, Reading, Span, Sweep, SweepKind
from annotator.readings.snapshot import one_moment
from annotator.readings.states import State, states_of
from annotator.readings.workspace import Patch
from annotator.schemas import patches
from annotator.schemas.schema import Schema, read_schema, schema_of

# A batch ends with whichever comes first; it is what a sweep holds in memory.
BATCH_READINGS = 500
BATCH_SPANS = 20_000
LISTED = 100

# The new states of spans, one for each that is given.
Change = Callable[[Sequence[FoundSpan]], Iterable[State]]
Patches = Mapping[int, Patch]  # by reading


class SweepRefused(Exception):
    """It cannot be done as things are; the message is for the person who asked."""


class SweepBusy(Exception):
    """Others work on the same rows for too long to wait for them."""


@dataclass(slots=True)
class Outcome:
    """What a sweep changed, or, tried only, would change. Lists hold the first ones."""

    sweep: Sweep | None = None
    counts: Counter[str] = field(
        default_factory=lambda: Counter(readings=0, articles=0, spans=0, relations=0)
    )
    # Links by type: those that fall off, and those that became another type (old, new).
    lost: Counter[str] = field(default_factory=Counter)
    retyped: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost_attributes: Counter[tuple[str, str]] = field(default_factory=Counter)  # (label, key)
    lost_links: list[tuple[int, State]] = field(default_factory=list)  # (reading, link)
    # Of an undo: what somebody changed since, and what therefore stays as it is.
    left_spans: list[tuple[int, str]] = field(default_factory=list)  # (reading, key)
    _readings: set[int] = field(default_factory=set)
    _articles: set[int] = field(default_factory=set)

    def add(self, patches: Patches, articles: Mapping[int, int]) -> None:
        """Count what these patches change."""
        self._readings.update(patches)
        self._articles.update(articles[reading] for reading in patches)
        self.counts["readings"], self.counts["articles"] = len(self._readings), len(self._articles)
        for reading, patch in patches.items():
            spans, links = patch.before.get("spans", {}), patch.before.get("relations", {})
            self.counts["spans"] += len(spans)
            self.counts["relations"] += len(links)
            for key, before in spans.items():
                after = patch.after["spans"][key]
                gone = before["attributes"].keys() - after["attributes"].keys()
                if before["entity"] and not after["entity"]:
                    gone |= {"entity"}
                self.lost_attributes.update((before["label"], name) for name in gone)
            for key, before in links.items():
                self._add_link(reading, before, patch.after["relations"][key])

    def _add_link(self, reading: int, before: State | None, after: State | None) -> None:
        if before and after:
            self.retyped[before["type"], after["type"]] += 1
        elif before:
            self.lost[before["type"]] += 1
            if len(self.lost_links) < LISTED:
                self.lost_links.append((reading, before))

    def leave(self, reading: int, spans: Sequence[str], links: int) -> None:
        """Note what an undo does not touch."""
        self.counts["left_spans"] += len(spans)
        self.counts["left_links"] += links
        room = LISTED - len(self.left_spans)
        self.left_spans += [(reading, key) for key in spans[:room]]


@contextmanager
def in_turn(corpus: Corpus, *, dry_run: bool = False) -> Iterator[Corpus]:
    """Hold off imports, changes of the schema and other sweeps of a corpus to the end of all of it.

    Yield the corpus as it is then. With ``dry_run`` nobody is held off, and nothing can be written.
    """
    if dry_run:
        with one_moment():
            yield Corpus.objects.get(pk=corpus.pk)
        return
    try:
        with transaction.atomic():
            current = Corpus.objects.select_for_update(no_key=True).get(pk=corpus.pk)
            with connection.cursor() as cursor:
                # Foreign keys batch by batch: a list of all rows would grow in the server.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                yield current
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") not in ("55P03", "40P01"):
            raise
        raise SweepBusy(
            "Others are at work on the same. Nothing was changed; try again."
        ) from error


def sweep(
    *,
    corpus: Corpus,
    by: User,
    kind: SweepKind,
    sentence: str,
    spans: QuerySet[Span],
    change: Change,
    held: QuerySet[Any] | None = None,  # Any: of some model
    settle: Callable[[], Patch] = Patch,
    schema: Schema | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Change ``spans`` in all readings by ``change``; links follow the labels of their ends.

    A link whose type no longer fits becomes the one type that its ends' labels have, or falls off.
    ``held`` are rows that whoever saves relies on: they are locked late, and spans that came to
    name them meanwhile are changed too. ``settle`` changes the schema's own rows, last, and
    returns the patch of that; ``schema`` is what it will then be. ``dry_run`` counts and writes
    nothing. Raises SweepBusy.
    """
    outcome = Outcome()
    with in_turn(corpus, dry_run=dry_run) as current:
        group = uuid4()
        schema = schema or schema_of(current)
        stamp = None if dry_run else Stamp(group, by.pk, schema.version)
        _sweep_over(spans, change, schema, outcome, stamp)
        if dry_run:
            return outcome
        if held is not None:
            # Late: whoever saves locks a reading first and then what its spans name.
            list(held.select_for_update())
            _sweep_over(_missed(spans, group), change, schema, outcome, stamp)
        rows = settle()
        outcome.sweep = Sweep.objects.create(
            id=group,
            corpus=corpus,
            kind=kind,
            sentence=sentence,
            counts=outcome.counts,
            before=rows.before,
            after=rows.after,
            by=by,
        )
    return outcome


def undo(*, sweep: Sweep, by: User, dry_run: bool = False) -> Outcome:
    """Take a sweep back. What somebody changed since stays as it is, counted and listed.

    Raises SweepRefused when it was taken back already, or when a later sweep changed the same of
    the schema; SweepBusy when others work on the same.
    """
    outcome = Outcome(sweep)
    with in_turn(sweep.corpus, dry_run=dry_run) as current:
        sweep.refresh_from_db()
        _refuse_undo(sweep)
        schema = read_schema(current)
        rename = renames.back(sweep, schema)
        group = uuid4()
        then = schema.version + patches.change_schema(sweep.before, sweep.after)
        stamp = None if dry_run else Stamp(group, by.pk, then, reverts=sweep.pk)
        if not dry_run:
            patches.open_again(sweep.before, sweep.after)
        if rename:
            _sweep_over(rename.spans, rename.change, rename.schema, outcome, stamp)
        else:
            _undo_over(sweep, schema, outcome, stamp)
        if dry_run:
            return outcome
        if then != schema.version:
            hold(current)
        if rename:
            missed = _missed(rename.spans, group)
            _sweep_over(missed, rename.change, rename.schema, outcome, stamp)
        patches.put_back(current, sweep.before, sweep.after)
        sweep.undone_by, sweep.undone_at = by, timezone.now()
        sweep.left = outcome.left_spans
        sweep.save(update_fields=["undone_by", "undone_at", "left"])
    return outcome


def hold(corpus: Corpus) -> None:
    """Let nobody save anything in a corpus to the end of the transaction; wait for those who do."""
    list(Corpus.objects.filter(pk=corpus.pk).select_for_update())


# There


def _sweep_over(
    spans: QuerySet[Span], change: Change, schema: Schema, outcome: Outcome, stamp: Stamp | None
) -> None:
    counted = spans.order_by("reading_id").values_list("reading_id").annotate(rows=Count("pk"))
    for ids in _batches(counted):
        articles = batches.articles_of(ids, lock=stamp is not None)
        found = batches.find_spans(spans, articles, schema)
        patches = _change_spans(found, change)
        _fit_links(patches, schema)
        outcome.add(patches, articles)
        if stamp:
            batches.write(patches, schema, stamp)


def _missed(spans: QuerySet[Span], group: UUID) -> QuerySet[Span]:
    """Leave out readings that this sweep has been at: nobody else could save to them since."""
    done = Edit.objects.filter(group=group, kind=EditKind.SWEEP)
    return spans.exclude(reading__in=done.values("reading"))


def _batches(counted: QuerySet[Any, tuple[int, int]]) -> Iterator[list[int]]:
    """Yield ids of readings, given each with its number of spans, as many as fit into memory."""
    batch: list[int] = []
    weight = 0
    for reading, count in counted.iterator(chunk_size=BATCH_READINGS):
        batch.append(reading)
        weight += count
        if len(batch) >= BATCH_READINGS or weight >= BATCH_SPANS:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _change_spans(found: Sequence[FoundSpan], change: Change) -> dict[int, Patch]:
    patches: dict[int, Patch] = {}
    for span, state in zip(found, change(found), strict=True):
        if state != span.state:
            patch = patches.setdefault(span.reading_id, Patch({"spans": {}}, {"spans": {}}))
            patch.before["spans"][span.key] = span.state
            patch.after["spans"][span.key] = state
    return patches


def _fit_links(patches: Mapping[int, Patch], schema: Schema) -> None:
    """Add to the patches what becomes of links at spans that get another label."""
    relabelled = {
        reading: labels
        for reading, patch in patches.items()
        if (labels := _new_labels(patch, schema))
    }
    if not relabelled:
        return
    for reading, links in batches.find_links(relabelled, schema).items():
        labels = relabelled[reading]
        for link in links:
            state = link.state
            source, target = (
                labels.get(state[end], label)
                for end, label in zip(("from", "to"), link.labels, strict=True)
            )
            if (source, target) == link.labels:
                continue
            rule = schema.link(source, target)
            patches[reading].before.setdefault("relations", {})[link.key] = state
            patches[reading].after.setdefault("relations", {})[link.key] = (
                {**state, "type": rule.key} if rule else None
            )


def _new_labels(patch: Patch, schema: Schema) -> dict[str, str]:
    """Return the labels that spans get; one that only goes by another key is no other label."""
    ids = {key: rule.id for key, rule in schema.labels.items()}
    before, after = patch.before["spans"], patch.after["spans"]
    return {
        key: state["label"]
        for key, state in after.items()
        if ids[state["label"]] != ids[before[key]["label"]]
    }


# And back


def _refuse_undo(sweep: Sweep) -> None:
    if sweep.undone_at is not None:
        raise SweepRefused("This was undone already.")
    named, changed = patches.named(sweep.after), patches.changed(sweep.before, sweep.after)
    later = Sweep.objects.filter(corpus_id=sweep.corpus_id, at__gt=sweep.at, undone_at=None)
    for other in later.order_by("-at"):
        theirs = patches.changed(other.before, other.after)
        if named & theirs or changed & patches.named(other.after):
            raise SweepRefused(f"Undo this first, which changed the same: {other.sentence}")
    if obstacle := patches.obstacle(sweep.before, sweep.after):
        raise SweepRefused(obstacle)


def _undo_over(sweep: Sweep, schema: Schema, outcome: Outcome, stamp: Stamp | None) -> None:
    edits = Edit.objects.filter(group=sweep.pk, kind=EditKind.SWEEP)
    readings = Reading.objects.filter(pk__in=edits.values("reading")).order_by("pk")
    for ids in _batches(readings.values_list("pk").annotate(rows=Count("spans"))):
        articles = batches.articles_of(ids, lock=stamp is not None)
        states = states_of(ids, schema)
        undone = {}
        for reading, patch in _patches_of(edits, ids).items():
            back = _Back(patch, states[reading], schema)
            outcome.leave(reading, back.left_spans, back.left_links)
            if back.patch.after:
                undone[reading] = back.patch
        outcome.add(undone, articles)
        if stamp:
            batches.write(undone, schema, stamp)


def _patches_of(edits: QuerySet[Edit], reading_ids: Iterable[int]) -> dict[int, Patch]:
    """Return what a sweep did to each of these readings, as one patch."""
    patches: dict[int, Patch] = {}
    rows = edits.filter(reading__in=reading_ids).order_by("reading_id", "version")
    for reading, before, after in rows.values_list("reading_id", "before", "after"):
        patch = patches.setdefault(reading, Patch())
        for part in after:
            patch.before[part] = before[part] | patch.before.get(part, {})
            patch.after[part] = patch.after.get(part, {}) | after[part]
    return patches


class _Back:
    """What of a patch can be taken back, given the reading as it is now."""

    def __init__(self, patch: Patch, now: State, schema: Schema) -> None:
        self._schema = schema
        self._now = now
        self._before = patch.before
        self._spans = {
            key
            for key in self._unchanged("spans", patch)
            if patch.before["spans"][key]["label"] in schema.labels
        }
        self._links = self._unchanged("relations", patch)
        while self._give_up():
            pass
        self.left_spans = [key for key in patch.after.get("spans", {}) if key not in self._spans]
        self.left_links = len(patch.after.get("relations", {})) - len(self._links)
        self.patch = self._patch()

    def _unchanged(self, part: str, patch: Patch) -> set[str]:
        now = self._now[part]
        return {key for key, state in patch.after.get(part, {}).items() if now.get(key) == state}

    def _give_up(self) -> bool:
        """Leave alone what would not fit the rest; return whether there was any."""
        spans, links = self._then("spans", self._spans), self._then("relations", self._links)
        pairs = Counter((link["from"], link["to"]) for link in links.values())
        misfits = {key for key, link in links.items() if not self._fits(link, spans)}
        doubles = {key for key in self._links if pairs[links[key]["from"], links[key]["to"]] > 1}
        if gone := self._links & (misfits | doubles):
            self._links -= gone
            return True
        # Links that somebody made since, and that need their ends as these are now.
        ends = {links[key][end] for key in misfits for end in ("from", "to")}
        gone = self._spans & ends
        self._spans -= gone
        return bool(gone)

    def _then(self, part: str, keys: Iterable[str]) -> dict[str, State]:
        """Return what the reading will hold with these put back."""
        now: dict[str, State] = self._now[part]
        return now | {key: self._before[part][key] for key in keys}

    def _fits(self, link: State, spans: Mapping[str, State]) -> bool:
        rule = self._schema.relations.get(link["type"])
        if rule is None:
            return False
        labels = [spans[link[end]]["label"] if link[end] in spans else "" for end in ("from", "to")]
        return labels == [rule.source, rule.target]

    def _patch(self) -> Patch:
        patch = Patch()
        for part, chosen in (("spans", self._spans), ("relations", self._links)):
            # In the order of the patch: what is stored anew comes out in the order of storing.
            keys = [key for key in self._before.get(part, {}) if key in chosen]
            if keys:
                patch.before[part] = {key: self._now[part].get(key) for key in keys}
                patch.after[part] = {key: self._before[part][key] for key in keys}
        return patch
