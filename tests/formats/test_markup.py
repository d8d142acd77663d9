"""Markup to text: a line for each block, white space as one space."""

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats.markup import page_of, text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("<p>One\n  <b>and</b>\t<i>two</i>.</p>", "One and two."),
        ("<p>wo<b>r</b>d</p>", "word"),
        ("<p>One.<br/>Two.</p>", "One.\nTwo."),
        ("<div>One.<p>Two.</p>Three.</div>", "One.\nTwo.\nThree."),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<p>One.</p><script>no</script><style>no</style><p>Two.</p>", "One.\nTwo."),
        ("<p>before<script>no</script> after</p>", "before after"),
        (
            "<p>no\u00a0break, zero\u200bwidth, e\u0301, 😀</p>",
            "no\u00a0break, zero\u200bwidth, e\u0301, 😀",
        ),
        ("<p> </p><p>\n</p>", ""),
    ],
)
def test_markup_becomes_lines(markup, text):
    assert text_of(fromstring(f"<body>{markup}</body>")) == text
    assert text_of(page_of(markup)) == text


def test_namespaces_comments_and_instructions_make_no_difference():
    root = fromstring('<x:p xmlns:x="http://www.w3.org/1999/xhtml">a<!-- no --><?no no?>b</x:p>')
    assert text_of(root) == "ab"


@given(
    st.recursive(
        st.sampled_from(["a", " ", "\n", "<br/>", "😀"]),
        lambda inner: st.tuples(
            st.sampled_from(["p", "b", "div", "td", "title"]), st.lists(inner)
        ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
    )
)
def test_no_line_is_empty_and_none_has_white_space_around_or_twice(markup):
    text = text_of(fromstring(f"<body>{markup}</body>"))
    assert all(line and line == " ".join(line.split()) for line in text.split("\n")) or not text
