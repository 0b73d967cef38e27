"""Rules, for programs of the people who read, write and approve them: versions, what they change, and how far they are."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts import access
from contracts.api import replies
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews import permissions
from reviews.api.rule_serializers import (
    DiffSerializer,
    ProcessesSerializer,
    VersionSerializer,
    VersionsSerializer,
)
from reviews.domain import rule_changes
from reviews.models import RuleSet
from reviews.presenters import rule_lines
from reviews.selectors import rulesets, shadows

_PEOPLE = (
    "author",
    "proposed_by",
    "simulated_by",
    "decided_by",
    "activated_by",
    "emergency_by",
    "ratified_by",
)
_MOMENTS = (
    "drafted_at",
    "proposed_at",
    "simulated_at",
    "decided_at",
    "activate_at",
    "activated_at",
    "superseded_at",
    "emergency_at",
    "ratify_until",
    "ratified_at",
    "shadowed_at",
    "unshadowed_at",
)


def line(ruleset: RuleSet) -> dict[str, Any]:
    """A version in a list."""
    return {
        "version": ruleset.version,
        "state": ruleset.state,
        "note": ruleset.note,
        "author": ruleset.author.name,
        "drafted_at": ruleset.drafted_at,
        "activated_at": ruleset.activated_at,
        "unratified": ruleset.unratified,
    }


def whole(ruleset: RuleSet, reader: User) -> dict[str, Any]:
    """A version with its rules, what forbids it and what its shadow found."""
    told, _why = access.allowed(permissions.check_can_see_emergency_reason, reader, ruleset)
    schema = rulesets.schema(ruleset.process)
    people = {name: getattr(ruleset, name) for name in _PEOPLE}
    tally = shadows.tally(ruleset)
    rules = rulesets.terms(ruleset, schema).rules
    return {
        "process": ruleset.process.code,
        "version": ruleset.version,
        "state": ruleset.state,
        "note": ruleset.note,
        "edits": ruleset.edits,
        "based_on": ruleset.based_on.version if ruleset.based_on else None,
        "decision_note": ruleset.decision_note,
        "emergency_reason": ruleset.emergency_reason if told else None,
        "unratified": ruleset.unratified,
        **{name: person.name if person else None for name, person in people.items()},
        **{name: getattr(ruleset, name) for name in _MOMENTS},
        "rules": [
            {
                "code": rule.code,
                "name": rule.name,
                "condition": rule.condition,
                "sentence": rule_lines.line(rule, schema).sentence,
                "effect": rule.effect,
                "severity": rule.severity,
                "trigger_class": rule.trigger_class,
                "rationale": rule.rationale,
                "legal_lock": rule.legal_lock,
            }
            for rule in rules
        ],
        "problems": [
            {"code": problem.code, "rule": problem.rule, "sentence": problem.sentence}
            for problem in rulesets.problems(ruleset)
        ],
        "shadow": {"evaluated": tally.evaluated, "differing": tally.differing} if tally else None,
    }


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid("invalid_parameter", f"`{name}` is the number of a version.", f"/{name}")
    return int(text)


class Processes(PersonDoor):
    @extend_schema(
        operation_id="rules",
        summary="The rules of every process you may see",
        description="The version in force and, for those who write or approve rules, what is on its way.",
        responses={200: ProcessesSerializer, **replies.problems()},
    )
    def get(self, request: Request) -> Response:
        found = rulesets.overview(user=cast(User, request.user))
        return Response(
            {
                "processes": [
                    {
                        "process": one.process.code,
                        "name": one.process.name,
                        "client": one.process.client.name,
                        "in_force": one.active.version if one.active else None,
                        "open": [
                            {"version": ruleset.version, "state": ruleset.state} for ruleset in one.open
                        ],
                    }
                    for one in found
                ]
            }
        )


class Versions(PersonDoor):
    @extend_schema(
        operation_id="rules_versions",
        summary="The versions of the rules of a process",
        description="Newest first, at most 20; `next` is where the list goes on.",
        parameters=[OpenApiParameter("before", OpenApiTypes.INT, description="`next` of the page before.")],
        responses={200: VersionsSerializer, **replies.problems(400, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        user = cast(User, request.user)
        process = rulesets.process_of(user=user, code=code)
        found = rulesets.history(user=user, process=process, before=_number(request, "before"))
        return Response({"versions": [line(one) for one in found.versions], "next": found.older})


class Version(PersonDoor):
    @extend_schema(
        operation_id="rules_version",
        summary="One version of the rules of a process",
        responses={200: VersionSerializer, **replies.problems(403, 404)},
    )
    def get(self, request: Request, code: str, version: int) -> Response:
        user = cast(User, request.user)
        return Response(whole(rulesets.version(user=user, code=code, number=version), user))


class Diff(PersonDoor):
    @extend_schema(
        operation_id="rules_diff",
        summary="What another version changes against this one",
        description="Rule by rule; `to` is the newest version where it is not given.",
        parameters=[OpenApiParameter("to", OpenApiTypes.INT, description="The version to compare with.")],
        responses={200: DiffSerializer, **replies.problems(400, 403, 404)},
    )
    def get(self, request: Request, code: str, version: int) -> Response:
        old, new, _ = rulesets.pair(
            user=cast(User, request.user), code=code, old=version, new=_number(request, "to")
        )
        schema = rulesets.schema(new.process)
        changes = rule_changes.between(rulesets.terms(old, schema).rules, rulesets.terms(new, schema).rules)
        return Response(
            {
                "from": old.version,
                "to": new.version,
                "changes": [
                    {
                        "kind": change.kind,
                        "code": change.code,
                        "moved": change.moved,
                        "before": rule_lines.line(change.before, schema).sentence if change.before else None,
                        "after": rule_lines.line(change.after, schema).sentence if change.after else None,
                    }
                    for change in changes
                ],
            }
        )
