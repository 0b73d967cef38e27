"""Test calls up the escalation path by program: the same services and permissions as on the pages (C7)."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.domain.escalation_matrix import SEVERITIES
from contracts.models import User
from contracts.selectors import matrices as versions
from reviews import permissions
from reviews.domain import drills as rules
from reviews.domain import keysets
from reviews.enums import CallEnd, DrillState
from reviews.models import EscalationDrill, EscalationDrillCall
from reviews.selectors import drills as selector
from reviews.services import drills


class StartSerializer(serializers.Serializer):
    """A row of the matrix in force."""

    trigger_class = serializers.CharField(max_length=30, help_text="`*` is the row for every class.")
    severity = serializers.IntegerField(
        min_value=1, max_value=4, allow_null=True, required=False, help_text="Null is any severity."
    )


class CallSerializer(serializers.Serializer):
    level = serializers.IntegerField()
    person = serializers.CharField(allow_null=True, help_text="A login; null where nobody was there to call.")
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="After it the call moves on.")
    answered_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True, help_text="From the call to the answer.")
    end = serializers.CharField(
        allow_blank=True, help_text=f"Empty while it lasts, or one of {', '.join(CallEnd)}."
    )


class DrillSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.CharField(help_text=f"One of {', '.join(DrillState)}.")
    trigger_class = serializers.CharField()
    severity = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(help_text="Of the matrix whose levels it kept.")
    started_at = serializers.DateTimeField()
    started_by = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    calls = CallSerializer(many=True)


class DrillsSerializer(serializers.Serializer):
    last = serializers.DateTimeField(allow_null=True, help_text="When the path was last tried to an end.")
    due = serializers.DateTimeField(allow_null=True, help_text="By when it is to be tried again.")
    overdue = serializers.BooleanField()
    drills = DrillSerializer(many=True, help_text="The newest first.")
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")


class Drills(PersonDoor):
    @extend_schema(
        operation_id="matrix_drills",
        summary="The test calls of a process",
        parameters=[OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before.")],
        responses={200: DrillsSerializer, **problems(400, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process = versions.process_of(user=user, code=code)
        permissions.check_can_see_drills(user, process)
        after = _cursor(request.query_params.get("cursor"))
        rows, more = selector.newest(process, after=after)
        standing = selector.standings([process])[process.pk]
        return Response(
            {
                "last": standing.last,
                "due": standing.due,
                "overdue": standing.overdue(timezone.now()),
                "drills": [_told(row) for row in rows],
                "next": keysets.write(rows[-1].started_at, rows[-1].pk) if more else None,
            }
        )

    @extend_schema(
        operation_id="matrix_drill_start",
        summary="Start a test call",
        parameters=[replies.IDEMPOTENCY],
        request=StartSerializer,
        responses={201: DrillSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process = versions.process_of(user=user, code=code)
        permissions.check_can_start_drill(user, process)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"trigger_class", "severity"}))
            drill = drills.start(
                process=process,
                trigger_class=doors.text(body, "trigger_class", 30),
                severity=_severity(body.get("severity")),
                by=user,
                at=timezone.now(),
            )
            return 201, _one(user, code, drill.pk)

        return doors.once(request, effect)


class Drill(PersonDoor):
    @extend_schema(
        operation_id="matrix_drill",
        summary="One test call",
        responses={200: DrillSerializer, **problems(403, 404)},
    )
    def get(self, request: Request, code: str, drill_id: UUID) -> Response:
        return Response(_one(doors.agent(request), code, drill_id))


class _Act(PersonDoor):
    def act(self, user: User, drill_id: UUID) -> None:
        raise NotImplementedError

    def _post(self, request: Request, code: str, drill_id: UUID) -> Response:
        user = doors.agent(request)
        found = selector.one(user=user, code=code, drill_id=drill_id)
        doors.members(request.data, frozenset())

        def effect() -> tuple[int, dict[str, Any]]:
            self.act(user, found.pk)
            return 200, _one(user, code, found.pk)

        return doors.once(request, effect)


class Answer(_Act):
    @extend_schema(
        operation_id="matrix_drill_answer",
        summary="I am here",
        description="For whoever is being called, and for nobody else.",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={200: DrillSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, drill_id: UUID) -> Response:
        return self._post(request, code, drill_id)

    def act(self, user: User, drill_id: UUID) -> None:
        drills.answer(drill_id=drill_id, user=user, at=timezone.now())


class Cancel(_Act):
    @extend_schema(
        operation_id="matrix_drill_cancel",
        summary="Call a test call off",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={200: DrillSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, drill_id: UUID) -> Response:
        return self._post(request, code, drill_id)

    def act(self, user: User, drill_id: UUID) -> None:
        drills.cancel(drill_id=drill_id, by=user, at=timezone.now())


def _one(user: User, code: str, drill_id: UUID) -> dict[str, Any]:
    return _told(selector.one(user=user, code=code, drill_id=drill_id))


def _told(drill: EscalationDrill) -> dict[str, Any]:
    return {
        "id": str(drill.pk),
        "state": drill.state,
        "trigger_class": drill.trigger_class,
        "severity": drill.severity,
        "version": drill.path_version,
        "started_at": drill.started_at,
        "started_by": drill.started_by.username,
        "ended_at": drill.ended_at,
        "calls": [_call(call) for call in drill.calls.all()],
    }


def _call(call: EscalationDrillCall) -> dict[str, Any]:
    return {
        "level": call.level,
        "person": call.person.username if call.person else None,
        "started_at": call.started_at,
        "due_at": call.due_at,
        "answered_at": call.answered_at,
        "seconds": rules.seconds(call.started_at, call.answered_at) if call.answered_at else None,
        "end": call.end,
    }


def _severity(value: object) -> int | None:
    if value is None or (value in SEVERITIES and isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Invalid("severity", "1 to 4, or null for any.", "/severity")


def _cursor(text: str | None) -> keysets.Key | None:
    if not text:
        return None
    if (key := keysets.read(text)) is None:
        raise Invalid("cursor", "The `next` of a page before.", "cursor")
    return key
