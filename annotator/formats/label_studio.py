"""Label Studio, out: a zip of tasks in JSON and of the labelling config that they need.

A task is an article; its annotations are its readings, its predictions those of suggesters. Offsets are
code points.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.sax.saxutils import quoteattr

from annotator.formats.archive import names_in
from annotator.formats.chains import NEXT_PIECE
from annotator.formats.choice import first_record
from annotator.formats.document import JSON, Document, Format, Lose, Relation, Span, Table
from annotator.formats.fields import OURS
from annotator.formats.label_studio_in import (
    CONFIG,
    LABEL,
    ROLES,
    TEXT,
    read,
)
from annotator.formats.losing import in_order
from annotator.formats.packing import PackedFile, packed
from annotator.formats.records import json_line, sorted_keys
from annotator.formats.twice import twice

# Attributes with more values are written by hand in Label Studio, not chosen.
MOST_CHOICES = 30
_LONGEST_CHOICE = 60
# In bytes: Label Studio reads a file whole.
_LONGEST_FILE = 5_000_000


def write(documents: Iterable[Document], lose: Lose) -> Iterator[bytes]:
    """Yield the zip; nothing is lost."""
    config = _Config()
    yield from twice(documents, config.look, lambda again: packed(_files(again, config)))


def _files(documents: Iterator[Document], config: "_Config") -> Iterator[PackedFile]:
    yield PackedFile(CONFIG, config.xml().encode())
    number, size = 1, 0
    tasks: list[bytes] = []
    for _, readings in groupby(documents, key=lambda document: document.id):
        task = json_line(_task(list(readings), config)).removesuffix(b"\n")
        if tasks and size + len(task) > _LONGEST_FILE:
            yield _file(number, tasks)
            number, size, tasks = number + 1, 0, []
        tasks.append(task)
        size += len(task)
    yield _file(number, tasks)


def _file(number: int, tasks: list[bytes]) -> PackedFile:
    return PackedFile(f"tasks-{number:04}.json", b"[" + b",\n".join(tasks) + b"]\n")


def _task(readings: list[Document], config: "_Config") -> dict[str, object]:
    article = readings[0]
    annotations: list[dict[str, object]] = []
    predictions: list[dict[str, object]] = []
    for reading in readings:
        if reading.reader is None:
            continue
        result = list(_results(reading, config))
        own = {"reader": reading.reader, "origin": reading.origin, "state": reading.state}
        if reading.origin == "suggester":
            predictions.append({"model_version": reading.reader, "result": result, OURS: own})
        else:
            annotations.append(
                {
                    "result": result,
                    "was_cancelled": reading.state == "skipped",
                    "ground_truth": reading.origin == "adjudicated",
                    OURS: own,
                }
            )
    data = {"id": article.id, TEXT: article.text, "title": article.title, "meta": article.meta}
    return {"data": data, "annotations": annotations, "predictions": predictions}


def _results(reading: Document, config: "_Config") -> Iterator[dict[str, object]]:
    """Yield regions, each with its attributes behind it, and then relations."""
    taken = {span.id for span in reading.spans}
    chains: list[tuple[str, str]] = []
    for span in in_order(reading.spans):
        before = ""
        for number, (start, end) in enumerate(span.pieces):
            key = span.id if number == 0 else _free(f"{span.id}.{number + 1}", taken)
            place: dict[str, object] = {"start": start, "end": end}
            value = place | {"text": reading.text[start:end], "labels": [span.label]}
            region = _item(key, LABEL, "labels", value)
            if number == 0:
                attributes = list(_attributes(span, key, place, config))
                if rest := _hidden(span):
                    region[OURS] = {"attributes": rest}
                yield region
                yield from attributes
            else:
                yield region
                chains.append((before, key))
            before = key
    for source, target in chains:
        yield _relation(Relation("", NEXT_PIECE, source, target))
    for link in reading.relations:
        yield _relation(link) | {OURS: {"id": link.id}}


def _item(key: str, control: str, kind: str, value: dict[str, object]) -> dict[str, object]:
    return {
        "id": key,
        "from_name": control,
        "to_name": TEXT,
        "type": kind,
        "origin": "manual",
        "value": value,
    }


def _relation(link: Relation) -> dict[str, object]:
    return {
        "type": "relation",
        "from_id": link.source,
        "to_id": link.target,
        "direction": "right",
        "labels": [link.type],
    }


def _attributes(
    span: Span, key: str, place: dict[str, object], config: "_Config"
) -> Iterator[dict[str, object]]:
    for name, value in sorted(span.attributes.items()):
        if not _can_be_shown(name, value):
            continue
        kind = config.kind(name)
        words = value if isinstance(value, str) else _BOOLEANS[bool(value)]
        field = "choices" if kind == "choices" else "text"
        yield _item(key, name, kind, place | {field: [words]})


_BOOLEANS = ("false", "true")


def _can_be_shown(name: str, value: JSON) -> bool:
    """Say whether Label Studio has something for an attribute that reads back as the same."""
    if name in (LABEL, TEXT):
        return False
    return isinstance(value, bool) or (
        isinstance(value, str) and bool(value) and value not in _BOOLEANS
    )


def _hidden(span: Span) -> JSON:
    """Return the attributes that Label Studio cannot show; they travel under our own key."""
    hidden = {
        name: value for name, value in span.attributes.items() if not _can_be_shown(name, value)
    }
    return sorted_keys(hidden)


def _free(key: str, taken: set[str]) -> str:
    while key in taken:
        key += "+"
    taken.add(key)
    return key


class _Config:
    """The labelling config: every label, type of relation and attribute that is used."""

    def __init__(self) -> None:
        self._labels: set[str] = set()
        self._relations: set[str] = set()
        # None when an attribute has too many values, or too long ones, to choose from.
        self._choices: dict[str, set[str] | None] = {}

    def look(self, document: Document) -> None:
        for span in document.spans:
            self._labels.add(span.label)
            if len(span.pieces) > 1:
                self._relations.add(NEXT_PIECE)
            for name, value in span.attributes.items():
                if _can_be_shown(name, value):
                    self._look_at(name, value)
        self._relations.update(link.type for link in document.relations)

    def _look_at(self, name: str, value: JSON) -> None:
        choices = self._choices.setdefault(name, set())
        if choices is None:
            return
        words = value if isinstance(value, str) else _BOOLEANS[bool(value)]
        choices.add(words)
        if len(choices) > MOST_CHOICES or len(words) > _LONGEST_CHOICE:
            self._choices[name] = None

    def kind(self, attribute: str) -> str:
        return "choices" if self._choices[attribute] is not None else "textarea"

    def xml(self) -> str:
        lines = ["<View>", f'  <Labels name="{LABEL}" toName="{TEXT}">']
        lines += [f"    <Label value={_quoted(label)}/>" for label in sorted(self._labels)]
        lines += ["  </Labels>", f'  <Text name="{TEXT}" value="${TEXT}"/>']
        if self._relations:
            lines += ["  <Relations>"]
            lines += [f"    <Relation value={_quoted(kind)}/>" for kind in sorted(self._relations)]
            lines += ["  </Relations>"]
        for name, choices in sorted(self._choices.items()):
            shown = f'name={_quoted(name)} toName="{TEXT}" perRegion="true"'
            if choices is None:
                lines += [f"  <TextArea {shown}/>"]
                continue
            lines += [f"  <Choices {shown}>"]
            lines += [f"    <Choice value={_quoted(choice)}/>" for choice in sorted(choices)]
            lines += ["  </Choices>"]
        return "\n".join([*lines, "</View>", ""])


def _quoted(words: str) -> str:
    # XML knows no other control characters; what holds one has to be renamed in Label Studio.
    known = "".join([c if c >= " " or c in "\t\n\r" else "�" for c in words])
    return quoteattr(known.replace("\ufffe", "�").replace("\uffff", "�"))


def _recognises(head: bytes) -> bool:
    if head.startswith(b"PK"):
        return CONFIG.encode() in names_in(head)
    record = first_record(head)
    return isinstance(record.get("data"), dict) and bool(
        {"annotations", "predictions", "completions"} & record.keys()
    )


FORMAT = Format(
    slug="label-studio",
    title="Label Studio, tasks and labelling config",
    extensions=(".zip", ".json"),
    media_type="application/zip",
    read=read,
    write=write,
    recognises=_recognises,
    table=Table(ROLES, read),
)
