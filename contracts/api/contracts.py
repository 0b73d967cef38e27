"""Contracts by program: clauses, gaps, and what they answer on liability and the use of data (L1, L5, L6)."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid, NotVisible
from contracts.api import replies
from contracts.api.sessions import PersonDoor
from contracts.domain.clause_gaps import Standing
from contracts.domain.contracting import AppendixKind, ContractState
from contracts.domain.data_use import DataType, TrainingAllowed
from contracts.domain.liability import BEARERS, Layer
from contracts.enums import Party
from contracts.models import Contract, ContractVersion, LiabilityTerm, User
from contracts.selectors import clause_texts, contracts, terms


class ContractSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    title = serializers.CharField()
    client = serializers.CharField()
    provider = serializers.CharField()
    vendors = serializers.ListField(child=serializers.CharField())
    processes = serializers.ListField(child=serializers.CharField())
    risks = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField(allow_null=True, help_text="The one in force, else the newest.")
    state = serializers.ChoiceField(choices=ContractState.choices(), allow_null=True)


class ContractsSerializer(serializers.Serializer):
    contracts = ContractSerializer(many=True)


class ClauseSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    template = serializers.CharField(allow_blank=True)
    owner = serializers.CharField()
    text = serializers.CharField()


class SignatureSerializer(serializers.Serializer):
    party = serializers.CharField()
    signed_at = serializers.DateTimeField()
    digest = serializers.CharField()


class AppendixSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AppendixKind.choices())
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    data = serializers.JSONField(allow_null=True)  # type: ignore[assignment]
    digest = serializers.CharField()


class ContractVersionSerializer(ContractSerializer):
    edits = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    digest = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    notice_days = serializers.IntegerField(
        allow_null=True,
        help_text="How many days before its end notice has to be given; null: nothing is agreed.",
    )
    clauses = ClauseSerializer(many=True)
    appendices = AppendixSerializer(many=True)
    signatures = SignatureSerializer(many=True)


class GapSerializer(serializers.Serializer):
    template = serializers.CharField()
    title = serializers.CharField()
    standing = serializers.ChoiceField(choices=Standing.choices())
    clauses = serializers.ListField(child=serializers.CharField())
    lacks = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()
    risk = serializers.CharField()
    suggested_wording = serializers.CharField()
    owner = serializers.CharField()


class GapsSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    gaps = GapSerializer(many=True)


class ShareSerializer(serializers.Serializer):
    party = serializers.ChoiceField(choices=Party.choices())
    percent = serializers.CharField()


class LiabilitySerializer(serializers.Serializer):
    layer = serializers.ChoiceField(choices=Layer.choices())
    responsible = serializers.ChoiceField(choices=Party.choices())
    shares = ShareSerializer(many=True)
    cap = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_blank=True)
    indemnity = serializers.CharField(allow_blank=True)
    evidence = serializers.ListField(child=serializers.CharField())
    residual = serializers.ChoiceField(choices=Party.choices())
    contract = serializers.CharField()
    clause = serializers.CharField()


class LiabilitiesSerializer(serializers.Serializer):
    process = serializers.CharField()
    liability = LiabilitySerializer(many=True)


class DataTermSerializer(serializers.Serializer):
    data_type = serializers.ChoiceField(choices=DataType.choices())
    owner = serializers.ChoiceField(choices=Party.choices())
    training = serializers.ChoiceField(choices=TrainingAllowed.choices())
    scope = serializers.CharField(allow_blank=True)
    anonymisation = serializers.CharField(allow_blank=True)
    flow_down = serializers.BooleanField()
    exit_days = serializers.IntegerField()
    certificate = serializers.BooleanField()
    contract = serializers.CharField()
    clause = serializers.CharField()


class DataUseSerializer(serializers.Serializer):
    process = serializers.CharField()
    training = serializers.ChoiceField(
        choices=TrainingAllowed.choices(), allow_null=True, help_text="Null where no contract in force says."
    )
    terms = DataTermSerializer(many=True)
    mismatches = serializers.ListField(
        child=serializers.CharField(),
        help_text="Where contract, the vendor's attestation and the endpoint's setting disagree.",
    )


class Contracts(PersonDoor):
    @extend_schema(
        operation_id="contracts",
        summary="The contracts one may read",
        responses={200: ContractsSerializer, **replies.problems(401)},
    )
    def get(self, request: Request) -> Response:
        rows = contracts.listed(user=cast(User, request.user))
        return Response({"contracts": [_row(one, contracts.latest(one.versions.all())) for one in rows]})


class OneContract(PersonDoor):
    @extend_schema(
        operation_id="contract",
        summary="A contract with its clauses, as it is in force",
        parameters=[OpenApiParameter("version", OpenApiTypes.INT, description="Another version of it.")],
        responses={200: ContractVersionSerializer, **replies.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, contract_id: UUID) -> Response:
        found, version = _version(request, contract_id)
        return Response(told(found, version))


def told(found: Contract, version: ContractVersion) -> dict[str, Any]:
    """A contract with what one of its versions says."""
    said = {
        "edits": version.edits,
        "note": version.note,
        "digest": version.digest,
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
        "notice_days": version.notice_days,
        "clauses": [
            {
                "id": one.clause_id,
                "number": one.clause.number,
                "title": one.clause.title,
                "template": one.clause.template,
                "owner": one.clause.owner,
                "text": one.text,
            }
            for one in contracts.wordings(version)
        ],
        "appendices": [
            {
                "id": one.pk,
                "kind": one.kind,
                "title": one.title,
                "text": one.text,
                "data": one.data,
                "digest": one.digest,
            }
            for one in version.appendices.order_by("title", "pk")
        ],
        "signatures": [
            {"party": one.organisation.slug, "signed_at": one.signed_at, "digest": one.digest}
            for one in contracts.signatures(version)
        ],
    }
    return _row(found, version) | said


class Gaps(PersonDoor):
    @extend_schema(
        operation_id="contract_gaps",
        summary="What AI needs and a contract does not say",
        parameters=[OpenApiParameter("version", OpenApiTypes.INT, description="Another version of it.")],
        responses={200: GapsSerializer, **replies.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, contract_id: UUID) -> Response:
        _, version = _version(request, contract_id)
        gaps = [
            {
                "template": one.template.id,
                "title": one.template.title,
                "standing": one.standing,
                "clauses": list(one.clauses),
                "lacks": list(one.lacks),
                "reason": one.reason,
                "risk": one.template.risk,
                "suggested_wording": one.template.wording,
                "owner": one.template.owner,
            }
            for one in clause_texts.gaps(version)
        ]
        return Response({"version": version.number, "gaps": gaps})


class Liability(PersonDoor):
    @extend_schema(
        operation_id="liability",
        summary="Who pays if …",
        parameters=[
            OpenApiParameter(
                "layer", OpenApiTypes.STR, enum=[one.value for one in Layer], description="Only this layer."
            )
        ],
        responses={200: LiabilitiesSerializer, **replies.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = terms.process_of(user=cast(User, request.user), code=code)
        layer = request.query_params.get("layer", "")
        if layer and layer not in set(Layer):
            raise Invalid("layer", "There is no such layer.", "layer")
        today = _today()
        found = (
            [terms.who_pays(process, layer, today)]
            if layer
            else list(terms.liability(process, today).values())
        )
        return Response({"process": process.code, "liability": [_liability(one) for one in found]})


class DataUse(PersonDoor):
    @extend_schema(
        operation_id="data_use",
        summary="Is our data used for training?",
        responses={200: DataUseSerializer, **replies.problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = terms.process_of(user=cast(User, request.user), code=code)
        found = terms.training(process, _today())
        names = (
            "data_type",
            "owner",
            "training",
            "scope",
            "anonymisation",
            "flow_down",
            "exit_days",
            "certificate",
        )
        return Response(
            {
                "process": process.code,
                "training": found.allowed,
                "terms": [
                    {name: getattr(one, name) for name in names}
                    | {"contract": one.version.contract.code, "clause": one.clause.number}
                    for one in found.terms
                ],
                "mismatches": [one.sentence for one in found.mismatches],
            }
        )


def _today() -> date:
    return timezone.now().date()


def _version(request: Request, contract_id: UUID) -> tuple[Contract, ContractVersion]:
    user = cast(User, request.user)
    found = contracts.get(user=user, contract_id=contract_id)
    wanted = request.query_params.get("version", "")
    if wanted:
        if not wanted.isdecimal() or len(wanted) > 6:
            raise Invalid("version", "The number of a version.", "version")
        return found, contracts.version(user=user, contract=found, number=int(wanted))
    latest = contracts.latest(contracts.versions(user, found))
    if latest is None:
        raise NotVisible("not_found", "Nothing is proposed in this contract yet.")
    latest.contract = found
    return found, latest


def _row(contract: Contract, version: ContractVersion | None) -> dict[str, Any]:
    return {
        "id": contract.pk,
        "code": contract.code,
        "title": contract.title,
        "client": contract.client.slug,
        "provider": contract.provider.slug,
        "vendors": sorted(vendor.slug for vendor in contract.vendors.all()),
        "processes": [process.code for process in contract.processes.all()],
        "risks": contract.risks,
        "version": version.number if version else None,
        "state": version.state if version else None,
    }


def _liability(term: LiabilityTerm) -> dict[str, Any]:
    shares = [(party, getattr(term, f"share_{party}")) for party in BEARERS]
    return {
        "layer": term.layer,
        "responsible": term.responsible,
        "shares": [{"party": party, "percent": f"{share / 100:.2f}"} for party, share in shares],
        "cap": f"{term.cap:.2f}" if term.cap is not None else None,
        "currency": term.currency,
        "indemnity": term.indemnity,
        "evidence": term.evidence,
        "residual": term.residual,
        "contract": term.version.contract.code,
        "clause": term.clause.number,
    }
