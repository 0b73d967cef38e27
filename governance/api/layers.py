"""The three layers of governance by program: the checklist of a process with its gaps (L9)."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contracts import access
from contracts.api import doors
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.domain.roles import VIEW_CONTRACTS
from governance.domain.layers import Found, Layer, Subject
from governance.selectors import layers


class ArtefactSerializer(serializers.Serializer):
    subject = serializers.ChoiceField(choices=Subject.choices())
    layer = serializers.ChoiceField(choices=Layer.choices())
    found = serializers.ChoiceField(choices=Found.choices())
    sentence = serializers.CharField(help_text="What there is, or what is missing.")


class LayersSerializer(serializers.Serializer):
    process = serializers.CharField()
    artefacts = ArtefactSerializer(many=True)


class Layers(PersonDoor):
    @extend_schema(
        operation_id="governance_layers",
        summary="What there is of a process in the contract, in the process and in the organisations",
        responses={200: LayersSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        process = access.process(doors.agent(request), code, VIEW_CONTRACTS, layers.READERS)
        artefacts = [
            {"subject": row.subject, "layer": layer, "found": artefact.found, "sentence": artefact.sentence}
            for row in layers.rows(process, timezone.now())
            for layer, artefact in row.layers
        ]
        return Response({"process": process.code, "artefacts": artefacts})
