"""Documents that Hypothesis makes up, with what is hard about text in them."""

from hypothesis import strategies as st

from annotator.formats.document import Document, Relation, Span, merged

words = st.text(
    st.one_of(
        st.sampled_from("ab “”\r\n\u2028\x85\x0b\x7f\x1fé\u0301שלום市\ufeff😀\u200d👩"),
        st.characters(exclude_characters="\x00", exclude_categories=["Cs"]),
    ),
    max_size=30,
)
names = words.filter(lambda name: name and not name.isspace())
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        words,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=5,
)
objects = st.dictionaries(words, values, max_size=4)


@st.composite
def documents(draw):
    document = Document(draw(names), draw(names), draw(words), draw(objects))
    return document if draw(st.booleans()) else read_by(draw, document, draw(names))


@st.composite
def corpora(draw):
    """Documents as an export has them: the readings of an article follow each other."""
    found = []
    for key in draw(st.lists(names, max_size=3, unique=True)):
        article = Document(key, draw(names), draw(words), draw(objects))
        readers = draw(st.lists(names, max_size=3, unique=True))
        found += [read_by(draw, article, reader) for reader in readers] or [article]
    return found


def read_by(draw, article, reader):
    """Return a reading of an article by ``reader``."""
    document = Document(article.id, article.text, article.title, article.meta, reader=reader)
    document.origin = draw(st.sampled_from(["person", "suggester", "import", "adjudicated"]))
    document.state = draw(st.sampled_from(["in_progress", "submitted", "skipped"]))
    offset = st.integers(0, len(article.text))
    for span_id in draw(st.lists(names, max_size=4, unique=True)):
        bounds = sorted(draw(st.sets(offset, min_size=2, max_size=6)))
        pieces = merged(zip(bounds[::2], bounds[1::2], strict=False))
        document.spans.append(Span(span_id, draw(names), pieces, draw(objects)))
    ends = [span.id for span in document.spans]
    if len(ends) > 1:
        links = st.tuples(names, st.permutations(ends))
        for number, (kind, ordered) in enumerate(draw(st.lists(links, max_size=3))):
            relation = Relation(f"r{number}", kind + str(number), ordered[0], ordered[1])
            document.relations.append(relation)
    return document
