"""JSON as the API takes it: strictly, so that nothing is stored that cannot be given back."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, Never

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from annotator.api.errors import TooLarge
from annotator.formats.document import check_json, shown


class StrictJSONParser(BaseParser):
    """Refuse what JSON does not know, keys given twice, too much depth and what no text can hold."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,  # Any: as Django REST framework gives it
    ) -> Any:  # Any: JSON
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        data = stream.read(most + 1)
        if len(data) > most:
            raise TooLarge(f"A request of JSON has at most {most:,} bytes.")
        try:
            value = _DECODER.decode(data.decode())
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8: its byte {error.start + 1:,}.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except json.JSONDecodeError as error:
            raise ParseError(
                f"The body is not JSON: {error.msg} at character {error.pos + 1:,}."
            ) from error
        except ValueError as error:
            raise ParseError(str(error)) from error
        if wrong := check_json("The body", value):
            raise ParseError(wrong[0])
        return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"The key {shown(twice)} is given twice in one object.")
    return found


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"The body holds {name}, which JSON does not know.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"The number {shown(digits)} is too large.")
    return number


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError(f"The number {shown(digits)} is too large.")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_constant=_refuse_constant,
    parse_float=_finite,
    parse_int=_whole,
)
