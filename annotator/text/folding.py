"""Names as they are compared when somebody looks one up: without case, without accents.

For comparison only: what is stored and shown stays as it was written.
"""

import unicodedata

# PostgreSQL's tsvector and its index hold so much, whatever characters unfold to.
LONGEST_WORD = 100
MOST_WORDS = 1000

# Letters whose stroke or ligature Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe"}
)  # fmt: skip


def words_of(*names: str) -> list[str]:
    """Return the different words of some names, folded: ``Jean-Luc Østby`` has jean, luc, ostby."""
    words = {word[:LONGEST_WORD] for name in names for word in folded(name).split()}
    return sorted(words)[:MOST_WORDS]


def folded(name: str) -> str:
    """Return a name in small plain letters, a space where there is neither letter nor digit."""
    parts = unicodedata.normalize("NFKD", name.casefold()).casefold()
    plain = "".join(part for part in parts if not "\u0300" <= part <= "\u036f").translate(_PLAIN)
    return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in plain)


def prefixes(said: str) -> str:
    """Return what asks PostgreSQL for words that begin as those of ``said``, all of them; or nothing.

    The words hold letters, marks and digits only, so there is nothing to escape.
    """
    return " & ".join(f"'{word}':*" for word in words_of(said))
