"""The escalation matrix by program: the same services and the same permissions as on the pages (C1, C3)."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api import doors, replies
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.models import EscalationMatrix
from contracts.selectors import matrices as versions
from contracts.services import matrix_drafts
from reviews.api import comparing
from reviews.api import matrix_bodies as bodies
from reviews.api import matrix_serializers as shapes
from reviews.services import matrices


class Versions(PersonDoor):
    """The versions of a process's matrix, and the way to a new draft."""

    @extend_schema(
        operation_id="matrix_versions", responses={200: shapes.MatrixListSerializer, **problems(403, 404)}
    )
    def get(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process = versions.process_of(user=user, code=code)
        listed = versions.history(user=user, process=process).versions
        return Response({"versions": [{"version": one.version, "state": one.state} for one in listed]})

    @extend_schema(
        operation_id="matrix_draft",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={201: shapes.MatrixSerializer, **problems(403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process = versions.process_of(user=user, code=code)

        def effect() -> tuple[int, dict[str, Any]]:
            begun = matrix_drafts.draft(process=process, by=user, at=timezone.now())
            return 201, told(versions.version(user=user, code=code, number=begun.version))

        return doors.once(request, effect)


class Version(PersonDoor):
    """One version of the matrix, and what a draft says of itself."""

    @extend_schema(
        operation_id="matrix_version", responses={200: shapes.MatrixSerializer, **problems(403, 404)}
    )
    def get(self, request: Request, code: str, version: int) -> Response:
        return Response(told(versions.version(user=doors.agent(request), code=code, number=version)))

    @extend_schema(
        operation_id="matrix_describe",
        request=shapes.DescribeSerializer,
        responses={200: shapes.MatrixSerializer, **problems(400, 403, 404, 409)},
    )
    def patch(self, request: Request, code: str, version: int) -> Response:
        user = doors.agent(request)
        found = versions.version(user=user, code=code, number=version)
        body = doors.members(request.data, frozenset({"edits", "note", "review_by"}))
        matrix_drafts.describe(
            matrix_id=found.pk,
            note=bodies.note(body, found.note),
            review_by=bodies.day(body, found.review_by),
            edits=bodies.seen(body),
            by=user,
            at=timezone.now(),
        )
        return Response(told(versions.version(user=user, code=code, number=version)))


class Act(PersonDoor):
    """Propose, approve, reject or restore a version."""

    @extend_schema(
        operation_id="matrix_act",
        parameters=[replies.IDEMPOTENCY],
        request=shapes.ActSerializer,
        responses={200: shapes.MatrixSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int, act: str) -> Response:
        user, at = doors.agent(request), timezone.now()
        found = versions.version(user=user, code=code, number=version)
        body = doors.members(request.data, frozenset({"edits", "against", "reason"}))

        def effect() -> tuple[int, dict[str, Any]]:
            if act == "propose":
                matrices.propose(matrix_id=found.pk, by=user, at=at, edits=bodies.seen(body))
            elif act == "approve":
                matrices.approve(matrix_id=found.pk, by=user, at=at, against=comparing.against(body))
            elif act == "reject":
                matrices.reject(matrix_id=found.pk, by=user, reason=doors.text(body, "reason", 300), at=at)
            else:
                matrices.roll_back(to=found, by=user, at=at, against=comparing.against(body))
            return 200, told(versions.version(user=user, code=code, number=version))

        return doors.once(request, effect)


def told(matrix: EscalationMatrix) -> dict[str, Any]:
    """A version as a program reads it."""
    return {
        "version": matrix.version,
        "state": matrix.state,
        "edits": matrix.edits,
        "note": matrix.note,
        "review_by": matrix.review_by.isoformat() if matrix.review_by else None,
        "author": matrix.author.username if matrix.author else None,
        "rows": [
            {
                "trigger_class": path.trigger_class,
                "severity": path.severity,
                "levels": [
                    {
                        "name": level.name,
                        "person": level.person.username,
                        "deputy": level.deputy.username if level.deputy else None,
                        "calendar": level.calendar.name,
                        "ack_minutes": level.ack_minutes,
                        "resolve_minutes": level.resolve_minutes,
                        "channel": level.channel,
                        "authority": level.authority,
                    }
                    for level in path.levels.all()
                ],
            }
            for path in matrix.paths.all()
        ],
        "final_decisions": [
            {
                "id": str(rule.pk),
                "category": rule.category,
                "min_value": str(rule.min_value) if rule.min_value is not None else None,
                "party": rule.party,
                "person": rule.person.username,
                "deputy": rule.deputy.username if rule.deputy else None,
            }
            for rule in matrix.final_rules.all()
        ],
    }
