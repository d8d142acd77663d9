"""What a release holds, as documents: each reading replayed to the version that was frozen.

Nothing that people do later changes it: texts never change, edits are kept, and the rest (names of
entities, which attribute names one) was frozen with the release.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.corpora.models import Article
from annotator.formats.document import JSON, Document, Relation, Span
from annotator.readings.models import Reading
from annotator.readings.states import State, states_at
from annotator.releases.models import Release, ReleasedEntity, ReleasedReading

# What is held in memory ends with whichever comes first.
MOST_READINGS = 200
MOST_CHARACTERS = 2_000_000

Row = tuple[int, int, int, int, int]  # pk, article, reading, version, length of the text


@dataclass(frozen=True, slots=True)
class Released:
    """A document of a release, and the row that says so."""

    pk: int
    article: int
    document: Document


class Replay:
    """The documents of one release, as many times as they are wanted."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._labels = frozenset(release.chosen.labels)
        self._entity_keys = {
            label["key"]: attribute["key"]
            for label in release.manifest["schema"]["labels"]
            for attribute in reversed(label["attributes"])
            if attribute["kind"] == "entity"
        }

    def of(self, **which: object) -> Iterator[Released]:
        """Yield the documents of some of the release's readings, in the order of import."""
        rows = ReleasedReading.objects.filter(release=self._release, **which)
        rows = rows.order_by("article_id", "reading_id")
        heads = rows.values_list("pk", "article_id", "reading_id", "version", "article__length")
        for chunk in _chunks(heads):
            yield from self._replay(chunk)

    def entities(self, versions: dict[int, int]) -> dict[int, set[int]]:
        """Return the entities that the spans of each reading name."""
        return {
            reading: {
                span["entity"] for span in self._spans(state).values() if span["entity"] is not None
            }
            for reading, state in states_at(versions).items()
        }

    def _replay(self, chunk: Sequence[Row]) -> Iterator[Released]:
        states = states_at({reading: version for _, _, reading, version, _ in chunk})
        names = self._names(states.values())
        readers = {
            pk: (reader, origin)
            for pk, reader, origin in Reading.objects.filter(pk__in=states).values_list(
                "pk", "reader", "origin"
            )
        }
        texts = {
            pk: facts
            for pk, *facts in Article.objects.filter(
                pk__in={article for _, article, _, _, _ in chunk}
            ).values_list("pk", "key", "text", "title", "meta")
        }
        for pk, article, reading, _, _ in chunk:
            key, text, title, meta = texts[article]
            reader, origin = readers[reading]
            state = states[reading]
            spans = [
                self._span(span_key, span, names) for span_key, span in self._spans(state).items()
            ]
            spans.sort(key=_place)
            yield Released(
                pk,
                article,
                Document(
                    id=key,
                    text=text,
                    title=title,
                    meta=meta,
                    spans=spans,
                    relations=_relations(state, spans),
                    reader=reader,
                    origin=origin,
                    state=state["state"],
                ),
            )

    def _spans(self, state: State) -> dict[str, Any]:  # Any: JSON
        spans: dict[str, Any] = state["spans"]
        if not self._labels:
            return spans
        return {key: span for key, span in spans.items() if span["label"] in self._labels}

    def _span(self, key: str, span: dict[str, Any], names: dict[int, str]) -> Span:
        attributes: dict[str, JSON] = dict(span["attributes"])
        if span["entity"] is not None:
            named = self._entity_keys.get(span["label"], "entity")
            attributes[named] = names[span["entity"]]
        pieces = [(start, end) for start, end in span["pieces"]]
        return Span(key, span["label"], pieces, dict(sorted(attributes.items())))

    def _names(self, states: Collection[State]) -> dict[int, str]:
        used = {span["entity"] for state in states for span in self._spans(state).values()}
        rows = ReleasedEntity.objects.filter(release=self._release, entity__in=used - {None})
        return dict(rows.values_list("entity", "name"))


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += row[-1]
        if len(chunk) >= MOST_READINGS or characters >= MOST_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _place(span: Span) -> tuple[int, int, str]:
    return span.pieces[0][0], -span.pieces[-1][1], span.id


def _relations(state: State, spans: Sequence[Span]) -> list[Relation]:
    """Return the links between these spans, by the places of their ends.

    The database does not keep the order in which an import gave them.
    """
    places = {span.id: place for place, span in enumerate(spans)}
    links = [
        Relation(key, link["type"], link["from"], link["to"])
        for key, link in state["relations"].items()
        if link["from"] in places and link["to"] in places
    ]
    return sorted(links, key=lambda link: (places[link.source], places[link.target], link.id))
