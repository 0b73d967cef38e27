"""Authority and the accountability sheet by program, for people with their session (K4, K10)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.enums import Authority
from contracts.models import AuthorityGrant
from contracts.permissions import accountability as permissions
from contracts.selectors import accountability as selector
from contracts.selectors import sheets
from contracts.services import authorities


class GrantSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    person = serializers.CharField(help_text="A login.")
    kind = serializers.ChoiceField(choices=Authority.choices())
    evidence = serializers.CharField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class GrantsSerializer(serializers.Serializer):
    process = serializers.CharField()
    holding = GrantSerializer(many=True, help_text="Those that hold, or will.")
    over = GrantSerializer(many=True)


class GivenSerializer(serializers.Serializer):
    person = serializers.CharField(help_text="A login.")
    kind = serializers.ChoiceField(choices=Authority.choices())
    evidence = serializers.CharField(max_length=300)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()


class SectionSerializer(serializers.Serializer):
    title = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))


class SheetSerializer(serializers.Serializer):
    process = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="Null: none was made yet.")
    made_at = serializers.DateTimeField(allow_null=True)
    digest = serializers.CharField(allow_blank=True)
    log = serializers.CharField()
    event = serializers.UUIDField(
        allow_null=True, help_text="The entry of the log that holds the fingerprint."
    )
    sections = SectionSerializer(many=True)


class Grants(PersonDoor):
    @extend_schema(
        operation_id="authority",
        summary="Who holds which authority on a process",
        responses={200: GrantsSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = selector.process_of(doors.agent(request), code)
        holding, over = selector.grants(process, timezone.now())
        return Response(
            {
                "process": process.code,
                "holding": [_told(one) for one in holding],
                "over": [_told(one) for one in over],
            }
        )

    @extend_schema(
        operation_id="authority_grant",
        summary="Grant authority on a process",
        description="By the client’s owner, with evidence and dates, and never to himself.",
        parameters=[replies.IDEMPOTENCY],
        request=GivenSerializer,
        responses={201: GrantSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process = selector.process_of(user, code)
        permissions.check_can_grant(user, process)
        known = frozenset({"person", "kind", "evidence", "valid_from", "valid_until"})

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, known)
            people = {one.username: one for one in selector.people(process)}
            if (person := body.get("person")) not in people:
                raise Invalid("person", "Nobody of that login holds a role on this process.", "/person")
            if (kind := body.get("kind")) not in set(Authority):
                raise Invalid("kind", f"One of {', '.join(Authority)}.", "/kind")
            made = authorities.grant(
                process=process,
                to=people[str(person)],
                kind=Authority(str(kind)),
                evidence=doors.text(body, "evidence", 300),
                valid_from=_day(body, "valid_from"),
                valid_until=_day(body, "valid_until"),
                by=user,
                at=timezone.now(),
            )
            return 201, _told(made)

        return doors.once(request, effect)


class TakeBack(PersonDoor):
    @extend_schema(
        operation_id="authority_take_back",
        summary="Take authority back at once",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={200: GrantSerializer, **problems(400, 403, 404)},
    )
    def post(self, request: Request, code: str, grant_id: UUID) -> Response:
        user = doors.agent(request)
        process = selector.process_of(user, code)

        def effect() -> tuple[int, dict[str, Any]]:
            doors.members(request.data or {}, frozenset())
            taken = authorities.take_back(process=process, grant_id=grant_id, by=user, at=timezone.now())
            taken.refresh_from_db()
            return 200, _told(taken)

        return doors.once(request, effect)


class Sheet(PersonDoor):
    @extend_schema(
        operation_id="accountability_sheet",
        summary="The accountability sheet of a process, as it was made last",
        responses={200: SheetSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = sheets.process_of(doors.agent(request), code)
        found = sheets.latest(process)
        return Response(
            {
                "process": process.code,
                "version": found.version if found else None,
                "made_at": found.created_at if found else None,
                "digest": found.digest if found else "",
                "log": process.client.log_key,
                "event": found.event if found else None,
                "sections": found.content if found else [],
            }
        )


def _told(grant: AuthorityGrant) -> dict[str, Any]:
    return {
        "id": grant.pk,
        "person": grant.user.username,
        "kind": grant.kind,
        "evidence": grant.evidence,
        "valid_from": grant.valid_from,
        "valid_until": grant.valid_until,
        "revoked_at": grant.revoked_at,
    }


def _day(body: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(body.get(name)))
    except ValueError:
        raise Invalid("day_required", "A day is required, such as 2026-03-31.", f"/{name}") from None
