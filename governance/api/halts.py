"""Halts for programs of people: what runs, halting, asking for it, letting go on (W1–W4). Agents learn of halts by 423."""

from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.sessions import PersonDoor
from contracts.enums import Degree, HaltCause, HaltScope, HaltState
from contracts.models import Halt, User
from contracts.selectors import halt_scopes
from contracts.selectors import halts as found_halts
from contracts.selectors.halt_scopes import What
from contracts.services.halts import CHECKS, LONGEST
from governance.selectors import halts as selector
from governance.selectors.halts import Timing
from governance.services import halting

_SCOPE = frozenset({"scope", "process", "step", "model", "client"})


class ScopeSerializer(serializers.Serializer):
    """What is halted, by codes: `process` (and `step`), `model` (and `client`), `client`, or nothing for `all`."""

    scope = serializers.ChoiceField(choices=HaltScope.choices())
    process = serializers.CharField(required=False)
    step = serializers.CharField(required=False)
    model = serializers.CharField(required=False, help_text="The reference of the model version.")
    client = serializers.CharField(required=False)


class AskSerializer(ScopeSerializer):
    cause = serializers.ChoiceField(choices=HaltCause.choices(), help_text="Agents are told this class.")
    reason = serializers.CharField(max_length=LONGEST)
    drill = serializers.BooleanField(required=False)


class EngageSerializer(AskSerializer):
    degree = serializers.ChoiceField(choices=Degree.choices())
    request = serializers.UUIDField(required=False, help_text="The request it answers: its time counts.")


class ChecksSerializer(serializers.Serializer):
    checks = serializers.MultipleChoiceField(
        choices=list(CHECKS.items()), help_text="All of them, stated by who asks for the release."
    )


class HaltSerializer(serializers.Serializer):
    """A halt. `seconds` runs from the request to the last release without a person."""

    id = serializers.UUIDField()
    scope = serializers.ChoiceField(choices=HaltScope.choices())
    name = serializers.CharField()
    degree = serializers.ChoiceField(choices=Degree.choices())
    cause = serializers.ChoiceField(choices=HaltCause.choices())
    reason = serializers.CharField()
    drill = serializers.BooleanField()
    state = serializers.CharField(help_text=f"One of {', '.join(HaltState)}.")
    requested_at = serializers.DateTimeField()
    engaged_at = serializers.DateTimeField(allow_null=True)
    effective_at = serializers.DateTimeField(
        allow_null=True,
        help_text="From here on nobody is under way under the old terms; null while somebody is.",
    )
    released_at = serializers.DateTimeField(allow_null=True)
    watch_until = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)


class HaltListSerializer(serializers.Serializer):
    halts = HaltSerializer(many=True, help_text="In force or asked for first, then the last 25.")
    mean_seconds = serializers.FloatField(allow_null=True, help_text="The mean time to halt (MTTH) of these.")


_FIELDS = (
    "scope", "degree", "cause", "reason", "drill", "state", "requested_at", "engaged_at", "effective_at",
    "released_at", "watch_until",
)  # fmt: skip


def told(halt: Halt, timing: Timing | None) -> dict[str, Any]:
    """A halt as a program reads it."""
    return {
        "id": halt.pk,
        "name": found_halts.name(halt),
        **{name: getattr(halt, name) for name in _FIELDS},
        "seconds": timing.seconds if timing else None,
    }


def _one(halt_id: UUID, user: User) -> dict[str, Any]:
    halt = found_halts.found(user, halt_id)
    return told(halt, selector.timing(halt))


def _what(user: User, body: Any) -> What:
    return halt_scopes.resolve(user, {name: str(body[name]) for name in _SCOPE if name in body})


def choice(body: Any, name: str, kind: Any) -> Any:
    """One of the values of an enumeration. Raises Invalid with its pointer for anything else."""
    try:
        return kind(body.get(name))
    except ValueError:
        known = ", ".join(one.value for one in kind)
        raise Invalid("unknown_value", f"One of: {known}.", f"/{name}") from None


