"""Who calls the API: an agent by key. People use the pages."""

from django.utils import timezone
from django.views import View
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from contracts import access
from contracts.models import ApiKey, User
from contracts.services import api_keys


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer cs_…`. An unknown, expired or revoked key is 401, whichever it is."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        header = get_authorization_header(request).split()
        if not header or header[0].lower() != b"bearer":
            return None
        if len(header) != 2:
            raise AuthenticationFailed("The Authorization header is written: Bearer <key>.")
        try:
            secret = header[1].decode("ascii")
        except UnicodeDecodeError:
            raise AuthenticationFailed("The key is not valid.") from None
        key = api_keys.authenticate(secret=secret, at=timezone.now())
        if key is None:
            raise AuthenticationFailed("The key is not valid: unknown, expired or revoked.")
        access.trust_stamp(key.user)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="countersign"'


class Known(BasePermission):
    """Nobody without a living key. What the key opens is checked by the service."""

    def has_permission(self, request: Request, view: View) -> bool:
        return isinstance(request.auth, ApiKey)
