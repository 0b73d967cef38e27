"""Redaction for others: what upstream systems send here comes back without personal data, and is not stored (A4)."""

import re
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from reviews.api.serializers import RedactedSerializer, RedactSerializer
from reviews.domain import redaction

LONGEST = 200_000
MAX_NAMES = 50
_MEMBERS = frozenset({"text", "json", "names", "region"})
_REGION = re.compile(r"[A-Z]{2}")


class Redact(doors.Door):
    @extend_schema(
        summary="Replace personal data by tokens",
        description=(
            "Gives back the text or JSON value with tokens such as «IBAN_1» in the place of personal data, and a report that "
            "counts what was found. Nothing of it is stored."
        ),
        parameters=[replies.IDEMPOTENCY],
        request=RedactSerializer,
        responses={200: RedactedSerializer, **replies.problems(400, 403, 409, 411, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        doors.check_action(request, "redact")
        return doors.once(request, lambda: (200, _redacted(request.data)), kept=False)


def _redacted(posted: object) -> dict[str, Any]:
    body = doors.members(posted, _MEMBERS)
    names, region = _names(body), _region(body)
    if ("text" in body) == ("json" in body):
        raise Invalid("text_or_json", "Send either a text or a json.", "/text")
    if "json" in body:
        value = redaction.redact_json(body["json"], names=names, region=region)
        return {"json": value.value, "report": value.report}
    text = body["text"]
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Invalid("invalid_fields", f"A text of at most {LONGEST:,} characters is required.", "/text")
    found = redaction.redact_text(text, names=names, region=region)
    return {"text": found.text, "report": found.report}


def _names(body: Mapping[str, Any]) -> list[str]:
    names = body.get("names", [])
    if not isinstance(names, list) or len(names) > MAX_NAMES:
        raise Invalid("invalid_fields", f"A list of at most {MAX_NAMES} names is required.", "/names")
    for index, name in enumerate(names):
        if not isinstance(name, str) or len(name) > 200:
            raise Invalid(
                "invalid_fields", "A name of at most 200 characters is required.", f"/names/{index}"
            )
    return names


def _region(body: Mapping[str, Any]) -> str:
    region = body.get("region", "")
    if not isinstance(region, str) or (region and not _REGION.fullmatch(region)):
        raise Invalid("invalid_fields", "Two capital letters (ISO 3166) are required.", "/region")
    return region
