"""Pieces of one span in tools that have none: spans of their own, each linked to its next one."""

from collections.abc import Callable

from annotator.formats.document import Document, Piece, Relation, Span, merged

NEXT_PIECE = "next_piece"


def join_pieces(document: Document, is_next: Callable[[Relation], bool] = lambda _: True) -> None:
    """Make one span of those that are linked as its pieces, by links that ``is_next``."""
    spans = {span.id: span for span in document.spans}
    following: dict[str, list[str]] = {}
    before: dict[str, str] = {}
    for link in document.relations:
        if link.type == NEXT_PIECE and is_next(link) and _alike(spans, link):
            before[link.target] = link.source
    for target, source in before.items():
        following.setdefault(source, []).append(target)
    joined: set[str] = set()
    # What goes round in a circle has no first piece, and stays as it is.
    for first in following.keys() - before.keys():
        pieces: list[Piece] = []
        left = [first]
        while left:
            key = left.pop()
            pieces += spans[key].pieces
            left += following.get(key, ())
            joined.add(key)
        spans[first].pieces = merged(pieces)
        joined.remove(first)
    document.spans = [span for span in document.spans if span.id not in joined]
    document.relations = [
        link
        for link in document.relations
        if link.type != NEXT_PIECE
        or link.target not in joined
        or before[link.target] != link.source
    ]


def _alike(spans: dict[str, Span], link: Relation) -> bool:
    source, target = spans.get(link.source), spans.get(link.target)
    if source is None or target is None or source is target:
        return False
    return source.label == target.label
