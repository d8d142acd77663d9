"""No token asks faster than the server can answer everybody: ``ANNOTATOR_API_RATE``."""

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from annotator.accounts import pace
from annotator.api.authentication import Token


class TokenThrottle(BaseThrottle):
    """Counts the requests of a token, and those of a session by its user."""

    _seconds = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        rate = settings.API_RATE
        if not rate or request.user.pk is None:
            return True
        if not isinstance(request.auth, Token):
            self._seconds = pace.wait(f"user {request.user.pk}", a_minute=rate)
        elif not request.auth.in_pace:  # counted where its owner was looked up
            self._seconds = pace.left(request.auth.digest, a_minute=rate)
        return self._seconds == 0

    def wait(self) -> float:
        return self._seconds
