"""The pages of the QA sample: where each process stands, the draws, and one draw with its proof."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from contracts.presenters.parts import State
from reviews.domain import neyman, planning, strata
from reviews.domain.planning import SMALL_MONTH
from reviews.domain.qa_kinds import Allocation
from reviews.domain.sampling import HIGHEST, LOWEST
from reviews.enums import SCORED, DrawKind, DrawState, EvaluationState, SeedKind, SeedReason
from reviews.models import Dispute, Draw, EnhancedMode, Evaluation
from reviews.presenters import words
from reviews.selectors import disputes, evaluations
from reviews.selectors.draws import DrawnDay, Standing

NOTHING = "–"
_TO_SCORE = State("To score", "info", "clock")
SHARE = (
    "Drawn ÷ everything that went out this month, straight through or after review, honeypots left out."
    f" A month has to end between 5 % and 10 %; in a small process, under {SMALL_MONTH} a month, the looks owed to"
    " reviewers and strata win."
)
SEEDS = {
    SeedKind.HMAC: "Repeatable: drawn by the operator’s key, before seeds came from checkpoints",
    SeedKind.CHECKPOINT: "Re-drawable: the seed is the hash of the first checkpoint that covers the frame, so anybody can"
    " draw it again; the operator, who signs the checkpoints, could have known it",
    SeedKind.WITNESSED: "Unpredictable: the seed is the hash of the first checkpoint that covers the frame and bears a"
    " witness’s cosignature, which the operator could not know before it was there. The operator could still pass over a"
    " checkpoint that was confirmed and wait for another: nothing here shows that, only the witness’s own record",
}
ALLOCATIONS = {
    Allocation.TIER: "By what an error costs at the tier: critical 4, high 2, medium 1, low ½",
    Allocation.NEYMAN: "By how differently the scores of the last 90 days turned out (Neyman): the standard deviation S of"
    f" “passed or not” weighs a stratum; one with less than {neyman.ENOUGH} looks keeps the weight of its tier",
}
REASONS = {
    SeedReason.NO_WITNESS: "The log has no witness",
    SeedReason.SILENT: "The log’s witnesses said nothing for a day",
}


@dataclass(frozen=True)
class ProcessTile:
    """One process: this month's share with its band, and what waits."""

    code: str
    name: str
    number: str
    delta: str
    hue: str
    formula: str
    numerator: str
    denominator: str
    plan: str
    plan_url: str
    waiting: str


@dataclass(frozen=True)
class DrawRow:
    url: str
    day: date
    process: str
    frame: str
    drawn: str
    share: str
    scored: str
    flags: list[State]


@dataclass(frozen=True)
class OpenRow:
    url: str
    short: str
    process: str
    step: str
    stratum: str
    due: datetime
    overdue: bool


@dataclass(frozen=True)
class StratumRow:
    name: str
    size: str
    weight: str
    spread: str
    drawn: str
    share: str


@dataclass(frozen=True)
class ItemRow:
    url: str
    short: str
    step: str
    stratum: str
    pi: str
    state: State
    score: str
    by: str
    due: datetime | None


@dataclass(frozen=True)
class SamplePage:
    """One draw with its proof."""

    day: date
    targeted: bool
    process: str
    process_name: str
    zone: str
    start: datetime
    end: datetime
    fixed_at: datetime | None
    drawn_at: datetime | None
    size: str
    frame: str
    share: str
    fraction: str
    frame_hash: str
    seed: str
    seed_kind: str
    seed_sentence: str
    seed_reason: str
    checkpoint: str
    checkpoint_hash: str
    witness: str
    waits: str
    command: str
    carried_in: str
    carried_out: str
    small: bool
    deferred: int
    enhanced: EnhancedMode | None
    allocation: str
    learned: bool
    strata: list[StratumRow]
    items: list[ItemRow]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else NOTHING


