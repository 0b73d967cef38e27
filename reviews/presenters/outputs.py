"""Outputs side by side: the AI's, what others made of it, and the version the reader is writing."""

from dataclasses import dataclass
from datetime import datetime

from django.forms import BoundField

from reviews.domain import materiality
from reviews.enums import ReasonCode, Verdict
from reviews.models import Decision, Interaction
from reviews.presenters import values, words
from reviews.presenters.values import Part
from reviews.selectors.cases import Desk


@dataclass(frozen=True)
class Version:
    """What the reader is writing: the fields of the output by name. `own`: without knowing the AI's; `sent`: as it
    came in, not as it was kept."""

    fields: list[tuple[str, BoundField]]
    own: bool
    sent: bool


@dataclass(frozen=True)
class Factor:
    label: str
    text: str
    start: float
    width: float


@dataclass(frozen=True)
class Ai:
    """What the AI put out; absent while the reader must not see it."""

    fields: list[tuple[str, Part]]
    model: str
    confidence: str
    percent: float | None
    factors: list[Factor]
    plain_factors: list[str]
    citations: list[Part]


@dataclass(frozen=True)
class Given:
    """A decision that stands, as others read it."""

    who: str
    role: str
    at: datetime
    verdict: str
    final: bool
    authority: str
    reason: str
    note: str
    factors: list[str]
    fields: list[tuple[str, Part]]


@dataclass(frozen=True)
class Edited:
    """One field of the reviewer's version, with the way from the AI's to his."""

    field: BoundField
    diff_id: str
    parts: list[tuple[str, str]]
    text: bool


def ai_of(desk: Desk) -> Ai:
    interaction = desk.case.interaction
    weighted = [factor for factor in interaction.factors if factor.get("weight") is not None]
    return Ai(
        fields=fields_of(interaction, interaction.output),
        model=model_of(interaction),
        confidence=f"{interaction.confidence:.2f}" if interaction.confidence is not None else "not given",
        percent=float(interaction.confidence) * 100 if interaction.confidence is not None else None,
        factors=[_factor(factor) for factor in weighted],
        plain_factors=[str(factor["name"]) for factor in interaction.factors if factor.get("weight") is None],
        citations=[values.part(citation) for citation in interaction.citations],
    )


def model_of(interaction: Interaction) -> str:
    """The model by its name and version, or by what the agent called it."""
    version = interaction.model_version
    named = interaction.model_reference or "not named"
    return f"{version.model.name} {version.version}" if version else named


def _factor(factor: dict) -> Factor:
    """A factor as a bar from the middle: 1 fills the half to the right, −1 the half to the left."""
    weight = float(factor["weight"])
    width = min(abs(weight), 1.0) * 50
    start = 50.0 if weight >= 0 else 50.0 - width
    return Factor(str(factor["name"]), f"{weight:+.2f}".replace("-", "−"), round(start, 2), round(width, 2))


def fields_of(interaction: Interaction, output: dict) -> list[tuple[str, Part]]:
    """An output field by field: those the step knows in its order and by their labels, then the others."""
    labels = {entry["name"]: entry.get("label", entry["name"]) for entry in interaction.step.output_fields}
    ordered = [name for name in labels if name in output] + [name for name in output if name not in labels]
    return [(labels.get(name, values.label(name)), values.part(output[name])) for name in ordered]


def given_of(interaction: Interaction, decision: Decision) -> Given:
    return Given(
        who=decision.decided_by.name,
        role=words.role(decision.role),
        at=decision.decided_at,
        verdict=Verdict(decision.verdict).label,
        final=decision.is_final,
        authority=decision.authority,
        reason=ReasonCode(decision.reason_code).label if decision.reason_code else "",
        note=decision.note,
        factors=list(decision.factors),
        fields=fields_of(interaction, decision.output),
    )


def edited_of(desk: Desk, version: Version, name: str, bound: BoundField) -> Edited:
    original = desk.case.interaction.output.get(name)
    before = "" if version.own or original is None else str(original)
    after = str(bound.value() if bound.value() is not None else "").replace("\r\n", "\n")
    changed = not version.own and before.replace("\r\n", "\n") != after
    return Edited(
        field=bound,
        diff_id=f"diff-{name}",
        parts=materiality.word_diff(before, after) if changed else [],
        text=True,
    )
