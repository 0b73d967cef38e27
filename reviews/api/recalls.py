"""Recalls by program: read by people who see the cases, acknowledged by the system that used the output (D4)."""

from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.sessions import PersonDoor
from contracts.domain.roles import POST_INTERACTION
from contracts.models import User
from reviews.api.serializers import RecallSerializer
from reviews.domain import keysets
from reviews.enums import RecallCause, RecallState
from reviews.models import Recall
from reviews.selectors import outcomes
from reviews.selectors import recalls as selector
from reviews.services import recalls as services


class RecallRowSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    process = serializers.CharField()
    interaction = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RecallState.choices())
    cause = serializers.ChoiceField(choices=RecallCause.choices())
    severity = serializers.IntegerField(min_value=1, max_value=4)
    remedy = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    notify = serializers.BooleanField(allow_null=True, help_text="Null until the client has decided it.")
    confirmed_at = serializers.DateTimeField(allow_null=True)


class RecallsSerializer(serializers.Serializer):
    running = RecallRowSerializer(many=True, help_text="The oldest first.")
    over = RecallRowSerializer(many=True, help_text="The newest first.")
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page of those over.")


class Recalls(PersonDoor):
    @extend_schema(
        operation_id="recalls",
        summary="The recalls that run, and those that are over",
        parameters=[OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before.")],
        responses={200: RecallsSerializer, **replies.problems(400, 401)},
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("cursor", "")
        after = keysets.read(text)
        if text and after is None:
            raise Invalid("cursor", "The `next` of a page before.", "cursor")
        running, over, more = selector.listing(cast(User, request.user), after=after)
        return Response(
            {
                "running": [_row(one) for one in running],
                "over": [_row(one) for one in over],
                "next": keysets.write(over[-1].opened_at, over[-1].pk) if more and over else None,
            }
        )


class OneRecall(PersonDoor):
    @extend_schema(
        operation_id="recall",
        summary="One recall",
        responses={200: RecallRowSerializer, **replies.problems(401, 403, 404)},
    )
    def get(self, request: Request, recall_id: UUID) -> Response:
        return Response(_row(selector.one(cast(User, request.user), recall_id)))


class Acknowledge(doors.Door):
    @extend_schema(
        summary="Acknowledge the recall of an output of your own",
        description=(
            "You stopped using what was recalled. Answers with the recall, which carries what takes its place; where that "
            "is corrected later you are told again, and acknowledge it again. Saying it twice changes nothing."
        ),
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={200: RecallSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, interaction_id: UUID) -> Response:
        def effect() -> tuple[int, dict[str, Any]]:
            doors.members(request.data, frozenset())
            agent = doors.agent(request)
            found = outcomes.own(
                agent=agent, key=doors.key(request), interaction_id=interaction_id, action=POST_INTERACTION
            )
            services.acknowledge_by_agent(interaction=found, agent=agent, at=timezone.now())
            told = outcomes.loaded(found.pk)
            return 200, (outcomes.of(told).recall if told else None) or {}

        return doors.once(request, effect)


def _row(recall: Recall) -> dict[str, Any]:
    return {
        "id": recall.pk,
        "process": recall.process.code,
        "interaction": recall.interaction_id,
        "state": recall.state,
        "cause": recall.cause,
        "severity": recall.severity,
        "remedy": recall.remedy,
        "opened_at": recall.opened_at,
        "acknowledged_at": recall.acknowledged_at,
        "notify": recall.notify,
        "confirmed_at": recall.confirmed_at,
    }
