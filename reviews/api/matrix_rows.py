"""The rows of a draft of the escalation matrix, and who makes its final decisions, by program (C1, C3)."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api import doors
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.enums import Party
from contracts.selectors import matrices as versions
from contracts.services import matrix_drafts
from reviews.api import matrix_bodies as bodies
from reviews.api import matrix_serializers as shapes
from reviews.api.matrices import told

_EDITS = OpenApiParameter(
    "edits", int, OpenApiParameter.QUERY, required=True, description="The edits of the draft as you read it."
)


class Row(PersonDoor):
    """One row of a draft: `*` is every class, `any` every severity."""

    @extend_schema(
        operation_id="matrix_put_row",
        request=shapes.PutRowSerializer,
        responses={200: shapes.MatrixSerializer, **problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, code: str, version: int, trigger_class: str, severity: str) -> Response:
        user = doors.agent(request)
        found = versions.version(user=user, code=code, number=version)
        body = doors.members(request.data, frozenset({"edits", "levels"}))
        matrix_drafts.put_path(
            matrix_id=found.pk,
            trigger_class=trigger_class,
            severity=bodies.severity(severity),
            levels=bodies.levels(body, found.process),
            edits=bodies.seen(body),
            by=user,
            at=timezone.now(),
        )
        return Response(told(versions.version(user=user, code=code, number=version)))

    @extend_schema(
        operation_id="matrix_remove_row",
        parameters=[_EDITS],
        responses={200: shapes.MatrixSerializer, **problems(400, 403, 404, 409)},
    )
    def delete(
        self, request: Request, code: str, version: int, trigger_class: str, severity: str
    ) -> Response:
        user = doors.agent(request)
        found = versions.version(user=user, code=code, number=version)
        matrix_drafts.remove_path(
            matrix_id=found.pk,
            trigger_class=trigger_class,
            severity=bodies.severity(severity),
            edits=bodies.seen(request.query_params),
            by=user,
            at=timezone.now(),
        )
        return Response(told(versions.version(user=user, code=code, number=version)))


class Finals(PersonDoor):
    """Who makes the final decision, in a draft."""

    @extend_schema(
        operation_id="matrix_put_final",
        request=shapes.PutFinalSerializer,
        responses={200: shapes.MatrixSerializer, **problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, code: str, version: int) -> Response:
        user = doors.agent(request)
        found = versions.version(user=user, code=code, number=version)
        known = frozenset({"edits", "category", "min_value", "person", "deputy"})
        body = doors.members(request.data, known)
        people = bodies.people(found.process)
        person = bodies.named(people, body, "person")
        side = Party.CLIENT if person.user.organisation_id == found.process.client_id else Party.PROVIDER
        matrix_drafts.put_final(
            matrix_id=found.pk,
            category=doors.text(body, "category", 30),
            min_value=bodies.amount(body),
            party=side,
            role=person.role,
            person=person.user,
            deputy=bodies.deputised(people, body),
            edits=bodies.seen(body),
            by=user,
            at=timezone.now(),
        )
        return Response(told(versions.version(user=user, code=code, number=version)))


class Final(PersonDoor):
    """One final decision-maker of a draft."""

    @extend_schema(
        operation_id="matrix_remove_final",
        parameters=[_EDITS],
        responses={200: shapes.MatrixSerializer, **problems(400, 403, 404, 409)},
    )
    def delete(self, request: Request, code: str, version: int, rule: UUID) -> Response:
        user = doors.agent(request)
        found = versions.version(user=user, code=code, number=version)
        matrix_drafts.remove_final(
            matrix_id=found.pk,
            rule_id=rule,
            edits=bodies.seen(request.query_params),
            by=user,
            at=timezone.now(),
        )
        return Response(told(versions.version(user=user, code=code, number=version)))
