"""One annotation of W3C's model: what it says and where, in all the ways the standard has for that."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote

from annotator.formats.counting import Claim
from annotator.formats.document import JSON, shown
from annotator.formats.standoff import NOTE
from annotator.formats.strict_json import MOST_PARTS, RefusedJSON, loads

Node = dict[str, JSON]

_IRI = "urn:x-annotator:"
_LABELLING = ("tagging", "classifying")
_LINKING = "linking"
# RFC 5147, for plain text.
_CHARACTERS = re.compile(r"char=([0-9]{1,15}),([0-9]{1,15})")
# Each part of a node takes as much room as so many characters.
_PART = 100


def iri(kind: str, *names: str) -> str:
    """Return a name for something of ours that is unique in the world and tells its own ids."""
    return _IRI + ":".join(quote(name, safe="") for name in (kind, *names))


def own_id(of: str) -> str:
    """Return the id that an IRI of ours tells; that of others is their id."""
    return unquote(of.rpartition(":")[2]) if of.startswith(_IRI) else of.removeprefix("#")


def listed(value: JSON) -> list[JSON]:
    """Return a value as a list: JSON-LD leaves the brackets out around one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def said_by(node: Node, name: str, wrong: list[str]) -> tuple[list[str], dict[str, JSON]]:
    """Return the labels and the attributes that an annotation gives."""
    labels: list[str] = []
    attributes: dict[str, list[JSON]] = {}
    bodies = [*listed(node.get("body")), *listed(node.get("bodyValue"))]
    for body in bodies:
        purpose = motivation(node)
        value: JSON = body
        is_text = "bodyValue" in node
        if isinstance(body, dict):
            purpose = _first_word(body.get("purpose")) or purpose
            is_text = "value" in body
            value = body["value"] if is_text else reference(body)
        if not isinstance(value, str):
            wrong.append(f"{name} has a body without a “value”, a “source” or an “id”.")
        elif purpose in _LABELLING:
            labels.append(value)
        elif isinstance(body, dict) and isinstance(body.get("label"), str):
            described = _described(body, value, name, wrong)
            attributes.setdefault(str(body["label"]), []).append(described)
        elif is_text:
            attributes.setdefault(NOTE, []).append(value)
        elif purpose != _LINKING or has_place(node):
            attributes.setdefault(purpose or "body", []).append(value)
    return labels, {key: _together(values) for key, values in attributes.items()}


def _together(values: list[JSON]) -> JSON:
    """Return one value for what is said more than once: several words become lines."""
    if len(values) == 1:
        return values[0]
    words = [value for value in values if isinstance(value, str)]
    return "\n".join(words) if len(words) == len(values) else values


def _described(body: Node, value: str, name: str, wrong: list[str]) -> JSON:
    if body.get("format") != "application/json":
        return value
    try:
        return loads(value, f"A body of {name[0].lower()}{name[1:]}", most_parts=MOST_PARTS)
    except RefusedJSON as error:
        wrong.append(str(error))
        return None


def motivation(node: Node) -> str:
    return _first_word(node.get("motivation"))


def _first_word(value: JSON) -> str:
    return next((word for word in listed(value) if isinstance(word, str)), "")


def reference(value: JSON) -> str | None:
    """Return the IRI of what is named by it or described with it, wholly or in part."""
    for _ in range(2):
        if isinstance(value, dict):
            value = value.get("source", value.get("id"))
    return value if isinstance(value, str) else None


def is_link(node: Node) -> bool:
    return _LINKING in listed(node.get("motivation"))


def ends_of(node: Node) -> list[str]:
    """Return what a link leads from and to: target and body, or two targets."""
    bodies = [
        body
        for body in listed(node.get("body"))
        if not (isinstance(body, dict) and "value" in body)
    ]
    found = map(reference, [*listed(node.get("target")), *bodies])
    return [end for end in found if end is not None]


# Where it is.


def has_place(node: Node) -> bool:
    targets = listed(node.get("target"))
    return any(isinstance(target, dict) and "selector" in target for target in targets)


def _selectors(target: Node) -> Iterator[Node]:
    for selector in listed(target.get("selector")):
        # What is refined is only where to look.
        if isinstance(selector, dict) and "refinedBy" not in selector:
            yield selector


def position_in(target: Node) -> Node | None:
    for selector in _selectors(target):
        if selector.get("type") == "TextPositionSelector":
            return selector
        if selector.get("type") == "FragmentSelector":
            found = _CHARACTERS.fullmatch(str(selector.get("value")))
            if found:
                return {"start": int(found[1]), "end": int(found[2])}
    return None


def quotation_in(target: Node) -> Node | None:
    found = (one for one in _selectors(target) if one.get("type") == "TextQuoteSelector")
    return next(found, None)


def claims(nodes: Iterable[Node]) -> Iterator[Claim]:
    """Yield where annotations say that words stand which they quote."""
    for target in (target for node in nodes for target in listed(node.get("target"))):
        if not isinstance(target, dict):
            continue
        position, words = position_in(target), quotation_in(target)
        if position and words:
            start, end, exact = position.get("start"), position.get("end"), words.get("exact")
            if type(start) is int and type(end) is int and isinstance(exact, str):
                yield start, end, exact


def unread_place(target: Node) -> str:
    kinds = [one.get("type") for one in listed(target.get("selector")) if isinstance(one, dict)]
    found = f" ({shown(kinds[0])})" if kinds else ""
    return f"has neither a TextPositionSelector nor a TextQuoteSelector{found}"


# How much there is of it.


def weight(node: Node) -> int:
    """Return how much room a node takes, about as many characters."""
    found = 0
    level: list[JSON] = [node]
    while level:
        item = level.pop()
        if isinstance(item, str):
            found += len(item)
        elif isinstance(item, dict):
            found += _PART * (1 + len(item))
            level += item.values()
        elif isinstance(item, list):
            found += _PART
            level += item
        else:
            found += _PART
    return found
