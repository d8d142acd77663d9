"""The two schemas that a new corpus can start with."""

from dataclasses import dataclass, field

from django.db import transaction

from annotator.corpora.models import Corpus
from annotator.schemas.models import (
    Attribute,
    AttributeKind,
    Label,
    LineStyle,
    Preset,
    RelationType,
    bump_schema_version,
)


@dataclass(frozen=True)
class _Attribute:
    key: str
    kind: AttributeKind
    choices: str = ""  # "direct:d mixed:m": values with their shortcuts
    preset: Preset = Preset.NONE


@dataclass(frozen=True)
class _Label:
    key: str
    shortcut: str
    colour: str
    style: LineStyle
    description: str
    attributes: tuple[_Attribute, ...] = ()


@dataclass(frozen=True)
class SchemaTemplate:
    slug: str
    title: str
    labels: tuple[_Label, ...]
    relations: tuple[tuple[str, str, str], ...] = field(default=())  # key, source, target


_SPEAKER = _Label(
    "speaker",
    "s",
    "#0b7a5b",
    LineStyle.DASHED,
    "Person, group, organisation or document that a statement is ascribed to; pronouns count.",
    (
        _Attribute("entity", AttributeKind.ENTITY),
        _Attribute("anonymous", AttributeKind.BOOLEAN),
    ),
)
_QUOTE = _Label(
    "quote",
    "q",
    "#3b5bdb",
    LineStyle.SOLID,
    "Attributed words, with their quotation marks and the punctuation inside them.",
    (
        _Attribute(
            "kind", AttributeKind.CHOICE, "direct:d indirect:i mixed:m", Preset.QUOTATION_MARKS
        ),
        _Attribute("medium", AttributeKind.CHOICE, "speech writing thought"),
        _Attribute("no_speaker", AttributeKind.BOOLEAN),
    ),
)
_CLAIM = _Label(
    "claim",
    "c",
    "#b25b00",
    LineStyle.DOUBLE,
    "The shortest stretch that can be checked as true or false.",
    (_Attribute("checkworthy", AttributeKind.CHOICE, "yes no unsure"),),
)
_CUE = _Label(
    "cue",
    "v",
    "#a61e4d",
    LineStyle.DASHED,
    "The words that report: said, according to, warned.",
)
_RELATIONS = (
    ("said_by", "quote", "speaker"),
    ("made_by", "claim", "speaker"),
    ("stated_in", "claim", "quote"),
    ("same_as", "speaker", "speaker"),
)

TEMPLATES = {
    "quotes": SchemaTemplate("quotes", "Quotes and claims", (_SPEAKER, _QUOTE, _CLAIM), _RELATIONS),
    "quotes-cues": SchemaTemplate(
        "quotes-cues",
        "Quotes, claims and cues",
        (_SPEAKER, _QUOTE, _CLAIM, _CUE),
        (*_RELATIONS, ("cued_by", "quote", "cue")),
    ),
}


@transaction.atomic
def apply_template(*, corpus: Corpus, template: str) -> None:
    """Give a new corpus the labels, attributes and relation types of a template.

    Raises KeyError when there is no template of that name.
    """
    chosen = TEMPLATES[template]
    labels = {}
    for order, row in enumerate(chosen.labels):
        labels[row.key] = label = Label.objects.create(
            corpus=corpus,
            key=row.key,
            name=row.key.capitalize(),
            shortcut=row.shortcut,
            colour=row.colour,
            style=row.style,
            description=row.description,
            order=order,
        )
        for position, attribute in enumerate(row.attributes):
            Attribute.objects.create(
                label=label,
                key=attribute.key,
                name=attribute.key.replace("_", " "),
                kind=attribute.kind,
                choices=[
                    {"value": value, "shortcut": shortcut}
                    for value, _, shortcut in (c.partition(":") for c in attribute.choices.split())
                ],
                preset=attribute.preset,
                order=position,
            )
    for order, (key, source, target) in enumerate(chosen.relations):
        RelationType.objects.create(
            corpus=corpus,
            key=key,
            name=key.replace("_", " "),
            source=labels[source],
            target=labels[target],
            order=order,
        )
    # Whoever looked at the corpus while it had no schema keeps that under the version it had.
    bump_schema_version(corpus)
