"""Which texts are nearly the same: MinHash finds candidates, and real sets of words decide.

Two texts are alike when at least ``LIKE`` of all runs of three words that either has are in both
(their Jaccard index). Why it is three words and a half: docs/decisions/0011-splits-that-do-not-leak.md.
"""

import zlib
from array import array
from collections.abc import Collection, Iterator, Sequence

from rensa import RMinHash

from annotator.text.tokens import tokens

LIKE = 0.5
RUN = 3  # words
# Two texts that are just alike share one of the bands in 95 of 100 cases, and all but certainly
# from 0.6 on; two of one paper that tell of different things (below 0.1), in 5 of 1,000.
BANDS, ROWS = 48, 4
SEED = 20_260_301
# Of texts that share a band so many are compared with: what else is like them is like these.
MOST_IN_BAND = 50

Shingles = frozenset[int]


def shingles(text: str) -> Shingles:
    """Return the hashes of all runs of three words, case aside; never none at all."""
    folded = text.casefold()
    found = [folded[start:end] for start, end in tokens(folded) if folded[start].isalnum()]
    if len(found) < RUN:
        return frozenset([zlib.crc32((" ".join(found) or text).encode())])
    runs = zip(*(found[at:] for at in range(RUN)), strict=False)
    return frozenset([zlib.crc32(" ".join(run).encode()) for run in runs])


def jaccard(one: Shingles, other: Collection[int]) -> float:
    """Return how like two texts are, from 0 to 1; no hash comes twice in ``other``."""
    both = len(one.intersection(other))
    return both / (len(one) + len(other) - both)


class Candidates:
    """The bands of many texts; 192 bytes for each.

    Add all texts in their order, then ask for each, in the same order, which of those before it
    may be like it. What is asked of one text never depends on those after it.
    """

    def __init__(self) -> None:
        self._bands = array("I")
        # Texts by the band that they share, as far as it was asked for them.
        self._sharing: dict[int, list[int]] = {}

    def add(self, texts: Sequence[Shingles]) -> None:
        """Add the next texts."""
        rows = RMinHash.digest_matrix_from_token_hash_sets(
            [sorted(text) for text in texts], BANDS * ROWS, SEED
        ).to_rows()
        for row in rows:
            values = array("I", row).tobytes()
            size = len(values) // BANDS
            for at in range(0, len(values), size):
                self._bands.append(zlib.crc32(values[at : at + size]))

    def close(self) -> None:
        """Forget the bands that no two texts share, which are almost all; number the others."""
        number = 0
        for band in range(BANDS):
            column = self._bands[band::BANDS]
            numbers: dict[int, int] = {}
            for value in column:
                numbers[value] = 0 if value not in numbers else -1
            for value, shared in numbers.items():
                if shared:
                    number += 1
                    numbers[value] = number
            self._bands[band::BANDS] = array("I", [numbers[value] for value in column])

    def before(self, text: int) -> Iterator[int]:
        """Yield the texts before this one that may be like it, the oldest first; none twice."""
        shared = [band for band in self._bands[text * BANDS : (text + 1) * BANDS] if band]
        found: set[int] = set()
        for band in shared:
            sharing = self._sharing.setdefault(band, [])
            found.update(sharing)
            if len(sharing) < MOST_IN_BAND:
                sharing.append(text)
        yield from sorted(found)
