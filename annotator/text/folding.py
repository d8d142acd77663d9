"""Names as they are compared when somebody looks one up: without case, without accents.

For comparison only: what is stored and shown stays as it was written.
"""

import unicodedata

# Letters whose stroke or ligature Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe"}
)  # fmt: skip


def words_of(*names: str) -> list[str]:
    """Return the different words of some names, folded: ``Jean-Luc Østby`` has jean, luc, ostby."""
    return sorted({word for name in names for word in folded(name).split()})


def folded(name: str) -> str:
    """Return a name in small plain letters, a space where there is neither letter nor digit."""
    parts = unicodedata.normalize("NFKD", name.casefold()).casefold()
    plain = "".join(part for part in parts if not "\u0300" <= part <= "\u036f").translate(_PLAIN)
    return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in plain)
