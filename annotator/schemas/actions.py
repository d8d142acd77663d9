"""What is done to the schema of a corpus.

Files and programs out there know labels, attributes and relation types by their keys, so a key in
use stays, and what is in use is retired, not deleted. Every change gets a new schema version.
"""

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from annotator.corpora.models import Corpus
from annotator.schemas.models import (
    Attribute,
    AttributeKind,
    Label,
    RelationType,
    bump_schema_version,
)

Part = Label | Attribute | RelationType


class SchemaRefused(Exception):
    """The change would harm what is stored; the message is for the person who asked."""


def is_used(part: Part) -> bool:
    """Return whether anything stored names this label, attribute or relation type.

    A sweep over the spans of a label can be undone: then they have it, and what belongs to it, again.
    """
    if isinstance(part, Label):
        return part.spans.exists() or _is_swept(part)
    if isinstance(part, RelationType):
        return part.relations.exists() or _is_swept(part.source) or _is_swept(part.target)
    if _is_swept(part.label):
        return True
    if part.kind == AttributeKind.ENTITY:
        return part.label.spans.filter(entity__isnull=False).exists()
    return part.label.spans.filter(attributes__has_key=part.key).exists()


@transaction.atomic
def save_label(*, label: Label) -> Label:
    """Add a label at the end, or change one. Raises SchemaRefused when a key in use would change."""
    corpus = _lock(label.corpus)
    if label._state.adding:
        label.order = _next_order(Label.objects.filter(corpus=corpus))
    else:
        _refuse_changed(label, "key")
    label.save()
    bump_schema_version(label.corpus)
    return label


@transaction.atomic
def move_label(*, label: Label, up: bool) -> None:
    """Swap places with the label before or after; nothing happens at the end of the list."""
    corpus = _lock(label.corpus)
    labels = list(Label.objects.filter(corpus=corpus))
    place = labels.index(label)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(labels):
        return
    labels[place], labels[other] = labels[other], labels[place]
    for order, moved in enumerate(labels):
        moved.order = order
    Label.objects.bulk_update(labels, ["order"])
    bump_schema_version(label.corpus)


@transaction.atomic
def save_attribute(*, attribute: Attribute) -> Attribute:
    """Add an attribute to a label, or change one.

    Raises SchemaRefused when a key, a kind or a choice that spans have would change.
    """
    corpus = _lock(attribute.label.corpus)
    if attribute._state.adding:
        attribute.order = _next_order(Attribute.objects.filter(label=attribute.label))
    else:
        _refuse_changed(attribute, "key", "kind")
        _refuse_lost_choices(attribute)
    attribute.save()
    bump_schema_version(corpus)
    return attribute


@transaction.atomic
def save_relation_type(*, relation_type: RelationType) -> RelationType:
    """Add a relation type, or change one. Raises SchemaRefused when links would lose their ends."""
    corpus = _lock(relation_type.corpus)
    for label in (relation_type.source, relation_type.target):
        if label.corpus_id != corpus.pk:
            raise SchemaRefused("Both labels of a relation type are of its own corpus.")
    if relation_type._state.adding:
        relation_type.order = _next_order(RelationType.objects.filter(corpus=corpus))
    else:
        _refuse_changed(relation_type, "key", "source_id", "target_id")
    relation_type.save()
    bump_schema_version(relation_type.corpus)
    return relation_type


@transaction.atomic
def retire(*, part: Part) -> bool:
    """Retire what is in use, delete what is not; return whether it was deleted.

    What is retired stays on the spans that have it and is offered to no new one.
    """
    corpus = _lock(_corpus_of(part))
    unused = not is_used(part)
    if unused:
        delete(part)
    else:
        part.retired = True
        part.save(update_fields=["retired"])
    bump_schema_version(corpus)
    return unused


@transaction.atomic
def bring_back(*, part: Part) -> None:
    """Offer a retired part again. A label whose letter was taken meanwhile comes without one."""
    corpus = _lock(_corpus_of(part))
    if isinstance(part, Label):
        in_use = Label.objects.filter(corpus=corpus, retired=False, shortcut=part.shortcut)
        if in_use.exists():
            part.shortcut = ""
    if isinstance(part, RelationType):
        rivals = RelationType.objects.filter(
            source=part.source, target=part.target, retired=False
        ).exclude(pk=part.pk)
        if rival := rivals.first():
            raise SchemaRefused(f"“{rival.name}” links these two labels now. Retire it first.")
    part.retired = False
    part.save()
    bump_schema_version(corpus)


def rename(*, label: Label, key: str, name: str) -> None:
    """Change the key of a label in use: for a sweep, which changes every span that says it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('annotator.renamed', %s, true)", [str(label.pk)])
        label.key, label.name = key, name
        label.save(update_fields=["key", "name"])
        cursor.execute("SELECT set_config('annotator.renamed', '', true)")


def delete(part: Part) -> None:
    """Delete what nothing stored names."""
    if isinstance(part, Label):
        # A label without spans has no links either: its relation types go along.
        part.relations_out.all().delete()
        part.relations_in.all().delete()
    part.delete()


def _is_swept(label: Label) -> bool:
    sweeps = label.corpus.sweeps.filter(undone_at=None)
    return sweeps.filter(after__labels__has_key=str(label.pk)).exists()


def _lock(corpus: Corpus) -> Corpus:
    # One change of a schema at a time: places, letters and pairs are unique within it.
    return Corpus.objects.select_for_update().get(pk=corpus.pk)


def _corpus_of(part: Part) -> Corpus:
    return part.label.corpus if isinstance(part, Attribute) else part.corpus


def _next_order(parts: QuerySet[Label] | QuerySet[Attribute] | QuerySet[RelationType]) -> int:
    last: int | None = parts.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def _refuse_changed(part: Part, *fields: str) -> None:
    """Refuse when one of these columns would change although something stored depends on it."""
    stored = type(part)._default_manager.get(pk=part.pk)
    changed = [name for name in fields if getattr(stored, name) != getattr(part, name)]
    if changed and is_used(stored):
        what = changed[0].removesuffix("_id")
        raise SchemaRefused(
            f"“{stored.key}” is in use, so its {what} stays. Retire it and add a new one instead."
        )


def _refuse_lost_choices(attribute: Attribute) -> None:
    stored = Attribute.objects.get(pk=attribute.pk)
    kept = {choice["value"] for choice in attribute.choices}
    for choice in stored.choices:
        value = choice["value"]
        if value in kept:
            continue
        count = attribute.label.spans.filter(attributes__contains={stored.key: value}).count()
        if count:
            spans = "1 span has" if count == 1 else f"{count} spans have"
            raise SchemaRefused(f"The choice “{value}” stays: {spans} it.")
