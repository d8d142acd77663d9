"""ETags: an answer that is known already is not sent again, and nobody overwrites what he has not seen."""

import hashlib
from http import HTTPStatus

from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from annotator.api.errors import ApiProblem

IF_MATCH = OpenApiParameter(
    "If-Match",
    location=OpenApiParameter.HEADER,
    description="the ETag that you have seen: 412 when it is otherwise by now",
)


def tagged(request: Request, response: HttpResponseBase, tag: str) -> HttpResponseBase:
    """Return ``response`` with its ETag, or 304 when whoever asks has it already."""
    if _matches(request.headers.get("If-None-Match", ""), tag):
        response = HttpResponseNotModified()
    response["ETag"] = tag
    # Kept by whoever asked, and asked about each time: rights may end.
    response["Cache-Control"] = "private, no-cache"
    return response


def check_unchanged(request: Request, shown: object) -> None:
    """Raise 412 when ``If-Match`` names another state than the one that is ``shown`` now."""
    said = request.headers.get("If-Match")
    if said is not None and not _matches(said, tag_of(JSONRenderer().render(shown))):
        raise ApiProblem(
            "It was changed since you saw it. Look again, and decide anew.",
            status=HTTPStatus.PRECONDITION_FAILED,
        )


def tag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _matches(said: str, tag: str) -> bool:
    return said.strip() == "*" or tag in (one.removeprefix("W/") for one in parse_etags(said))
