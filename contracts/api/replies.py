"""What the description of the API says of every door: its problems, and answers given only once."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

_SENTENCES = {
    400: "The body is wrong; `errors` points at each mistake.",
    401: "No key, or one that is unknown, expired or revoked.",
    403: "The key or the account does not allow this.",
    404: "There is nothing here that you can see.",
    405: "This address does not take this method.",
    409: "The state moved on, or the name was used for something else.",
    411: "The length of the body is missing.",
    413: "More than 4 MB, or more than 1,000 interactions.",
    415: "Another content type than the one named here, or a compressed body.",
    423: "Halted: nothing is taken in, and nothing was stored. `detail` says what, why and since when.",
    500: "A mistake of ours.",
    503: "Busy; nothing was stored. Try again after the seconds in `Retry-After`.",
}

IDEMPOTENCY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    type=OpenApiTypes.STR,
    description=(
        "Up to 255 characters, kept for a week. The same key and body get the same answer with status 200 and the header "
        "`Idempotency-Replayed: true`; another body under it is refused with 409. Refusals are not kept."
    ),
)


class FieldProblemSerializer(serializers.Serializer):
    pointer = serializers.CharField(allow_blank=True, help_text="JSON pointer (RFC 6901) to what is wrong.")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Stable, for programs.")
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """The problem replies of a door: the named ones and those that every door has."""
    every = sorted({401, 405, 500, 503, *statuses})
    return {
        (status, "application/problem+json"): OpenApiResponse(
            ProblemSerializer, description=_SENTENCES[status]
        )
        for status in every
    }
