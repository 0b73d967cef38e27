"""The import: one interaction per line in, one result per line out, in bounded memory, of any length (A1)."""

import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.http import StreamingHttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from audit.errors import Invalid, NotAllowed, Refused
from contracts import access
from contracts.api import doors, problems, replies, strict_json
from contracts.models import ApiKey, User
from contracts.services import api_keys
from reviews.api.interactions import result
from reviews.api.serializers import ImportResultSerializer
from reviews.services import intake

NDJSON = "application/x-ndjson"
CHUNK_LINES = 500
CHUNK_BYTES = 4 * 1024 * 1024
_SPOOL = 1024 * 1024
_PIECE = 64 * 1024


class Lines(Protocol):
    def readline(self, size: int = ..., /) -> bytes: ...


class LineParser(BaseParser):
    """Hands the body on unread: it may be longer than memory."""

    media_type = NDJSON

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream


class AnyReply(BaseContentNegotiation):
    """Lines go out whatever the client says it accepts; only the content type of the body is looked at."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return next(
            (parser for parser in parsers if request.content_type.split(";")[0] == parser.media_type), None
        )

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return JSONRenderer(), JSONRenderer.media_type


@dataclass
class _Line:
    number: int
    payload: object = None
    error: Refused | None = None


@dataclass
class _Tally:
    lines: int = 0
    created: int = 0
    duplicates: int = 0
    refused: int = 0
    complete: bool = True

    def count(self, status: int) -> None:
        self.lines += 1
        if status == 201:
            self.created += 1
        elif status == 200:
            self.duplicates += 1
        else:
            self.refused += 1


@dataclass
class _Import:
    """One import under way: reads lines, stores them in chunks, yields a result for each."""

    stream: Lines
    agent: User
    key: ApiKey
    tally: _Tally = field(default_factory=_Tally)

    def results(self) -> Iterator[bytes]:
        chunk: list[_Line] = []
        size = number = 0
        try:
            while raw := self._next():
                number += 1
                line = _read(number, raw)
                if line is None:
                    continue
                chunk.append(line)
                size += len(raw)
                if len(chunk) >= CHUNK_LINES or size >= CHUNK_BYTES:
                    yield self._store(chunk)
                    chunk, size = [], 0
        except (UnreadablePostError, OSError):
            # The client hung up. What was read in full is stored; the rest comes again with the next attempt.
            self.tally.complete = False
        if chunk:
            yield self._store(chunk)
        yield _line({"summary": vars(self.tally)})

    def _next(self) -> bytes:
        """The next line; of one that is too long only its beginning, one byte over the limit."""
        longest = settings.IMPORT_LINE_BYTES
        raw = self.stream.readline(longest + 2)
        if len(raw) > longest and not raw.endswith(b"\n"):
            piece = self.stream.readline(_PIECE)
            while piece and not piece.endswith(b"\n"):
                piece = self.stream.readline(_PIECE)
        return raw

    def _store(self, chunk: list[_Line]) -> bytes:
        at = timezone.now()
        try:
            results = self._accept(chunk, at)
        except OperationalError:
            results = [_busy() for _ in chunk]
        except DatabaseError:
            # One line that the database refuses must not take the others with it.
            results = [self._alone(line, at) for line in chunk]
        pieces = []
        for line, told in zip(chunk, results, strict=True):
            self.tally.count(told["status"])
            pieces.append(_line({"line": line.number, **told}))
        return b"".join(pieces)

    def _accept(self, chunk: list[_Line], at: datetime) -> list[dict[str, Any]]:
        # An import may run for an hour: key and grants are looked at with every chunk.
        if not api_keys.lives(key=self.key, at=at):
            closed = _refused(NotAllowed("key_closed", "The key was closed while the import ran."))
            return [closed for _ in chunk]
        access.read_again(self.agent)
        sound = [line for line in chunk if line.error is None]
        receipts = intake.accept(
            payloads=[line.payload for line in sound], agent=self.agent, key=self.key, at=at
        )
        told = {line.number: result(receipt) for line, receipt in zip(sound, receipts, strict=True)}
        return [told[line.number] if line.error is None else _refused(line.error) for line in chunk]

    def _alone(self, line: _Line, at: datetime) -> dict[str, Any]:
        try:
            return self._accept([line], at)[0]
        except OperationalError:
            return _busy()
        except DatabaseError:
            return _refused(Invalid("not_storable", "The database cannot hold this line.", ""))


def _read(number: int, raw: bytes) -> _Line | None:
    """The line as it will be posted, or what is wrong with it; None for an empty one."""
    text = raw.strip()
    if not text:
        return None
    if len(text) > settings.IMPORT_LINE_BYTES:
        return _Line(number, error=Invalid("line_too_long", "A line has 256 kB at most.", ""))
    try:
        payload = strict_json.loads(text)
    except ValueError as error:
        return _Line(number, error=Invalid("parse_error", f"The line is not valid JSON: {error}", ""))
    if isinstance(payload, dict) and not payload.get("external_id"):
        sentence = "A line of an import needs an external_id, so that it can be sent again safely."
        return _Line(number, error=Invalid("external_id_required", sentence, "/external_id"))
    return _Line(number, payload)


def _refused(error: Refused) -> dict[str, Any]:
    return {"status": problems.status_of(error), "problem": problems.of(error)}


def _busy() -> dict[str, Any]:
    return {
        "status": 503,
        "problem": problems.problem(503, "busy", "The database is busy: send this line again."),
    }


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _held_back(results: Iterator[bytes]) -> Iterator[bytes]:
    """The results after the last line was read: many clients do not read before they have sent everything.

    If both sides wrote and neither read, both would wait for ever. The results wait in a file, not in memory.
    """
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spool:
        for piece in results:
            spool.write(piece)
        spool.seek(0)
        while piece := spool.read(_PIECE):
            yield piece


class Imports(doors.Door):
    takes_unknown_length = True
    parser_classes = [LineParser]
    content_negotiation_class = AnyReply

    @extend_schema(
        summary="Import any number of interactions, one JSON object per line",
        description=(
            "Lines of up to 256 kB, each with an `external_id`, are stored in chunks of 500 as they come in. Each gets one "
            "result line; a line that is wrong does not stop the others; the last line is a summary. The import can be "
            "repeated at any time, also after half of it: what was taken in before is answered with status 200, so an "
            "Idempotency-Key is not needed and not looked at.\n\nThe results are sent when the last line was read, because "
            "many clients read nothing before they have sent everything. A client that reads while it sends asks for "
            "`live=true` and gets them chunk by chunk."
        ),
        parameters=[
            OpenApiParameter("live", OpenApiTypes.BOOL, description="Send results while lines still come in.")
        ],
        request={NDJSON: OpenApiTypes.STR},
        responses={
            (200, NDJSON): OpenApiResponse(
                ImportResultSerializer, description="One such line per line, then a summary."
            ),
            **replies.problems(400, 411, 415),
        },
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        live = request.query_params.get("live", "false").lower()
        if live not in {"true", "false"}:
            raise Invalid("invalid_parameter", "`live` is true or false.", "/live")
        results = _Import(_stream(request), doors.agent(request), doors.key(request)).results()
        reply = results if live == "true" else _held_back(results)
        return StreamingHttpResponse(reply, content_type=NDJSON, headers={"X-Accel-Buffering": "no"})


def _stream(request: Request) -> Lines:
    """The body, unread. Django reads none of unknown length, so that one is taken from the server itself."""
    body = request.data
    if request.headers.get("Transfer-Encoding") and not request.headers.get("Content-Length"):
        return request.META["wsgi.input"]
    return body if hasattr(body, "readline") else io.BytesIO()
