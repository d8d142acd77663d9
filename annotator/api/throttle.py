"""No token asks faster than the server can answer everybody: ``ANNOTATOR_API_RATE``."""

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from annotator.accounts import pace


class TokenThrottle(BaseThrottle):
    """Counts the requests of a token, and those of a session by its user."""

    _seconds = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not settings.API_RATE or request.user.pk is None:
            return True
        key = request.auth or f"user {request.user.pk}"
        self._seconds = pace.wait(str(key), a_minute=settings.API_RATE)
        return self._seconds == 0

    def wait(self) -> float:
        return self._seconds
