"""Contracts written by program, for people with their session: drafted, clause by clause, with appendices, proposed and signed (L1)."""

import json
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts import permissions
from contracts.api import contracts as reading
from contracts.api import doors, drafting, replies
from contracts.api.contracts import ContractVersionSerializer, told
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.domain.clause_templates import TEMPLATES
from contracts.domain.contracting import AppendixKind, RiskTag
from contracts.enums import Role
from contracts.models import Contract, ContractVersion
from contracts.selectors import contracts as selector
from contracts.services import contract_drafts, contracts

MOST_DATA = 200_000


class ContractInputSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=30, help_text="For example CT-2.")
    title = serializers.CharField(max_length=200)
    processes = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of processes of one client and one provider."
    )
    risks = serializers.ListField(child=serializers.ChoiceField(choices=RiskTag.choices()), required=False)


class ContractReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class ContractDraftInputSerializer(serializers.Serializer):
    based_on = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="The number of a version; else the one in force, else the newest.",
    )
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class PeriodInputSerializer(drafting.EditsSerializer):
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True)
    notice_days = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="How many days before its end notice has to be given; left out: nothing is agreed.",
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class ClauseInputSerializer(drafting.EditsSerializer):
    number = serializers.CharField(max_length=16)
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=contract_drafts.MOST_TEXT)
    template = serializers.CharField(
        required=False, allow_blank=True, help_text="The need of AI that it fills, as the gaps name it."
    )
    owner = serializers.ChoiceField(choices=Role.choices(), required=False)


class WordingInputSerializer(drafting.EditsSerializer):
    text = serializers.CharField(max_length=contract_drafts.MOST_TEXT)


class AppendixInputSerializer(drafting.EditsSerializer):
    kind = serializers.ChoiceField(choices=AppendixKind.choices())
    title = serializers.CharField(max_length=200, help_text="One of the same title is replaced.")
    text = serializers.CharField(required=False, allow_blank=True, max_length=contract_drafts.MOST_APPENDIX)
    data = serializers.JSONField(required=False, allow_null=True)  # type: ignore[assignment]


class Contracts(reading.Contracts):
    @extend_schema(
        operation_id="contract_open",
        summary="Open a contract about processes of one client and one provider",
        description="Their AI vendors are party to it; its first draft is begun with it.",
        parameters=[replies.IDEMPOTENCY],
        request=ContractInputSerializer,
        responses={201: ContractVersionSerializer, **problems(400, 403, 409)},
    )
    def post(self, request: Request) -> Response:
        user = doors.agent(request)
        known = {process.code: process for process in selector.openable(user)}

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"code", "title", "processes", "risks"}))
            version = contracts.open_with_draft(
                code=doors.text(body, "code", 30),
                title=doors.text(body, "title", 200),
                covers=[known[code] for code in drafting.some_of(body, "processes", known)],
                risks=drafting.some_of(body, "risks", set(RiskTag)),
                by=user,
                at=timezone.now(),
            )
            return 201, told(version.contract, version)

        return doors.once(request, effect)


