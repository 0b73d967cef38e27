"""The estimates of the QA samples, for programs of people who see them."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api import replies
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews.domain.qa_estimates import Estimate
from reviews.selectors import draws
from reviews.selectors import qa_estimates as selector


class PeriodSerializer(serializers.Serializer):
    since = serializers.DateField(
        required=False, help_text="The first day; without it, the first of the month."
    )
    until = serializers.DateField(
        required=False, help_text="The last day; without it, the last that was drawn from."
    )


class EstimateSerializer(serializers.Serializer):
    size = serializers.IntegerField(help_text="How many went out.")
    scored = serializers.IntegerField()
    wrong = serializers.IntegerField()
    enough = serializers.BooleanField(help_text="False under 10 scored ones: then no share is told.")
    share = serializers.FloatField(
        allow_null=True, help_text="The estimated share that went out wrong, 0 to 1."
    )
    low = serializers.FloatField(allow_null=True, help_text="The lower end of the 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    covered = serializers.FloatField(help_text="The part that lies in strata of which something was scored.")


class EstimatesSerializer(serializers.Serializer):
    process = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    draws = serializers.IntegerField()
    drawn = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Drawn and not scored yet.")
    whole = EstimateSerializer()
    routes = serializers.DictField(child=EstimateSerializer())
    strata = serializers.DictField(child=EstimateSerializer())


class Estimates(PersonDoor):
    @extend_schema(
        operation_id="qa_estimates",
        summary="The share that went out wrong, estimated from the QA samples",
        description="Stratified, weighted with 1/π, with 95 % intervals; straight-through and reviewed apart.",
        parameters=[PeriodSerializer],
        responses={200: EstimatesSerializer, **replies.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = draws.process_of(cast(User, request.user), code)
        asked = PeriodSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        since, until = selector.month_so_far(process, timezone.now())
        until = asked.validated_data.get("until", until)
        since = asked.validated_data.get("since", until.replace(day=1))
        found = selector.estimated(process, since, until)
        return Response(
            {
                "process": process.code,
                "since": since,
                "until": until,
                "draws": found.draws,
                "drawn": found.drawn,
                "waiting": found.waiting,
                "whole": _told(found.figures.whole),
                "routes": {name: _told(one) for name, one in found.figures.routes.items()},
                "strata": {name: _told(one) for name, one in found.figures.strata.items()},
            }
        )


def _told(one: Estimate) -> dict[str, Any]:
    return {
        "size": one.size,
        "scored": one.scored,
        "wrong": one.wrong,
        "enough": one.enough,
        "share": one.interval.share if one.enough else None,
        "low": one.interval.low if one.enough else None,
        "high": one.interval.high if one.enough else None,
        "covered": one.covered,
    }
