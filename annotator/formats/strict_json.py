"""JSON read strictly: what only Python would accept is refused, in a sentence.

A key given twice, NaN, Infinity and numbers beyond a double are errors, so that nothing is stored
that cannot be given back.
"""

import json
import math
from collections.abc import Callable
from typing import Never

from annotator.formats.document import JSON, shown

# Objects and lists of one article, brackets in its text included: each takes far more memory than
# room in the file. A thousand spans with pieces and attributes are five thousand.
MOST_PARTS = 50_000


class RefusedJSON(ValueError):
    """JSON that Python would read and we do not; the message is the sentence."""


def decoder(parse_int: Callable[[str], int] | None = None) -> json.JSONDecoder:
    """Return a strict decoder; ``parse_int`` may raise RefusedJSON for numbers that are too long."""
    return json.JSONDecoder(
        object_pairs_hook=_unique,
        parse_constant=_refuse_constant,
        parse_float=_finite,
        parse_int=parse_int,
    )


def loads(
    words: str, what: str, *, by: json.JSONDecoder | None = None, most_parts: int | None = None
) -> JSON:
    """Return the value of a JSON text; raise RefusedJSON with a sentence that ``what`` begins."""
    if most_parts is not None and words.count("{") + words.count("[") > most_parts:
        raise RefusedJSON(f"{what} holds more than {most_parts:,} objects and lists.")
    try:
        value: JSON = (by or DECODER).decode(words)
    except (ValueError, RecursionError) as error:
        raise RefusedJSON(sentence(error, what)) from error
    return value


def sentence(error: ValueError | RecursionError, what: str) -> str:
    """Say what was wrong when a decoder of ours raised ``error``."""
    if isinstance(error, RefusedJSON):
        return str(error)
    if isinstance(error, RecursionError):
        return f"{what} is nested too deeply to be read."
    if isinstance(error, json.JSONDecodeError):
        reason = error.msg.removesuffix(" at").removesuffix(" starting")
        return f"{what} is not JSON: {reason} at character {error.pos + 1:,}."
    return f"{what} holds a whole number with too many digits."


def _unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise RefusedJSON(f"The key {shown(twice)} is given twice in one object.")
    return found


def _refuse_constant(name: str) -> Never:
    raise RefusedJSON(f"It holds {name}, which JSON does not know.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise RefusedJSON(f"The number {shown(digits)} is too large.")
    return number


DECODER = decoder()
