"""Names: runs of words with capitals, with the titles before them and the particles inside.

Harbour minister Ines Calado, Dr. Rósa Dahl, Jan van der Berg, Sung Kim, Ministry of Defence, and later
only Calado. A word that may have its capital from where it stands counts as a name by itself only
when it has one inside a sentence elsewhere.
"""

from collections.abc import Iterator

from annotator.text.lexicon import (
    CALENDAR,
    HEADS,
    MODIFIERS,
    MONTHS_THAT_ARE_NAMES,
    NOT_IN_TITLES,
    PARTICLES,
    SENTENCE_STARTERS,
    TITLES,
)
from annotator.text.words import Range, Words

# A longer run is a headline.
_LONGEST = 9
# Those that are no English words.
_LEADING_PARTICLES = PARTICLES & {"de", "der", "del", "di", "du", "van", "von"}


def names(words: Words) -> list[Range]:
    """Return the names of a text in order, without the determiners before them."""
    capitals = _Capitals(words)
    found: list[Range] = []
    for first, beyond in capitals.runs():
        first = capitals.with_title(first)
        if found and first < found[-1][1]:
            first = found.pop()[0]  # FBU chair Kirsi Aalto
        if beyond - first <= _LONGEST:
            found.append((first, beyond))
    return found


class _Capitals:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.has = [_has_capital(form) for form in words.forms]
        self.small = {form for form in words.forms if form.islower()}
        self.proper = {
            bare(form)
            for at, form in enumerate(words.lower)
            if self.has[at] and not words.begins_sentence(at)
        }

    def runs(self) -> Iterator[Range]:
        words, at = self.words, 0
        while at < len(words):
            if not self.has[at]:
                at += 1
                continue
            beyond = self._end_of_run(at)
            first, last = self._trimmed(at, beyond)
            while first < last and words.before(first) in _LEADING_PARTICLES:
                first -= 1  # said de Wit
            if last - first > 1 or (first < last and len(words.forms[first]) > 1):
                yield first, last
            at = beyond

    def with_title(self, first: int) -> int:
        """Return where a name begins with the titles before it: harbour minister Ines Calado."""
        words = self.words
        if words.before(first) not in TITLES:
            return first
        at = first - 1
        while first - at <= 3 and words.joined(at) and self._modifies(at - 1):
            at -= 1
        return at

    def _modifies(self, at: int) -> bool:
        """Say whether a word before a title belongs to it."""
        word = self.words.lower[at]
        if word in MODIFIERS or word in TITLES:
            return True
        if word in NOT_IN_TITLES or word.endswith("'s"):
            return False
        # An unknown word does where nothing else can stand: said harbour minister Ines Calado.
        return (
            self.has[at] or self.words.gaps[at] == ", " or self.words.before(at) in ("said", "says")
        )

    def _end_of_run(self, at: int) -> int:
        beyond = at + 1
        while not self.words.lower[beyond - 1].endswith("'s") and (step := self._step(beyond)):
            beyond += step
        return beyond

    def _step(self, at: int) -> int:
        """Return how many words the run goes on by: a capital, particles or “of the” before one."""
        words = self.words
        if at >= len(words) or not (
            words.joined(at) or self._owns(at) or words.abbreviated(at - 1)
        ):
            return 0
        if self.has[at]:
            return 1
        following = at
        if words.lower[at] in ("of", "for") and words.lower[at - 1] in HEADS:
            following += 2 if words.after(at) == "the" else 1
        else:
            while (
                following < at + 3
                and words.after(following)
                and words.lower[following] in PARTICLES
            ):
                following += 1
        if following == at or following >= len(words):
            return 0
        return following - at + 1 if self.has[following] and words.joined(following) else 0

    def _owns(self, at: int) -> bool:
        """Say whether the name before a word is its owner: Bakers’ Guild."""
        return self.words.gaps[at] in ("’ ", "' ") and self.words.lower[at - 1].endswith("s")

    def _trimmed(self, first: int, beyond: int) -> Range:
        """Take days, months and words that only begin a sentence off both ends of a run."""
        words = self.words
        alone = beyond - first == 1
        if words.begins_sentence(first):
            first += not self._is_name(first, alone=alone)
        elif alone and words.lower[first] in SENTENCE_STARTERS:
            first += 1  # behind a dash: LISBON - The owner
        while first < beyond and bare(words.lower[first]) in CALENDAR:
            first += 1
        while first < beyond and bare(words.lower[beyond - 1]) in CALENDAR:
            if beyond - first > 1 and words.lower[beyond - 1] in MONTHS_THAT_ARE_NAMES:
                break  # Theresa May
            beyond -= 1
        return first, beyond

    def _is_name(self, at: int, *, alone: bool) -> bool:
        """Say whether the first word of a sentence is (part of) a name."""
        word = bare(self.words.lower[at])
        if word in SENTENCE_STARTERS:
            return False
        if alone:
            return word in self.proper and word not in self.small
        return word not in self.small or word in TITLES | MODIFIERS | HEADS


def bare(word: str) -> str:
    """Return a word in small letters without its ’s."""
    return word.removesuffix("'s")


def _has_capital(form: str) -> bool:
    """Say whether a word looks like (part of) a name: Kim, NATO, d’Estaing, al-Rashid; not I, I’m."""
    if form in ("A", "I") or form[:2] in ("I’", "I'"):
        return False
    if form[0].isupper():
        return True
    particle, _, name = form.replace("’", "-").replace("'", "-").partition("-")
    return len(particle) <= 2 and name[:1].isupper()