def tile(standing: Standing, at: datetime) -> ProcessTile:
    delta, hue = _band(standing)
    plan = standing.plan
    floors = f"floors {plan.reviewer_floor} a reviewer, {plan.stratum_floor} a stratum" if plan else ""
    return ProcessTile(
        code=standing.process.code,
        name=standing.process.name,
        number=percent(standing.drawn, standing.population),
        delta=delta,
        hue=hue,
        formula=SHARE,
        numerator=f"{standing.drawn:,}",
        denominator=f"{standing.population:,}",
        plan=f"{_mode(standing.enhanced)}Plan {_fraction(plan.fraction)}, {floors}"
        if plan
        else "No sampling plan: nothing is drawn",
        plan_url=reverse("reviews:sampling_plan", args=[standing.process.code])
        if standing.may_manage
        else "",
        waiting=_waiting(standing, at),
    )


def _band(standing: Standing) -> tuple[str, str]:
    """Whether this month's share lies in the band, in words; a process too small to judge is said to be one, and the days of
    enhanced mode are left out."""
    if not standing.population:
        return "nothing drawn yet", "neutral"
    if standing.small:
        return "small process", "info"
    if not standing.planned_population:
        return "enhanced mode only", "info"
    beside = " without enhanced days" if standing.planned_population < standing.population else ""
    share = Fraction(standing.planned_drawn, standing.planned_population)
    if share < Fraction(LOWEST):
        return f"below 5–10 %{beside}", "warn"
    if share > Fraction(HIGHEST):
        return f"above 5–10 %{beside}", "warn"
    return f"in band 5–10 %{beside}", "good"


def _mode(mode: EnhancedMode | None) -> str:
    return f"Enhanced mode {_fraction(mode.fraction)} until {mode.until:%-d %b %Y}. " if mode else ""


def _waiting(standing: Standing, at: datetime) -> str:
    if not standing.waiting or standing.next_due is None:
        return "nothing waits to be scored"
    late = f", {standing.overdue:,} overdue" if standing.overdue else ""
    return f"{standing.waiting:,} to score{late}; the next {words.limit(standing.next_due, at)}"


def _fraction(fraction: Decimal) -> str:
    return f"{100 * fraction:.1f} %"


def draw_row(drawn: DrawnDay) -> DrawRow:
    draw = drawn.draw
    flags = []
    targeted = draw.kind == DrawKind.TARGETED
    if targeted:
        flags.append(State("Targeted: flagged by automatic QA", "info", "info"))
    fixed = draw.state == DrawState.FIXED
    if fixed:
        flags.append(State("Frame fixed, not drawn yet", "info", "clock"))
    if draw.enhanced is not None:
        flags.append(State(f"Enhanced mode, {_fraction(draw.fraction)}", "info", "info"))
    if draw.small_process:
        flags.append(State("Small process", "info", "info"))
    if draw.deferred:
        flags.append(State(f"{len(draw.deferred)} deferred", "warn", "warn"))
    return DrawRow(
        url=reverse("reviews:sample", args=[draw.pk]),
        day=_day(draw),
        process=draw.process.code,
        frame=f"{draw.frame_size:,}",
        drawn=NOTHING if fixed else f"{draw.size:,}",
        share=NOTHING if targeted or fixed else percent(draw.size, draw.frame_size),
        scored=f"{drawn.scored:,}",
        flags=flags,
    )


def open_row(evaluation: Evaluation, at: datetime) -> OpenRow:
    due_at = evaluations.due_at(evaluation)
    return OpenRow(
        url=reverse("reviews:evaluation", args=[evaluation.pk]),
        short=words.short_id(evaluation.interaction_id),
        process=evaluation.process.code,
        step=evaluation.interaction.step.name,
        stratum=strata.words(evaluation.stratum),
        due=due_at,
        overdue=due_at < at,
    )


