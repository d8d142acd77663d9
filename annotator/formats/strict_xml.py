"""XML read strictly: no DTD, no entities, and no more or deeper elements than an article has."""

from typing import cast
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from annotator.formats.lines import LONGEST_LINE, LONGEST_SHOWN, utf16_problem

MOST_ELEMENTS = 50_000
# Each attribute takes as much room as an element.
_MOST_ATTRIBUTES = 200_000
_DEEPEST = 100


class RefusedXML(ValueError):
    """XML that is not read; the message is the sentence, and ``line`` where the trouble is."""

    def __init__(self, said: str, line: int = 1) -> None:
        super().__init__(said)
        self.line = line


def parsed(data: bytes, most_elements: int = MOST_ELEMENTS) -> Element:
    """Return the root element; raise RefusedXML."""
    return cast(Element, _run(_Tree(), data, most_elements))


def judge(data: bytes, most_elements: int = MOST_ELEMENTS) -> None:
    """Raise RefusedXML for what `parsed` would refuse, without keeping anything."""
    _run(_Levels(), data, most_elements)


def _run(target: "_Tree | _Levels", data: bytes, most_elements: int) -> Element | None:
    if len(data) > LONGEST_LINE:
        raise RefusedXML(f"This file is longer than {LONGEST_SHOWN}, the most that is read.")
    if said := utf16_problem(data):
        raise RefusedXML(said)
    # Every element has at least one of these; none of them is made before this is known.
    if data.count(b"<") > 2 * most_elements or data.count(b"=") > _MOST_ATTRIBUTES:
        raise RefusedXML(f"This XML has more than {most_elements:,} elements.")
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        parser.feed(data)
        return cast("Element | None", parser.close())
    except DefusedXmlException as error:
        raise RefusedXML(
            "This XML has a DTD or entities of its own, which are not read."
        ) from error
    except ParseError as error:
        reason = str(error).partition(":")[0]
        raise RefusedXML(f"This is not XML: {reason}.", error.position[0]) from error
    except RefusedXML:
        raise
    except (LookupError, ValueError) as error:
        raise RefusedXML(
            "This XML is in an encoding that is not read. Save it as UTF-8."
        ) from error


class _Levels:
    """A target that only counts how deep elements lie."""

    def __init__(self) -> None:
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RefusedXML(f"This XML is nested more than {_DEEPEST} levels deep.")

    def end(self, tag: str) -> None:
        self._depth -= 1

    def close(self) -> None:
        return None


class _Tree(TreeBuilder):
    """A target that builds the tree, as deep as `_Levels` lets it be."""

    def __init__(self) -> None:
        super().__init__()
        self._levels = _Levels()

    def start(self, tag: str, attributes: dict[str, str], /) -> Element:
        self._levels.start(tag, attributes)
        return super().start(tag, attributes)

    def end(self, tag: str, /) -> Element:
        self._levels.end(tag)
        return super().end(tag)
