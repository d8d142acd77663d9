"""``Authorization: Bearer <token>``: knox's tokens, found by their hash in one query."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

from annotator.accounts import pace
from annotator.accounts.models import User
from annotator.server import prepared

LONGEST_TOKEN = 200
_USER = [field.attname for field in User._meta.concrete_fields]
_OWNER = (
    f"SELECT t.expiry, {', '.join(f'u.{name}' for name in _USER)}"  # noqa: S608  # names of columns
    " FROM knox_authtoken t JOIN annotator_user u ON u.id = t.user_id WHERE t.digest = %s"
)
# The same, and counts the request of a token that there is: one journey to the server for both.
_COUNTED_OWNER = f"""
WITH owner AS ({_OWNER}), counted AS (
  INSERT INTO annotator_pace AS p (key, due)
  SELECT %s, clock_timestamp() + %s FROM owner {pace.STEP}
) SELECT EXISTS (SELECT FROM counted), owner.* FROM owner
"""  # noqa: S608  # nothing in it comes from outside


@dataclass(frozen=True, slots=True)
class Token:
    """What a request came with. ``in_pace`` is false when its token asks too fast."""

    digest: str
    in_pace: bool


class BearerToken(TokenAuthentication):  # type: ignore[misc]  # knox has no types
    """Reading changes nothing: unlike knox's own, this deletes no token that has ended."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, Token]:
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise AuthenticationFailed("This token is not valid.")
        digest = hash_token(token.decode("ascii"))
        user, expiry, in_pace = _owner(digest)
        if user is None or expiry is None or expiry <= timezone.now():
            raise AuthenticationFailed("This token is not valid, or it has ended.")
        if not user.is_active:
            raise AuthenticationFailed("This account is closed.")
        return user, Token(digest, in_pace)


def _owner(digest: str) -> tuple[User | None, datetime | None, bool]:
    """Return whose token this is, when it ends, and whether it may ask now.

    Every save of a program asks this first.
    """
    if not settings.API_RATE:
        rows = [(True, *row) for row in prepared.rows(_OWNER, [digest])]
    else:
        step = pace.AHEAD / settings.API_RATE
        counted = [digest, digest, step, step, step, pace.AHEAD]
        rows = prepared.rows(_COUNTED_OWNER, counted)
    for in_pace, expiry, *row in rows:
        return User.from_db("default", _USER, row), expiry, in_pace
    return None, None, True


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "annotator.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
