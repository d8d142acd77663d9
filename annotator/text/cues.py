"""Cues: the words that report what somebody says: said, warned, according to.

Most verbs of speech report wherever they stand as verbs. Some (laughed, found, went on) do so only
beside a quotation, a colon or “that”. Many forms are nouns as well (her remarks, a fresh warning,
claims of fraud): the words around them tell.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from annotator.text.lexicon import (
    AUXILIARIES,
    BEHIND_NOUNS,
    DETERMINERS,
    DOUBLING,
    FINDINGS,
    FORMS_OF_BE,
    IRREGULAR_FORMS,
    LIKE_NOUNS,
    OPINIONS,
    OTHER_VERBS,
    PHRASES,
    PREPOSITIONS,
    PRONOUNS,
    SPEECH_VERBS,
    STANDING_ALONE,
)
from annotator.text.quotations import Piece
from annotator.text.words import Range, Words

_FIRST_OF_PHRASES = frozenset(phrase[0] for phrase in PHRASES)

# How far behind a quotation its verb may stand: “…,” the old man with the dog laughed.
_NEAR = 60
# And how far before one: he laughed, “…
_LEAD_IN = 3
_STOP = re.compile(r"[.!?;,\n\r]")


def cues(words: Words, quoted: Sequence[Piece]) -> list[Range]:
    """Return the reporting words of a text in order; `quoted` are the pieces of its quotations."""
    beside = _Beside(words, quoted)
    found: list[Range] = []
    at = 0
    while at < len(words):
        beyond = _phrase_from(words, at, beside) or _verb_at(words, at, beside)
        if beyond:
            found.append((at, beyond))
        at = beyond or at + 1
    return found


def _phrase_from(words: Words, at: int, beside: "_Beside") -> int | None:
    if words.lower[at] not in _FIRST_OF_PHRASES:
        return None
    for phrase, everywhere in PHRASES.items():
        beyond = at + len(phrase)
        if tuple(words.lower[at:beyond]) != phrase or not all(
            words.joined(number) for number in range(at + 1, beyond)
        ):
            continue
        if everywhere or beside.touches(at, beyond):
            return beyond
    return None


def _verb_at(words: Words, at: int, beside: "_Beside") -> int | None:
    everywhere = _FORMS.get(words.lower[at])
    if everywhere is None:
        return None
    if words.forms[at][0].isupper() and not words.begins_sentence(at):
        return None  # the United States
    if _is_noun(words, at) or _is_passive(words, at):
        return None
    # Declined to comment, wanted to know: nothing is reported, but with a quotation.
    if everywhere and words.before(at) != "to":
        return at + 1
    return at + 1 if _is_opinion(words, at) or beside.touches(at, at + 1) else None


def _is_opinion(words: Words, at: int) -> bool:
    """Say whether somebody holds an opinion: she expects, Calado hoped."""
    if words.lower[at] in FINDINGS:
        return words.text[words.spans[at][1] : words.spans[at][1] + 1] in (
            ".",
            ",",
        )  # …, the study found.
    if words.lower[at] not in OPINIONS or at == 0:
        return False
    if not words.joined(at):
        return words.gaps[at] == ", "  # Calado, who runs the harbour, expects …
    return words.before(at) in PRONOUNS or words.forms[at - 1][0].isupper()


def _is_passive(words: Words, at: int) -> bool:
    """Say whether it is somebody else who speaks: he was told, she had been accused."""
    if words.after(at) in ("by", "that"):
        return False
    before = words.before(at)
    if before in AUXILIARIES - FORMS_OF_BE or before.endswith("ly"):
        before = words.before(at, 2)  # was never told, is repeatedly accused
    return before in FORMS_OF_BE


def _is_noun(words: Words, at: int) -> bool:
    """Say whether a form is a noun or an adjective where it stands."""
    form, before, after = words.lower[at], words.before(at), words.after(at)
    if before.endswith("'s"):
        return True  # Pyongyang’s claims
    if before in DETERMINERS:
        return before not in STANDING_ALONE or form in LIKE_NOUNS  # his warning, the alleged fraud
    if form not in LIKE_NOUNS:
        return False
    if before in PREPOSITIONS - {"to"} or after in BEHIND_NOUNS:
        return True
    if not before:
        return words.forms[at][0].isupper() and not form.endswith("ing")  # Reports say …
    # The joint statement, a fresh warning; but: the minister claims that …
    further = words.before(at, 2)
    described = further in DETERMINERS or further.endswith("'s")
    return described and after not in ("that", "it", "he", "she", "they", "the", "there")


class _Beside:
    """Where quotations begin and end, to ask whether a verb stands next to one."""

    def __init__(self, words: Words, quoted: Sequence[Piece]) -> None:
        self.words = words
        self.starts = sorted(start for start, _ in quoted)
        self.ends = sorted(end for _, end in quoted)

    def touches(self, first: int, beyond: int) -> bool:
        """Say whether a quotation, a colon or “that” follows, or a quotation ended just before."""
        start, end = self.words.piece(first, beyond)
        text = self.words.text
        if self.words.after(beyond - 1) == "that" or text[end : end + 1] == ":":
            return True
        opening = bisect_left(self.starts, end)
        if opening < len(self.starts) and self.starts[opening] <= end + _LEAD_IN:
            between = text[end : self.starts[opening]]
            if not between.strip(" \xa0,:."):
                return True
        closing = bisect_right(self.ends, start) - 1
        if closing < 0 or self.ends[closing] < start - _NEAR:
            return False
        if text[self.ends[closing] - 2] == ".":
            return False  # “Sorry.” He read the paper.
        return not _STOP.search(text, self.ends[closing] + 1, start)


def _forms() -> dict[str, bool]:
    """Return every form of every verb, with whether it reports without a quotation beside it."""
    forms = {}
    for listed, everywhere in ((OTHER_VERBS, False), (SPEECH_VERBS, True)):
        for verb in listed:
            inflected = (
                IRREGULAR_FORMS[verb].split() if verb in IRREGULAR_FORMS else _inflected(verb)
            )
            forms.update(dict.fromkeys([verb, *inflected], everywhere))
    return forms


def _inflected(verb: str) -> list[str]:
    if verb.endswith("e"):
        return [f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    if verb.endswith("y") and verb[-2] not in "aeo":
        return [f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
    stem = verb + verb[-1] if verb in DOUBLING else verb
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch")) else f"{verb}s"
    return [third, f"{stem}ed", f"{stem}ing"]


_FORMS = _forms()
