"""What every door of the API has in common: who stands at it, how a body is framed, and answers given only once."""

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.errors import Conflict, Invalid, NotAllowed
from contracts.models import ApiKey, User
from contracts.services import idempotency

Effect = Callable[[], tuple[int, dict[str, Any]]]


class LengthRequired(exceptions.APIException):
    status_code = 411
    default_code = "length_required"
    default_detail = "Send the length of the body in the header Content-Length."


class Encoded(exceptions.APIException):
    status_code = 415
    default_code = "content_encoding"
    default_detail = "Compressed bodies are not read: send it without Content-Encoding."


class Door(APIView):
    """The base of every view here. A body is neither compressed nor, but for an import, of unknown length."""

    takes_unknown_length = False
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
            raise Encoded
        if request.headers.get("Transfer-Encoding") and not request.headers.get("Content-Length"):
            terminated = request.META.get("wsgi.input_terminated", False)
            if not (self.takes_unknown_length and terminated):
                raise LengthRequired


def agent(request: Request) -> User:
    return cast(User, request.user)


def key(request: Request) -> ApiKey:
    """The living key the request came with; the permission class has seen that there is one."""
    return cast(ApiKey, request.auth)


def check_action(request: Request, action: str) -> None:
    """Raise NotAllowed where the key does not name the action; for doors that concern no process."""
    if action not in key(request).actions:
        raise NotAllowed("key_scope", f"This key does not allow the action {action!r}.")


def members(body: object, known: frozenset[str], place: str = "") -> Mapping[str, Any]:
    """The body, or what stands at a place in it, as an object of known members. Raises Invalid for anything else, with a
    pointer to each stranger."""
    if not isinstance(body, dict):
        raise Invalid("not_an_object", "A JSON object is required.", place)
    strange = [name for name in body if name not in known]
    if strange:
        pointers = [str(name)[:80].replace("~", "~0").replace("/", "~1") for name in strange]
        details = [
            {"pointer": f"{place}/{pointer}", "detail": "There is no such field."} for pointer in pointers
        ]
        raise Invalid("invalid_fields", "There are fields that nobody knows.", details[0]["pointer"], details)
    return body


def text(body: Mapping[str, Any], name: str, longest: int, place: str = "") -> str:
    """A required text of the body, or of what stands at a place in it. Raises Invalid with its pointer."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise Invalid(
            "text_required", f"A text of 1 to {longest:,} characters is required.", f"{place}/{name}"
        )
    return value.strip()


def whole_number(body: Mapping[str, Any], name: str, place: str = "") -> int | None:
    """A whole number of the body, or of what stands at a place in it; None for none. Raises Invalid with its pointer."""
    value = body.get(name)
    if value is not None and (type(value) is not int or not 0 <= value < 10**9):
        raise Invalid("whole_number_required", "A whole number is required.", f"{place}/{name}")
    return value


def once(request: Request, effect: Effect, *, whole: bool = True, kept: bool = True) -> Response:
    """Answer with what `effect` returns; under an Idempotency-Key only once, and later with the same again.

    The answer is remembered in the transaction of its effect: of two requests at the same moment one takes effect and
    both get its answer. Where the effect commits in several steps (`whole` is false) the answer is remembered after the
    last, and the effect itself must bear being repeated. Where nothing may be stored (`kept` is false) the answer is
    worked out again. Refusals are not remembered, for they have no effect.
    """
    name = request.headers.get("Idempotency-Key", "")
    if not name:
        status, body = effect()
        return Response(body, status=status)
    digest = idempotency.digest(
        str(request.method).encode(), request.path.encode(), json.dumps(request.data, sort_keys=True).encode()
    )
    earlier = idempotency.replay(user=agent(request), key=name, request_digest=digest)
    if earlier is None:
        try:
            with transaction.atomic() if whole else nullcontext():
                status, body = effect()
                plain = json.loads(JSONRenderer().render(body))
                idempotency.remember(
                    user=agent(request),
                    key=name,
                    request_digest=digest,
                    status=status,
                    reply=plain if kept else {},
                    at=timezone.now(),
                )
                return Response(plain, status=status)
        except Conflict as conflict:
            # A twin of this request was faster: what this one did is undone, and the twin's answer is given.
            if conflict.code != "idempotency_race":
                raise
            earlier = idempotency.replay(user=agent(request), key=name, request_digest=digest)
            if earlier is None:
                raise
    reply = earlier.reply if kept else effect()[1]
    return Response(reply, status=200, headers={"Idempotency-Replayed": "true"})


def fingerprint(request: Request, name: str) -> str:
    """A short name for this agent's Idempotency-Key that shows nothing of it."""
    return idempotency.digest(agent(request).pk.bytes, name.encode())[:32]
