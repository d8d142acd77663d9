"""Marked-up text to plain text: a line for each block, runs of white space as one space."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, Self

import lxml.html
from lxml import etree

# "<" of any kind in a page; its elements; how deep they lie, one and all together. What finds the
# article in a page looks from each element upwards: these keep it below 5 seconds and 200 MB.
_MOST_TAGS = 100_000
_MOST_ELEMENTS = 15_000
_DEEPEST = 100
_MOST_DEPTHS = 500_000

# NITF's own among them.
_BLOCK_NAMES = (
    "address article aside blockquote body body.content block caption center dd details div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hl1 hl2 hr html li main nav ol"
    " p pre section summary table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset(["td", "th"])
_SILENT = frozenset(["head", "noscript", "script", "style", "svg", "template", "textarea", "title"])
# What HTML calls white space; a no-break space is none.
_WHITE = re.compile(r"[ \t\n\f\r]+")
_SPACES = re.compile("  +")


class Node(Protocol):
    """An element of `xml.etree` or of lxml, where tags of comments are no strings."""

    @property
    def tag(self) -> object: ...
    @property
    def text(self) -> str | None: ...
    @property
    def tail(self) -> str | None: ...
    def __iter__(self) -> Iterator[Self]: ...


class RefusedPage(ValueError):
    """HTML that is not read; the message is the sentence."""


def page_of(words: str) -> Any:  # Any: lxml says no types; it is a Node
    """Return the root element of HTML; raise RefusedPage."""
    if words.count("<") > _MOST_TAGS:
        raise RefusedPage(f"This page has more than {_MOST_TAGS:,} tags.")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(words.encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise RefusedPage("This page is empty.") from error
    # The library cuts what lies deeper than 256 levels, and says so only here.
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise _too_deep()
    _judge(root)
    return root


def text_of(root: Node) -> str:
    """Return the text below an element, a line for each block that has any."""
    lines = "".join(_words(root)).split("\n")
    stripped = (_SPACES.sub(" ", line).strip(" ") for line in lines)
    return "\n".join(line for line in stripped if line)


def local_name(tag: object) -> str:
    """Return a tag without its namespace; nothing for a comment."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _words(root: Node) -> Iterator[str]:
    """Yield text and line ends, without recursion."""
    yield from _before(root)
    open_nodes = [(root, iter(root))]
    while open_nodes:
        node, children = open_nodes[-1]
        child = next(children, None)
        if child is None:
            open_nodes.pop()
            yield from _after(node)
            if open_nodes:
                yield _folded(node.tail)
        elif local_name(child.tag) in _SILENT or not isinstance(child.tag, str):
            yield _folded(child.tail)
        else:
            yield from _before(child)
            open_nodes.append((child, iter(child)))


def _before(node: Node) -> Iterable[str]:
    name = local_name(node.tag)
    begin = "\n" if name in _BLOCKS or name == "br" else ""
    return begin, _folded(node.text)


def _after(node: Node) -> Iterable[str]:
    name = local_name(node.tag)
    return ("\n",) if name in _BLOCKS else (" ",) if name in _CELLS else ()


def _folded(words: str | None) -> str:
    return _WHITE.sub(" ", words) if words else ""


def _judge(root: Node) -> None:
    elements = depth = depths = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        elements += 1
        depth += 1
        depths += depth
        if depth > _DEEPEST:
            raise _too_deep()
        if elements > _MOST_ELEMENTS or depths > _MOST_DEPTHS:
            raise RefusedPage(f"This page has more than {_MOST_ELEMENTS:,} elements, or deep ones.")


def _too_deep() -> RefusedPage:
    return RefusedPage(f"This page is nested more than {_DEEPEST} levels deep.")