class Drafts(PersonDoor):
    @extend_schema(
        operation_id="contract_draft",
        summary="Begin a draft of a contract",
        description="With all wordings of the version in force, else the newest, or of the one named. One is in preparation at a time.",
        parameters=[replies.IDEMPOTENCY],
        request=ContractDraftInputSerializer,
        responses={201: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, contract_id: UUID) -> Response:
        user = doors.agent(request)
        contract = selector.get(user=user, contract_id=contract_id)
        permissions.check_can_draft_contract(user, contract)

        def effect() -> tuple[int, dict[str, Any]]:
            known = frozenset({"based_on", "valid_from", "valid_until", "note"})
            body = doors.members(request.data or {}, known)
            version = contract_drafts.draft(
                contract_id=contract.pk,
                based_on=doors.whole_number(body, "based_on"),
                valid_from=drafting.day(body, "valid_from"),
                valid_until=drafting.day(body, "valid_until"),
                note=drafting.words(body, "note", 300),
                by=user,
                at=timezone.now(),
            )
            return 201, told(contract, version)

        return doors.once(request, effect)


class Described(PersonDoor):
    @extend_schema(
        operation_id="contract_version",
        summary="One version of a contract",
        description="Drafts are read by those who write and sign contracts.",
        responses={200: ContractVersionSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, contract_id: UUID, number: int) -> Response:
        return Response(told(*_found(request, contract_id, number)))

    @extend_schema(
        operation_id="contract_describe",
        summary="Say what a draft of a contract is for and how long it is to hold",
        request=PeriodInputSerializer,
        responses={200: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, contract_id: UUID, number: int) -> Response:
        _, version = _writable(request, contract_id, number)
        known = frozenset({"valid_from", "valid_until", "notice_days", "note", "edits"})
        body = doors.members(request.data, known)
        begins = drafting.day(body, "valid_from")
        if begins is None:
            raise Invalid("day_required", "A day is required, such as 2026-03-31.", "/valid_from")
        contract_drafts.describe(
            version_id=version.pk,
            note=drafting.words(body, "note", 300),
            valid_from=begins,
            valid_until=drafting.day(body, "valid_until"),
            notice_days=doors.whole_number(body, "notice_days"),
            edits=doors.whole_number(body, "edits"),
            by=doors.agent(request),
            at=timezone.now(),
        )
        return Response(told(*_found(request, contract_id, number)))


class Clauses(PersonDoor):
    @extend_schema(
        operation_id="contract_clause_add",
        summary="Write a clause into a draft of a contract",
        parameters=[replies.IDEMPOTENCY],
        request=ClauseInputSerializer,
        responses={201: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, contract_id: UUID, number: int) -> Response:
        _, version = _writable(request, contract_id, number)

        def effect() -> tuple[int, dict[str, Any]]:
            known = frozenset({"number", "title", "text", "template", "owner", "edits"})
            body = doors.members(request.data, known)
            template = drafting.words(body, "template", 40)
            if template and template not in {one.id for one in TEMPLATES}:
                raise Invalid("template", "There is no template of that name.", "/template")
            contract_drafts.add_clause(
                version_id=version.pk,
                number=doors.text(body, "number", 16),
                title=doors.text(body, "title", 200),
                text=doors.text(body, "text", contract_drafts.MOST_TEXT),
                template=template,
                owner=drafting.one_of(body, "owner", Role, Role.CLIENT_LEGAL.value),
                edits=doors.whole_number(body, "edits"),
                by=doors.agent(request),
                at=timezone.now(),
            )
            return 201, told(*_found(request, contract_id, number))

        return doors.once(request, effect)


class Clause(PersonDoor):
    @extend_schema(
        operation_id="contract_clause_reword",
        summary="Change what a clause of a draft says",
        description="Its number and title stay, so that citing them stays true.",
        request=WordingInputSerializer,
        responses={200: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, contract_id: UUID, number: int, clause_id: UUID) -> Response:
        _, version = _writable(request, contract_id, number)
        body = doors.members(request.data, frozenset({"text", "edits"}))
        contract_drafts.reword(
            version_id=version.pk,
            clause_id=clause_id,
            text=doors.text(body, "text", contract_drafts.MOST_TEXT),
            edits=doors.whole_number(body, "edits"),
            by=doors.agent(request),
            at=timezone.now(),
        )
        return Response(told(*_found(request, contract_id, number)))

    @extend_schema(
        operation_id="contract_clause_remove",
        summary="Take a clause out of a draft of a contract",
        description="409 names what cites it; earlier versions keep it.",
        parameters=[drafting.EDITS],
        responses={200: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def delete(self, request: Request, contract_id: UUID, number: int, clause_id: UUID) -> Response:
        _, version = _writable(request, contract_id, number)
        contract_drafts.remove_clause(
            version_id=version.pk,
            clause_id=clause_id,
            edits=drafting.seen(request),
            by=doors.agent(request),
            at=timezone.now(),
        )
        return Response(told(*_found(request, contract_id, number)))


class Appendices(PersonDoor):
    @extend_schema(
        operation_id="contract_attach",
        summary="Attach text or data to a draft of a contract",
        parameters=[replies.IDEMPOTENCY],
        request=AppendixInputSerializer,
        responses={201: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, contract_id: UUID, number: int) -> Response:
        _, version = _writable(request, contract_id, number)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"kind", "title", "text", "data", "edits"}))
            data = body.get("data")
            if data is not None and len(json.dumps(data)) > MOST_DATA:
                raise Invalid("data", f"{MOST_DATA:,} characters at most.", "/data")
            contract_drafts.attach(
                version_id=version.pk,
                kind=drafting.one_of(body, "kind", AppendixKind),
                title=doors.text(body, "title", 200),
                text=drafting.words(body, "text", contract_drafts.MOST_APPENDIX),
                data=data,
                edits=doors.whole_number(body, "edits"),
                by=doors.agent(request),
                at=timezone.now(),
            )
            return 201, told(*_found(request, contract_id, number))

        return doors.once(request, effect)


class Appendix(PersonDoor):
    @extend_schema(
        operation_id="contract_detach",
        summary="Take an appendix out of a draft of a contract",
        parameters=[drafting.EDITS],
        responses={200: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def delete(self, request: Request, contract_id: UUID, number: int, appendix_id: UUID) -> Response:
        _, version = _writable(request, contract_id, number)
        contract_drafts.detach(
            version_id=version.pk,
            appendix_id=appendix_id,
            edits=drafting.seen(request),
            by=doors.agent(request),
            at=timezone.now(),
        )
        return Response(told(*_found(request, contract_id, number)))


class Propose(PersonDoor):
    @extend_schema(
        operation_id="contract_propose",
        summary="Propose a draft of a contract for signature",
        description="From here on it does not change; its fingerprint is what is signed.",
        parameters=[replies.IDEMPOTENCY],
        request=drafting.EditsSerializer,
        responses={200: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, contract_id: UUID, number: int) -> Response:
        _, version = _writable(request, contract_id, number)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data or {}, frozenset({"edits"}))
            contracts.propose(
                version_id=version.pk,
                edits=doors.whole_number(body, "edits"),
                by=doors.agent(request),
                at=timezone.now(),
                link=_address(contract_id, number),
            )
            return 200, told(*_found(request, contract_id, number))

        return doors.once(request, effect)


class Sign(PersonDoor):
    @extend_schema(
        operation_id="contract_sign",
        summary="Sign a proposed contract for one’s own party",
        description="By the client’s owner and the provider’s operations manager; with both names it is in force from its day.",
        parameters=[replies.IDEMPOTENCY],
        request=drafting.DigestSerializer,
        responses={200: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, contract_id: UUID, number: int) -> Response:
        _, version = _found(request, contract_id, number)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"digest"}))
            contracts.sign(
                version_id=version.pk,
                digest=doors.text(body, "digest", 64),
                by=doors.agent(request),
                at=timezone.now(),
                link=_address(contract_id, number),
            )
            return 200, told(*_found(request, contract_id, number))

        return doors.once(request, effect)


class SendBack(PersonDoor):
    @extend_schema(
        operation_id="contract_send_back",
        summary="Send a proposed contract back to its author",
        description="By those who sign; what was written can be drafted from again.",
        parameters=[replies.IDEMPOTENCY],
        request=ContractReasonSerializer,
        responses={200: ContractVersionSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, contract_id: UUID, number: int) -> Response:
        _, version = _found(request, contract_id, number)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"reason"}))
            contracts.reject(
                version_id=version.pk,
                reason=doors.text(body, "reason", 300),
                by=doors.agent(request),
                at=timezone.now(),
                link=_address(contract_id, number),
            )
            return 200, told(*_found(request, contract_id, number))

        return doors.once(request, effect)


def _address(contract_id: UUID, number: int) -> str:
    """Where people read the version."""
    return reverse("contracts:contract_version", args=[contract_id, number])


def _found(request: Request, contract_id: UUID, number: int) -> tuple[Contract, ContractVersion]:
    user = doors.agent(request)
    contract = selector.get(user=user, contract_id=contract_id)
    return contract, selector.version(user=user, contract=contract, number=number)


def _writable(request: Request, contract_id: UUID, number: int) -> tuple[Contract, ContractVersion]:
    contract, version = _found(request, contract_id, number)
    permissions.check_can_draft_contract(doors.agent(request), contract)
    return contract, version
