"""Posting interactions and reading one's own (A1)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, problems, replies
from reviews.api import documents
from reviews.api.serializers import BatchSerializer, InteractionSerializer, ReceiptSerializer
from reviews.models import Interaction
from reviews.selectors import outcomes
from reviews.services import intake
from reviews.services.intake import Receipt


class TooMany(exceptions.APIException):
    status_code = 413
    default_code = "too_many"
    default_detail = "An array has 1,000 interactions at most; send more with the import."


def told(receipt: Receipt) -> dict[str, Any]:
    """A receipt as the agent reads it."""
    return {
        "id": receipt.id,
        "disposition": receipt.disposition,
        "state": receipt.state,
        "reasons": receipt.reasons,
        "case": receipt.case,
        "due_at": receipt.due_at,
        "receipt": receipt.receipt,
        "duplicate": receipt.duplicate,
    }


def result(receipt: Receipt) -> dict[str, Any]:
    """The status of one line of a batch, and its receipt or its problem."""
    if receipt.error is not None:
        return {"status": problems.status_of(receipt.error), "problem": problems.of(receipt.error)}
    return {"status": 200 if receipt.duplicate else 201, **told(receipt)}


class Interactions(doors.Door):
    @extend_schema(
        summary="Post one interaction, or an array of them",
        description=(
            "One object is answered with its receipt: 201 where it was taken in, 200 where the same `external_id` was "
            "taken in before. An array (1 to 1,000, in line order) is answered with one result per line: 200 where all "
            "were taken in, 207 where some were refused; a line that is wrong does not stop the others.\n\n"
            "An array is stored in several steps. Repeat it after a lost answer: lines with an `external_id` are found "
            "again, and under an Idempotency-Key so are those without, for they get one made from the key."
        ),
        parameters=[replies.IDEMPOTENCY],
        request={"application/json": documents.Intake},
        examples=[documents.SUBMISSION_EXAMPLE, documents.RECEIPT_EXAMPLE],
        responses={
            201: ReceiptSerializer,
            200: OpenApiResponse(
                documents.Taken, description="A receipt given before, or the results of an array."
            ),
            207: OpenApiResponse(BatchSerializer, description="Some lines were refused."),
            **replies.problems(400, 403, 404, 409, 411, 413, 415, 423),
        },
    )
    def post(self, request: Request) -> Response:
        body = request.data
        if not isinstance(body, list):
            return doors.once(request, lambda: self._one(request, body))
        if not body:
            raise Invalid("empty", "The array is empty.", "")
        if len(body) > settings.INTAKE_MAX_ITEMS:
            raise TooMany
        return doors.once(request, lambda: self._many(request, body), whole=False)

    def _one(self, request: Request, body: object) -> tuple[int, dict[str, Any]]:
        [receipt] = intake.accept(
            payloads=[body], agent=doors.agent(request), key=doors.key(request), at=timezone.now()
        )
        if receipt.error is not None:
            raise receipt.error
        return 200 if receipt.duplicate else 201, told(receipt)

    def _many(self, request: Request, body: list[object]) -> tuple[int, dict[str, Any]]:
        receipts = intake.accept(
            payloads=_named(request, body),
            agent=doors.agent(request),
            key=doors.key(request),
            at=timezone.now(),
        )
        refused = any(receipt.error is not None for receipt in receipts)
        results = [{"index": receipt.index, **result(receipt)} for receipt in receipts]
        return 207 if refused else 200, {"results": results}


def _named(request: Request, body: list[object]) -> list[object]:
    """The lines, each with an `external_id`: a crash between two chunks must not store one twice when it is repeated."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return body
    name = doors.fingerprint(request, key)
    return [
        {**line, "external_id": f"k-{name}-{index}"}
        if isinstance(line, dict) and not line.get("external_id")
        else line
        for index, line in enumerate(body)
    ]


class OneInteraction(doors.Door):
    @extend_schema(
        summary="Read an interaction of your own",
        description="Where it stands, and why. What became of it in the end is its outcome.",
        responses={200: InteractionSerializer, **replies.problems(403, 404)},
    )
    def get(self, request: Request, interaction_id: UUID) -> Response:
        found = outcomes.own(
            agent=doors.agent(request),
            key=doors.key(request),
            interaction_id=interaction_id,
            action="read_outcome",
        )
        return Response(_described(found))


def _described(found: Interaction) -> dict[str, Any]:
    case = getattr(found, "case", None)
    return {
        "id": found.pk,
        "disposition": found.disposition,
        "state": found.state,
        "reasons": found.reasons,
        "case": case.pk if case else None,
        "due_at": case.due_at if case else None,
        "receipt": found.received_event,
        "external_id": found.external_id,
        "process": found.process.code,
        "step": found.step.code,
        "correlation_id": found.correlation_id,
        "received_at": found.received_at,
    }
