"""People at the doors of the API: by the same session as on the pages, with its CSRF token on everything that writes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from contracts.api import doors
from contracts.enums import UserKind
from contracts.models import User


class Session(SessionAuthentication):
    """A person who is logged in, with the same session as on the pages."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="countersign"'


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "contracts.api.sessions.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A person who is logged in on the pages. What writes comes with the header `X-CSRFToken`.",
        }


class Person(BasePermission):
    """Nobody but a person who is logged in: an agent's key does nothing that people do."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.kind == UserKind.PERSON


class PersonDoor(doors.Door):
    """The base of every view that is for people. What the person may do is checked by the service."""

    authentication_classes = [Session]
    permission_classes = [Person]
