"""``Authorization: Bearer <token>``: knox's tokens, found by their hash in one query."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from annotator.accounts.models import User

LONGEST_TOKEN = 200


class BearerToken(TokenAuthentication):  # type: ignore[misc]  # knox has no types
    """Reading changes nothing: unlike knox's own, this deletes no token that has ended."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise AuthenticationFailed("This token is not valid.")
        found = (
            AuthToken.objects.filter(digest=hash_token(token.decode("ascii")))
            .select_related("user")
            .first()
        )
        if found is None or found.expiry is None or found.expiry <= timezone.now():
            raise AuthenticationFailed("This token is not valid, or it has ended.")
        if not found.user.is_active:
            raise AuthenticationFailed("This account is closed.")
        return found.user, found


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "annotator.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
