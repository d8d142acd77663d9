"""Pages that say what went wrong, in a sentence, and show a way back."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat

NOT_FOUND = "There is nothing at this address, or it is not yours to see."
FORBIDDEN = "Your role does not allow this here."
SORRY = "Something went wrong here. It is not your fault; nothing was stored."
BAD_REQUEST = "This request could not be understood."
_KINDS: dict[type[SuspiciousOperation], str] = {
    RequestDataTooBig: "What was sent is larger than this page takes. Send it as a file instead.",
    TooManyFieldsSent: "This form has more fields than can be read at once.",
    TooManyFilesSent: "These are more files than can be read at once. Put them into a zip file.",
}


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    kinds = (text for kind, text in _KINDS.items() if isinstance(exception, kind))
    return _page(request, 400, next(kinds, BAD_REQUEST))


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, str(exception) or FORBIDDEN)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # The resolver's exception holds a table of all URLs, Django's shortcuts a sentence of theirs.
    said = exception.args[0] if exception.args else ""
    ours = isinstance(said, str) and said and not said.endswith("matches the given query.")
    return _page(request, 404, said if ours else NOT_FOUND)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Say sorry. No context processor runs, so that nothing here asks the database again."""
    if request.path.startswith("/api/"):
        return _problem(500, SORRY)
    return render(None, "500.html", status=500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form is too old; what was typed is still there one step back."""
    return render(request, "403_csrf.html", status=403)


def too_large(request: HttpRequest, most: int) -> HttpResponse:
    """Refuse a body of more than ``most`` bytes."""
    return _page(
        request, 413, f"This is more than the {filesizeformat(most)} that one upload takes."
    )


def _problem(status: int, sentence: str) -> HttpResponse:
    """Say it as the API says what its own views refuse (RFC 9457)."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(status, sentence)
    template = "errors/_sentence.html" if getattr(request, "htmx", False) else f"{status}.html"
    return render(request, template, {"sentence": sentence}, status=status)
