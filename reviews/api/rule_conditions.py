"""What rules may ask about, and conditions as programs write them: as a tree, or as an expression (B1)."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from reviews.api import rule_schemas as schemas
from reviews.domain import conditions, expression_reading, sentences, written_values
from reviews.domain.expressions import to_cel
from reviews.domain.fields import OPS, Schema
from reviews.selectors import rulesets


def condition(body: Mapping[str, Any], schema: Schema) -> Mapping[str, Any]:
    """The condition of the body, written as a tree or as an expression. Invalid with the place of each mistake."""
    if ("condition" in body) is ("expression" in body):
        raise Invalid("condition", "Give either a condition or an expression.", "/condition")
    if "expression" in body:
        return _read(body["expression"], schema)
    found = conditions.check(body["condition"], schema)
    if found:
        details = [{"pointer": f"/condition{one.path}", "detail": one.sentence} for one in found]
        raise Invalid("condition", found[0].sentence, "/condition", details)
    return body["condition"]


def _read(expression: object, schema: Schema) -> Mapping[str, Any]:
    if not isinstance(expression, str):
        raise Invalid("expression", "An expression is a text.", "/expression")
    reading = expression_reading.read(expression, schema)
    if reading.tree is None:
        details = [
            {"pointer": "/expression", "detail": one.told(), "line": one.line, "column": one.column}
            for one in reading.mistakes
        ]
        raise Invalid("expression", reading.mistakes[0].told(), "/expression", details)
    return reading.tree


class Fields(PersonDoor):
    @extend_schema(
        operation_id="list_rule_fields",
        tags=["Rules"],
        summary="What the rules of a process may ask about",
        responses={200: schemas.RuleFieldSerializer(many=True), **problems(403, 404)},
    )
    def get(self, request: Request, code: str) -> Response:
        schema = rulesets.schema(rulesets.process_of(user=doors.agent(request), code=code))
        return Response(
            [
                {
                    "name": field.name,
                    "label": field.label,
                    "type": field.type,
                    "unit": field.unit,
                    "choices": list(field.choices),
                    "optional": field.optional,
                    "cumulative": field.cumulative,
                    "operators": [{"op": op, "words": written_values.OPS[op]} for op in OPS[field.type]],
                }
                for field in schema.values()
            ]
        )


class Check(PersonDoor):
    @extend_schema(
        operation_id="check_condition",
        tags=["Rules"],
        summary="A condition as tree, expression and sentence, or what is wrong with it; nothing is stored",
        request=schemas.CheckSerializer,
        responses={200: schemas.CheckedSerializer, **problems(400, 403, 404)},
    )
    def post(self, request: Request, code: str) -> Response:
        process = rulesets.process_of(user=doors.agent(request), code=code)
        body, schema = (
            doors.members(request.data or {}, frozenset(["condition", "expression"])),
            rulesets.schema(process),
        )
        tree = condition(body, schema)
        return Response(
            {
                "condition": tree,
                "expression": to_cel(tree, schema),
                "sentence": sentences.sentence(tree, schema),
            }
        )
