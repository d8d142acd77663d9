"""What templates ask about a corpus."""

from django import template

from annotator.corpora.models import Corpus, Right

register = template.Library()


@register.filter
def allows(corpus: Corpus, right: str) -> bool:
    """Return whether the user that the corpus was fetched for has a right: ``corpus|allows:"IMPORT"``."""
    return corpus.allows(Right[right])


@register.filter
def thousands(number: int) -> str:
    """Return a whole number with its thousands apart: 12,345."""
    return f"{number:,}"
