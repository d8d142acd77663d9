"""Does a document fit the schema of a corpus? Its own structure was checked when it was read."""

from collections.abc import Iterator

from annotator.formats.document import (
    JSON,
    Document,
    Problem,
    Relation,
    Span,
    UnknownName,
    shown,
)
from annotator.formats.mapping import Mapping
from annotator.schemas.schema import LabelRule, Schema

Pair = tuple[str, str]


def schema_problems(document: Document, schema: Schema) -> list[Problem]:
    """Return everything that the schema does not allow. What is retired may come in."""
    wrong: list[Problem] = []
    labels: dict[str, str] = {}
    for span in document.spans:
        labels[span.id] = span.label
        label = schema.labels.get(span.label)
        if label is None:
            known = ", ".join(schema.labels) or "none at all"
            said = (
                f"Span {shown(span.id)} has the label {shown(span.label)}; "
                f"the labels of this corpus are: {known}."
            )
            unknown = UnknownName("label", span.label)
            wrong.append(Problem(document.where, said, (unknown,)))
        elif span.attributes:
            wrong += _attribute_problems(document, span, label)
    pairs: set[Pair] = set()
    for relation in document.relations:
        wrong += _relation_problems(document, relation, labels, schema)
        pair = (relation.source, relation.target)
        if pair in pairs:
            said = f"Relation {shown(relation.id)} links two spans that are linked already."
            wrong.append(Problem(document.where, said))
        pairs.add(pair)
    return wrong


def mapping_problems(mapping: Mapping, schema: Schema) -> Iterator[str]:
    """Find names of a mapping that are to become what the schema does not have."""
    attributes = {key for label in schema.labels.values() for key in label.attributes}
    for kind, known in (
        ("label", schema.labels),
        ("relation", schema.relations),
        ("attribute", attributes),
    ):
        for name, meaning in mapping.of(kind).items():
            if meaning and meaning not in known:
                found = ", ".join(known) or "none at all"
                yield (
                    f"The {kind} {shown(name)} cannot become {shown(meaning)}; "
                    f"this corpus has: {found}."
                )


def _attribute_problems(document: Document, span: Span, label: LabelRule) -> Iterator[Problem]:
    # A null says that there is none, as it does in an edit.
    given: dict[str, JSON] = {
        key: value for key, value in span.attributes.items() if value is not None
    }
    if len(given) < len(span.attributes):
        span.attributes = given
    if said := label.problem_with(given):
        unknown = tuple(
            UnknownName("attribute", f"{label.key}.{key}")
            for key in given
            if key not in label.attributes
        )
        yield Problem(document.where, f"Span {shown(span.id)}: {said}", unknown)


def _relation_problems(
    document: Document, relation: Relation, labels: dict[str, str], schema: Schema
) -> Iterator[Problem]:
    rule = schema.relations.get(relation.type)
    if rule is None:
        known = ", ".join(schema.relations) or "none at all"
        yield Problem(
            document.where,
            f"Relation {shown(relation.id)} has the type {shown(relation.type)}; "
            f"the relation types of this corpus are: {known}.",
            (UnknownName("relation", relation.type),),
        )
        return
    ends = labels[relation.source], labels[relation.target]
    if ends != (rule.source, rule.target):
        yield Problem(
            document.where,
            f"Relation {shown(relation.id)} is a {rule.key}, which links a {rule.source} to a "
            f"{rule.target}, not a {shown(ends[0])} to a {shown(ends[1])}.",
        )
