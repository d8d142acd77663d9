"""The request as views see it behind sign-in."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from annotator.accounts.models import User


class AuthedRequest(HttpRequest):
    """A request of a signed-in user; the sign-in middleware has seen to it."""

    user: User
    htmx: HtmxDetails
