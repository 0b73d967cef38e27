"""The RACI by program, for people with their session: read by all, written and proposed by those who write it, signed by two (K1–K3)."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid, NotVisible
from contracts.api import doors, drafting, replies
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.domain.raci import Effect, Letter, RaciState, Task
from contracts.enums import Party
from contracts.models import Process, RaciMatrix, RaciRow
from contracts.permissions import raci as permissions
from contracts.selectors import raci as selector
from contracts.services import raci, raci_drafts
from contracts.services.raci_drafts import Holder

_PARTIES = [(party.value, party.label) for party in (Party.CLIENT, Party.PROVIDER, Party.AI_VENDOR)]


class HeldSerializer(serializers.Serializer):
    letter = serializers.ChoiceField(choices=Letter.choices())
    party = serializers.ChoiceField(choices=_PARTIES)
    person = serializers.CharField(allow_null=True, required=False, help_text="A login.")
    role = serializers.CharField(allow_blank=True, required=False)


class RaciRowSerializer(serializers.Serializer):
    task = serializers.ChoiceField(choices=Task.choices())
    held = HeldSerializer(many=True, help_text="Exactly one A, at least one R.")
    clause = serializers.CharField(allow_null=True, help_text="Contract and number, as “CT-1 2.3”.")
    document = serializers.CharField(
        allow_null=True, help_text="The code of the document that defines the task."
    )


class SignedSerializer(serializers.Serializer):
    party = serializers.CharField()
    person = serializers.CharField()
    at = serializers.DateTimeField()


class RaciSerializer(serializers.Serializer):
    process = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=RaciState.choices())
    effect = serializers.ChoiceField(choices=Effect.choices())
    digest = serializers.CharField(
        allow_blank=True, help_text="Fingerprint of what was proposed: what is signed."
    )
    edits = serializers.IntegerField()
    in_force_at = serializers.DateTimeField(allow_null=True)
    signatures = SignedSerializer(many=True)
    rows = RaciRowSerializer(many=True)


class RaciStandsSerializer(serializers.Serializer):
    process = serializers.CharField()
    raci = RaciSerializer(allow_null=True, help_text="Null: both parties have signed none yet.")


class RowInputSerializer(drafting.EditsSerializer):
    held = HeldSerializer(many=True)
    clause = serializers.CharField(required=False, allow_null=True)
    document = serializers.CharField(required=False, allow_null=True)


class InForce(PersonDoor):
    @extend_schema(
        operation_id="raci",
        summary="The RACI in force",
        responses={200: RaciStandsSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = selector.process_of(doors.agent(request), code)
        found = selector.in_force(process)
        if found is not None:
            found.process = process
        return Response({"process": process.code, "raci": told(found) if found else None})


class Drafts(PersonDoor):
    @extend_schema(
        operation_id="raci_draft",
        summary="Begin a draft of the RACI",
        description="From the one in force, or prefilled.",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={201: RaciSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process = selector.process_of(user, code)

        def effect() -> tuple[int, dict[str, Any]]:
            doors.members(request.data or {}, frozenset())
            return 201, told(raci_drafts.draft(process=process, by=user, at=timezone.now()))

        return doors.once(request, effect)


class Version(PersonDoor):
    @extend_schema(
        operation_id="raci_version",
        summary="One version of the RACI",
        responses={200: RaciSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str, version: int) -> Response:
        return Response(told(selector.visible(doors.agent(request), code, version)))


class Row(PersonDoor):
    @extend_schema(
        operation_id="raci_row",
        summary="Write a row of a draft of the RACI",
        description="Two A’s, none, one on the AI vendor or, where the AI determines, on the provider: 400 with the field.",
        request=RowInputSerializer,
        responses={200: RaciSerializer, **problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, code: str, version: int, task: str) -> Response:
        user = doors.agent(request)
        found = selector.visible(user, code, version)
        permissions.check_can_draft_raci(user, found.process)
        if task not in set(Task):
            raise NotVisible("not_found", "The RACI has no such row.")
        body = doors.members(request.data, frozenset({"held", "clause", "document", "edits"}))
        raci_drafts.put_row(
            matrix_id=found.pk, task=Task(task), by=user, at=timezone.now(), **_row(found.process, body)
        )
        return Response(told(selector.visible(user, code, version)))


class Propose(PersonDoor):
    @extend_schema(
        operation_id="raci_propose",
        summary="Propose a draft of the RACI",
        parameters=[replies.IDEMPOTENCY],
        request=None,
        responses={200: RaciSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int) -> Response:
        user = doors.agent(request)
        found = selector.visible(user, code, version)

        def effect() -> tuple[int, dict[str, Any]]:
            doors.members(request.data or {}, frozenset())
            raci.propose(matrix_id=found.pk, by=user, at=timezone.now())
            return 200, told(selector.visible(user, code, version))

        return doors.once(request, effect)


class Sign(PersonDoor):
    @extend_schema(
        operation_id="raci_sign",
        summary="Sign a proposed RACI for one’s own party",
        description="By the client’s owner and the provider’s operations manager; with the second signature it is in force.",
        parameters=[replies.IDEMPOTENCY],
        request=drafting.DigestSerializer,
        responses={200: RaciSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int) -> Response:
        user = doors.agent(request)
        found = selector.visible(user, code, version)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"digest"}))
            digest = doors.text(body, "digest", 64)
            raci.sign(matrix_id=found.pk, digest=digest, by=user, at=timezone.now())
            return 200, told(selector.visible(user, code, version))

        return doors.once(request, effect)


def _row(process: Process, body: Mapping[str, Any]) -> dict[str, Any]:
    known = selector.nameable(process)
    people = {one.username: one for side in known.people.values() for one in side}
    clauses = {f"{one.contract.code} {one.number}": one for one in known.clauses}
    documents = {one.code: one for one in known.documents}
    listed = body.get("held")
    if not isinstance(listed, list):
        raise Invalid("held", "A list of letters with their holders.", "/held")
    held = []
    for place, item in enumerate(listed):
        at = f"/held/{place}"
        one = doors.members(item, frozenset({"letter", "party", "person", "role"}), at)
        letter, party = one.get("letter"), one.get("party")
        if letter not in set(Letter):
            raise Invalid("letter", "R, A, C or I.", f"{at}/letter")
        if party not in {value for value, _label in _PARTIES}:
            raise Invalid("party", "client, provider or ai_vendor.", f"{at}/party")
        role = one.get("role") or ""
        if not isinstance(role, str):
            raise Invalid("role", "A text is required.", f"{at}/role")
        person = _named(people, one.get("person"), f"{at}/person")
        held.append(Holder(Letter(letter), Party(party), person, role))
    return {
        "held": held,
        "clause": _named(clauses, body.get("clause"), "/clause"),
        "document": _named(documents, body.get("document"), "/document"),
        "edits": doors.whole_number(body, "edits"),
    }


def _named(known: Mapping[str, Any], name: object, place: str) -> Any:
    if name is None:
        return None
    if not isinstance(name, str) or name not in known:
        raise Invalid("unknown", "There is nothing of that name that covers this process.", place)
    return known[name]


def told(matrix: RaciMatrix) -> dict[str, Any]:
    return {
        "process": matrix.process.code,
        "version": matrix.version,
        "state": matrix.state,
        "effect": matrix.effect,
        "digest": matrix.digest,
        "edits": matrix.edits,
        "in_force_at": matrix.in_force_at,
        "signatures": [
            {"party": one.party, "person": one.signed_by.username, "at": one.signed_at}
            for one in selector.signatures(matrix)
        ],
        "rows": [_told_row(row) for row in selector.whole(matrix)],
    }


def _told_row(row: RaciRow) -> dict[str, Any]:
    held = [
        {
            "letter": "A",
            "party": row.accountable_party,
            "person": row.accountable_person.username,
            "role": row.accountable_role,
        }
    ]
    held += [
        {
            "letter": part.letter,
            "party": part.party,
            "person": part.person.username if part.person else None,  # type: ignore[dict-item]
            "role": part.role,
        }
        for part in row.parts.all()
    ]
    return {
        "task": row.task,
        "held": held,
        "clause": f"{row.clause.contract.code} {row.clause.number}" if row.clause else None,
        "document": row.document.code if row.document else None,
    }
