"""The schema of a corpus as plain, frozen values: what saving, drawing and exchange look things up in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from annotator.corpora.models import Corpus
from annotator.schemas.models import Attribute, AttributeKind, Label, RelationType


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    shortcut: str


@dataclass(frozen=True, slots=True)
class AttributeRule:
    key: str
    name: str
    kind: str
    choices: tuple[Choice, ...]
    preset: str
    retired: bool

    def problem(self, value: object) -> str | None:
        """Return a sentence when ``value`` cannot be this attribute's, else None."""
        if self.kind == AttributeKind.BOOLEAN:
            return None if isinstance(value, bool) else f"“{self.key}” is true or false."
        if not isinstance(value, str) or not value:
            return f"“{self.key}” is a text that is not empty."
        if self.kind == AttributeKind.CHOICE and value not in {c.value for c in self.choices}:
            allowed = ", ".join(c.value for c in self.choices)
            return f"“{self.key}” is one of {allowed}, not “{value}”."
        if len(value) > 300:
            return f"“{self.key}” has more than 300 characters."
        return None


@dataclass(frozen=True, slots=True)
class LabelRule:
    id: int
    key: str
    name: str
    shortcut: str
    colour: str
    style: str
    description: str
    retired: bool
    attributes: Mapping[str, AttributeRule]

    @property
    def letter(self) -> str:
        """Return the letter that numbers this label's spans: Q in Q4."""
        return (self.shortcut or self.key[0]).upper()

    @property
    def entity_key(self) -> str | None:
        """Return the key of the attribute that names an entity, None when a span has none."""
        for rule in self.attributes.values():
            if rule.kind == AttributeKind.ENTITY:
                return rule.key
        return None

    def problem_with(self, attributes: Mapping[str, object]) -> str | None:
        """Return a sentence about the first attribute that a span of this label cannot have."""
        for key, value in attributes.items():
            rule = self.attributes.get(key)
            if rule is None:
                return f"“{self.key}” has no attribute “{key}”."
            if problem := rule.problem(value):
                return problem
        return None


@dataclass(frozen=True, slots=True)
class RelationRule:
    id: int
    key: str
    name: str
    source: str
    target: str
    retired: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """Labels and relation types by key, in the order of the schema; retired ones included."""

    version: int
    labels: Mapping[str, LabelRule]
    relations: Mapping[str, RelationRule]
    label_keys: Mapping[int, str]
    relation_keys: Mapping[int, str]

    def active_labels(self) -> list[LabelRule]:
        return [label for label in self.labels.values() if not label.retired]

    def link(self, source: str, target: str) -> RelationRule | None:
        """Return the one relation type from label ``source`` to label ``target``, if there is one."""
        for rule in self.relations.values():
            if rule.source == source and rule.target == target and not rule.retired:
                return rule
        return None


def schema_of(corpus: Corpus) -> Schema:
    """Return the schema of ``corpus``; kept in the process under the version that the row names."""
    return _load(corpus.pk, corpus.schema_version)


def read_schema(corpus: Corpus) -> Schema:
    """Return the schema of ``corpus`` as it stands, past what the process keeps.

    For whoever changes it: what is not committed yet may never be that version.
    """
    return _read(corpus.pk, corpus.schema_version)


@lru_cache(maxsize=64)
def _load(corpus_id: int, version: int) -> Schema:
    return _read(corpus_id, version)


def _read(corpus_id: int, version: int) -> Schema:
    attributes: dict[int, list[Attribute]] = {}
    for attribute in Attribute.objects.filter(label__corpus_id=corpus_id):
        attributes.setdefault(attribute.label_id, []).append(attribute)
    labels = {
        label.key: label_rule(label, label.pk, attributes.get(label.pk, []))
        for label in Label.objects.filter(corpus_id=corpus_id)
    }
    relations = {
        relation.key: RelationRule(
            id=relation.pk,
            key=relation.key,
            name=relation.name,
            source=relation.source.key,
            target=relation.target.key,
            retired=relation.retired,
        )
        for relation in RelationType.objects.filter(corpus_id=corpus_id).select_related(
            "source", "target"
        )
    }
    return Schema(
        version=version,
        labels=labels,
        relations=relations,
        label_keys={label.id: label.key for label in labels.values()},
        relation_keys={relation.id: relation.key for relation in relations.values()},
    )


def label_rule(label: Label, pk: int, attributes: Iterable[Attribute]) -> LabelRule:
    return LabelRule(
        id=pk,
        key=label.key,
        name=label.name,
        shortcut=label.shortcut,
        colour=label.colour,
        style=label.style,
        description=label.description,
        retired=label.retired,
        attributes={attribute.key: _attribute_rule(attribute) for attribute in attributes},
    )


def _attribute_rule(attribute: Attribute) -> AttributeRule:
    return AttributeRule(
        key=attribute.key,
        name=attribute.name,
        kind=attribute.kind,
        choices=tuple(Choice(c["value"], c.get("shortcut", "")) for c in attribute.choices),
        preset=attribute.preset,
        retired=attribute.retired,
    )
