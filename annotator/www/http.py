"""The request as views see it behind sign-in, and what they answer with."""

from collections.abc import Iterable

from django.http import HttpRequest, StreamingHttpResponse
from django_htmx.middleware import HtmxDetails

from annotator.accounts.models import User


class AuthedRequest(HttpRequest):
    """A request of a signed-in user; the sign-in middleware has seen to it."""

    user: User
    htmx: HtmxDetails


def wants_fragment(request: AuthedRequest) -> bool:
    """Return whether htmx asks for a part of the page (and not for a page of its history)."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def file_response(
    content: Iterable[bytes], media_type: str, filename: str
) -> StreamingHttpResponse:
    """Stream a download; the server closes ``content`` when whoever reads has gone."""
    response = StreamingHttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
