"""The gate before a process goes live, for programs of people: what is missing, the safe state, going live (W2, K6)."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contracts import access
from contracts.api import doors, replies
from contracts.api.sessions import PersonDoor
from contracts.domain.roles import VIEW_PROCESS
from contracts.enums import SafeState
from contracts.models import Process, User
from contracts.services import going_live
from governance.api.halts import choice
from reviews.selectors import gate
from reviews.services import going_live as gates


class SafeStateSerializer(serializers.Serializer):
    safe_state = serializers.ChoiceField(choices=SafeState.choices())


class CheckSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    met = serializers.BooleanField()
    sentence = serializers.CharField(help_text="What there is, or what is missing.")


class GateSerializer(serializers.Serializer):
    """What is asked before a process goes live."""

    process = serializers.CharField()
    safe_state = serializers.ChoiceField(
        choices=[*SafeState.choices(), ("", "Not said yet")], help_text="Where it goes when its AI is halted."
    )
    live_at = serializers.DateTimeField(allow_null=True)
    checks = CheckSerializer(many=True)


def _process(user: User, code: str) -> Process:
    return access.process(user, code, VIEW_PROCESS, "This process is not yours to see.")


def _told(process: Process) -> dict[str, Any]:
    return {
        "process": process.code,
        "safe_state": process.safe_state,
        "live_at": process.went_live_at,
        "checks": [
            {"code": one.code, "name": one.label, "met": one.met, "sentence": one.sentence}
            for one in gate.checks(process, timezone.now())
        ],
    }


class Gate(PersonDoor):
    @extend_schema(
        operation_id="gate_read",
        summary="What is asked before a process goes live, and what is missing",
        responses={200: GateSerializer, **replies.problems(403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(_told(_process(cast(User, request.user), code)))


class SafeStateOf(PersonDoor):
    @extend_schema(
        operation_id="gate_say_safe_state",
        summary="Say where a process goes when its AI is halted",
        description="By the client's owner.",
        request=SafeStateSerializer,
        responses={200: GateSerializer, **replies.problems(400, 403, 404)},
    )
    def put(self, request: Request, code: str) -> Response:
        user = cast(User, request.user)
        process = _process(user, code)
        body = doors.members(request.data, frozenset({"safe_state"}))
        said = choice(body, "safe_state", SafeState)
        going_live.say_safe_state(process=process, safe_state=said, by=user, at=timezone.now())
        return Response(_told(process))


class GoLive(PersonDoor):
    @extend_schema(
        operation_id="gate_go_live",
        summary="Take a process live",
        description="By the client's owner: from here on its agents may post. 409 names everything that is missing.",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={200: GateSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = cast(User, request.user)

        def effect() -> tuple[int, dict[str, Any]]:
            process = _process(user, code)
            doors.members(request.data or {}, frozenset())
            gates.go_live(process=process, by=user, at=timezone.now())
            return 200, _told(process)

        return doors.once(request, effect)
