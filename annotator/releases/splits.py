"""Train, validation and test that do not leak into each other, and do not move.

Articles come in the order of import. One that is tied to none before it begins a group, and a hash
of the seed and its key says where the group goes. One that is tied goes where what it is tied to
went. So what comes later never moves what was there. An article that is tied to groups in two
splits would leak from one into the other: it is put *aside*, in neither. More about it in
docs/decisions/0011-splits-that-do-not-leak.md.
"""

import hashlib
from array import array
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum


class Split(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    ASIDE = "aside"


_NUMBERED = list(Split)


def split_of(key: str, *, seed: str, validation: int, test: int) -> Split:
    """Return where a group goes, by a hash; ``validation`` and ``test`` are percents."""
    digest = hashlib.sha256(f"{seed}\n{key}".encode()).digest()
    place = int.from_bytes(digest[:8]) * 100 >> 64
    if place < test:
        return Split.TEST
    return Split.VALIDATION if place < test + validation else Split.TRAIN


class Splitter:
    """Groups of articles as they grow; articles are known by their number, counted from 0."""

    def __init__(self, *, seed: str, validation: int, test: int) -> None:
        self._seed = seed
        self._validation = validation
        self._test = test
        # The group of an article is an article before it, or itself: the oldest of the group.
        self._older = array("L")
        self._split = array("B")
        self._first: dict[str, int] = {}

    def place(
        self,
        key: str,
        *,
        values: Collection[str] = (),
        candidates: Iterable[int] = (),
        is_like: Callable[[int], bool] = lambda other: True,
    ) -> Split:
        """Return where the next article goes.

        It is tied to the articles before it that have one of its ``values``, and to those of the
        ``candidates`` that it ``is_like``; of a group that is asked about until one says yes.
        """
        number = len(self._older)
        groups = {self._group(self._first[value]) for value in values if value in self._first}
        for other in candidates:
            if self._split[other] == _ASIDE:
                continue
            group = self._group(other)
            if group not in groups and is_like(other):
                groups.add(group)
        splits = {self._split[group] for group in groups}
        if len(splits) > 1:
            self._older.append(number)
            self._split.append(_ASIDE)
            return Split.ASIDE
        oldest = min(groups, default=number)
        self._older.append(oldest)
        for group in groups:
            self._older[group] = oldest
        self._split.append(splits.pop() if splits else _NUMBERED.index(self._begin(key)))
        for value in values:
            self._first.setdefault(value, number)
        return _NUMBERED[self._split[number]]

    def _begin(self, key: str) -> Split:
        return split_of(key, seed=self._seed, validation=self._validation, test=self._test)

    def _group(self, number: int) -> int:
        """Return the oldest article of the group; what lies between is remembered shorter."""
        oldest = number
        while self._older[oldest] != oldest:
            oldest = self._older[oldest]
        while self._older[number] != oldest:
            self._older[number], number = oldest, self._older[number]
        return oldest


_ASIDE = _NUMBERED.index(Split.ASIDE)
