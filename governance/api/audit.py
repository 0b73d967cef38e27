"""The proofs of a log, for programs: its checkpoints, its tiles, its entries, and what is proven about them (M5, M8).

Formats are those of C2SP (tlog-checkpoint, tlog-tiles, tlog-proof), so that other people's tools read them. Sizes are
those of published checkpoints; hashes are base64.
"""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.domain.notation import base64_text
from contracts.api import replies
from contracts.models import ApiKey
from governance.api.audit_doors import ProofDoor, number, person, plain
from governance.api.audit_serializers import (
    ConsistencySerializer,
    EntriesSerializer,
    EventSerializer,
    InclusionSerializer,
)
from governance.selectors import proofs
from governance.selectors.proofs import Entry

TEXT = "text/plain"
BYTES = "application/octet-stream"
FOR_EVER = "private, max-age=31536000, immutable"
PROMISE = (
    "Event {uid} is recorded in log {log} and waits for its place in the tree.\n"
    "This is a promise and no proof: within 60 seconds a signed checkpoint shall cover it. Ask here again.\n"
)


def _described(kind: str, text: str) -> dict[Any, OpenApiResponse]:
    return {
        (200, kind): OpenApiResponse(
            OpenApiTypes.BINARY if kind == BYTES else OpenApiTypes.STR, description=text
        )
    }


def _number(name: str, text: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "integer", "minimum": 0}, required=required, description=text)


class CheckpointView(ProofDoor):
    takes_keys = True
    kept = "private, max-age=5"

    @extend_schema(
        operation_id="audit_checkpoint",
        summary="The newest signed checkpoint of a log",
        description="Origin, size and root, signed by the log, with the cosignatures of its witnesses. Save it: a later "
        "tree must continue it, and `proof/consistency` shows that it does.",
        responses={**_described(TEXT, "A signed note."), **replies.problems(403, 404)},
    )
    def get(self, request: Request, log: str) -> HttpResponse:
        return plain(proofs.checkpoint(log))


class TileView(ProofDoor):
    takes_keys = True

    @extend_schema(
        operation_id="audit_tile",
        summary="A tile of the tree",
        description="Up to 256 hashes of 32 bytes, as C2SP tlog-tiles cuts a tree. Full tiles never change.",
        parameters=[
            OpenApiParameter(
                "tile",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description="`<level>/<number>`, with `.p/<width>` behind it for a partial tile: `0/x001/067`.",
            )
        ],
        responses={**_described(BYTES, "The hashes."), **replies.problems(400, 403, 404, 409)},
    )
    def get(self, request: Request, log: str, tile: str) -> HttpResponse:
        found = proofs.tile(log, tile)
        response = HttpResponse(found.hashes, content_type=BYTES)
        if found.full:
            response.headers["Cache-Control"] = FOR_EVER
        return response


class EntryTileView(ProofDoor):
    @extend_schema(
        operation_id="audit_entry_tile",
        summary="The entries of a tile",
        description="Up to 256 bodies, each behind its length in two bytes, as C2SP tlog-tiles has them. For whoever may read "
        "all of them; `entries` gives the others what they may read, and hashes.",
        parameters=[
            OpenApiParameter(
                "tile",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description="`<number>`, with `.p/<width>` behind it for a partial tile: `x001/067`.",
            )
        ],
        responses={**_described(BYTES, "The bodies."), **replies.problems(400, 403, 404, 409)},
    )
    def get(self, request: Request, log: str, tile: str) -> HttpResponse:
        found, full = proofs.entry_bundle(person(request), log, tile)
        response = HttpResponse(found, content_type=BYTES)
        if full:
            response.headers["Cache-Control"] = FOR_EVER
        return response


