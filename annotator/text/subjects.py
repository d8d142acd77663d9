"""Subjects: who stands next to a reporting word without being a name by itself.

She, the FBU, observers, a spokesman for Norrvik Shipyard, the doctor behind said, a study behind according to.
"""

import re
from collections.abc import Sequence

from annotator.text.lexicon import (
    AUXILIARIES,
    CALENDAR,
    CONJUNCTIONS,
    DETERMINERS,
    FORMS_OF_BE,
    INDEFINITES,
    OBJECT_PRONOUNS,
    PREPOSITIONS,
    PRONOUNS,
    STANDING_ALONE,
)
from annotator.text.words import Range, Words

# A noun phrase is at most so many words; what is longer was misread.
_LONGEST = 9
# Looked back over: Ines Calado, who has run the harbour since 2019, said
_LONGEST_CLAUSE = 30
_NOT_IN_PHRASE = CONJUNCTIONS | PRONOUNS | AUXILIARIES | {"i", "we", "you"}
_ENDS_CLAUSE = re.compile(r"[.!?;:\n\r“”\"«»()]")
_OF = frozenset({"for", "of"})
_NOUNS_IN_LY = frozenset({"ally", "assembly", "bully", "family", "monopoly", "supply"})
_PLURALS = frozenset({"children", "men", "people", "police", "women"})


def subjects(words: Words, names: Sequence[Range], cues: Sequence[Range]) -> list[Range]:
    """Return the pronouns and noun phrases beside the reporting words, in order of these."""
    beside = _Beside(words, names, cues)
    return [found for cue in cues if (found := beside.subject_of(*cue))]


