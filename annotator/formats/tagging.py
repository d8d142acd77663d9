"""IOB2 tags in columns: spans on tokens, in so many columns that they may lie on one another.

The first level has the longest span in each place, the next ones what lies on it.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from annotator.formats.alignment import Tokens
from annotator.formats.document import Document, Span
from annotator.formats.losing import Losses, in_order
from annotator.text.tokens import sentences

LEVELS = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a span in tokens, both included."""

    label: str
    first: int
    last: int


def placed(
    document: Document,
    tokens: Tokens,
    losses: Losses,
    label_problem: Callable[[str], str] = lambda _: "",
) -> list[list[Stretch]]:
    """Give every span the lowest level that is free under all of its pieces, the longest first.

    What cannot be tagged is lost, spans with a ``label_problem`` among them.
    """
    losses.relations("A tag links nothing.")
    levels: list[list[Stretch]] = [[] for _ in range(LEVELS)]
    taken: list[set[int]] = [set() for _ in range(LEVELS)]
    stretched = [
        (span, _stretches(span, tokens, losses, label_problem(span.label)))
        for span in in_order(document.spans)
    ]
    for span, stretches in sorted(stretched, key=lambda pair: -_length(pair[1])):
        if not stretches:
            continue
        own = {at for found in stretches for at in range(found.first, found.last + 1)}
        free = next((level for level in range(LEVELS) if taken[level].isdisjoint(own)), None)
        if free is None:
            said = f"There are more than {LEVELS} spans in one place; the longest have the columns."
            losses.say(f"span {span.id}", said)
            continue
        taken[free] |= own
        levels[free] += stretches
        losses.attributes(span, "A tag has no attributes")
        losses.pieces(span, "A tag has no pieces")
    return levels


def _stretches(span: Span, tokens: Tokens, losses: Losses, problem: str) -> list[Stretch]:
    """Return a span in tokens; nothing, which is said, when it cannot be tagged."""
    if problem:
        losses.say(f"span {span.id}", problem)
        return []
    found: list[Stretch] = []
    for piece in span.pieces:
        within = tokens.within(piece)
        if within is None:
            said = f"What is tagged are whole tokens, but {tokens.problem(piece)}."
            losses.say(f"span {span.id}", said)
            return []
        found.append(Stretch(span.label, *within))
    return found


def _length(stretches: list[Stretch]) -> int:
    return sum(found.last + 1 - found.first for found in stretches)


def tags_on(level: list[Stretch], count: int) -> list[str]:
    """Return the tag of each of so many tokens on one level."""
    found = ["O"] * count
    for stretch in level:
        found[stretch.first] = f"B-{stretch.label}"
        for at in range(stretch.first + 1, stretch.last + 1):
            found[at] = f"I-{stretch.label}"
    return found


def sentence_starts(text: str, tokens: Tokens, levels: list[list[Stretch]]) -> set[int]:
    """Return the tokens that begin a sentence, but for sentences that a span goes on into.

    IOB2 has no way to go on with a span in another sentence.
    """
    starts = [start for start, _ in tokens.places]
    begins = {bisect_right(starts, start - 1) for start, _ in sentences(text)}
    inside = {
        at for level in levels for found in level for at in range(found.first + 1, found.last + 1)
    }
    return begins - inside - {0}
