"""The version in force that somebody looked at before they replaced it: of rules, or of a matrix."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from audit.errors import Invalid
from contracts.api import doors

_MEANING = (
    "The version in force as you read it, 0 where none is: another one since then is answered with 409."
)


def against(body: Mapping[str, Any]) -> int:
    """What the body compared with. Raises Invalid where it does not say: it may have looked at anything."""
    number = doors.whole_number(body, "against")
    if number is None:
        raise Invalid(
            "against_required", "Name the version in force as you read it, 0 where none is.", "/against"
        )
    return number


def field(only_for: str = "") -> serializers.IntegerField:
    """How the description of the API tells of it; `only_for` names the acts of several that need it."""
    text = f"Required for {only_for}. {_MEANING}" if only_for else _MEANING
    return serializers.IntegerField(required=not only_for, min_value=0, help_text=text)
