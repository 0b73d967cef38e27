"""What vendors supply and prove, for programs of people who read the agreement: endpoints (A5), certificates (L8), data flows (L7),
questionnaires (Y2)."""

from typing import cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import NotVisible
from contracts.api import replies
from contracts.api.sessions import PersonDoor
from contracts.domain.certificates import CertificateKind, Standing
from contracts.domain.data_flow_lint import Rule
from contracts.domain.data_flows import NodeKind
from contracts.domain.questionnaire import QuestionnaireState
from contracts.domain.sovereignty import TrainingUse
from contracts.enums import Tenancy
from contracts.models import Certificate, User
from contracts.selectors import certificates, data_flows, endpoints, questionnaires


class EndpointSerializer(serializers.Serializer):
    name = serializers.CharField()
    vendor = serializers.CharField()
    host = serializers.CharField()
    region = serializers.CharField()
    tenancy = serializers.ChoiceField(choices=Tenancy.choices())
    training_use = serializers.ChoiceField(choices=TrainingUse.choices())
    retention_days = serializers.IntegerField(allow_null=True, help_text="Null: the vendor did not say.")
    subprocessors = serializers.ListField(child=serializers.CharField())
    registered_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)
    processes = serializers.ListField(
        child=serializers.CharField(), help_text="Those with a step that may use it, as far as you see them."
    )


class EndpointsSerializer(serializers.Serializer):
    endpoints = EndpointSerializer(many=True)


class Endpoints(PersonDoor):
    @extend_schema(
        operation_id="endpoints",
        summary="The endpoints that models answer from",
        responses={200: EndpointsSerializer, **replies.problems(401)},
    )
    def get(self, request: Request) -> Response:
        found = endpoints.listing(cast(User, request.user))
        return Response({"endpoints": [_endpoint(one) for one in found]})


def _endpoint(found: endpoints.Listed) -> dict:
    row = found.endpoint
    return {
        "name": row.name,
        "vendor": row.vendor.slug,
        "host": row.host,
        "region": row.region,
        "tenancy": row.tenancy,
        "training_use": row.training_use,
        "retention_days": row.retention_days,
        "subprocessors": row.subprocessors,
        "registered_at": row.registered_at,
        "retired_at": row.retired_at,
        "processes": sorted({step.process.code for step in found.steps}),
    }


class CertificateSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    organisation = serializers.CharField()
    kind = serializers.ChoiceField(choices=CertificateKind.choices())
    level = serializers.IntegerField(allow_null=True)
    scope = serializers.CharField()
    auditor = serializers.CharField()
    period_from = serializers.DateField()
    period_to = serializers.DateField()
    expires_on = serializers.DateField()
    bridge_until = serializers.DateField(allow_null=True)
    exceptions = serializers.CharField(allow_blank=True)
    standing = serializers.ChoiceField(choices=Standing.choices())


class CertificatesSerializer(serializers.Serializer):
    certificates = CertificateSerializer(many=True, help_text="Those that stand, the first to expire first.")
    over = CertificateSerializer(many=True, help_text="Replaced or withdrawn.")


class Certificates(PersonDoor):
    @extend_schema(
        operation_id="certificates",
        summary="The register of certificates",
        responses={200: CertificatesSerializer, **replies.problems(401)},
    )
    def get(self, request: Request) -> Response:
        standing, over = certificates.listing(cast(User, request.user))
        return Response(
            {
                "certificates": [_certificate(one) for one in standing],
                "over": [_certificate(one) for one in over],
            }
        )


def _certificate(one: Certificate) -> dict:
    names = CertificateSerializer().fields.keys() - {"organisation", "standing"}
    return {name: getattr(one, name) for name in names} | {
        "organisation": one.organisation.slug,
        "standing": certificates.standing(one, timezone.now().date()),
    }


class NodeSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=NodeKind.choices())
    party = serializers.CharField()
    region = serializers.CharField()
    endpoint = serializers.CharField(allow_blank=True)


class EdgeSerializer(serializers.Serializer):
    key = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()
    classes = serializers.ListField(child=serializers.CharField())
    purpose = serializers.CharField()
    redacted = serializers.BooleanField()
    encrypted = serializers.BooleanField()
    days = serializers.IntegerField(allow_null=True, help_text="Null: not kept.")


class ViolationSerializer(serializers.Serializer):
    rule = serializers.ChoiceField(choices=Rule.choices())
    subject = serializers.CharField(help_text="The key of the edge or node.")
    sentence = serializers.CharField()


class DataFlowSerializer(serializers.Serializer):
    process = serializers.CharField()
    version = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    format = serializers.IntegerField()
    nodes = NodeSerializer(many=True)
    edges = EdgeSerializer(many=True)
    violations = ViolationSerializer(many=True)


class OneDataFlow(PersonDoor):
    @extend_schema(
        operation_id="data_flow",
        summary="The published data-flow diagram of a process",
        responses={200: DataFlowSerializer, **replies.problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = data_flows.process_of(cast(User, request.user), code)
        found = data_flows.published(process)
        if found is None:
            raise NotVisible("not_found", "No data-flow diagram is published for this process.")
        wrong = data_flows.violations(process, data_flows.graph(found))
        return Response(
            {
                "process": process.code,
                "version": found.version,
                "published_at": found.published_at,
                **found.graph,
                "violations": [
                    {"rule": one.rule, "subject": one.subject, "sentence": one.sentence} for one in wrong
                ],
            }
        )


class QuestionnaireSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    process = serializers.CharField()
    vendor = serializers.CharField()
    state = serializers.ChoiceField(choices=QuestionnaireState.choices())
    due_on = serializers.DateField()
    score = serializers.IntegerField(allow_null=True, help_text="0 to 100; what was not answered counts 0.")
    flags = serializers.ListField(child=serializers.CharField())
    assessed_at = serializers.DateTimeField(allow_null=True)


class QuestionnairesSerializer(serializers.Serializer):
    questionnaires = QuestionnaireSerializer(many=True, help_text="The newest first.")


class Questionnaires(PersonDoor):
    @extend_schema(
        operation_id="questionnaires",
        summary="What vendors were asked, and how they were assessed",
        responses={200: QuestionnairesSerializer, **replies.problems(401)},
    )
    def get(self, request: Request) -> Response:
        found = questionnaires.listing(cast(User, request.user))
        names = ("id", "state", "due_on", "score", "flags", "assessed_at")
        return Response(
            {
                "questionnaires": [
                    {name: getattr(one, name) for name in names}
                    | {"process": one.process.code, "vendor": one.vendor.slug}
                    for one in found
                ]
            }
        )
