"""What every view of the API has in common."""

from http import HTTPStatus
from typing import Any, NoReturn

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import Throttled
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.accounts.models import User
from annotator.api.authentication import BearerToken
from annotator.api.errors import ApiProblem, BadRequest
from annotator.api.etags import tag_of, tagged
from annotator.api.throttle import TokenThrottle
from annotator.formats.document import shown


class OneKind(BaseContentNegotiation):
    """Every address answers in one media type; ``?format=`` names a file format, not a renderer."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        kinds = {parser.media_type: parser for parser in parsers}
        return kinds.get((request.content_type or "").partition(";")[0].strip().lower())

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


# The pages' middleware would send who is not signed in to a form.
@method_decorator(login_not_required, name="dispatch")
class ApiView(APIView):
    """A view that asks for a token or a session itself, and knows its query parameters."""

    authentication_classes = (BearerToken, SessionAuthentication)
    throttle_classes = (TokenThrottle,)
    content_negotiation_class = OneKind
    parameters: frozenset[str] = frozenset()
    repeatable: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            raise ApiProblem(
                "Send the length of the body (Content-Length).", status=HTTPStatus.LENGTH_REQUIRED
            )
        self._refuse_unknown_parameters(request)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        is_shown = request.method in ("GET", "HEAD") and answer.status_code == HTTPStatus.OK
        if is_shown and isinstance(answer, Response):
            answer.add_post_render_callback(
                lambda shown: tagged(request, shown, tag_of(shown.content))
            )
        return answer

    def throttled(self, request: Request, wait: float) -> NoReturn:
        raise Throttled(wait, "These are too many requests a minute. Send it again later.")

    def _refuse_unknown_parameters(self, request: Request) -> None:
        for name, values in request.query_params.lists():
            if name not in self.parameters:
                known = ", ".join(sorted(self.parameters)) or "none"
                raise BadRequest(f"There is no parameter {shown(name)} here. There are: {known}.")
            if len(values) > 1 and name not in self.repeatable:
                raise BadRequest(f"The parameter “{name}” is given twice.")
            if any("\0" in value for value in values):
                raise BadRequest(f"The parameter “{name}” holds a NUL character.")


def user_of(request: Request) -> User:
    """Return who asks; the permission classes have seen to it that it is somebody."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # for the type checker
    return user


def chosen(request: Request, name: str, allowed: list[str]) -> str:
    """Return a parameter that is one of ``allowed`` or missing (""); anything else is a 400."""
    value = request.query_params.get(name, "")
    if value and value not in allowed:
        raise BadRequest(f"“{name}” is one of {', '.join(allowed)}, not {shown(value)}.")
    return value


def number(request: Request, name: str, *, default: int, most: int) -> int:
    """Return a parameter that is a number from 1 to ``most``."""
    value = request.query_params.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most):
        raise BadRequest(f"“{name}” is a number from 1 to {most}, not {shown(value)}.")
    return int(value)
