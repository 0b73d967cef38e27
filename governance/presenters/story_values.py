"""What came in, went out and stands, in labelled lines as the case page shows them, with the raw form beside."""

import json
from dataclasses import dataclass, field
from typing import Any

from reviews.models import Interaction
from reviews.presenters import outputs, values
from reviews.presenters.values import Part


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in labelled lines (`fields`), or as one part where it has none, and as JSON (`raw`, empty for a text that
    reads as it is). With a `notice` nothing of it is shown."""

    notice: str = ""
    fields: list[tuple[str, Part]] = field(default_factory=list)
    part: Part | None = None
    raw: str = ""


def given(value: Any) -> Shown:
    """What the agent was given; its fields are named by the agent."""
    part = values.part(value)
    return Shown(part=part, raw="" if isinstance(value, str) else _raw(value))


def output(interaction: Interaction, value: dict) -> Shown:
    """An output, by the labels and in the order of its step."""
    if not value:
        return Shown(part=values.part(value))
    return Shown(fields=outputs.fields_of(interaction, value), raw=_raw(value))


def _raw(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
