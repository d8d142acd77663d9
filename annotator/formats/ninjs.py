"""IPTC ninjs in, 1.x to 3.x: news items in JSON, of which those with a text are articles.

From version 2 on headlines and bodies are lists, from 3 on names are written in camelCase: both are
read here, and the capitals in names of fields mean nothing.
"""

import re
from pathlib import PurePosixPath

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
from annotator.formats.fields import judged, name_of, objects_of, string
from annotator.formats.markup import RefusedPage, page_of, text_of
from annotator.formats.records import Record, json_items

_Fields = dict[str, JSON]

# What is called otherwise here. Of two that mean the same the first counts.
_CALLED = {
    "versioncreated": "published",
    "firstcreated": "first_published",
    "by": "byline",
    "copyrightholder": "source",
}
# What the article is made of, and pictures and other items beside it.
_NOT_META = (
    "uri",
    "type",
    "headline",
    "bodies",
    "body_",
    "renditions",
    "associations",
    "$standard",
)
# What a person, a subject or a place of a list is called.
_NAMES = ("name", "literal", "value", "uri", "code")
_RECOGNISED = re.compile(
    rb'"(?:body_[a-z]+|bodies|versioncreated|pubstatus|representationtype)"\s*:', re.IGNORECASE
)


def read(stream: ByteStream, name: str) -> Items:
    """Yield the article of each item; one without an address is called after the file."""
    yield from read_articles(stream, name, key=PurePosixPath(name.replace("\\", "/")).stem)


def read_articles(stream: ByteStream, name: str, key: str) -> Items:
    """Yield the article of each item. Pictures and packages beside articles are passed over."""
    passed_over: list[Problem] = []
    found_any = False
    for number, record in enumerate(json_items(stream, name), 1):
        if isinstance(record, Problem):
            yield record
        else:
            fields = {name.lower(): value for name, value in record.fields.items()}
            if _is_something_else(fields):
                said = f"This item is a {shown(fields['type'])}, not a text."
                passed_over.append(Problem(record.where, said))
                continue
            yield from _article(fields, record, key if number == 1 else f"{key}-{number}")
        found_any = True
    if not found_any:
        yield from passed_over or [Problem(f"{name}:1", "There is no item in this file.")]


def _is_something_else(fields: _Fields) -> bool:
    has_body = "bodies" in fields or any(name.startswith("body_") for name in fields)
    return not has_body and fields.get("type", "text") != "text"


def _article(fields: _Fields, record: Record, key: str) -> Items:
    wrong: list[str] = []
    article_id = name_of(fields, "uri", "The item", wrong, needed=False) or key
    title = _headline(fields, wrong)[:LONGEST_TITLE]
    text = _text(fields, wrong)
    document = Document(article_id, text, title, _meta(fields), where=record.where)
    yield from judged(document, wrong)


def _headline(fields: _Fields, wrong: list[str]) -> str:
    """Return the main headline."""
    found = string(fields, "headline", "The item", wrong)
    if found is not None:
        return found
    headlines = _parts(fields, "headlines", wrong)
    main = [part for part in headlines if part.get("role") == "main"]
    return next((_value(part) for part in [*main, *headlines]), "")


def _text(fields: _Fields, wrong: list[str]) -> str:
    """Return the plain body, or the marked-up one where that alone has paragraphs."""
    bodies = {
        name: value
        for name in fields
        if name.startswith("body_") and (value := string(fields, name, "The item", wrong))
    }
    plain = [bodies.pop("body_text", "")]
    marked = [*bodies.values()]
    for part in _parts(fields, "bodies", wrong):
        kind = str(part.get("contenttype") or "text/plain").lower()
        (plain if kind.startswith("text/plain") else marked).append(_value(part))
    words = next((body for body in plain if body.strip()), "")
    page = next((body for body in marked if body.strip()), "")
    if page and "\n" not in words.strip():
        try:
            return text_of(page_of(page)) or words
        except RefusedPage as error:
            wrong.append(str(error))
    elif not words and not wrong:
        wrong.append("This item has no body.")
    return words


def _parts(fields: _Fields, name: str, wrong: list[str]) -> list[_Fields]:
    """Return the objects of a list, the names of their fields in small letters."""
    return [
        {key.lower(): value for key, value in part.items()}
        for part in objects_of(fields, name, wrong)
    ]


def _value(part: _Fields) -> str:
    value = part.get("value")
    return value if isinstance(value, str) else ""


def _meta(fields: _Fields) -> _Fields:
    """Return all other fields, lists of named things as their names."""
    meta: _Fields = {}
    for name, value in fields.items():
        if name.startswith(_NOT_META) or value in (None, "", [], {}):
            continue
        if isinstance(value, list):
            value = [_name(item) for item in value]
        meta.setdefault(_CALLED.get(name, name), value)
    return meta


def _name(item: JSON) -> JSON:
    if not isinstance(item, dict):
        return item
    names = (item[name] for name in _NAMES if isinstance(item.get(name), str))
    return next(names, item)


def _recognises(head: bytes) -> bool:
    return _RECOGNISED.search(head) is not None


FORMAT = Format(
    slug="ninjs",
    title="IPTC ninjs, news items in JSON",
    extensions=(".json",),
    media_type="application/json",
    read=read,
    recognises=_recognises,
)
