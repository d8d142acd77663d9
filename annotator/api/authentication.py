"""``Authorization: Bearer <token>``: knox's tokens, found by their hash in one query."""

from datetime import datetime

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

from annotator.accounts.models import User
from annotator.server import prepared

LONGEST_TOKEN = 200
_USER = [field.attname for field in User._meta.concrete_fields]
_OWNER = (
    f"SELECT t.expiry, {', '.join(f'u.{name}' for name in _USER)}"  # noqa: S608  # names of columns
    " FROM knox_authtoken t JOIN annotator_user u ON u.id = t.user_id WHERE t.digest = %s"
)


class BearerToken(TokenAuthentication):  # type: ignore[misc]  # knox has no types
    """Reading changes nothing: unlike knox's own, this deletes no token that has ended."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, str]:
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise AuthenticationFailed("This token is not valid.")
        digest = hash_token(token.decode("ascii"))
        user, expiry = _owner(digest)
        if user is None or expiry is None or expiry <= timezone.now():
            raise AuthenticationFailed("This token is not valid, or it has ended.")
        if not user.is_active:
            raise AuthenticationFailed("This account is closed.")
        return user, digest


def _owner(digest: str) -> tuple[User | None, datetime | None]:
    """Return whose token this is and when it ends. Every save of a program asks this first."""
    for expiry, *row in prepared.rows(_OWNER, [digest]):
        return User.from_db("default", _USER, row), expiry
    return None, None


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "annotator.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
