"""The function map by program, for people with their session: read beside what was measured, declared, signed (K8)."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid, NotVisible
from contracts import access
from contracts.api import doors, drafting, replies
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.domain.function_map import Dependency, Impact, Involvement, MapTier, Quadrant
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.models import Process, User
from contracts.permissions import function_map as permissions
from contracts.services import function_map as services
from governance.selectors import function_map as selector

_READERS = "The function map is read by those who read the contracts."


class DeclaredSerializer(serializers.Serializer):
    """What is said of a step."""

    dependency = serializers.ChoiceField(
        choices=[(one.value, one.label) for one in Dependency], help_text="How much is the AI’s."
    )
    involvement = serializers.ChoiceField(
        choices=[(one.value, one.label) for one in Involvement], help_text="How much people look at."
    )
    impact = serializers.ChoiceField(choices=Impact.choices(), help_text="What an error costs.")
    why = serializers.CharField(max_length=services.LONGEST)


class MappedSerializer(DeclaredSerializer):
    mapped_by = serializers.CharField(allow_null=True, help_text="A login.")
    mapped_at = serializers.DateTimeField()
    signed_by = serializers.CharField(allow_null=True, help_text="A login.")
    signed_at = serializers.DateTimeField(allow_null=True)
    quadrant = serializers.ChoiceField(choices=Quadrant.choices(), allow_null=True)
    tier = serializers.ChoiceField(choices=MapTier.choices(), allow_null=True)


class MappedStepSerializer(serializers.Serializer):
    step = serializers.CharField()
    name = serializers.CharField()
    declared = MappedSerializer(allow_null=True, help_text="Null: nobody has said anything of it yet.")
    measured_involvement = serializers.IntegerField(
        allow_null=True, help_text="Of the last four weeks; null where too little was measured."
    )
    mismatch = serializers.CharField(allow_blank=True)


class FunctionMapSerializer(serializers.Serializer):
    process = serializers.CharField()
    digest = serializers.CharField(help_text="Fingerprint of all that is declared: what is signed.")
    waiting = serializers.IntegerField(help_text="Steps that are declared and not signed.")
    steps = MappedStepSerializer(many=True)


class FunctionMap(PersonDoor):
    @extend_schema(
        operation_id="function_map",
        summary="The function map of a process beside what was measured",
        responses={200: FunctionMapSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(_told(_process(request, code)))


class FunctionMapStep(PersonDoor):
    @extend_schema(
        operation_id="function_map_declare",
        summary="Say how much of a step is the AI’s and how much people’s, and why",
        description="By the client’s counsel or the provider’s governance lead; the client signs it anew.",
        request=DeclaredSerializer,
        responses={200: FunctionMapSerializer, **problems(400, 403, 404)},
    )
    def put(self, request: Request, code: str, step: str) -> Response:
        user, process = doors.agent(request), _process(request, code)
        permissions.check_can_map(user, process)
        found = process.steps.filter(code=step).first()
        if found is None:
            raise NotVisible("not_found", "This process has no such step.")
        found.process = process
        body = doors.members(request.data, frozenset({"dependency", "involvement", "impact", "why"}))
        services.declare(
            step=found,
            dependency=Dependency(_level(body.get("dependency"), "dependency")),
            involvement=Involvement(_level(body.get("involvement"), "involvement")),
            impact=drafting.one_of(body, "impact", Impact),
            why=doors.text(body, "why", services.LONGEST),
            by=user,
            at=timezone.now(),
        )
        return Response(_told(process))


class FunctionMapSign(PersonDoor):
    @extend_schema(
        operation_id="function_map_sign",
        summary="Sign the function map for the client",
        description="By the client’s owner, once every step is declared.",
        parameters=[replies.IDEMPOTENCY],
        request=drafting.DigestSerializer,
        responses={200: FunctionMapSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user, process = doors.agent(request), _process(request, code)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"digest"}))
            said = doors.text(body, "digest", 64)
            services.sign(process=process, said=said, by=user, at=timezone.now())
            return 200, _told(process)

        return doors.once(request, effect)


def _process(request: Request, code: str) -> Process:
    return access.process(doors.agent(request), code, VIEW_CONTRACTS, _READERS)


def _level(value: object, name: str) -> int:
    if type(value) is not int or not 0 <= value <= 4:
        raise Invalid(name, "A level from 0 to 4 is required.", f"/{name}")
    return value


def _told(process: Process) -> dict[str, Any]:
    rows = selector.rows(process, timezone.now())
    return {
        "process": process.code,
        "digest": services.digest(process),
        "waiting": sum(row.mapped is not None and row.mapped.signed_at is None for row in rows),
        "steps": [
            {
                "step": row.step.code,
                "name": row.step.name,
                "declared": _declared(row),
                "measured_involvement": row.found,
                "mismatch": row.mismatch,
            }
            for row in rows
        ],
    }


def _declared(row: selector.Row) -> dict[str, Any] | None:
    mapped = row.mapped
    if mapped is None:
        return None
    return {
        "dependency": mapped.dependency,
        "involvement": mapped.involvement,
        "impact": mapped.impact,
        "why": mapped.why,
        "mapped_by": _login(mapped.mapped_by),
        "mapped_at": mapped.mapped_at,
        "signed_by": _login(mapped.signed_by),
        "signed_at": mapped.signed_at,
        "quadrant": row.quadrant,
        "tier": row.tier,
    }


def _login(user: User | None) -> str | None:
    return user.username if user else None
