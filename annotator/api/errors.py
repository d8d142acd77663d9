"""What went wrong, as problem details (RFC 9457): {"type", "title", "status", "detail", …}."""

import math
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"


class ApiProblem(exceptions.APIException):
    """A refusal with more to say than its sentence: ``extra`` stands beside it in the answer."""

    def __init__(self, detail: str, *, status: int | None = None, **extra: object) -> None:
        super().__init__(detail)
        if status is not None:
            self.status_code = status
        self.extra = extra


class BadRequest(ApiProblem):
    status_code = HTTPStatus.BAD_REQUEST


class Conflict(ApiProblem):
    status_code = HTTPStatus.CONFLICT


class TooLarge(ApiProblem):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Refused(ApiProblem):
    status_code = HTTPStatus.UNPROCESSABLE_ENTITY


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of a view into problem details; None (a crash) for what is unknown."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(str(error) or None)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    elif isinstance(error, OperationalError | InterfaceError):
        error = ApiProblem(
            "The database does not answer just now. Nothing was stored; try again.",
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    if not isinstance(error, exceptions.APIException):
        return None
    status = HTTPStatus(error.status_code)
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": _sentence(error),
        **getattr(error, "extra", {}),
    }
    return Response(body, status=status, headers=_headers(error), content_type=MEDIA_TYPE)


def _sentence(error: exceptions.APIException) -> str:
    detail = error.detail
    # Only validation errors of serializers have more than one, and no view uses those.
    return str(detail) if isinstance(detail, str) else "; ".join(map(str, detail))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, exceptions.Throttled):
        wait: float | None = getattr(error, "wait", None)
        return {"Retry-After": str(math.ceil(wait or 1))}
    return {}
