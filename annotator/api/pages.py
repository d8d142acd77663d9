"""Lists in pages: whole addresses of the next and the previous one, or null."""

from collections.abc import Sequence
from urllib.parse import urlencode

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from annotator.api.errors import BadRequest
from annotator.formats.document import shown

LAST = 100_000
CURSOR = OpenApiParameter("cursor", description="From “next” or “previous”")
PAGE_SIZE = OpenApiParameter("page_size", OpenApiTypes.INT, description="1 to 200")


def link(request: Request, cursor: str) -> str:
    """Return the address of the same list at another place."""
    kept = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**kept, 'cursor': cursor})}")


def no_cursor(cursor: str) -> BadRequest:
    return BadRequest(f"{shown(cursor)} is no cursor. Take one from “next” or “previous”.")


def page_number(request: Request) -> int:
    """Return at which page a list stands that is cut by numbers: what is in order of a count."""
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return 1
    name, _, digits = cursor.partition("-")
    plain = name == "page" and digits.isascii() and digits.isdigit() and len(digits) <= 6
    if not plain or not 1 <= int(digits) <= LAST:
        raise no_cursor(cursor)
    return int(digits)


def numbered(
    request: Request, results: Sequence[object], number: int, *, has_next: bool
) -> dict[str, object]:
    """Return the page of this number, with its neighbours."""
    return {
        "results": results,
        "next": link(request, f"page-{number + 1}") if has_next and number < LAST else None,
        "previous": link(request, f"page-{number - 1}") if number > 1 else None,
    }
