"""What is read of the bodies of drafts: days, figures, the number of edits a draft had when it was read, and the fingerprint
of what was read before a name is put under it."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from audit.errors import Invalid

_EDITS = "The edits of the draft you saw; 409 for others."
EDITS = OpenApiParameter("edits", int, OpenApiParameter.QUERY, description=_EDITS)


class EditsSerializer(serializers.Serializer):
    edits = serializers.IntegerField(required=False, help_text=_EDITS)


class DigestSerializer(serializers.Serializer):
    digest = serializers.CharField(help_text="The fingerprint of what you read.")


def seen(request: Request) -> int | None:
    """The number of edits in the query of something that has no body; None where none is given."""
    value = request.query_params.get("edits", "")
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Invalid("whole_number_required", "A whole number is required.", "/edits")
    return int(value)


def day(body: Mapping[str, Any], name: str) -> date | None:
    """A day of the body, as 2026-03-31; None where none is given. Raises Invalid with its pointer."""
    value = body.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid("day_required", "A day is required, such as 2026-03-31.", f"/{name}") from None


def words(body: Mapping[str, Any], name: str, longest: int) -> str:
    """A text of the body, or none. Raises Invalid with its pointer."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise Invalid("text_required", f"A text of at most {longest:,} characters is required.", f"/{name}")
    return value.strip()


def figure(body: Mapping[str, Any], name: str, *, digits: int, decimals: int) -> Decimal | None:
    """A decimal number of the body, given as a string; None where none is given. Raises Invalid with its pointer."""
    value = body.get(name)
    if value is None:
        return None
    try:
        found = Decimal(value) if isinstance(value, str) and len(value) <= 40 else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    exponent = found.as_tuple().exponent
    fits = found.is_finite() and isinstance(exponent, int) and exponent >= -decimals
    if not fits or abs(found) >= Decimal(10) ** (digits - decimals):
        sentence = f"A decimal number with at most {decimals} decimals is required, as a string."
        raise Invalid("figure_required", sentence, f"/{name}")
    return found


def required(value: Decimal | None, name: str) -> Decimal:
    if value is None:
        raise Invalid("figure_required", "A decimal number is required, as a string.", f"/{name}")
    return value


def some_of(body: Mapping[str, Any], name: str, known: Collection[str]) -> list[str]:
    """Known words of a list in the body, each once; none where it is left out. Raises Invalid with the pointer of the first at
    fault."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Invalid("list_required", "A list is required.", f"/{name}")
    for place, one in enumerate(value):
        if not isinstance(one, str) or one not in known:
            raise Invalid("not_known", "There is nothing of that name to choose.", f"/{name}/{place}")
        if one in value[:place]:
            raise Invalid("twice", "It stands there twice.", f"/{name}/{place}")
    return value


def one_of(body: Mapping[str, Any], name: str, known: type[StrEnum], default: Any = None) -> Any:
    """One of the words of a vocabulary. Raises Invalid with its pointer."""
    value = body.get(name, default)
    if not isinstance(value, str) or value not in set(known):
        raise Invalid(name, f"One of {', '.join(known)}.", f"/{name}")
    return known(value)
