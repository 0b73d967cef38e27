"""Drafts of rules by API, for people: the same services, rights and locks as the pages (B1, B8)."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors
from contracts.api.replies import IDEMPOTENCY, problems
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews.api import rule_conditions
from reviews.api import rule_schemas as schemas
from reviews.domain import conditions, sentences
from reviews.domain.expressions import to_cel
from reviews.domain.fields import Schema
from reviews.domain.routing import Rule
from reviews.models import RuleSet
from reviews.selectors import rulesets
from reviews.services import rule_drafts
from reviews.services.rule_drafts import RuleInput

_RULE = frozenset(
    ["name", "condition", "expression", "effect", "severity", "trigger_class", "rationale", "edits"]
)


def _user(request: Request) -> User:
    return doors.agent(request)


def _edits(request: Request, body: Mapping[str, Any]) -> int | None:
    """The number of edits the caller knows of: from `If-Match`, or from the body."""
    tag = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    given: Any = tag or body.get("edits")
    if given is None:
        return None
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 10:
        given = int(given)
    if type(given) is not int or given < 0:
        raise Invalid("edits", "The number of edits is a whole number, as the draft gave it.", "/edits")
    return given


def _body(request: Request, known: frozenset[str]) -> Mapping[str, Any]:
    return doors.members(request.data if request.data else {}, known)


def _written(code: str, body: Mapping[str, Any], schema: Schema) -> RuleInput:
    texts = {name: body[name] for name in ("name", "effect", "trigger_class", "rationale") if name in body}
    for name, text in texts.items():
        if not isinstance(text, str) or "\0" in text:
            raise Invalid(name, "A text is required.", f"/{name}")
    for name in ("name", "effect"):
        if name not in texts:
            raise Invalid(name, "A text is required.", f"/{name}")
    severity = body.get("severity", 3)
    if type(severity) is not int:
        raise Invalid("severity", "Severity is 1 (worst) to 4.", "/severity")
    return RuleInput(code=code, condition=rule_conditions.condition(body, schema), severity=severity, **texts)


def _told(rule: Rule, schema: Schema) -> dict[str, Any]:
    readable = not conditions.check(rule.condition, schema)
    told = {field.name: getattr(rule, field.name) for field in fields(rule)}
    told["sentence"] = sentences.sentence(rule.condition, schema) if readable else None
    told["expression"] = to_cel(rule.condition, schema) if readable else None
    return told


def _shown(found: RuleSet) -> dict[str, Any]:
    schema = rulesets.schema(found.process)
    return {
        **_line(found),
        "rules": [_told(rule, schema) for rule in rulesets.terms(found, schema).rules],
    }


def _line(found: RuleSet) -> dict[str, Any]:
    return {
        "version": found.version,
        "state": found.state,
        "note": found.note,
        "edits": found.edits,
        "author": found.author.name,
        "based_on": found.based_on.version if found.based_on else None,
    }


def _draft(request: Request, code: str, version: int) -> RuleSet:
    return rulesets.version(user=_user(request), code=code, number=version)


def _answer(found: RuleSet, status: int = 200) -> Response:
    return Response(_shown(found), status=status, headers={"ETag": f'"{found.edits}"'})


class Drafts(PersonDoor):
    @extend_schema(
        operation_id="list_rule_drafts",
        tags=["Rules"],
        summary="The open drafts of a process",
        responses={200: schemas.DraftLineSerializer(many=True), **problems(403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        user = _user(request)
        found = rulesets.drafts(user=user, process=rulesets.process_of(user=user, code=code))
        return Response([_line(one) for one in found])

    @extend_schema(
        operation_id="start_rule_draft",
        tags=["Rules"],
        summary="Start a draft from the rules in force",
        parameters=[IDEMPOTENCY],
        request=schemas.NoteSerializer,
        responses={201: schemas.DraftSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user, body = _user(request), _body(request, frozenset(["note"]))
        note = body.get("note", "")
        if not isinstance(note, str) or len(note) > rule_drafts.LONGEST_NOTE or "\0" in note:
            raise Invalid("note", f"A text of at most {rule_drafts.LONGEST_NOTE} characters.", "/note")
        process = rulesets.process_of(user=user, code=code)

        def start() -> tuple[int, dict[str, Any]]:
            begun = rule_drafts.draft(process=process, by=user, at=timezone.now(), note=note)
            return 201, _shown(_draft(request, code, begun.version))

        return doors.once(request, start)


class OneDraft(PersonDoor):
    @extend_schema(
        operation_id="get_rule_draft",
        tags=["Rules"],
        summary="One version of the rules, each as tree, sentence and expression",
        responses={200: schemas.DraftSerializer, **problems(403, 404)},
    )
    def get(self, request: Request, code: str, version: int) -> Response:
        return _answer(_draft(request, code, version))

    @extend_schema(
        operation_id="annotate_rule_draft",
        tags=["Rules"],
        summary="Say what a draft is for",
        parameters=[schemas.IF_MATCH],
        request=schemas.NoteSerializer,
        responses={200: schemas.DraftSerializer, **problems(400, 403, 404, 409)},
    )
    def patch(self, request: Request, code: str, version: int) -> Response:
        body, found = _body(request, frozenset(["note", "edits"])), _draft(request, code, version)
        note = body.get("note")
        if not isinstance(note, str):
            raise Invalid("note", "A text is required.", "/note")
        rule_drafts.write_note(
            ruleset_id=found.pk, note=note, by=_user(request), at=timezone.now(), edits=_edits(request, body)
        )
        return _answer(_draft(request, code, version))

    @extend_schema(
        operation_id="discard_rule_draft",
        tags=["Rules"],
        summary="Throw a draft away",
        parameters=[schemas.IF_MATCH],
        responses={204: OpenApiResponse(description="It is discarded."), **problems(403, 404, 409)},
    )
    def delete(self, request: Request, code: str, version: int) -> Response:
        found = _draft(request, code, version)
        rule_drafts.discard(
            ruleset_id=found.pk, by=_user(request), at=timezone.now(), edits=_edits(request, {})
        )
        return Response(status=204)


class OneRule(PersonDoor):
    @extend_schema(
        operation_id="put_rule",
        tags=["Rules"],
        summary="Add a rule to a draft, or change the one with this code",
        parameters=[schemas.IF_MATCH],
        request=schemas.RuleInputSerializer,
        responses={200: schemas.DraftSerializer, **problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, code: str, version: int, rule: str) -> Response:
        body, found = _body(request, _RULE), _draft(request, code, version)
        written = _written(rule, body, rulesets.schema(found.process))
        rule_drafts.put_rule(
            ruleset_id=found.pk,
            rule=written,
            by=_user(request),
            at=timezone.now(),
            edits=_edits(request, body),
        )
        return _answer(_draft(request, code, version))

    @extend_schema(
        operation_id="remove_rule",
        tags=["Rules"],
        summary="Take a rule out of a draft",
        parameters=[schemas.IF_MATCH],
        responses={200: schemas.DraftSerializer, **problems(403, 404, 409)},
    )
    def delete(self, request: Request, code: str, version: int, rule: str) -> Response:
        found = _draft(request, code, version)
        rule_drafts.remove_rule(
            ruleset_id=found.pk,
            code=rule,
            by=_user(request),
            at=timezone.now(),
            edits=_edits(request, {}),
        )
        return _answer(_draft(request, code, version))


class Order(PersonDoor):
    @extend_schema(
        operation_id="order_rules",
        tags=["Rules"],
        summary="Put the rules of a draft into another order",
        parameters=[IDEMPOTENCY, schemas.IF_MATCH],
        request=schemas.OrderSerializer,
        responses={200: schemas.DraftSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int) -> Response:
        body, found = _body(request, frozenset(["codes", "edits"])), _draft(request, code, version)
        codes, edits = body.get("codes"), _edits(request, body)
        if not isinstance(codes, list) or not all(isinstance(one, str) for one in codes):
            raise Invalid("order", "Name every rule of the draft exactly once.", "/codes")

        def order() -> tuple[int, dict[str, Any]]:
            rule_drafts.reorder(
                ruleset_id=found.pk, codes=codes, by=_user(request), at=timezone.now(), edits=edits
            )
            return 200, _shown(_draft(request, code, version))

        return doors.once(request, order)
