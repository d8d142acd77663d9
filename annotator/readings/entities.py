"""What is done to the entities of a corpus: merge, split, rename, aliases. Each can be undone.

Nothing here joins two entities by itself, whatever their names: two people have one surname.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import uuid4

from django.db.models import Q

from annotator.accounts.models import User
from annotator.formats.document import shown
from annotator.readings.batches import FoundSpan
from annotator.readings.models import Span, SweepKind
from annotator.readings.registry import spans_naming
from annotator.readings.states import State
from annotator.readings.sweeps import Change, Outcome, SweepRefused, in_turn, sweep
from annotator.readings.workspace import Patch
from annotator.schemas.models import Entity

LONGEST_NAME = 300
MOST_ALIASES = 100


def merge(*, entity: Entity, into: Entity, by: User, dry_run: bool = False) -> Outcome:
    """Let every span that names ``entity`` name ``into``; its name leads there from then on.

    Raises SweepRefused when either was merged already.
    """
    with in_turn(entity.corpus, dry_run=dry_run):
        _refuse_merged(entity, into)
        if entity == into:
            raise SweepRefused("An entity is not merged into itself.")
        # Those that were merged into it come first: what leads on is led to by nothing.
        names = Entity.objects.filter(Q(pk=entity.pk) | Q(merged_into=entity.pk))
        names = names.order_by("merged_into")

        def settle() -> Patch:
            before, after = {}, {}
            for row in names:
                before[str(row.pk)] = {"name": row.name, "merged_into": row.merged_into_id}
                after[str(row.pk)] = {"name": row.name, "merged_into": into.pk}
                row.merged_into = into
                row.save(update_fields=["merged_into"])
            return _patch(before, after, into)

        return sweep(
            corpus=entity.corpus,
            by=by,
            kind=SweepKind.MERGE_ENTITIES,
            sentence=f"Merged {shown(entity.name)} into {shown(into.name)}.",
            spans=entity.spans.all(),
            change=_naming(into.pk),
            held=names,
            settle=settle,
            dry_run=dry_run,
        )


def split(
    *,
    entity: Entity,
    name: str,
    by: User,
    surfaces: Collection[str] = (),
    spans: Collection[int] = (),
    dry_run: bool = False,
) -> Outcome:
    """Let some spans that name ``entity`` name another: those that read so, and those of these ids.

    ``name`` is that of an entity that there is, or of a new one. Raises SweepRefused.
    """
    with in_turn(entity.corpus, dry_run=dry_run):
        _refuse_merged(entity)
        _refuse_bad(name)
        known = Entity.objects.ids_of(entity.corpus, [name]).get(name)
        if known == entity.pk:
            raise SweepRefused(f"{shown(name)} is the entity itself. Give the name of another.")
        chosen = spans_naming(entity, surfaces=surfaces, pks=spans)
        if not chosen.exists():
            raise SweepRefused(f"Choose at least one mention of {shown(entity.name)}.")
        other = Entity(pk=known, corpus=entity.corpus, name=name)
        if not known and not dry_run:
            other.save()

        def settle() -> Patch:
            if known:
                return _patch({}, {}, entity, other)
            made: State = {"name": name, "merged_into": None}
            return _patch({str(other.pk): None}, {str(other.pk): made}, entity)

        return sweep(
            corpus=entity.corpus,
            by=by,
            kind=SweepKind.SPLIT_ENTITY,
            sentence=f"Split {shown(name)} off {shown(entity.name)}.",
            spans=chosen,
            change=_naming(other.pk),
            settle=settle,
            dry_run=dry_run,
        )


def rename(*, entity: Entity, name: str, by: User) -> Outcome:
    """Give an entity another name; the old one keeps leading to it.

    Raises SweepRefused when the name is another entity's: then the two have to be merged.
    """
    with in_turn(entity.corpus):
        _refuse_merged(entity)
        _refuse_bad(name)
        old = entity.name
        if name == old:
            raise SweepRefused(f"{shown(name)} is its name already.")
        keeper = Entity.objects.filter(corpus=entity.corpus, name=name).first()
        if keeper and keeper.merged_into_id != entity.pk:
            raise SweepRefused(
                f"{shown(name)} is another entity of this corpus. Merge the two instead."
            )

        def settle() -> Patch:
            return _take_name(entity, name, keeper)

        sentence = f"Renamed {shown(old)} to {shown(name)}."
        return _change_rows(entity, by, SweepKind.RENAME_ENTITY, sentence, settle)


def change_aliases(*, entity: Entity, aliases: Sequence[str], by: User) -> Outcome:
    """Say by which other names an entity goes. They help to find it, and join nothing."""
    with in_turn(entity.corpus):
        _refuse_merged(entity)
        new = list(dict.fromkeys(aliases))
        for alias in new:
            _refuse_bad(alias)
        if len(new) > MOST_ALIASES:
            raise SweepRefused(f"An entity has at most {MOST_ALIASES} aliases, not {len(new)}.")
        if new == entity.aliases:
            raise SweepRefused("These are its aliases already.")

        def settle() -> Patch:
            pk, old = str(entity.pk), entity.aliases
            entity.aliases = new
            entity.save(update_fields=["aliases", "words"])
            return _patch({pk: {"aliases": old}}, {pk: {"aliases": new}})

        sentence = f"Changed the aliases of {shown(entity.name)}."
        return _change_rows(entity, by, SweepKind.CHANGE_ALIASES, sentence, settle)


def _refuse_merged(*entities: Entity) -> None:
    """Look at rows again, now that nobody else changes them."""
    for entity in entities:
        entity.refresh_from_db(fields=["name", "aliases", "merged_into"])
        if entity.merged_into is not None:
            raise SweepRefused(
                f"{shown(entity.name)} was merged into {shown(entity.merged_into.name)}."
            )


def _refuse_bad(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise SweepRefused(f"A name has 1 to {LONGEST_NAME} characters.")


def _naming(pk: int | None) -> Change:
    def change(found: Sequence[FoundSpan]) -> list[State]:
        return [{**span.state, "entity": pk} for span in found]

    return change


def _patch(
    before: Mapping[str, State | None], after: Mapping[str, State], *relied_on: Entity
) -> Patch:
    relies = {str(entity.pk): {"merged_into": None} for entity in relied_on}
    return Patch({"entities": {**before, **relies}}, {"entities": {**after, **relies}})


def _take_name(entity: Entity, name: str, keeper: Entity | None) -> Patch:
    """Exchange names with the row that leads here by ``name``, or leave the old one to a new row."""
    old, pk = entity.name, str(entity.pk)
    if keeper:
        # No two have one name, at any time.
        Entity.objects.filter(pk=keeper.pk).update(name=str(uuid4()))
    entity.name = name
    entity.save(update_fields=["name", "words"])
    made = keeper is None
    keeper = keeper or Entity(corpus_id=entity.corpus_id, merged_into=entity)
    keeper.name = old
    keeper.save()
    kept = {"name": name, "merged_into": entity.pk}
    return _patch(
        {pk: {"name": old}, str(keeper.pk): None if made else kept},
        {pk: {"name": name}, str(keeper.pk): kept | {"name": old}},
    )


def _change_rows(
    entity: Entity, by: User, kind: SweepKind, sentence: str, settle: Callable[[], Patch]
) -> Outcome:
    """Change what is no span's: the readings stay as they are."""
    return sweep(
        corpus=entity.corpus,
        by=by,
        kind=kind,
        sentence=sentence,
        spans=Span.objects.none(),
        change=_naming(entity.pk),
        settle=settle,
    )
