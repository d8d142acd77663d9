"""What is measured on: articles of a given number of words with spans and relations, from a seed."""

import random
from collections.abc import Iterator

from annotator.formats.document import Document, Relation, Span

WORDS = [
    "the",
    "a",
    "of",
    "and",
    "to",
    "in",
    "on",
    "for",
    "with",
    "from",
    "ferry",
    "harbour",
    "council",
    "island",
    "bridge",
    "budget",
    "ticket",
    "winter",
    "storm",
    "repair",
    "vote",
    "debate",
    "letter",
    "school",
    "lantern",
    "crew",
    "salmon",
    "lighthouse",
    "region",
    "planner",
    "mayor",
    "fourteen",
    "million",
    "crowns",
    "Monday",
    "Friday",
    "March",
    "quickly",
    "never",
    "again",
    "late",
    "open",
    "closed",
    "according",
    "naïve",
    "façade",
    "Østby",
    "Nuñez",
    "Calado",
    "Adeyemi",
    "Brandt",
]


def documents(
    count: int, *, words: int = 500, spans: int = 12, relations: int = 5, seed: int = 1
) -> Iterator[Document]:
    rng = random.Random(seed)
    for number in range(count):
        yield _document(rng, number, words, spans, relations)


def _document(rng: random.Random, number: int, words: int, spans: int, relations: int) -> Document:
    text, places = _text(rng, words)
    made = [_span(rng, n, places, spans) for n in range(spans)]
    speakers = [span.id for span in made if span.label == "speaker"]
    others = [span for span in made if span.label != "speaker"][:relations]
    kinds = {"quote": "said_by", "claim": "made_by"}
    return Document(
        id=f"bench-{number:07}",
        text=text,
        title=f"Ferry news, part {number}",
        meta={"source": "bench", "url": f"https://news.example/{number}", "language": "en"},
        spans=made,
        relations=[
            Relation(f"r{n}", kinds[span.label], span.id, rng.choice(speakers))
            for n, span in enumerate(others)
        ],
        reader="bench",
        origin="import",
        state="submitted",
        where=f"bench:{number + 1}",
    )


def _text(rng: random.Random, words: int) -> tuple[str, list[tuple[int, int]]]:
    """Return a text in paragraphs and where its words stand; 39 % of texts hold an emoji."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    emoji = rng.randrange(words) if rng.random() < 0.39 else -1
    for number in range(words):
        word = "⛴️🎉" if number == emoji else rng.choice(WORDS)
        if number % 25 == 0:
            word = "“" + word
        elif number % 25 == 10:
            word += ",”"
        gap = "\n\n" if number % 60 == 59 else " "
        places.append((at, at + len(word)))
        parts += [word, gap]
        at += len(word) + len(gap)
    return "".join(parts).strip() + ".", places


def _span(rng: random.Random, number: int, places: list[tuple[int, int]], count: int) -> Span:
    label = ("speaker", "quote", "claim")[number % 3]
    first = min(len(places) - 16, len(places) * number // count)
    length = {"speaker": 2, "quote": 12, "claim": 7}[label]
    pieces = [(places[first][0], places[first + length - 1][1])]
    if label == "quote" and rng.random() < 0.14:
        pieces = [
            (places[first][0], places[first + 4][1]),
            (places[first + 7][0], places[first + length - 1][1]),
        ]
    attributes = {"kind": rng.choice(["direct", "indirect"])} if label == "quote" else {}
    return Span(f"s{number}", label, pieces, attributes)


# Articles in bulk, for tables and search: made in the database, as the text of each hardly matters.
FILL = """
INSERT INTO annotator_article (corpus_id, key, title, text, sha256, length, meta)
SELECT %(corpus)s, 'n-' || n, 'Ferry news, part ' || n, t, encode(sha256(convert_to(t, 'UTF8')), 'hex'),
       length(t), '{}'
FROM (
  SELECT n, 'Number' || n || ' seldom' || (n %% 20) || ' ' ||
         (SELECT string_agg((%(words)s::text[])[1 + floor(random() * %(count)s)::int], ' ')
          FROM generate_series(1, 100) g WHERE n > 0) || '.' AS t
  FROM generate_series(1, %(articles)s) n
) made
"""
