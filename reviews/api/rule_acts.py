"""What people do with a version of the rules by API: the services and permissions are those of the pages (B1, B8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews.api import comparing
from reviews.api.rule_serializers import (
    ApproveSerializer,
    EmergencySerializer,
    ProposeSerializer,
    ReasonSerializer,
    RestoreSerializer,
    VersionSerializer,
)
from reviews.api.rules import whole
from reviews.models import RuleSet
from reviews.selectors import rulesets
from reviews.services import rule_emergencies, rules, shadowing

Body = Mapping[str, Any]


def _moment(body: Body, name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(
            "time_required", "A time with its offset is required: 2027-01-31T14:00:00Z.", f"/{name}"
        )
    return moment


class Act(PersonDoor):
    """One thing that is done with a version. Answers with the version as it stands then."""

    members: frozenset[str] = frozenset()

    def post(self, request: Request, code: str, version: int) -> Response:
        user = cast(User, request.user)

        def effect() -> tuple[int, dict[str, Any]]:
            ruleset = rulesets.version(user=user, code=code, number=version)
            body = doors.members(request.data or {}, self.members)
            try:
                self.do(ruleset, body, user, timezone.now())
            except Invalid as mistake:
                # The services name the field; in a body it has a pointer.
                if mistake.field and not mistake.field.startswith("/"):
                    pointer = f"/{mistake.field}"
                    raise Invalid(mistake.code, mistake.sentence, pointer, mistake.details) from None
                raise
            return 200, whole(rulesets.version(user=user, code=code, number=version), user)

        return doors.once(request, effect)

    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        raise NotImplementedError


def _described(operation: str, summary: str, text: str, body: type[Serializer] | None = None) -> Any:
    post = extend_schema(
        operation_id=f"rules_{operation}",
        summary=summary,
        description=text,
        parameters=[replies.IDEMPOTENCY],
        request=body,
        responses={200: VersionSerializer, **replies.problems(400, 403, 404, 409)},
    )
    return extend_schema_view(post=post)


@_described(
    "propose",
    "Propose a draft",
    "It does not change any more. 409 names the rule that forbids it.",
    ProposeSerializer,
)
class Propose(Act):
    members = frozenset({"edits"})

    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        rules.propose(ruleset_id=ruleset.pk, by=user, at=at, edits=doors.whole_number(body, "edits"))


@_described(
    "approve",
    "Approve a proposal",
    "By somebody who wrote nothing in it and holds decision authority: in force for the next interaction, or at a set "
    "time. 409 `simulate_first` where it was not simulated against the rules in force.",
    ApproveSerializer,
)
class Approve(Act):
    members = frozenset({"against", "activate_at"})

    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        rules.approve(
            ruleset_id=ruleset.pk,
            by=user,
            at=at,
            against=comparing.against(body),
            activate_at=_moment(body, "activate_at"),
        )


@_described("reject", "Send a proposal back", "Its author reads the reason.", ReasonSerializer)
class Reject(Act):
    members = frozenset({"reason"})

    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        rules.reject(ruleset_id=ruleset.pk, by=user, reason=doors.text(body, "reason", 300), at=at)


@_described("call_off", "Call off an activation at a set time", "The rules in force stay.", ReasonSerializer)
class CallOff(Act):
    members = frozenset({"reason"})

    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        rules.call_off(ruleset_id=ruleset.pk, by=user, reason=doors.text(body, "reason", 300), at=at)


@_described(
    "emergency",
    "Put a version in force alone",
    "At once and without a simulation; no legal lock is loosened. Somebody else ratifies it until `ratify_until`, or the "
    "rules before come back.",
    EmergencySerializer,
)
class Emergency(Act):
    members = frozenset({"reason", "against", "edits"})

    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        rule_emergencies.activate(
            ruleset_id=ruleset.pk,
            reason=doors.text(body, "reason", 300),
            by=user,
            at=at,
            against=comparing.against(body),
            edits=doors.whole_number(body, "edits"),
        )


@_described("ratify", "Ratify rules that somebody else put in force alone", "They stay in force.")
class Ratify(Act):
    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        rule_emergencies.ratify(ruleset_id=ruleset.pk, by=user, at=at)


@_described(
    "rollback",
    "Put a replaced version back in force",
    "For the next interaction. Two people stood behind it then, so one is enough.",
    RestoreSerializer,
)
class Rollback(Act):
    members = frozenset({"against"})

    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        rules.roll_back(process=ruleset.process, to=ruleset, by=user, at=at, against=comparing.against(body))


@_described("shadow", "Put a proposal in shadow", "It meets every live interaction and decides nothing.")
class Shadow(Act):
    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        shadowing.start(ruleset_id=ruleset.pk, by=user, at=at)


@_described("unshadow", "End the shadow of a version", "What it found stays.")
class Unshadow(Act):
    def do(self, ruleset: RuleSet, body: Body, user: User, at: datetime) -> None:
        shadowing.stop(ruleset_id=ruleset.pk, by=user, at=at)
