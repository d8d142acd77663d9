"""Does a document fit the schema of a corpus? Its own structure was checked when it was read."""

from collections.abc import Iterator

from annotator.formats.document import JSON, Document, Relation, Span, shown
from annotator.schemas.schema import LabelRule, Schema

Pair = tuple[str, str]


def schema_problems(document: Document, schema: Schema) -> list[str]:
    """Return a sentence for everything that the schema does not allow. What is retired may come in."""
    wrong: list[str] = []
    labels: dict[str, str] = {}
    for span in document.spans:
        labels[span.id] = span.label
        label = schema.labels.get(span.label)
        if label is None:
            known = ", ".join(schema.labels) or "none at all"
            wrong.append(
                f"Span {shown(span.id)} has the label {shown(span.label)}; "
                f"the labels of this corpus are: {known}."
            )
        elif span.attributes:
            wrong += _attribute_problems(span, label)
    pairs: set[Pair] = set()
    for relation in document.relations:
        wrong += _relation_problems(relation, labels, schema)
        pair = (relation.source, relation.target)
        if pair in pairs:
            wrong.append(f"Relation {shown(relation.id)} links two spans that are linked already.")
        pairs.add(pair)
    return wrong


def _attribute_problems(span: Span, label: LabelRule) -> Iterator[str]:
    # A null says that there is none, as it does in an edit.
    given: dict[str, JSON] = {
        key: value for key, value in span.attributes.items() if value is not None
    }
    if len(given) < len(span.attributes):
        span.attributes = given
    if said := label.problem_with(given):
        yield f"Span {shown(span.id)}: {said}"


def _relation_problems(relation: Relation, labels: dict[str, str], schema: Schema) -> Iterator[str]:
    rule = schema.relations.get(relation.type)
    if rule is None:
        known = ", ".join(schema.relations) or "none at all"
        yield (
            f"Relation {shown(relation.id)} has the type {shown(relation.type)}; "
            f"the relation types of this corpus are: {known}."
        )
        return
    ends = labels[relation.source], labels[relation.target]
    if ends != (rule.source, rule.target):
        yield (
            f"Relation {shown(relation.id)} is a {rule.key}, which links a {rule.source} to a "
            f"{rule.target}, not a {shown(ends[0])} to a {shown(ends[1])}."
        )
