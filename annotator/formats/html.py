"""HTML in: a page is an article, found in it by trafilatura. Nothing is ever fetched."""

import codecs
import re
from pathlib import PurePosixPath
from typing import Any

from annotator.formats.document import (
    JSON,
    LONGEST_TITLE,
    ByteStream,
    Document,
    Format,
    Items,
    Problem,
)
from annotator.formats.fields import judged
from annotator.formats.lines import (
    LONGEST_LINE,
    LONGEST_SHOWN,
    decode,
    printable,
    utf16_problem,
)
from annotator.formats.markup import RefusedPage, page_of

# A page says its encoding near its beginning, if at all.
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE
)
_CHARSET_WITHIN = 4_096
# What the web means by these names is Windows' Latin-1.
_LATIN_1 = frozenset(["ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "cp1252"])
_OTHER_CHARSETS = re.compile(
    r"windows-125[0-8]|iso-8859-[0-9]{1,2}|koi8-[ru]|shift_jis|euc-jp|euc-kr|gb2312|gbk|gb18030|big5"
)
# What a page says of itself, and how it is called here.
_SAID = {
    "url": "url",
    "sitename": "source",
    "date": "published",
    "author": "byline",
    "description": "description",
}


def read(stream: ByteStream, name: str) -> Items:
    """Yield the one article of a page; its id is the file's name without folder and extension."""
    yield from read_article(stream, name, key=PurePosixPath(name.replace("\\", "/")).stem)


def read_article(stream: ByteStream, name: str, key: str) -> Items:
    """Yield the one article of a page under an id of the caller's choice."""
    where = f"{printable(name)}:1"
    data = stream.read(LONGEST_LINE + 1)
    if len(data) > LONGEST_LINE:
        yield Problem(where, f"This file is longer than {LONGEST_SHOWN}, the most that is read.")
        return
    words = _decoded(data)
    if isinstance(words, Problem):
        yield Problem(where, words.message)
        return
    try:
        document = _article(page_of(words), key, where)
    except RefusedPage as error:
        yield Problem(where, str(error))
        return
    yield from judged(document, [])


def _decoded(data: bytes) -> str | Problem:
    """Decode UTF-8, or else what the page says that it is, strictly."""
    if said := utf16_problem(data):
        return Problem("", said)
    found = decode(data.removeprefix(codecs.BOM_UTF8), "This page")
    charset = _charset(data[:_CHARSET_WITHIN])
    if isinstance(found, str) or charset is None:
        return found
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        said = f"its byte {error.start + 1:,} (0x{data[error.start]:02X}) cannot be read"
        return Problem("", f"This page says that it is {charset}, but {said}.")


def _charset(head: bytes) -> str | None:
    """Return the encoding that a page declares, when it is one of those that pages are written in."""
    found = _CHARSET.search(head)
    name = found[1].decode().lower() if found else ""
    if name in _LATIN_1:
        return "windows-1252"
    return name if _OTHER_CHARSETS.fullmatch(name) else None


def _article(page: Any, key: str, where: str) -> Document:  # Any: an element of lxml
    # Slow to load, and most imports are of something else.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document as Extracted

    language = page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang")
    try:
        found = bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            # The date that the page says, never one guessed from its text.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:
        # Hundreds of rules of thumb: whatever one of them stumbles over is the page's fault here.
        raise RefusedPage(f"This page cannot be read ({type(error).__name__}).") from error
    if not isinstance(found, Extracted) or not found.text:
        raise RefusedPage("No article was found in this page.")
    meta: dict[str, JSON] = {
        ours: value for theirs, ours in _SAID.items() if (value := getattr(found, theirs))
    }
    if language:
        meta["language"] = language
    return Document(key, found.text, (found.title or "")[:LONGEST_TITLE], meta, where=where)


FORMAT = Format(
    slug="html",
    title="HTML, a page an article",
    extensions=(".html", ".htm", ".xhtml"),
    media_type="text/html",
    read=read,
)
