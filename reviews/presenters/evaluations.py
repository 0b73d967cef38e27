"""The page of one evaluation: what the reviewer had before him, how it was handled, the scorecard — and the verdict
only once the score is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from contracts.presenters.parts import State
from reviews.domain import strata
from reviews.domain.scorecard import Control, Item
from reviews.enums import Disposition, Mark, Verdict
from reviews.models import Interaction
from reviews.presenters import handling, outputs, values, words
from reviews.presenters.values import Part
from reviews.selectors.evaluations import Sheet

MARKS = {
    Mark.PASS: State("Pass", "good", "check"),
    Mark.FAIL: State("Fail", "bad", "bad"),
    Mark.NA: State("N/A", "neutral", "dot"),
    Mark.NONE: State("0 of 4", "bad", "bad"),
    Mark.QUARTER: State("1 of 4", "bad", "bad"),
    Mark.HALF: State("2 of 4", "warn", "warn"),
    Mark.MOST: State("3 of 4", "good", "check"),
    Mark.FULL: State("4 of 4", "good", "check"),
}
_STRAIGHT = "The output that went out is wrong"
_REVIEWED = "The AI’s output is wrong as it stands"


@dataclass(frozen=True)
class Line:
    """One line of the scorecard; `mark` and `note` are the fields of the form while it is open, else what was given."""

    code: str
    text: str
    weight: int
    critical: bool
    applies: bool
    mark: Any
    note: Any
    controls: str


@dataclass(frozen=True)
class Result:
    score: str
    pass_mark: int
    state: State
    critical: list[str]
    by: str
    at: datetime
    judged: str
    went_out: str
    verdict: str
    given: list[outputs.Given]


@dataclass(frozen=True)
class EvaluationPage:
    id: UUID
    short: str
    process: str
    step: str
    stratum: str
    draw_url: str
    day: str
    due: str
    overdue: bool
    version: int
    blind: str
    question: str
    why: list[str]
    input: Part
    redacted: str
    lineage: list[Part]
    ai_fields: list[tuple[str, Part]]
    model: str
    confidence: str
    percent: float | None
    factors: list[str]
    citations: list[Part]
    handling: list[tuple[str, str]]
    rationales: list[str]
    lines: list[Line]
    next_url: str
    result: Result | None = None


def evaluation_page(sheet: Sheet, fields: Mapping[str, tuple[Any, Any]] | None = None) -> EvaluationPage:
    """The page for its reader. `fields` gives, by line, the bound mark and note of the form while it is open."""
    evaluation, interaction = sheet.evaluation, sheet.evaluation.interaction
    straight = _straight(interaction)
    return EvaluationPage(
        id=evaluation.pk,
        short=words.short_id(interaction.pk),
        process=evaluation.process.name,
        step=interaction.step.name,
        stratum=strata.words(evaluation.stratum),
        draw_url=reverse("reviews:sample", args=[evaluation.draw_id]) if sheet.sees_samples else "",
        day=evaluation.draw.window_start.astimezone(ZoneInfo(evaluation.process.time_zone)).strftime(
            "%-d %b %Y"
        ),
        due=words.limit(sheet.due_at, sheet.at) if sheet.open else "",
        overdue=sheet.open and sheet.due_at < sheet.at,
        version=evaluation.scorecard.version,
        blind="" if straight else "What was decided is shown once your score is in.",
        question=_STRAIGHT if straight else _REVIEWED,
        why=[reason["sentence"] for reason in interaction.reasons] or ["No rule fired"],
        input=values.part(interaction.input),
        redacted=_redacted(interaction),
        lineage=[values.part(edge) for edge in interaction.lineage],
        ai_fields=outputs.fields_of(interaction, interaction.output),
        model=outputs.model_of(interaction),
        confidence=f"{interaction.confidence:.2f}" if interaction.confidence is not None else "not given",
        percent=float(interaction.confidence) * 100 if interaction.confidence is not None else None,
        factors=[_factor(factor) for factor in interaction.factors],
        citations=[values.part(citation) for citation in interaction.citations],
        handling=handling.told(sheet),
        rationales=[decision.note for decision in sheet.decisions if decision.note] if sheet.open else [],
        lines=[_line(item, evaluation.answers, fields) for item in sheet.items],
        next_url=reverse("reviews:evaluation", args=[sheet.following]) if sheet.following else "",
        result=None if sheet.open else _result(sheet),
    )


def _straight(interaction: Interaction) -> bool:
    return interaction.disposition == Disposition.AUTO_RELEASED


# ── Left: what the reviewer had ──────────────────────────────────────────────────────────────────────────────


def _redacted(interaction: Interaction) -> str:
    if interaction.redaction.get("attested"):
        return "redacted by the sender"
    found = sum(int(count) for count in (interaction.redaction.get("counts") or {}).values())
    return f"{found} {'passage' if found == 1 else 'passages'} redacted" if found else "nothing to redact"


def _factor(factor: Mapping[str, Any]) -> str:
    weight = factor.get("weight")
    signed = f" {float(weight):+.2f}".replace("-", "−") if weight is not None else ""
    return f"{factor['name']}{signed}"


# ── Right: the scorecard, and what came of it ────────────────────────────────────────────────────────────────


def _line(item: Item, answers: Mapping[str, Any], fields: Mapping[str, tuple[Any, Any]] | None) -> Line:
    mark: Any = None
    note: Any = ""
    if fields is not None and item.applies:
        mark, note = fields[item.code]
    elif item.code in answers:
        mark, note = MARKS[Mark(answers[item.code]["mark"])], answers[item.code]["note"]
    elif not item.applies:
        mark = MARKS[Mark.NA]
    return Line(
        code=item.code,
        text=item.text,
        weight=item.weight,
        critical=item.critical,
        applies=item.applies,
        mark=mark,
        note=note,
        controls=controls(item.controls),
    )


def controls(references: tuple[Control, ...]) -> str:
    """The controls of a line, each framework once: "SOC 2 CC6.1, CC6.3 · ISO 27001 A.5.15"."""
    grouped: dict[str, list[str]] = {}
    for control in references:
        grouped.setdefault(control.framework, []).append(control.reference)
    return " · ".join(f"{framework} {', '.join(found)}" for framework, found in grouped.items())


def _result(sheet: Sheet) -> Result:
    evaluation = sheet.evaluation
    by, at = evaluation.submitted_by, evaluation.submitted_at
    assert by is not None  # noqa: S101 — a constraint of the table
    assert at is not None  # noqa: S101 — a constraint of the table
    failed = {code for code, answer in evaluation.answers.items() if answer["mark"] in (Mark.FAIL, Mark.NONE)}
    final = evaluation.interaction.final_decision
    return Result(
        score=points(evaluation.score),
        pass_mark=evaluation.scorecard.pass_mark,
        state=outcome(passed=bool(evaluation.passed), critical=bool(evaluation.critical_fail)),
        critical=[item.text for item in sheet.items if item.critical and item.code in failed],
        by=by.name,
        at=at,
        judged="wrong" if evaluation.judged_wrong else "not wrong",
        went_out="wrong" if evaluation.output_wrong else "not wrong",
        verdict=Verdict(final.verdict).label if final else "Straight through: nobody decided",
        given=[outputs.given_of(evaluation.interaction, decision) for decision in sheet.decisions],
    )


def points(score: Decimal | None) -> str:
    """A score as it is read: without the zeros behind it."""
    return f"{score:.2f}".rstrip("0").rstrip(".") if score is not None else ""


def outcome(*, passed: bool, critical: bool) -> State:
    if critical:
        return State("Critical failure: the score is zero", "bad", "bad")
    return State("Passed", "good", "check") if passed else State("Not passed", "warn", "warn")