def sample_page(
    draw: Draw,
    items: Sequence[Evaluation],
    at: datetime,
    waits: str,
    hidden: Collection[UUID] = (),
    reviewers: Mapping[str, str] | None = None,
) -> SamplePage:
    """`waits` says what a draw waits for whose frame is only fixed; `hidden` are those whose score this reader must not
    know yet; `reviewers` what he may call those whose work is a stratum of its own."""
    called = reviewers or {}
    allocation, spread = planning.allocation(draw.plan), planning.spread(draw.plan)
    day = _day(draw)
    return SamplePage(
        day=day,
        targeted=draw.kind == DrawKind.TARGETED,
        process=draw.process.code,
        process_name=draw.process.name,
        zone=draw.process.time_zone,
        start=draw.window_start,
        end=draw.window_end,
        fixed_at=draw.fixed_at,
        drawn_at=draw.drawn_at,
        size=f"{draw.size:,}",
        frame=f"{draw.frame_size:,}",
        share=percent(draw.size, draw.frame_size),
        fraction=_fraction(draw.fraction),
        frame_hash=draw.frame_hash,
        seed=draw.seed,
        seed_kind=SeedKind(draw.seed_kind).label if draw.seed else "",
        seed_sentence=SEEDS[SeedKind(draw.seed_kind)] if draw.seed else "",
        seed_reason=REASONS.get(draw.seed_reason, ""),  # type: ignore[call-overload]
        checkpoint=f"{draw.checkpoint_size:,}" if draw.checkpoint_size is not None else "",
        checkpoint_hash=draw.checkpoint_hash,
        witness=draw.witness,
        waits=waits,
        command=f"manage.py draw_qa --process {draw.process.code} --date {day.isoformat()} --verify",
        carried_in=f"{draw.carried_in:+.2f}".replace("-", "−"),
        carried_out=f"{draw.carried_out:+.2f}".replace("-", "−"),
        small=draw.small_process,
        deferred=len(draw.deferred),
        enhanced=draw.enhanced,
        allocation=ALLOCATIONS[allocation],
        learned=allocation == Allocation.NEYMAN,
        strata=[_stratum(row, called, spread) for row in draw.strata],
        items=[_item(evaluation, at, called, hidden=evaluation.pk in hidden) for evaluation in items],
    )


def _day(draw: Draw) -> date:
    return draw.window_start.astimezone(ZoneInfo(draw.process.time_zone)).date()


def _stratum(row: dict, reviewers: Mapping[str, str], spread: Mapping[str, str]) -> StratumRow:
    return StratumRow(
        name=strata.words(row["stratum"], reviewers),
        size=f"{row['size']:,}",
        weight=_weight(row["weight"]),
        spread=spread.get(row["stratum"], NOTHING),
        drawn=f"{row['drawn']:,}" if "drawn" in row else NOTHING,
        share=percent(row["drawn"], row["size"]) if "drawn" in row else NOTHING,
    )


def _weight(weight: str) -> str:
    """As people write it: ½ and whole numbers as they are, whatever else with two decimals."""
    value = Fraction(weight)
    if value == Fraction(1, 2):
        return "½"
    return str(value) if value.denominator == 1 else f"{float(value):.2f}"


def probability(pi: Decimal | None) -> str:
    """π with four decimals; what is certain reads 1, and what was not drawn by chance has none."""
    if pi is None:
        return NOTHING
    return f"{pi:.4f}".rstrip("0").rstrip(".")


def _item(evaluation: Evaluation, at: datetime, reviewers: Mapping[str, str], *, hidden: bool) -> ItemRow:
    scored = evaluation.state in SCORED and not hidden
    stands = disputes.standing(evaluation)
    return ItemRow(
        url=reverse("reviews:evaluation", args=[evaluation.pk]),
        short=words.short_id(evaluation.interaction_id),
        step=evaluation.interaction.step.name,
        stratum=strata.words(evaluation.stratum, reviewers),
        pi=probability(evaluation.pi),
        state=_TO_SCORE if hidden else _state(evaluation, at),
        score=f"{stands.score:.1f}" if scored and stands.score is not None else NOTHING,
        by=evaluation.submitted_by.name if scored and evaluation.submitted_by else NOTHING,
        due=None if scored else evaluation.due_at,
    )


def _state(evaluation: Evaluation, at: datetime) -> State:
    if evaluation.state == EvaluationState.DISPUTED:
        return State("Disputed", "warn", "flag")
    if evaluation.state in SCORED:
        return verdict(disputes.standing(evaluation))
    if evaluation.due_at < at:
        return State("Overdue", "bad", "clock")
    return _TO_SCORE


def verdict(stands: Evaluation | Dispute) -> State:
    """The score that stands, in two words."""
    if stands.critical_fail:
        return State("Critical failure", "bad", "bad")
    return State("Passed", "good", "check") if stands.passed else State("Not passed", "warn", "warn")
