"""Pieces that are linked to their next ones become one span."""

from annotator.formats.chains import NEXT_PIECE, join_pieces
from annotator.formats.document import Document, Relation, Span


def joined(labels, *links):
    document = Document("a", "x" * 3 * len(labels))
    for at, label in enumerate(labels):
        document.spans.append(Span(str(at), label, [(3 * at, 3 * at + 1)]))
    for at, (source, target) in enumerate(links):
        document.relations.append(Relation(f"r{at}", NEXT_PIECE, str(source), str(target)))
    join_pieces(document)
    return {span.id: len(span.pieces) for span in document.spans}, len(document.relations)


def test_pieces_become_one_span_in_whatever_order_they_are_linked():
    assert joined("qqq", (0, 1), (1, 2)) == ({"0": 3}, 0)
    assert joined("qqq", (2, 0), (0, 1)) == ({"2": 3}, 0)
    assert joined("qqq", (0, 1), (0, 2)) == ({"0": 3}, 0)


def test_a_link_to_a_piece_that_is_none_of_the_chain_stays():
    assert joined("qqs", (0, 1), (2, 1)) == ({"0": 2, "2": 1}, 1)


def test_spans_of_other_labels_are_no_pieces():
    assert joined("qs", (0, 1)) == ({"0": 1, "1": 1}, 1)


def test_what_goes_round_in_a_circle_stays():
    assert joined("qqq", (0, 1), (1, 0)) == ({"0": 1, "1": 1, "2": 1}, 2)


def test_a_long_chain_is_walked_once():
    count = 20_000
    links = [(at, at + 1) for at in range(count - 1)]
    assert joined("q" * count, *links) == ({"0": count}, 0)
