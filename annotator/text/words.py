"""The words of a text and what stands between them: what the rules for names and cues read."""

import re

from annotator.text import tokens
from annotator.text.lexicon import ABBREVIATIONS
from annotator.text.quotations import Piece

Range = tuple[int, int]  # of words: the first one, and the one behind the last

_OPENS_SENTENCE = re.compile(r"[.!?:…\n\r•“„”\"«»‹›‘‚「『(\[]")


class Words:
    """The words of a text by number, in order; offsets are code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = tokens.words(text)
        self.forms = [text[start:end] for start, end in self.spans]
        self.lower = [form.lower().replace("’", "'") for form in self.forms]
        ends = [0, *(end for _, end in self.spans)]
        self.gaps = [text[end:start] for end, (start, _) in zip(ends, self.spans, strict=False)]

    def __len__(self) -> int:
        return len(self.spans)

    def piece(self, first: int, beyond: int) -> Piece:
        return self.spans[first][0], self.spans[beyond - 1][1]

    def bare_piece(self, first: int, beyond: int) -> Piece:
        """Return the piece of some words without a possessive ’s at their end."""
        start, end = self.piece(first, beyond)
        return start, end - 2 * self.lower[beyond - 1].endswith("'s")

    def joined(self, at: int) -> bool:
        """Say whether only a space stands between a word and the one before it."""
        return at > 0 and self.gaps[at] in (" ", "\xa0", "\u202f")

    def before(self, at: int, steps: int = 1) -> str:
        """Return the word so many steps before, in small letters; "" beyond a comma or the like."""
        if any(not self.joined(at - step) for step in range(steps)):
            return ""
        return self.lower[at - steps]

    def after(self, at: int) -> str:
        """Return the word that follows, in small letters; "" beyond a comma or the like."""
        return self.lower[at + 1] if at + 1 < len(self) and self.joined(at + 1) else ""

    def begins_sentence(self, at: int) -> bool:
        """Say whether a word has its capital, if any, from where it stands."""
        if at == 0 or self.abbreviated(at - 1):
            return at == 0
        return _OPENS_SENTENCE.search(self.gaps[at]) is not None

    def abbreviated(self, at: int) -> bool:
        """Say whether the full stop behind a word is that of Dr. or of an initial."""
        if at + 1 >= len(self) or self.gaps[at + 1] not in (". ", ".\xa0"):
            return False
        form = self.forms[at]
        return self.lower[at] in ABBREVIATIONS or (
            form.isupper() and (len(form) == 1 or "." in form)
        )
