"""JSON as the API takes it: strictly, so that nothing is stored that cannot be given back."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from annotator.api.errors import TooLarge
from annotator.formats.document import check_json, shown
from annotator.formats.strict_json import RefusedJSON, decoder, loads


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
            value = loads(data.decode(), "The body", by=_DECODER)
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8: its byte {error.start + 1:,}.") from error
        except RefusedJSON as error:
            raise ParseError(str(error)) from error
        if wrong := check_json("The body", value):
            raise ParseError(wrong[0])
        return value


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise RefusedJSON(f"The number {shown(digits)} is too large.")
    return int(digits)


_DECODER = decoder(parse_int=_whole)
