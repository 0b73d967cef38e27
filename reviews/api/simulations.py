"""What rules would have done, for programs of the people who write or approve them (B8)."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews.enums import ChangeKind
from reviews.models import RuleSimulation, SimulatedChange
from reviews.selectors import simulations as selector
from reviews.services import simulations

_PERIOD = frozenset({"since", "until"})
_KINDS = {"", selector.MISSED, *ChangeKind}


class PeriodSerializer(serializers.Serializer):
    since = serializers.DateTimeField(
        required=False, help_text="30 days before `until` where it is left out."
    )
    until = serializers.DateTimeField(required=False, help_text="Now where it is left out.")


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(help_text="NDJSON or CSV, 50 MB at most.")


class SimulationSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    process = serializers.CharField()
    version = serializers.IntegerField()
    base_version = serializers.IntegerField(allow_null=True)
    rules_digest = serializers.CharField(help_text="Of the rules as they were tried.")
    kind = serializers.CharField(help_text="`period` or `file`.")
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField(help_text="`requested`, `running`, `done`, `cancelled` or `failed`.")
    error = serializers.CharField(allow_blank=True)
    seen = serializers.IntegerField(help_text="How far it is, of `total`.")
    total = serializers.IntegerField()
    requested_at = serializers.DateTimeField()
    requested_by = serializers.CharField()
    finished_at = serializers.DateTimeField(allow_null=True)
    result = serializers.DictField(allow_null=True, help_text="The figures, once it is done.")


class SimulationsSerializer(serializers.Serializer):
    simulations = SimulationSerializer(many=True)


class ChangeSerializer(serializers.Serializer):
    rank = serializers.IntegerField()
    interaction = serializers.UUIDField(allow_null=True)
    line = serializers.IntegerField(allow_null=True, help_text="Of the file.")
    kind = serializers.ChoiceField(choices=ChangeKind.choices())
    missed = serializers.CharField(help_text="What a person or QA once made of it, or empty.")
    before = serializers.CharField()
    before_queue = serializers.CharField()
    after = serializers.CharField()
    after_queue = serializers.CharField()
    fired_before = serializers.ListField(child=serializers.CharField())
    fired_after = serializers.ListField(child=serializers.CharField())
    amount = serializers.CharField(allow_null=True, help_text="In the currency of the process.")
    happened_at = serializers.DateTimeField()


class ChangesSerializer(serializers.Serializer):
    changes = ChangeSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")


class Simulations(PersonDoor):
    parser_classes = [*PersonDoor.parser_classes, MultiPartParser]

    @extend_schema(
        operation_id="rule_simulations",
        summary="The newest simulations of a version of the rules",
        responses={200: SimulationsSerializer, **replies.problems(403, 404)},
    )
    def get(self, request: Request, code: str, version: int) -> Response:
        ruleset = selector.version(user=_user(request), code=code, number=version)
        rows = selector.of_version(ruleset)
        return Response({"simulations": [_told(row, code, version, whole=False) for row in rows]})

    @extend_schema(
        operation_id="simulate_rules",
        summary="Ask what a draft or proposal would have done",
        description=(
            "Over a period (JSON), or over the interactions of a file (multipart). It is counted in the background: ask"
            " for it again until its state is `done`."
        ),
        request={"application/json": PeriodSerializer, "multipart/form-data": UploadSerializer},
        parameters=[replies.IDEMPOTENCY],
        responses={202: SimulationSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int) -> Response:
        user, at = _user(request), timezone.now()
        ruleset = selector.version(user=user, code=code, number=version)
        upload = request.FILES.get("file")
        if upload is not None:
            asked = simulations.ask_file(
                ruleset_id=ruleset.pk, name=upload.name or "", chunks=upload.chunks(), by=user, at=at
            )
            return Response(_told(asked, code, version), status=202)
        sent = doors.members(request.data, _PERIOD)
        period = {name: _moment(sent[name], name) for name in _PERIOD if sent.get(name) is not None}

        def effect() -> tuple[int, dict[str, Any]]:
            asked = simulations.ask_period(ruleset_id=ruleset.pk, by=user, at=at, **period)
            return 202, _told(asked, code, version)

        return doors.once(request, effect)


class OneSimulation(PersonDoor):
    @extend_schema(
        operation_id="rule_simulation",
        summary="A simulation: how far it is, or its figures",
        responses={200: SimulationSerializer, **replies.problems(403, 404)},
    )
    def get(self, request: Request, code: str, version: int, simulation_id: UUID) -> Response:
        found = selector.one(user=_user(request), code=code, number=version, simulation_id=simulation_id)
        return Response(_told(found, code, version))


class SimulationChanges(PersonDoor):
    @extend_schema(
        operation_id="rule_simulation_changes",
        summary="The interactions that would have gone another way",
        description=(
            "First what people once corrected, then by kind, the highest amounts first. All are counted in the figures;"
            " of each kind a thousand are listed."
        ),
        parameters=[
            OpenApiParameter("kind", OpenApiTypes.STR, description="A kind of change, or `missed`."),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before."),
        ],
        responses={200: ChangesSerializer, **replies.problems(400, 403, 404)},
    )
    def get(self, request: Request, code: str, version: int, simulation_id: UUID) -> Response:
        found = selector.one(user=_user(request), code=code, number=version, simulation_id=simulation_id)
        kind = request.query_params.get("kind", "")
        if kind not in _KINDS:
            raise Invalid("invalid_parameter", "`kind` is a kind of change, or `missed`.", "/kind")
        cursor = request.query_params.get("cursor", "0")
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
            raise Invalid("invalid_parameter", "`cursor` is `next` of the page before.", "/cursor")
        rows, following = selector.changes(found, kind=kind, after=int(cursor), size=100)
        return Response(
            {"changes": [_change(row) for row in rows], "next": str(following) if following else None}
        )


class CancelSimulation(PersonDoor):
    @extend_schema(
        operation_id="cancel_rule_simulation",
        summary="Cancel a simulation that is under way",
        request=None,
        parameters=[replies.IDEMPOTENCY],
        responses={200: SimulationSerializer, **replies.problems(403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int, simulation_id: UUID) -> Response:
        user, at = _user(request), timezone.now()
        found = selector.one(user=user, code=code, number=version, simulation_id=simulation_id)

        def effect() -> tuple[int, dict[str, Any]]:
            return 200, _told(
                simulations.cancel(simulation_id=found.pk, by=user, at=at), code, version, whole=False
            )

        return doors.once(request, effect)


def _user(request: Request) -> User:
    return cast(User, request.user)


def _moment(value: object, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2199:
        raise Invalid("invalid_moment", "A moment with its time zone is required.", f"/{name}")
    return moment


def _told(simulation: RuleSimulation, code: str, version: int, *, whole: bool = True) -> dict[str, Any]:
    return {
        "id": simulation.pk,
        "process": code,
        "version": version,
        "base_version": simulation.base.version if simulation.base else None,
        "rules_digest": simulation.digest,
        "requested_by": simulation.requested_by.name,
        **{
            name: getattr(simulation, name)
            for name in (
                *("kind", "since", "until", "state", "error", "seen", "total"),
                *("requested_at", "finished_at"),
            )
        },
        "result": simulation.result if whole else None,
    }


def _change(row: SimulatedChange) -> dict[str, Any]:
    names = ("rank", "line", "kind", "missed", "before", "before_queue", "after", "after_queue")
    return {
        **{name: getattr(row, name) for name in names},
        "interaction": row.interaction_id,
        "fired_before": row.fired_before,
        "fired_after": row.fired_after,
        "amount": None if row.amount is None else str(row.amount),
        "happened_at": row.happened_at,
    }
