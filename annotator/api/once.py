"""Requests that may be sent again: under an ``Idempotency-Key`` each is done once."""

import hashlib
import json
from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.accounts.answers import claim
from annotator.accounts.models import Answer
from annotator.api.base import user_of
from annotator.api.errors import BadRequest, Conflict, Refused

LONGEST_KEY = 200
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    location=OpenApiParameter.HEADER,
    description="made by the client, a UUID: whoever sends the same again within a week gets the "
    "same answer, and it is done once",
)


def once(
    request: Request, make: Callable[[], Response], *, body: str | None = None, secret: bool = False
) -> HttpResponseBase:
    """Return what ``make`` answers, or what it answered when the same was sent before.

    Call it after whoever asks has been let in: a known answer is for those who still may. ``body``
    stands for what was sent if that was no JSON, and is empty if it does not matter. What is ``secret`` is not stored, nor said again.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return make()
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= character <= "~" for character in key):
        raise BadRequest(f"An Idempotency-Key has 1 to {LONGEST_KEY} letters, digits or signs.")
    fingerprint = _fingerprint(request, body)
    with transaction.atomic():
        known = claim(user=user_of(request), key=key, fingerprint=fingerprint)
        if known.fingerprint != fingerprint:
            raise Refused("This Idempotency-Key was sent with another request. Make a new one.")
        if known.status is not None:
            return _again(known, secret)
        response = make()
        known.status = response.status_code
        known.location = response.get("Location", "")
        known.body = "" if secret else JSONRenderer().render(response.data).decode()
        known.save(update_fields=["status", "location", "body"])
        return response


def _fingerprint(request: Request, body: str | None) -> str:
    said = json.dumps(request.data, sort_keys=True) if body is None else body
    asked = "\n".join([str(request.method), request.get_full_path(), said])
    return hashlib.sha256(asked.encode()).hexdigest()


def _again(known: Answer, secret: bool) -> HttpResponse:
    if secret:
        raise Conflict("This was done already, and its secret is shown only once.")
    response = HttpResponse(known.body, status=known.status, content_type="application/json")
    if known.location:
        response["Location"] = known.location
    return response