class _Beside:
    def __init__(self, words: Words, names: Sequence[Range], cues: Sequence[Range]) -> None:
        self.words = words
        self.name_from = dict(names)
        self.name_to = {beyond: first for first, beyond in names}
        self.reporting = {at for first, beyond in cues for at in range(first, beyond)}

    def subject_of(self, first: int, beyond: int) -> Range | None:
        """Return the subject of one reporting word; None when it has none, or when it is a name."""
        words = self.words
        if words.lower[beyond - 1] in ("to", "of"):
            return self._phrase_from(beyond, PREPOSITIONS)
        if words.after(beyond - 1) == "by" and words.before(first) in FORMS_OF_BE:
            return self._phrase_from(beyond + 1, _OF)  # was described by critics as
        if words.lower[first].endswith("ing"):
            return None
        at = self._before_auxiliaries(first)
        if words.joined(at):
            return self._phrase_to(at)
        if words.gaps[at] == ", " and (clause := self._clause_before(at)):
            return self._phrase_to(clause)
        return self._said_by(beyond) if at == first else None

    def _before_auxiliaries(self, at: int) -> int:
        """Step back over what stands between subject and verb: have, repeatedly, on Friday."""
        words = self.words
        while (word := words.before(at)) and at not in self.name_to:
            adverb = word.endswith("ly") and word not in _NOUNS_IN_LY
            if word in CALENDAR:
                at -= words.before(at, 2) in ("last", "on", "this")
            elif word not in AUXILIARIES and not adverb and not word.endswith("n't"):
                break
            at -= 1
        return at

    def _clause_before(self, at: int) -> int | None:
        """Return where what lies between two commas begins: Calado, 58, who runs the harbour, said."""
        gaps, lower = self.words.gaps, self.words.lower
        for first in range(at - 1, max(0, at - _LONGEST_CLAUSE), -1):
            if gaps[first] == ", ":
                if lower[first - 1].isdigit():
                    continue
                return first if first in self.name_from or _opens_clause(lower[first]) else None
            if _ENDS_CLAUSE.search(gaps[first]):
                return None
        return None

    def _phrase_to(self, at: int) -> Range | None:
        """Return the pronoun or noun phrase that ends before a word."""
        words = self.words
        if words.lower[at - 1] in PRONOUNS | STANDING_ALONE:
            return at - 1, at
        head = self.name_to.get(at, at)
        if head == at and (self._breaks(at - 1) or words.lower[at - 1] in PREPOSITIONS):
            return None
        first = min(head, at - 1)
        while at - first < _LONGEST and words.joined(first) and not self._breaks(first - 1):
            first = self.name_to.get(first, first - 1)
        if words.before(first) == "who" and words.joined(first - 1):
            return self._phrase_to(first - 1)  # two people who worked there said
        determined = self._determined(first, head)
        if determined is not None:
            return determined, at
        return self._bare(first, at) if head == at else None

    def _determined(self, first: int, head: int) -> int | None:
        """Return where the last phrase with a determiner begins that no preposition governs."""
        words = self.words
        for at in range(head - 1, first - 1, -1):
            before = words.lower[at - 1] if at > first else ""
            if before in PREPOSITIONS or before in DETERMINERS:
                continue
            if words.lower[at].endswith("'s"):
                return self._begin_of_possessor(first, at)
            if words.lower[at] in DETERMINERS | INDEFINITES:
                return at
        return None

    def _begin_of_possessor(self, first: int, at: int) -> int:
        """Return where “the old city’s” begins."""
        while at > first and self.words.lower[at - 1] not in PREPOSITIONS:
            at -= 1
        return at

    def _bare(self, first: int, at: int) -> Range | None:
        """Return a phrase without a determiner: observers, fire investigators, police."""
        words = self.words
        phrase = words.lower[first:at]
        if at - first <= 3 and not words.joined(first) and not PREPOSITIONS.intersection(phrase):
            return first, at
        return (at - 1, at) if _is_plural(phrase[-1]) else None

    def _said_by(self, at: int) -> Range | None:
        """Return the subject behind its verb: “…,” said she, said a clerk, said observers."""
        words = self.words
        if at >= len(words) or not words.joined(at):
            return None
        word, ends = words.lower[at], not words.after(at)
        if word in PRONOUNS:
            return (at, at + 1) if ends else None
        is_phrase = word in DETERMINERS or at in self.name_from or (ends and _is_plural(word))
        return self._phrase_from(at, _OF) if is_phrase else None

    def _phrase_from(self, at: int, prepositions: frozenset[str]) -> Range | None:
        """Return the noun phrase that begins with a word, over some prepositions; not a mere name."""
        words = self.words
        if at >= len(words) or not words.joined(at):
            return None
        if words.lower[at] in OBJECT_PRONOUNS and not words.after(at):
            return at, at + 1
        beyond = self._end_of_phrase(at, prepositions)
        return (at, beyond) if beyond > self._end_of_name(at) else None

    def _end_of_name(self, at: int) -> int:
        return self.name_from.get(at, at)

    def _end_of_phrase(self, at: int, allowed: frozenset[str]) -> int:
        words = self.words
        beyond = self._end_of_name(at)
        if beyond > at and not words.lower[beyond - 1].endswith("'s"):
            allowed = frozenset()  # Ines Calado at the opening; but: Norrvik police
        while (
            beyond < len(words)
            and beyond - at < _LONGEST
            and (beyond == at or words.joined(beyond))
        ):
            word = words.lower[beyond]
            if self._breaks(beyond) or word in CALENDAR or word in PREPOSITIONS - allowed:
                break
            beyond = self.name_from.get(beyond, beyond + 1)
        while beyond > at and words.lower[beyond - 1] in PREPOSITIONS | DETERMINERS - {"one"}:
            beyond -= 1
        return beyond

    def _breaks(self, at: int) -> bool:
        """Say whether a word stands in no noun phrase."""
        return self.words.lower[at] in _NOT_IN_PHRASE or at in self.reporting


def _opens_clause(word: str) -> bool:
    """Say whether what follows a comma is inserted: the minister, who …, a …, 58, speaking …, in …"""
    return (
        word in DETERMINERS | PREPOSITIONS
        or word in ("who", "which", "whose", "where", "then", "now")
        or word.endswith(("ing", "ed", "en"))
        or word[0].isdigit()
    )


def _is_plural(word: str) -> bool:
    return word in _PLURALS or (word.endswith("s") and not word.endswith(("'s", "ss")))
