"""What the rules of a process cost, for programs of people who may see its board (G9, I3)."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import replies
from contracts.api.sessions import PersonDoor
from contracts.models import User
from governance.domain import rule_costs as domain
from governance.selectors import rule_costs
from governance.selectors.rule_costs import Cost


class TriggerSerializer(serializers.Serializer):
    code = serializers.CharField()
    rule = serializers.BooleanField(help_text="A rule, or another reason for which a person looks.")
    in_force = serializers.BooleanField()
    legal_lock = serializers.BooleanField()
    hits = serializers.IntegerField()
    sole = serializers.IntegerField(help_text="Hits without any other trigger.")
    decided = serializers.IntegerField(help_text="Hits whose final decision was released.")
    changed = serializers.IntegerField(help_text="Of these, materially changed by people.")
    seconds = serializers.IntegerField(help_text="Active time, whole for each trigger.")
    share_seconds = serializers.IntegerField(help_text="Active time, shared among the triggers of each hit.")
    sole_seconds = serializers.IntegerField(help_text="Active time of the hits without any other trigger.")
    candidate = serializers.BooleanField(help_text="Enough hits, none changed, not required by law.")


class ActivationSerializer(serializers.Serializer):
    version = serializers.IntegerField(allow_null=True)
    way = serializers.CharField()
    activated_at = serializers.DateTimeField()
    first_at = serializers.DateTimeField(
        allow_null=True, help_text="The first interaction routed under them."
    )
    earlier_at = serializers.DateTimeField(
        allow_null=True, help_text="The last one after the approval that still followed earlier rules."
    )
    late = serializers.IntegerField(help_text="Routed under others behind the activation in the log.")


_ACTIVATION = ("version", "way", "activated_at", "first_at", "earlier_at", "late")


class CostsSerializer(serializers.Serializer):
    process = serializers.CharField()
    days = serializers.IntegerField()
    triggers = TriggerSerializer(many=True)
    activations = ActivationSerializer(many=True)


class RuleCosts(PersonDoor):
    @extend_schema(
        operation_id="rule_costs",
        summary="What the rules of a process cost, and what they bring",
        description="Of the interactions routed in the last days (UTC, today among them); the dearest trigger first.",
        parameters=[
            OpenApiParameter("days", OpenApiTypes.INT, description="7, 28 or 90; 90 where it is not given.")
        ],
        responses={200: CostsSerializer, **replies.problems(400, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        asked = request.query_params.get("days", str(domain.DAYS))
        days = next((one for one in domain.PERIODS if asked == str(one)), None)
        if days is None:
            raise Invalid("invalid_parameter", "`days` is 7, 28 or 90.", "/days")
        found = rule_costs.of(user=cast(User, request.user), code=code, at=timezone.now(), days=days)
        return Response(
            {
                "process": code,
                "days": days,
                "triggers": [_told(one) for one in found.triggers],
                "activations": [
                    {name: getattr(row, name) for name in _ACTIVATION} for row in found.activations
                ],
            }
        )


def _told(one: Cost) -> dict[str, Any]:
    return {
        "code": one.code,
        "rule": one.rule,
        "in_force": one.in_force is not None,
        "legal_lock": one.in_force is not None and one.in_force.legal_lock,
        **{name: getattr(one, name) for name in domain.COUNTS if name != "share_ms"},
        "share_seconds": one.share_ms // 1000,
        "candidate": one.candidate,
    }
