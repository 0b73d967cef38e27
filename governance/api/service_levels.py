"""Service levels for programs of people: how a month was attained, its breaches, and figures from outside (U1, U3, U4)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts import access
from contracts.api import doors, replies
from contracts.api.sessions import PersonDoor
from contracts.domain import attainment as domain
from contracts.domain import sla_terms
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.domain.sla_kinds import BreachKind, BreachState, Metric
from contracts.enums import Party, TargetKind
from contracts.models import User
from contracts.selectors import service_levels as levels
from contracts.services import service_levels
from governance.domain import months
from governance.selectors import attainment
from governance.selectors.attainment import Outcome

_READERS = "Service levels are read by those who read the contracts."
_MONTH = OpenApiParameter(
    "month", OpenApiTypes.STR, description="As 2026-11; this month where it is not given."
)


class AttainedLevelSerializer(serializers.Serializer):
    """One service level in one month. Figures are decimal strings; a percent is 0 to 100."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=TargetKind.choices())
    metric = serializers.ChoiceField(choices=Metric.choices())
    terms = serializers.CharField(help_text="The target in words.")
    weight = serializers.CharField(help_text="A share of 1.")
    figure = serializers.CharField(allow_null=True)
    met = serializers.IntegerField(allow_null=True)
    missed = serializers.IntegerField(allow_null=True)
    excluded = serializers.IntegerField()
    attained = serializers.CharField(allow_null=True, help_text="At most 1.")
    floor_missed = serializers.BooleanField()
    missed_before = serializers.BooleanField(help_text="The floor was missed in the month before as well.")


class AttainedMonthSerializer(serializers.Serializer):
    process = serializers.CharField()
    month = serializers.CharField()
    over = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True, help_text="Of the service levels in force then.")
    weighted = serializers.CharField(allow_null=True)
    credit_percent = serializers.CharField()
    credit = serializers.CharField()
    currency = serializers.CharField()
    breaches = serializers.IntegerField()
    levels = AttainedLevelSerializer(many=True)


class FoundBreachSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=BreachKind.choices())
    state = serializers.ChoiceField(choices=BreachState.choices())
    level = serializers.CharField()
    sentence = serializers.CharField()
    responsible = serializers.ChoiceField(choices=Party.choices())
    excluded = serializers.CharField(help_text="Why it does not count; empty where it does.")
    occurred_at = serializers.DateTimeField()


class BreachPageSerializer(serializers.Serializer):
    breaches = FoundBreachSerializer(many=True)
    next_page = serializers.IntegerField(allow_null=True)


class MeasurementSerializer(serializers.Serializer):
    """A figure of a month for a target that the portal does not measure itself."""

    name = serializers.CharField(help_text="The service level.")
    month = serializers.CharField(help_text="As 2026-11.")
    value = serializers.CharField(help_text="A decimal number as a string.")
    source = serializers.CharField(help_text="Where it comes from.")  # type: ignore[assignment]


class Attainment(PersonDoor):
    @extend_schema(
        operation_id="service_levels_month",
        summary="How the service levels of a process were attained in a month, and the credit",
        parameters=[_MONTH],
        responses={200: AttainedMonthSerializer, **replies.problems(400, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        at = timezone.now()
        month = _month(request.query_params.get("month", ""), at)
        found = attainment.of(user=cast(User, request.user), code=code, month=month, at=at)
        return Response(
            {
                "process": code,
                "month": f"{found.month:%Y-%m}",
                "over": found.over,
                "version": found.agreement.version if found.agreement else None,
                "weighted": _said(found.weighted),
                "credit_percent": sla_terms.plain(found.credit_percent),
                "credit": str(found.credit),
                "currency": found.process.currency,
                "breaches": found.breaches,
                "levels": [_level(outcome) for outcome in found.outcomes],
            }
        )


class Breaches(PersonDoor):
    @extend_schema(
        operation_id="service_levels_breaches",
        summary="What was missed in a month, and who answers for it",
        parameters=[
            _MONTH,
            OpenApiParameter(
                "level", OpenApiTypes.STR, description="Only of the service level of this name."
            ),
            OpenApiParameter("page", OpenApiTypes.INT, description="Pages of 50, from 1 on."),
        ],
        responses={200: BreachPageSerializer, **replies.problems(400, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = access.process(cast(User, request.user), code, VIEW_CONTRACTS, _READERS)
        asked = request.query_params
        month = _month(asked.get("month", ""), timezone.now())
        number = months.page(asked.get("page", "1"))
        found, more = attainment.breaches(
            process=process, month=month, level=asked.get("level", ""), number=number
        )
        names = ("kind", "state", "level", "sentence", "responsible", "excluded", "occurred_at")
        return Response(
            {
                "breaches": [{"id": row.pk, **{name: getattr(row, name) for name in names}} for row in found],
                "next_page": number + 1 if more else None,
            }
        )


class Measurements(PersonDoor):
    @extend_schema(
        operation_id="service_levels_report",
        summary="Report the figure of a month for a service level that is measured outside",
        description="A later report replaces an earlier one; both stay on the trail.",
        parameters=[replies.IDEMPOTENCY],
        request=MeasurementSerializer,
        responses={201: MeasurementSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = cast(User, request.user)

        def effect() -> tuple[int, dict[str, Any]]:
            process = access.process(user, code, VIEW_CONTRACTS, _READERS)
            body = doors.members(request.data, frozenset({"name", "month", "value", "source"}))
            at = timezone.now()
            made = service_levels.report(
                process=process,
                name=_text(body, "name"),
                month=_month(_text(body, "month"), at),
                value=_decimal(_text(body, "value")),
                source=_text(body, "source"),
                by=user,
                at=at,
            )
            return 201, {
                "name": made.name,
                "month": f"{made.month:%Y-%m}",
                "value": sla_terms.plain(made.value),
                "source": made.source,
            }

        return doors.once(request, effect)


def _level(outcome: Outcome) -> dict[str, Any]:
    level, terms = outcome.level, outcome.terms
    return {
        "name": level.name,
        "kind": level.kind,
        "metric": level.metric,
        "terms": sla_terms.in_words(levels.target_of(level)),
        "weight": sla_terms.plain(level.weight),
        "figure": _said(outcome.figure),
        "met": outcome.met,
        "missed": outcome.missed,
        "excluded": outcome.excluded,
        "attained": _said(domain.attained(terms)),
        "floor_missed": domain.floor_missed(terms),
        "missed_before": outcome.missed_before,
    }


def _said(value: Decimal | None) -> str | None:
    """A figure to six decimals, without trailing zeros."""
    return None if value is None else sla_terms.plain(value.quantize(Decimal("0.000001")))


def _month(text: str, at: Any) -> date:
    try:
        return months.read(text, at)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, "/month") from None


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Invalid("invalid", f"`{name}` is a text.", f"/{name}")
    return value


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    exponent = value.as_tuple().exponent
    if not value.is_finite() or not isinstance(exponent, int) or exponent < -4:
        raise Invalid("invalid", "`value` is a decimal number with at most four decimals.", "/value")
    return value
