"""Markdown that people write, as HTML that is safe to print."""

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "em"),
    *("strong", "del", "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


class SafeHtml(str):
    """HTML that went through the sanitiser: the one thing that templates print as it is."""

    def __html__(self) -> str:
        return self


def render_markdown(source: str) -> SafeHtml:
    """Return ``source`` as HTML without scripts, styles, images or dangerous links."""
    return SafeHtml(
        nh3.clean(
            _MARKDOWN.render(source),
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
        )
    )
