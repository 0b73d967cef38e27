"""Model changes by program: filed by vendors and providers, decided by those who decide; people, with their session (L2, L3)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.domain import change_content
from contracts.domain.change_content import Notice
from contracts.models import AiModel, ModelChange, Process
from contracts.permissions import changes as permissions
from contracts.selectors import model_changes as selector
from contracts.services import change_approvals, model_changes

_TEXTS = ("kind", "change_class", "reference", *change_content.TEXTS)
_FIELDS = frozenset({"process", "model", "steps", "planned_at", "test_from", "test_until", *_TEXTS})


class NoticeSerializer(serializers.Serializer):
    process = serializers.CharField(help_text="Its code.")
    model = serializers.CharField(help_text="Its name.")
    kind = serializers.CharField(help_text="What changes: base_model, fine_tune, system_prompt and so on.")
    change_class = serializers.CharField(help_text="major, minor, config, emergency or retirement.")
    reference = serializers.CharField(help_text="What the version is called in the API after the change.")
    steps = serializers.ListField(child=serializers.CharField(), help_text="Codes of the steps it affects.")
    reason = serializers.CharField()
    behaviour = serializers.CharField(help_text="What will be different in what it answers.")
    evaluation = serializers.CharField(help_text="How it was evaluated before and after.")
    data_handling = serializers.CharField()
    rollback_plan = serializers.CharField()
    contact = serializers.CharField()
    planned_at = serializers.DateTimeField(help_text="When it takes effect; in an emergency, when it did.")
    test_from = serializers.DateField(required=False, allow_null=True)
    test_until = serializers.DateField(required=False, allow_null=True)


class ModelChangeSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    process = serializers.CharField()
    model = serializers.CharField()
    reference = serializers.CharField()
    kind = serializers.CharField()
    change_class = serializers.CharField()
    state = serializers.CharField()
    impact = serializers.CharField(allow_blank=True, help_text="Empty until it is classed.")
    steps = serializers.ListField(child=serializers.CharField())
    notice_late = serializers.BooleanField()
    waits_for = serializers.ListField(
        child=serializers.CharField(), help_text="The parties whose approval is missing."
    )
    notified_at = serializers.DateTimeField(allow_null=True)
    planned_at = serializers.DateTimeField(allow_null=True)
    earliest_at = serializers.DateTimeField(allow_null=True)
    objection_until = serializers.DateTimeField(allow_null=True)
    ratify_until = serializers.DateTimeField(allow_null=True)
    scheduled_for = serializers.DateTimeField(allow_null=True)
    deployed_at = serializers.DateTimeField(allow_null=True)
    watch_until = serializers.DateTimeField(allow_null=True)


class ModelChangesSerializer(serializers.Serializer):
    changes = ModelChangeSerializer(many=True, help_text="The newest first.")


class DecisionSerializer(serializers.Serializer):
    why = serializers.CharField(required=False, help_text="Needed to object, to veto and to withdraw.")
    short_notice = serializers.BooleanField(
        required=False,
        help_text="With an approval of the client: it may take effect before its notice is over.",
    )


class Changes(PersonDoor):
    @extend_schema(
        operation_id="model_changes",
        summary="The model changes one may read",
        responses={200: ModelChangesSerializer, **problems(401)},
    )
    def get(self, request: Request) -> Response:
        return Response({"changes": [told(one) for one in selector.listed(doors.agent(request))]})

    @extend_schema(
        operation_id="model_change_file",
        summary="Give notice of a model change",
        parameters=[replies.IDEMPOTENCY],
        request=NoticeSerializer,
        responses={201: ModelChangeSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        user = doors.agent(request)
        body = doors.members(request.data, _FIELDS)
        process = selector.process_of(user, doors.text(body, "process", 20))
        permissions.check_can_file_change(user, process)
        model = _model(process, body, request)

        def effect() -> tuple[int, dict[str, Any]]:
            made = model_changes.file(
                process=process, model=model, notice=_notice(body), by=user, at=timezone.now()
            )
            return 201, told(made)

        return doors.once(request, effect)


class Change(PersonDoor):
    @extend_schema(
        operation_id="model_change",
        summary="One model change",
        responses={200: ModelChangeSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, change_id: UUID) -> Response:
        return Response(told(selector.one(doors.agent(request), change_id)))


class Act(PersonDoor):
    @extend_schema(
        operation_id="model_change_act",
        summary="Approve, object to, veto, withdraw or ratify a model change",
        parameters=[replies.IDEMPOTENCY],
        request=DecisionSerializer,
        responses={200: ModelChangeSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, change_id: UUID, act: str) -> Response:
        user, at = doors.agent(request), timezone.now()
        found = selector.one(user, change_id)
        body = doors.members(request.data, frozenset({"why", "short_notice"}))

        def effect() -> tuple[int, dict[str, Any]]:
            if act == "approve":
                short = body.get("short_notice", False)
                if not isinstance(short, bool):
                    raise Invalid("short_notice", "True or false.", "/short_notice")
                change_approvals.approve(change_id=found.pk, by=user, at=at, short_notice=short)
            elif act == "ratify":
                change_approvals.ratify(change_id=found.pk, by=user, at=at)
            else:
                why = body.get("why", "")
                if not isinstance(why, str):
                    raise Invalid("why", "A text is required.", "/why")
                {
                    "object": change_approvals.object_to,
                    "veto": change_approvals.reject,
                    "withdraw": model_changes.withdraw,
                }[act](change_id=found.pk, why=why, by=user, at=at)
            return 200, told(selector.one(user, change_id))

        return doors.once(request, effect)


def _model(process: Process, body: Mapping[str, Any], request: Request) -> AiModel:
    name = doors.text(body, "model", 80)
    known = {model.name: model for model in selector.models_on(process, doors.agent(request))}
    if name not in known:
        raise Invalid("model", f"Models in use here: {', '.join(sorted(known)) or 'none'}.", "/model")
    return known[name]


def _notice(body: Mapping[str, Any]) -> Notice:
    steps = body.get("steps", [])
    if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
        raise Invalid("steps", "A list of codes of steps is required.", "/steps")
    texts: dict[str, Any] = {}
    for name in _TEXTS:
        value = body.get(name, "")
        if not isinstance(value, str):
            raise Invalid(name, "A text is required.", f"/{name}")
        texts[name] = value.strip()
    return Notice(
        **texts,
        steps=tuple(steps),
        planned_at=_moment(body.get("planned_at")),
        test_from=_day(body, "test_from"),
        test_until=_day(body, "test_until"),
    )


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        read = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise Invalid("planned_at", "A moment with its time zone, as 2026-12-24T08:00:00Z.", "/planned_at")
    return read


def _day(body: Mapping[str, Any], name: str) -> date | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        read = parse_date(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None:
        raise Invalid(name, "A day, as 2026-12-24.", f"/{name}")
    return read


def told(change: ModelChange) -> dict[str, Any]:
    """A change as a program reads it."""
    names = ("number", "reference", "kind", "change_class", "state", "impact", "steps", "notice_late")
    moments = (
        *("notified_at", "planned_at", "earliest_at", "objection_until", "ratify_until"),
        *("scheduled_for", "deployed_at", "watch_until"),
    )
    return {
        "id": change.pk,
        "process": change.process.code,
        "model": change.model.name,
        **{name: getattr(change, name) for name in (*names, *moments)},
        "waits_for": sorted(permissions.missing_approvals(change))
        if change.impact and not permissions.is_over(change)
        else [],
    }
