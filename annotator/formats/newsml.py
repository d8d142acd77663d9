"""IPTC NewsML-G2 in: news items in XML, alone or in a message, of which those with a text are articles.

The text is what stands inline: XHTML, NITF or plain. What an item only points to is never fetched.
"""

import re
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from annotator.formats.document import (
    JSON,
    LONGEST_TITLE,
    ByteStream,
    Document,
    Format,
    Items,
    Problem,
    shown,
)
from annotator.formats.fields import judged
from annotator.formats.lines import LONGEST_LINE, printable
from annotator.formats.markup import RefusedPage, local_name, page_of, text_of
from annotator.formats.strict_xml import RefusedXML, parsed

_NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What becomes metadata: elements that are there once, those that are called something and those that
# are known by their codes.
_ONCE = {
    "itemMeta/versionCreated": "published",
    "itemMeta/firstCreated": "first_published",
    "itemMeta/embargoed": "embargoed",
    "itemMeta/pubStatus": "status",
    "itemMeta/edNote": "note",
    "itemMeta/provider": "source",
    "contentMeta/urgency": "urgency",
    "contentMeta/located": "located",
    "contentMeta/slugline": "slugline",
    "contentMeta/description": "description",
    "rightsInfo/copyrightHolder": "copyright_holder",
    "rightsInfo/copyrightNotice": "copyright",
    "rightsInfo/usageTerms": "usage_terms",
}
_CODED = {
    "contentMeta/subject": "subjects",
    "contentMeta/genre": "genres",
    "contentMeta/infoSource": "info_sources",
    "contentMeta/creator": "creators",
}
# Where these stand in the text, the article is what is in them.
_BODIES = ("body.content", "body")
_RECOGNISED = re.compile(rb"<(?:\w+:)?(?:newsItem|newsMessage)\b")
_ITEM = re.compile(rb"<(?:[\w.-]+:)?newsItem[\s/>]")


def read(stream: ByteStream, name: str) -> Items:
    """Yield the article of each item; one without a guid is called after the file."""
    yield from read_articles(stream, name, key=PurePosixPath(name.replace("\\", "/")).stem)


def read_articles(stream: ByteStream, name: str, key: str) -> Items:
    """Yield the article of each item. Pictures and packages beside articles are passed over."""
    name = printable(name)
    data = stream.read(LONGEST_LINE + 1)
    try:
        root = parsed(data)
    except RefusedXML as error:
        yield Problem(f"{name}:{error.line}", str(error))
        return
    passed_over: list[Problem] = []
    found_any = False
    lines = chain(_lines_of_items(data), repeat(1))
    for number, (item, line) in enumerate(zip(root.iter(_tag("newsItem")), lines, strict=False), 1):
        where = f"{name}:{line}"
        if kind := _is_something_else(item):
            passed_over.append(Problem(where, f"This item is {shown(kind)}, not a text."))
            continue
        found_any = True
        yield from _article(item, where, key if number == 1 else f"{key}-{number}")
    if not found_any:
        yield from passed_over or [Problem(f"{name}:1", "There is no newsItem in this file.")]


def _lines_of_items(data: bytes) -> Iterator[int]:
    """Yield the line on which each item begins: a tree keeps no places."""
    line, at = 1, 0
    for found in _ITEM.finditer(data):
        line += data.count(b"\n", at, found.start())
        at = found.start()
        yield line


def _is_something_else(item: Element) -> str:
    """Return the class of an item that is no text; nothing for one that is or may be."""
    if item.find(_path("contentSet/inlineXML")) is not None:
        return ""
    kind = _code(item.find(_path("itemMeta/itemClass")))
    return "" if kind.rpartition(":")[2] in ("", "text") else kind


def _article(item: Element, where: str, key: str) -> Items:
    wrong: list[str] = []
    text = _text(item, wrong)
    headline, title = (
        _said(item.find(_path(path))) for path in ("contentMeta/headline", "itemMeta/title")
    )
    document = Document(item.get("guid") or key, text, (headline or title)[:LONGEST_TITLE])
    document.meta = _meta(item)
    document.where = where
    yield from judged(document, wrong)


def _text(item: Element, wrong: list[str]) -> str:
    for content in item.iterfind(_path("contentSet/inlineXML")):
        return text_of(_body(content))
    for content in item.iterfind(_path("contentSet/inlineData")):
        words = "".join(content.itertext())
        if "html" not in content.get("contenttype", ""):
            return words
        try:
            return text_of(page_of(words))
        except RefusedPage as error:
            wrong.append(str(error))
            return ""
    wrong.append("This item has no text in it; what it points to is not fetched.")
    return ""


def _body(content: Element) -> Element:
    for wanted in _BODIES:
        found = next((part for part in content.iter() if local_name(part.tag) == wanted), None)
        if found is not None:
            return found
    return content


def _meta(item: Element) -> dict[str, JSON]:
    meta: dict[str, JSON] = {
        name: said for path, name in _ONCE.items() if (said := _said(item.find(_path(path))))
    }
    if authors := list(filter(None, map(_said, item.iterfind(_path("contentMeta/by"))))):
        meta["byline"] = ", ".join(authors)
    for path, name in _CODED.items():
        if codes := list(filter(None, map(_code, item.iterfind(_path(path))))):
            meta[name] = [*codes]
    tagged = item.find(_path("contentMeta/language"))
    if language := (tagged.get("tag") if tagged is not None else None) or item.get(_LANGUAGE):
        meta["language"] = language
    if version := item.get("version"):
        meta["version"] = version
    return meta


def _said(element: Element | None) -> str:
    """Return what an element says: the name in it, its own words, or else its code."""
    if element is None:
        return ""
    name = element.find(_tag("name"))
    words = " ".join("".join((element if name is None else name).itertext()).split())
    return words or _code(element)


def _code(element: Element | None) -> str:
    """Return the code of an element, or else what it is called."""
    if element is None:
        return ""
    codes = (element.get(attribute, "") for attribute in ("qcode", "uri", "literal"))
    return next(filter(None, codes), "") or " ".join("".join(element.itertext()).split())


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _path(names: str) -> str:
    return "/".join(map(_tag, names.split("/")))


def _recognises(head: bytes) -> bool:
    return _RECOGNISED.search(head) is not None


FORMAT = Format(
    slug="newsml",
    title="IPTC NewsML-G2, news items in XML",
    extensions=(".xml", ".newsml"),
    media_type="application/xml",
    read=read,
    recognises=_recognises,
)
