"""What is done to labels over all readings: rename, merge, split, retire; and to choices of attributes.

Each is one sweep, with an edit in every reading that it touches, and can be undone. With
``dry_run`` they say what would change, and write nothing. All raise SweepRefused and SweepBusy.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from django.db.models import Count, QuerySet

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus
from annotator.readings import renames
from annotator.readings.batches import FoundSpan
from annotator.readings.models import Span, SweepKind
from annotator.readings.renames import Rename
from annotator.readings.states import State, kind_key, relabelled
from annotator.readings.sweeps import Change, Outcome, SweepRefused, in_turn, sweep
from annotator.readings.workspace import Patch
from annotator.schemas import actions as schemas
from annotator.schemas.models import (
    Attribute,
    Label,
    LineStyle,
    RelationType,
    bump_schema_version,
)
from annotator.schemas.schema import LabelRule, RelationRule, Schema, label_rule, read_schema
from annotator.text.quotations import kind_of, quotations

LONGEST_KEY = 50


@dataclass(frozen=True, slots=True)
class Share:
    """How many spans a reader has in readings of one state."""

    reader: str
    state: str
    readings: int
    spans: int


def spread(spans: QuerySet[Span]) -> list[Share]:
    """Return whose readings these spans lie in, and how far those are."""
    rows = spans.order_by("reading__reader", "reading__state")
    counted = rows.values_list("reading__reader", "reading__state").annotate(
        Count("reading", distinct=True), Count("pk")
    )
    return [Share(*row) for row in counted]


def rename(*, label: Label, key: str, name: str, by: User, dry_run: bool = False) -> Outcome:
    """Let files and programs know ``label`` by another key, and people by ``name``."""
    with in_turn(label.corpus, dry_run=dry_run) as corpus:
        label.refresh_from_db()
        old = {"key": label.key, "name": label.name}
        if key == label.key:
            raise SweepRefused(f"“{key}” is its key already. Its name changes under “Edit”.")
        _refuse_taken(corpus, key)
        change = renames.of_label(label.pk, key, _next(read_schema(corpus)))

        def settle() -> Patch:
            schemas.rename(label=label, key=key, name=name)
            bump_schema_version(corpus)
            pk = str(label.pk)
            return Patch({"labels": {pk: old}}, {"labels": {pk: {"key": key, "name": name}}})

        sentence = f"Renamed the label “{label.key}” to “{key}”."
        return _rename(corpus, by, SweepKind.RENAME_LABEL, sentence, change, settle, dry_run)


def merge(*, label: Label, into: Label, by: User, dry_run: bool = False) -> Outcome:
    """Give every span of ``label`` the label ``into``, and retire the one it had."""
    with in_turn(label.corpus, dry_run=dry_run) as corpus:
        _look_again(label, into)
        if label == into:
            raise SweepRefused("A label is not merged into itself.")
        schema = _next(read_schema(corpus))

        def settle() -> Patch:
            Label.objects.filter(pk=label.pk).update(retired=True)
            bump_schema_version(corpus)
            return _relying({label: {"retired": label.retired}}, {label: {"retired": True}}, into)

        return sweep(
            corpus=corpus,
            by=by,
            kind=SweepKind.MERGE_LABELS,
            sentence=f"Merged the label “{label.key}” into “{into.key}”.",
            spans=label.spans.all(),
            change=_becoming(schema.labels[into.key]),
            held=_row_of(corpus),
            settle=settle,
            schema=schema,
            dry_run=dry_run,
        )


def split(
    *,
    label: Label,
    attribute: str,
    value: str | bool,
    into: Label,
    by: User,
    dry_run: bool = False,
) -> Outcome:
    """Give the spans of ``label`` that have a value another label, ``into``: new, or one there is.

    A new one gets the attributes of the old one but this, and its kinds of links.
    """
    with in_turn(label.corpus, dry_run=dry_run) as corpus:
        new = into.pk is None
        _look_again(label, *([] if new else [into]))
        if label == into:
            raise SweepRefused("These spans have this label already.")
        spans = spans_with(label, attribute, value)
        said = f"{attribute}: {_said(value)}"
        if not spans.exists():
            raise SweepRefused(f"No span of “{label.key}” has {said}.")
        schema = read_schema(corpus)
        if new:
            _refuse_taken(corpus, into.key, into.shortcut)
            schema = _next(_with_new(schema, label, attribute, into, write=not dry_run))

        def settle() -> Patch:
            if not new:
                return _relying({}, {}, label, into)
            bump_schema_version(corpus)
            return _relying({into: None}, {into: {"key": into.key, "retired": False}}, label)

        return sweep(
            corpus=corpus,
            by=by,
            kind=SweepKind.SPLIT_LABEL,
            sentence=f"Split the label “{into.key}” off “{label.key}” ({said}).",
            spans=spans,
            change=_becoming(schema.labels[into.key]),
            held=_row_of(corpus),
            settle=settle,
            schema=schema,
            dry_run=dry_run,
        )


def retire(*, label: Label, by: User) -> Outcome:
    """Offer a label to no new span; those that have it keep it."""
    with in_turn(label.corpus) as corpus:
        _look_again(label)

        def settle() -> Patch:
            Label.objects.filter(pk=label.pk).update(retired=True)
            bump_schema_version(corpus)
            return _relying({label: {"retired": False}}, {label: {"retired": True}})

        return sweep(
            corpus=corpus,
            by=by,
            kind=SweepKind.RETIRE_LABEL,
            sentence=f"Retired the label “{label.key}”: it stays on the spans that have it.",
            spans=Span.objects.none(),
            change=_unchanged,
            settle=settle,
        )


def change_choice(
    *, attribute: Attribute, value: str, to: str, by: User, dry_run: bool = False
) -> Outcome:
    """Call a choice ``to``, or, if there is a choice of that name, make the two one."""
    label = attribute.label
    with in_turn(label.corpus, dry_run=dry_run) as corpus:
        attribute.refresh_from_db()
        values = [choice["value"] for choice in attribute.choices]
        if value not in values:
            raise SweepRefused(f"“{attribute.key}” has no choice “{value}”.")
        if to == value:
            raise SweepRefused(f"“{value}” is what it is called already.")
        if attribute.preset:
            raise SweepRefused(f"“{value}” is filled in from the quotation marks, so it stays.")
        schema = _next(read_schema(corpus))
        merges = to in values
        after = [
            {**choice, "value": to} if choice["value"] == value else choice
            for choice in attribute.choices
            if not (merges and choice["value"] == value)
        ]

        def settle() -> Patch:
            before = attribute.choices
            attribute.choices = after
            attribute.save(update_fields=["choices"])
            bump_schema_version(corpus)
            patch = _relying({}, {}, label)
            pk, key = str(attribute.pk), attribute.key
            patch.before["attributes"] = {pk: {"key": key, "choices": before}}
            patch.after["attributes"] = {pk: {"key": key, "choices": after}}
            return patch

        change = renames.of_choice(label.pk, attribute.key, value, to, schema)
        kind = SweepKind.MERGE_CHOICES if merges else SweepKind.RENAME_CHOICE
        did, into = ("Merged", "into") if merges else ("Renamed", "to")
        sentence = f"{did} the choice “{value}” of {attribute} {into} “{to}”."
        return _rename(corpus, by, kind, sentence, change, settle, dry_run)


def spans_with(label: Label, attribute: str, value: str | bool) -> QuerySet[Span]:
    return label.spans.filter(attributes__contains={attribute: value})


def _rename(
    corpus: Corpus,
    by: User,
    kind: SweepKind,
    sentence: str,
    change: Rename,
    settle: Callable[[], Patch],
    dry_run: bool,
) -> Outcome:
    return sweep(
        corpus=corpus,
        by=by,
        kind=kind,
        sentence=sentence,
        spans=change.spans,
        change=change.change,
        held=_row_of(corpus),
        settle=settle,
        schema=change.schema,
        dry_run=dry_run,
    )


def _row_of(corpus: Corpus) -> QuerySet[Corpus]:
    """Return what whoever saves relies on to have the schema of its edits: see store.insert_edits."""
    return Corpus.objects.filter(pk=corpus.pk)


def _next(schema: Schema) -> Schema:
    """Return the schema under the version that it will have when all is done."""
    return replace(schema, version=schema.version + 1)


# Refusals


def _look_again(label: Label, *others: Label) -> None:
    """Look at rows again, now that nobody else changes them."""
    for found in (label, *others):
        found.refresh_from_db()
    for other in others:
        if other.corpus_id != label.corpus_id:
            raise SweepRefused("Both labels are of one corpus.")
        if other.retired:
            raise SweepRefused(f"“{other.key}” is retired. Bring it back first.")


def _refuse_taken(corpus: Corpus, key: str, shortcut: str = "") -> None:
    labels = Label.objects.filter(corpus=corpus)
    if labels.filter(key=key).exists():
        raise SweepRefused(f"There is a label “{key}” already. Merge the two instead.")
    if shortcut and labels.filter(shortcut=shortcut, retired=False).exists():
        raise SweepRefused(f"The letter “{shortcut}” is taken.")


# What becomes of a span


def _becoming(label: LabelRule) -> Change:
    def change(found: Sequence[FoundSpan]) -> list[State]:
        kinds = _kinds(found, label)
        places = ((span.reading_id, span.key) for span in found)
        return [
            relabelled(span.state, label, partial(kinds.__getitem__, place))
            for span, place in zip(found, places, strict=True)
        ]

    return change


def _unchanged(found: Sequence[FoundSpan]) -> list[State]:
    return [span.state for span in found]


def _kinds(found: Sequence[FoundSpan], label: LabelRule) -> dict[tuple[int, str], str]:
    """Return which kind of quote each span is by its marks, where ``label`` asks for that."""
    key = kind_key(label)
    if key is None:
        return {}
    wanted: dict[int, list[FoundSpan]] = defaultdict(list)
    for span in found:
        if label.problem_with({key: span.state["attributes"].get(key)}):
            wanted[span.article_id].append(span)
    kinds = {}
    texts = Article.objects.filter(pk__in=wanted).values_list("pk", "text")
    for article, text in texts.iterator(chunk_size=50):
        runs = quotations(text)
        for span in wanted[article]:
            pieces = [(start, end) for start, end in span.state["pieces"]]
            kinds[span.reading_id, span.key] = str(kind_of(text, pieces, runs))
    return kinds


# A new label


def _with_new(schema: Schema, label: Label, attribute: str, new: Label, *, write: bool) -> Schema:
    """Return the schema with ``new``, made after ``label``; written only if asked."""
    ids = count(-1, -1)  # of rows that are not there
    styles = LineStyle.values
    new.corpus, new.colour = label.corpus, label.colour
    new.style = styles[(styles.index(label.style) + 1) % len(styles)]  # akin, not the same
    new.order = max(Label.objects.filter(corpus=label.corpus).values_list("order", flat=True)) + 1
    attributes = list(label.attributes.exclude(key=attribute))
    types = _types_after(label, new)
    if write:
        new.save()
        for copied in attributes:
            copied.pk, copied.label = None, new
            copied.save(force_insert=True)
        for made in types:
            made.save()
    pk = new.pk or next(ids)
    rule = label_rule(new, pk, attributes)
    links = {
        made.key: RelationRule(
            made.pk or next(ids),
            made.key,
            made.name,
            made.source.key,
            made.target.key,
            retired=False,
        )
        for made in types
    }
    return replace(
        schema,
        labels={**schema.labels, rule.key: rule},
        relations={**schema.relations, **links},
        label_keys={**schema.label_keys, pk: rule.key},
        relation_keys={**schema.relation_keys, **{link.id: key for key, link in links.items()}},
    )


def _types_after(label: Label, new: Label) -> list[RelationType]:
    """Return the kinds of links that ``new`` gets: those of ``label``, under keys of their own."""
    there = RelationType.objects.filter(corpus=label.corpus).select_related("source", "target")
    taken = {kind.key for kind in there}
    found = []
    for kind in there.filter(retired=False):
        ends = [(new, label) if end == label else (end,) for end in (kind.source, kind.target)]
        for source, target in [(a, b) for a in ends[0] for b in ends[1] if new in (a, b)]:
            key = _free_key(f"{kind.key}_{new.key}", taken)
            taken.add(key)
            found.append(
                RelationType(
                    corpus=label.corpus,
                    key=key,
                    name=kind.name,
                    source=source,
                    target=target,
                    order=kind.order,
                )
            )
    return found


def _free_key(wanted: str, taken: set[str]) -> str:
    tries = (f"_{number}" if number > 1 else "" for number in count(1))
    keys = (wanted[: LONGEST_KEY - len(tail)] + tail for tail in tries)
    return next(key for key in keys if key not in taken)


# What a sweep changed, and what it relies on

Rows = dict[Label, State | None]


def _relying(before: Rows, after: Rows, *relied_on: Label) -> Patch:
    """Return a patch of labels. That each is still known by its key is relied on: edits say it."""
    patch = Patch({"labels": {}}, {"labels": {}})
    for label, state in after.items():
        was, pk = before[label], str(label.pk)
        patch.before["labels"][pk] = None if was is None else {"key": label.key, **was}
        patch.after["labels"][pk] = {"key": label.key, **(state or {})}
    for label in relied_on:
        relied = {"key": label.key, "retired": label.retired}
        patch.before["labels"][str(label.pk)] = patch.after["labels"][str(label.pk)] = relied
    return patch


def _said(value: str | bool) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"
