"""Vigilance for programs of people: one's own figures, and those of a process by name or by pseudonym (E8)."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api import replies
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews.enums import VigilanceBand
from reviews.models import ReviewerSignal
from reviews.selectors import vigilance as selector
from reviews.selectors.vigilance import Standing


class SignalSerializer(serializers.Serializer):
    code = serializers.CharField()
    scaled = serializers.FloatField(
        allow_null=True, help_text="0 to 1; null where there is too little to say."
    )
    raised = serializers.BooleanField()
    figure = serializers.FloatField(allow_null=True)
    of = serializers.IntegerField(help_text="Out of how many.")
    limit = serializers.FloatField(allow_null=True)


class FiguresSerializer(serializers.Serializer):
    day = serializers.DateField(help_text="The last day of the 28 the figures look back on.")
    band = serializers.ChoiceField(choices=VigilanceBand.choices())
    index = serializers.IntegerField(allow_null=True, help_text="0 to 100; null under 50 decisions.")
    overrides = serializers.ListField(child=serializers.CharField(), help_text="What makes it red by itself.")
    signals = SignalSerializer(many=True)


class OwnFiguresSerializer(FiguresSerializer):
    process = serializers.CharField()
    comment = serializers.CharField(allow_blank=True)
    action = serializers.CharField(allow_null=True, help_text="`amber` or `red` while it is not cleared.")


class OwnSerializer(serializers.Serializer):
    acknowledged_at = serializers.DateTimeField(
        allow_null=True, help_text="Nothing is counted of the time before."
    )
    processes = OwnFiguresSerializer(many=True)


class ReviewerSerializer(serializers.Serializer):
    reviewer = serializers.CharField(
        help_text="A name for those who lead him, a pseudonym for everybody else."
    )
    acknowledged = serializers.BooleanField()
    action = serializers.CharField(allow_null=True)
    figures = FiguresSerializer(allow_null=True)


class TeamSerializer(serializers.Serializer):
    process = serializers.CharField()
    named = serializers.BooleanField()
    reviewers = ReviewerSerializer(many=True)


class Mine(PersonDoor):
    @extend_schema(
        operation_id="vigilance_mine",
        summary="What is measured of my own reviews",
        responses={200: OwnSerializer, **replies.problems(401)},
    )
    def get(self, request: Request) -> Response:
        own = selector.own(cast(User, request.user))
        return Response(
            {
                "acknowledged_at": own.notice.acknowledged_at if own.notice else None,
                "processes": [
                    {
                        "process": row.process.code,
                        "comment": row.comment,
                        "action": own.actions[row.process_id].band if row.process_id in own.actions else None,
                        **_figures(row),
                    }
                    for row in own.newest
                ],
            }
        )


class Team(PersonDoor):
    @extend_schema(
        operation_id="vigilance_of_process",
        summary="How attentively a process is reviewed, by reviewer",
        description="By name for those who lead the reviewers, by pseudonym for everybody else who sees the board.",
        responses={200: TeamSerializer, **replies.problems(403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        team = selector.team(cast(User, request.user), code)
        told = [_reviewer(standing, named=team.named) for standing in team.standings]
        return Response(
            {
                "process": team.process.code,
                "named": team.named,
                "reviewers": sorted(told, key=lambda one: one["reviewer"]),
            }
        )


def _reviewer(standing: Standing, *, named: bool) -> dict[str, Any]:
    return {
        "reviewer": standing.reviewer.username if named else standing.pseudonym,
        "acknowledged": standing.acknowledged,
        "action": standing.action.band if standing.action else None,
        "figures": _figures(standing.signal) if standing.signal else None,
    }


def _figures(row: ReviewerSignal) -> dict[str, Any]:
    return {
        "day": row.day,
        "band": row.band,
        "index": row.index,
        "overrides": row.overrides,
        "signals": row.signals,
    }
