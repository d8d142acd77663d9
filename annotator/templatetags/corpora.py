"""What templates ask about a corpus."""

from django import template

from annotator.corpora.models import Corpus, Right
from annotator.www.colours import for_dark, for_light

register = template.Library()


@register.filter
def allows(corpus: Corpus, right: str) -> bool:
    """Return whether the user that the corpus was fetched for has a right: ``corpus|allows:"IMPORT"``."""
    return corpus.allows(Right[right])


@register.filter
def thousands(number: int) -> str:
    """Return a whole number with its thousands apart: 12,345."""
    return f"{number:,}"


@register.filter
def readable(colour: str) -> str:
    """Return a label's colour for light and dark pages, as an SVG attribute may hold it."""
    return f"light-dark({for_light(colour)}, {for_dark(colour)})"
