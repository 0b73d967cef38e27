"""The sampling plan of a process, what a half-width takes, and enhanced mode, by program (F1)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews.api.draws import EnhancedModeSerializer, mode
from reviews.domain import enhanced_modes as terms_of_mode
from reviews.domain import windows
from reviews.domain.precision import Basis, Reach
from reviews.domain.qa_kinds import Cut
from reviews.selectors import sampling_plans as selector
from reviews.services import enhanced_modes, sampling_plans

_SHARE = "0 to 1, such as 0.065."


class PlanSerializer(serializers.Serializer):
    fraction = serializers.CharField(help_text=f"The share of all that goes out. {_SHARE}")
    reviewer_floor = serializers.IntegerField(help_text="Looks a week at each active reviewer.")
    stratum_floor = serializers.IntegerField(help_text="Looks a week at each stratum.")
    cut_by = serializers.ListField(
        child=serializers.ChoiceField(choices=Cut.choices()), help_text="Beside tier and route."
    )


class SetPlanSerializer(PlanSerializer):
    set_at = serializers.DateTimeField()
    set_by = serializers.CharField(help_text="A login.")


class PlanStandsSerializer(serializers.Serializer):
    process = serializers.CharField()
    plan = SetPlanSerializer(allow_null=True, help_text="Null: nothing is drawn.")
    enhanced = EnhancedModeSerializer(allow_null=True, help_text="The enhanced mode in force today.")


class EnhanceSerializer(serializers.Serializer):
    fraction = serializers.CharField(help_text="Above 0.10, 1 at most.")
    reason = serializers.CharField(
        min_length=terms_of_mode.SHORTEST_REASON, max_length=terms_of_mode.LONGEST_REASON
    )
    until = serializers.DateField(help_text=f"The last day, {terms_of_mode.LONGEST} days from today at most.")


class PrecisionSerializer(serializers.Serializer):
    process = serializers.CharField()
    half_width = serializers.CharField()
    population = serializers.IntegerField(help_text="What goes out in a month like the last 30 days.")
    share = serializers.FloatField(help_text="The share that is planned with.")
    basis = serializers.ChoiceField(
        choices=Basis.choices(),
        help_text="estimate: of 90 days; limit: the end of its interval, for all scores are alike; nothing: a half.",
    )
    size = serializers.IntegerField(help_text="The looks a month that it takes.")
    fraction = serializers.CharField(help_text="The share that is, rounded up to a tenth of a percent.")
    reach = serializers.ChoiceField(
        choices=Reach.choices(),
        help_text="within 5–10 %; below: 5 % stays; above: enhanced mode is needed; nothing: no month to reckon with.",
    )


class Plan(PersonDoor):
    @extend_schema(
        operation_id="sampling_plan",
        summary="The sampling plan of a process",
        responses={200: PlanStandsSerializer, **replies.problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(_told(doors.agent(request), code))

    @extend_schema(
        operation_id="sampling_plan_set",
        summary="Set the sampling plan of a process",
        description="A share outside of 5–10 % is refused: more is drawn in enhanced mode.",
        request=PlanSerializer,
        responses={200: PlanStandsSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process, _current = selector.plan_of(user, code)
        known = frozenset({"fraction", "reviewer_floor", "stratum_floor", "cut_by"})
        body = doors.members(request.data, known)
        with _pointing():
            sampling_plans.set_plan(
                process=process,
                fraction=_share(body, "fraction"),
                reviewer_floor=_floor(body, "reviewer_floor"),
                stratum_floor=_floor(body, "stratum_floor"),
                cut_by=_cuts(body),
                by=user,
                at=timezone.now(),
            )
        return Response(_told(user, code))


class Needed(PersonDoor):
    @extend_schema(
        operation_id="sampling_precision",
        summary="How many looks ± x at 95 % takes",
        description="Cochran’s formula with the correction for a finite month; it reckons with looks that are spread evenly.",
        parameters=[OpenApiParameter("half_width", OpenApiTypes.STR, required=True, description=_SHARE)],
        responses={200: PrecisionSerializer, **replies.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process, _current = selector.plan_of(doors.agent(request), code)
        width = _decimal(request.query_params.get("half_width"), "half_width")
        found = selector.precision_of(process, width, timezone.now())
        return Response(
            {
                "process": process.code,
                "half_width": str(found.half_width),
                "population": found.population,
                "share": found.share,
                "basis": found.basis.value,
                "size": found.size,
                "fraction": str(found.fraction),
                "reach": found.reach.value,
            }
        )


class Enhanced(PersonDoor):
    @extend_schema(
        operation_id="sampling_enhance",
        summary="Draw more than 10 % for a time",
        description="From today to the last day named; then the plan holds again by itself.",
        parameters=[replies.IDEMPOTENCY],
        request=EnhanceSerializer,
        responses={201: PlanStandsSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process, _current = selector.plan_of(user, code)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"fraction", "reason", "until"}))
            with _pointing():
                enhanced_modes.begin(
                    process=process,
                    fraction=_share(body, "fraction"),
                    reason=doors.text(body, "reason", terms_of_mode.LONGEST_REASON),
                    until=_day(body, "until"),
                    by=user,
                    at=timezone.now(),
                )
            return 201, _told(user, code)

        return doors.once(request, effect)


class EndEnhanced(PersonDoor):
    @extend_schema(
        operation_id="sampling_end_enhanced",
        summary="End enhanced mode today",
        description="Today is drawn by the plan; the days before stay as they are.",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={200: PlanStandsSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process, _current = selector.plan_of(user, code)

        def effect() -> tuple[int, dict[str, Any]]:
            doors.members(request.data, frozenset())
            enhanced_modes.end(process=process, by=user, at=timezone.now())
            return 200, _told(user, code)

        return doors.once(request, effect)


@contextmanager
def _pointing() -> Iterator[None]:
    """Let a service refuse with a pointer into the body."""
    try:
        yield
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, f"/{(refusal.field or '').lstrip('/')}") from None


def _share(body: Mapping[str, Any], name: str) -> Decimal:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Invalid("share_required", f"A share is required: {_SHARE}", f"/{name}")
    return _decimal(str(value), f"/{name}")


def _decimal(text: str | None, place: str) -> Decimal:
    try:
        return Decimal(text or "")
    except InvalidOperation:
        raise Invalid("share_required", f"A share is required: {_SHARE}", place) from None


def _floor(body: Mapping[str, Any], name: str) -> int:
    value = doors.whole_number(body, name)
    if value is None:
        raise Invalid("whole_number_required", "A whole number is required.", f"/{name}")
    return value


def _cuts(body: Mapping[str, Any]) -> list[str]:
    value = body.get("cut_by")
    if not isinstance(value, list) or not all(isinstance(cut, str) for cut in value):
        raise Invalid("cut_unknown", f"A list of any of {', '.join(Cut)}.", "/cut_by")
    return value


def _day(body: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(body.get(name)))
    except ValueError:
        raise Invalid("day_required", "A day is required, such as 2026-03-31.", f"/{name}") from None


def _told(user: User, code: str) -> dict[str, Any]:
    process, plan = selector.plan_of(user, code)
    found = selector.enhanced_on(process, windows.local_day(timezone.now(), process.time_zone))
    return {
        "process": process.code,
        "plan": {
            "fraction": str(plan.fraction),
            "reviewer_floor": plan.reviewer_floor,
            "stratum_floor": plan.stratum_floor,
            "cut_by": [cut.value for cut in plan.cut_by],
            "set_at": plan.set_at,
            "set_by": plan.set_by.username,
        }
        if plan
        else None,
        "enhanced": mode(found) if found else None,
    }
