"""The candidates of articles, remembered: a text never changes, and the desk asks again and again."""

from annotator.corpora.models import Article
from annotator.text.candidates import Candidates, candidates

# So many characters of text have their candidates kept in a process: some hundred articles.
KEPT = 2_000_000

_found: dict[str, tuple[int, Candidates]] = {}


def candidates_of(article: Article) -> Candidates:
    """Return what the text of an article offers."""
    if known := _found.get(article.sha256):
        return known[1]
    found = candidates(article.text)
    # `list`, as another thread may add to it meanwhile.
    if article.length + sum(length for length, _ in list(_found.values())) > KEPT:
        _found.clear()
    _found[article.sha256] = article.length, found
    return found
