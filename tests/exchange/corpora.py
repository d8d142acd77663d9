"""A corpus as other tools make them: long articles, many overlapping spans, quotes in pieces."""

import random
from collections.abc import Iterator

from annotator.formats.document import Document, Relation, Span

WORDS = [
    "harbour",
    "council",
    "ferry",
    "island",
    "ticket",
    "winter",
    "bridge",
    "the",
    "a",
    "of",
    "and",
    "said",
    "warned",
    "counted",
    "fourteen",
    "Calado",
    "Ruiz",
    "Østby",
    "灯台",
    "مرفأ",
    "🚢",
    "budget",
    "vote",
    "storm",
    "naïve",
    "café",
    "“late”",
    "–",
    "again,",
    "open;",
    "closed.",
]


def third_party_documents(*, articles: int, spans: int, seed: int) -> Iterator[Document]:
    """Yield ``articles`` with ``spans`` in all; 14 % of the quotes are in two or three pieces."""
    rng = random.Random(seed)
    for number in range(articles):
        count = spans // articles + (number < spans % articles)
        yield _document(rng, number, count)


def _document(rng: random.Random, number: int, count: int) -> Document:
    words = rng.choices(WORDS, k=rng.randint(400, 900))
    text = ""
    places = []
    for word in words:
        places.append((len(text), len(text) + len(word)))
        text += word + rng.choice([" ", " ", " ", " ", "\n\n", "\r\n"])
    spans = [_span(rng, f"s{n}", places) for n in range(count)]
    return Document(
        id=f"tp-{number:05}",
        text=text,
        title=f"Third party {number}",
        meta={"source": "made up", "n": number, "tags": ["x", {"y": 0.5}]},
        spans=spans,
        relations=_relations(rng, spans),
        reader="third-party",
        origin="import",
        state="submitted",
        where=f"third-party:{number + 1}",
    )


def _span(rng: random.Random, key: str, places: list[tuple[int, int]]) -> Span:
    label = rng.choices(["quote", "speaker", "claim"], [5, 4, 3])[0]
    pieces = 1
    if label == "quote" and rng.random() < 0.14:
        pieces = rng.choice([2, 2, 3])
    at = rng.randrange(len(places) - 60)
    found = []
    for _ in range(pieces):
        last = min(at + rng.randint(0, 12), len(places) - 1)
        found.append((places[at][0], places[last][1]))
        at = min(last + rng.randint(2, 5), len(places) - 1)
        if at <= last + 1:
            break
    attributes = {}
    if label == "quote":
        attributes = {"kind": rng.choice(["direct", "indirect", "mixed"])}
    elif label == "speaker" and rng.random() < 0.7:
        attributes = {"entity": rng.choice(["Ines Calado", "Tomás Ruiz", "The council", "Østby"])}
    return Span(key, label, found, attributes)


def _relations(rng: random.Random, spans: list[Span]) -> list[Relation]:
    speakers = [span.id for span in spans if span.label == "speaker"]
    if not speakers:
        return []
    kinds = {"quote": "said_by", "claim": "made_by"}
    linked = [span for span in spans if span.label in kinds and rng.random() < 0.6]
    return [
        Relation(f"r{number}", kinds[span.label], span.id, rng.choice(speakers))
        for number, span in enumerate(linked)
    ]
