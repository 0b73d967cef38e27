"""What the description of the API says beside the shapes: problems, headers and examples."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiExample
from rest_framework import serializers

from reviews.api.serializers import (
    BatchSerializer,
    ReceiptSerializer,
    SubmissionSerializer,
)
from reviews.domain import submission

SUBMISSION_EXAMPLE = OpenApiExample(
    "One interaction",
    request_only=True,
    value={
        "process": "NORTH-AP",
        "step": "approve",
        "external_id": "inv-4711",
        "subject_ref": "supplier-88",
        "input": {"invoice": "Invoice 4711 for 12 valves"},
        "ai_output": {"decision": "pay", "amount": "1200.00"},
        "confidence": 0.97,
        "amount": "1200.00",
        "currency": "EUR",
        "model_version": "reader-1.0",
        "endpoint": "reader-eu",
        "lineage": [{"source_system": "erp", "source_record_id": "4711"}],
        "gen_ai.usage.output_tokens": 211,
    },
)
RECEIPT_EXAMPLE = OpenApiExample(
    "A person must decide",
    response_only=True,
    status_codes=["201"],
    value={
        "id": "019c0000-0000-7000-8000-000000000001",
        "disposition": "review",
        "state": "awaiting",
        "reasons": [{"code": "RULE_HUMAN_REVIEW", "sentence": "Amount ≥ €5,000 (rule AP-R1 v1)"}],
        "case": "019c0000-0000-7000-8000-000000000002",
        "due_at": "2026-03-04T10:30:00Z",
        "receipt": "019c0000-0000-7000-8000-000000000003",
        "duplicate": False,
    },
)


class SubmissionSchema(OpenApiSerializerExtension):
    """What a serializer cannot say of a submission: unknown fields are refused, `gen_ai.*` are taken."""

    target_class = SubmissionSerializer

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        schema["patternProperties"] = {r"^gen_ai\.": {"type": ["string", "number", "boolean"]}}
        schema["additionalProperties"] = False
        properties = schema["properties"]
        properties["input"]["type"] = ["object", "string", "array"]
        properties["ai_output"] |= {
            "type": "object",
            "minProperties": 1,
            "maxProperties": submission.MAX_LIST,
        }
        properties["attributes"] |= {"type": ["object", "null"], "maxProperties": submission.MAX_LIST}
        properties["amount"] = _without_format(properties["amount"])
        properties["confidence"]["type"] = ["number", "string", "null"]
        return schema


def _without_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: schema[name] for name in schema if name == "description"},
        "type": ["string", "number", "null"],
    }


class Intake(serializers.Serializer):
    """The body of an intake: one interaction, or an array of 1 to 1,000."""


class IntakeSchema(OpenApiSerializerExtension):
    target_class = Intake

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        one = auto_schema.resolve_serializer(SubmissionSerializer, direction).ref
        return {"oneOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 1000}]}


class Taken(serializers.Serializer):
    """The receipt given before, or the results of an array."""


class TakenSchema(OpenApiSerializerExtension):
    target_class = Taken

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        kinds = (ReceiptSerializer, BatchSerializer)
        return {"oneOf": [auto_schema.resolve_serializer(kind, direction).ref for kind in kinds]}
