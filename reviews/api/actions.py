"""Corrective actions and recalibration findings by program: read by those who read the stories (F11)."""

from typing import Any, cast
from uuid import UUID

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
from reviews.domain import keysets
from reviews.enums import ActionState
from reviews.models import CorrectiveAction
from reviews.selectors import consequences as selector
from reviews.selectors.consequences import Filters


class ItemSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()


class ActionSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    process = serializers.CharField()
    interaction = serializers.UUIDField()
    evaluation = serializers.UUIDField()
    recall = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=ActionState.choices())
    items = ItemSerializer(many=True, help_text="The critical lines that failed.")
    owner = serializers.CharField(allow_null=True, help_text="A login; null where nobody could own it.")
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)


class ActionsSerializer(serializers.Serializer):
    actions = ActionSerializer(many=True, help_text="By the time they are due.")
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")


class FindingSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    process = serializers.CharField()
    item = serializers.CharField()
    text = serializers.CharField()
    evaluations = serializers.ListField(child=serializers.UUIDField())
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


class FindingsSerializer(serializers.Serializer):
    findings = FindingSerializer(many=True, help_text="Those nobody has closed, the oldest first.")


class Actions(PersonDoor):
    @extend_schema(
        operation_id="actions",
        summary="Corrective actions",
        description="Without a state those that are not verified yet.",
        parameters=[
            OpenApiParameter("process", OpenApiTypes.STR),
            OpenApiParameter("state", OpenApiTypes.STR, enum=list(ActionState)),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before."),
        ],
        responses={200: ActionsSerializer, **replies.problems(400, 401)},
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        text = query.get("cursor", "")
        after = keysets.read(text)
        if text and after is None:
            raise Invalid("cursor", "The `next` of a page before.", "cursor")
        if (state := query.get("state", "")) and state not in set(ActionState):
            raise Invalid("state", f"One of {', '.join(ActionState)}.", "state")
        filters = Filters(process=query.get("process", ""), state=state)
        rows, more = selector.actions(cast(User, request.user), filters, timezone.now(), after=after)
        return Response(
            {
                "actions": [_told(one) for one in rows],
                "next": keysets.write(rows[-1].due_at, rows[-1].pk) if more and rows else None,
            }
        )


class OneAction(PersonDoor):
    @extend_schema(
        operation_id="action",
        summary="One corrective action",
        responses={200: ActionSerializer, **replies.problems(401, 403, 404)},
    )
    def get(self, request: Request, action_id: UUID) -> Response:
        return Response(_told(selector.action(cast(User, request.user), action_id)))


class Findings(PersonDoor):
    @extend_schema(
        operation_id="findings",
        summary="Recalibration findings that are open",
        responses={200: FindingsSerializer, **replies.problems(401)},
    )
    def get(self, request: Request) -> Response:
        found = selector.open_findings(cast(User, request.user))
        return Response(
            {
                "findings": [
                    {
                        "id": one.pk,
                        "process": one.process.code,
                        "item": one.item,
                        "text": one.text,
                        "evaluations": one.evaluations,
                        "since": one.since,
                        "until": one.until,
                    }
                    for one in found
                ]
            }
        )


def _told(action: CorrectiveAction) -> dict[str, Any]:
    return {
        "id": action.pk,
        "process": action.process.code,
        "interaction": action.interaction_id,
        "evaluation": action.evaluation_id,
        "recall": action.recall_id,
        "state": action.state,
        "items": action.items,
        "owner": action.owner.username if action.owner else None,
        "opened_at": action.created_at,
        "due_at": action.due_at,
        "done_at": action.done_at,
        "verified_at": action.verified_at,
    }