class EntriesView(ProofDoor):
    @extend_schema(
        operation_id="audit_entries",
        summary="The entries of a log, in order",
        description="At most 256. A body that you may not read is left out, with the reason; its hash proves it all the "
        "same, so a whole log can be checked by whoever reads a part of it.",
        parameters=[
            _number("from", "The first index; 0 where it is not given.", required=False),
            _number("to", "The index behind the last; a page where it is not given.", required=False),
        ],
        responses={200: EntriesSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def get(self, request: Request, log: str) -> Response:
        begin = number(request, "from", 0)
        end = number(request, "to") if "to" in request.query_params else None
        size, found = proofs.entries(person(request), log, begin, end)
        return Response({"log": log, "size": size, "entries": [_told(entry) for entry in found]})


class InclusionView(ProofDoor):
    @extend_schema(
        operation_id="audit_inclusion",
        summary="The proof that an entry is in a published tree",
        parameters=[_number("index", "Of the entry."), _number("size", "Of a published checkpoint.")],
        responses={200: InclusionSerializer, **replies.problems(400, 403, 404, 409)},
    )
    def get(self, request: Request, log: str) -> Response:
        index, size = number(request, "index"), number(request, "size")
        hashes = proofs.inclusion(log, index, size)
        return Response({"log": log, "index": index, "size": size, "hashes": _texts(hashes)})


class ConsistencyView(ProofDoor):
    takes_keys = True

    @extend_schema(
        operation_id="audit_consistency",
        summary="The proof that one published tree continues another",
        parameters=[
            _number("from", "The size of the checkpoint you have."),
            _number("to", "The size of a later one."),
        ],
        responses={200: ConsistencySerializer, **replies.problems(400, 403, 404, 409)},
    )
    def get(self, request: Request, log: str) -> Response:
        old, new = number(request, "from"), number(request, "to")
        hashes = proofs.consistency(log, old, new)
        return Response({"log": log, "from": old, "to": new, "hashes": _texts(hashes)})


class EventView(ProofDoor):
    @extend_schema(
        operation_id="audit_event",
        summary="One event with its proof",
        description="Its bytes where you may read them, the hash they have now, and its proof where a checkpoint covers it.",
        responses={200: EventSerializer, **replies.problems(403, 404, 409)},
    )
    def get(self, request: Request, log: str, uid: UUID) -> Response:
        found, proof = proofs.entry(person(request), log, uid)
        return Response({"log": log, **_told(found), "uid": uid, "proof": proof.decode() if proof else None})


class EventProofView(ProofDoor):
    @extend_schema(
        operation_id="audit_event_proof",
        summary="The proof of an event, as a file",
        description="C2SP tlog-proof: with the event's bytes and the log's key it is checked offline. 202 with a promise "
        "while no checkpoint covers the event.",
        responses={
            **_described(TEXT, "The proof."),
            (202, TEXT): OpenApiResponse(OpenApiTypes.STR, description="Not yet; a promise, and no proof."),
            **replies.problems(403, 404, 409),
        },
    )
    def get(self, request: Request, log: str, uid: UUID) -> HttpResponse:
        proofs.event(log, uid)
        return _proof_or_promise(log, uid)


class ReceiptView(ProofDoor):
    takes_keys = True

    @extend_schema(
        operation_id="audit_receipt",
        summary="The receipt of an event",
        description="What the intake's reply names as `receipt`. An agent has the receipts of what it posted itself. Once "
        "the event is under a signed checkpoint, the receipt is its proof: log, index, size, and the path to the root.",
        responses={
            **_described(TEXT, "The proof, which is the receipt."),
            (202, TEXT): OpenApiResponse(OpenApiTypes.STR, description="Not yet; a promise, and no proof."),
            **replies.problems(403, 404, 409),
        },
    )
    def get(self, request: Request, log: str, uid: UUID) -> HttpResponse:
        if isinstance(request.auth, ApiKey):
            proofs.own_event(request.auth, log, uid)
        else:
            proofs.event(log, uid)
        return _proof_or_promise(log, uid)


def _proof_or_promise(log: str, uid: UUID) -> HttpResponse:
    found = proofs.proof(log, uid)
    if found is not None:
        return plain(found)
    promise = plain(PROMISE.format(uid=uid, log=log).encode(), 202)
    promise.headers["Retry-After"] = "5"
    return promise


def _told(entry: Entry) -> dict[str, Any]:
    body = None if entry.body is None else base64_text(entry.body)
    return {
        "index": entry.index,
        # The id tells when, which is as much as somebody may know who may not know what.
        "uid": None if entry.withheld else entry.uid,
        "leaf": base64_text(entry.leaf),
        "body": body,
        "withheld": entry.withheld,
    }


def _texts(hashes: list[bytes]) -> list[str]:
    return [base64_text(one) for one in hashes]
