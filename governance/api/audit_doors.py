"""Who stands at the doors of the proofs: people by their session, agents by their key where a door opens to keys.

People read the log of a client of whose processes they read stories; an agent follows the log it writes to, and has
proof of what it posted itself. What is said here can be checked by anybody, and says nothing to anybody else.
"""

from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.views import View
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from audit.domain.merkle import MAX_SIZE
from audit.domain.notation import decimal
from audit.errors import Invalid, NotAllowed
from contracts.api import doors
from contracts.api.sessions import Session
from contracts.models import ApiKey, User
from governance.api.authentication import KeyAuthentication
from governance.selectors import proofs


class Somebody(BasePermission):
    """Nobody without a living key or a session. Which log they open is checked by the door."""

    def has_permission(self, request: Request, view: View) -> bool:
        return isinstance(request.auth, ApiKey) or isinstance(request.user, User)


class AsItIs(DefaultContentNegotiation):
    """Every address here has one form, and gives it whatever the caller says it accepts."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class ProofDoor(doors.Door):
    """The base of every view here. Replies are for their reader alone, and are asked for again unless a view knows
    that they can never be others."""

    authentication_classes = [KeyAuthentication, Session]
    permission_classes = [Somebody]
    content_negotiation_class = AsItIs
    takes_keys = False
    kept = "private, no-cache"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in {"GET", "HEAD"}:
            return
        if isinstance(request.auth, ApiKey):
            proofs.check_log_of_key(request.auth, kwargs["log"])
            if not self.takes_keys:
                raise NotAllowed(
                    "people_only", "This is read by people who are logged in; a key opens receipts."
                )
        else:
            proofs.check_log(person(request), kwargs["log"])

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(finished, ("Cookie", "Authorization"))
        finished.headers.setdefault("Cache-Control", "no-store" if finished.status_code >= 400 else self.kept)
        return finished


def person(request: Request) -> User:
    return cast(User, request.user)


def number(request: Request, name: str, default: int | None = None) -> int:
    """A whole number of the query, in plain digits. Raises Invalid with its pointer."""
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    if text is None:
        raise Invalid("parameter_required", f"`{name}` is required.", f"/{name}")
    try:
        return decimal(text, most=MAX_SIZE)
    except ValueError:
        raise Invalid(
            "invalid_parameter", f"`{name}` is a whole number in plain digits.", f"/{name}"
        ) from None


def plain(text: bytes, status: int = 200) -> HttpResponse:
    """A text as other tools for logs expect it: bytes, and no markup."""
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