def _flag(body: Any, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Invalid("not_a_boolean", "True or false.", f"/{name}")
    return value


class Halts(PersonDoor):
    @extend_schema(
        operation_id="halts_list",
        summary="The halts you may see",
        responses={200: HaltListSerializer, **replies.problems(403)},
    )
    def get(self, request: Request) -> Response:
        user = cast(User, request.user)
        history = selector.history(user)
        times = selector.times(history)
        shown = {halt.pk: halt for halt in [*selector.running(user), *selector.asked(user), *history]}
        return Response(
            {
                "halts": [told(halt, times.get(halt.pk)) for halt in shown.values()],
                "mean_seconds": selector.mean(times.values()),
            }
        )

    @extend_schema(
        operation_id="halts_engage",
        summary="Halt something",
        description="The reply comes when nobody is under way under the old terms any more. Where somebody takes longer than "
        "a few seconds the halt stands all the same, and `effective_at` is null until it is so. A drill is a halt with "
        "`drill` set.",
        parameters=[replies.IDEMPOTENCY],
        request=EngageSerializer,
        responses={201: HaltSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        user = cast(User, request.user)

        def effect() -> tuple[int, dict[str, Any]]:
            known = _SCOPE | {"degree", "cause", "reason", "drill", "request"}
            body = doors.members(request.data, known)
            halt = halting.engage(
                what=_what(user, body),
                degree=choice(body, "degree", Degree),
                cause=choice(body, "cause", HaltCause),
                reason=doors.text(body, "reason", LONGEST),
                drill=_flag(body, "drill"),
                request=_asked(user, body.get("request")),
                by=user,
                at=timezone.now(),
                clock=timezone.now,
            )
            return 201, _one(halt.pk, user)

        # In two steps, so that the halt governs before anybody is waited for; engaging again is the same halt.
        return doors.once(request, effect, whole=False)


def _asked(user: User, name: object) -> Halt | None:
    if name is None:
        return None
    try:
        return found_halts.found(user, UUID(str(name)))
    except ValueError:
        raise Invalid("not_an_id", "The id of a request.", "/request") from None


class HaltRequests(PersonDoor):
    @extend_schema(
        operation_id="halts_ask",
        summary="Ask those who may for a halt",
        parameters=[replies.IDEMPOTENCY],
        request=AskSerializer,
        responses={201: HaltSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        user = cast(User, request.user)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, _SCOPE | {"cause", "reason", "drill"})
            halt = halting.ask(
                what=_what(user, body),
                cause=choice(body, "cause", HaltCause),
                reason=doors.text(body, "reason", LONGEST),
                drill=_flag(body, "drill"),
                by=user,
                at=timezone.now(),
            )
            return 201, _one(halt.pk, user)

        return doors.once(request, effect)


class Decline(PersonDoor):
    @extend_schema(
        operation_id="halts_decline",
        summary="Answer a request for a halt with no",
        description="By whoever may halt it; who asked is told. 409 where it is not asked for any more.",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={200: HaltSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, halt_id: UUID) -> Response:
        user = cast(User, request.user)

        def effect() -> tuple[int, dict[str, Any]]:
            doors.members(request.data or {}, frozenset())
            halting.decline(halt=found_halts.found(user, halt_id), by=user, at=timezone.now())
            return 200, _one(halt_id, user)

        return doors.once(request, effect)


class OneHalt(PersonDoor):
    @extend_schema(
        operation_id="halts_read",
        summary="One halt",
        responses={200: HaltSerializer, **replies.problems(403, 404)},
    )
    def get(self, request: Request, halt_id: UUID) -> Response:
        return Response(_one(halt_id, cast(User, request.user)))


class _Releasing(PersonDoor):
    """What those do who state what was checked."""

    act: Any

    def _post(self, request: Request, halt_id: UUID) -> Response:
        user = cast(User, request.user)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"checks"}))
            checks = body.get("checks", [])
            if not isinstance(checks, list) or not all(isinstance(one, str) for one in checks):
                raise Invalid("not_a_list", "A list of the checks that were done.", "/checks")
            halt = found_halts.found(user, halt_id)
            type(self).act(halt=halt, checks=checks, by=user, at=timezone.now())
            return 200, _one(halt_id, user)

        return doors.once(request, effect)


class ReleaseRequest(_Releasing):
    act = staticmethod(halting.request_release)

    @extend_schema(
        operation_id="halts_ask_release",
        summary="Ask somebody else to let it go on",
        parameters=[replies.IDEMPOTENCY],
        request=ChecksSerializer,
        responses={200: HaltSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, halt_id: UUID) -> Response:
        return self._post(request, halt_id)


class Release(_Releasing):
    act = staticmethod(halting.release)

    @extend_schema(
        operation_id="halts_release",
        summary="Let it go on",
        description="Somebody else than who engaged it. `checks` are needed where nobody asked for the release before.",
        parameters=[replies.IDEMPOTENCY],
        request=ChecksSerializer,
        responses={200: HaltSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, halt_id: UUID) -> Response:
        return self._post(request, halt_id)
