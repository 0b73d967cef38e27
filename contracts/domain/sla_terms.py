"""What a set of service levels must hold before it is agreed, and what it should (U1, U2); pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.domain.sla_kinds import LEDGER_OF, Bound, Metric, Unit
from contracts.enums import TargetKind

# Beyond this share, speed and volume would be paid for, and not what the client buys (000:33, 000:40).
MOST_FOR_SPEED = Decimal("0.40")
MOST_MINUTES = 60 * 24 * 366


@dataclass(frozen=True)
class Target:
    """One target as it is written: `weight` a share of 1, `minutes` business minutes for targets of time."""

    name: str
    kind: TargetKind
    metric: Metric
    bound: Bound
    target: Decimal
    weight: Decimal
    unit: Unit = Unit.PERCENT
    floor: Decimal | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Problem:
    """What is wrong with a set; one that is not `blocking` is a warning."""

    place: str
    sentence: str
    blocking: bool = True


def problems(targets: Sequence[Target]) -> list[Problem]:
    """Everything that keeps the set from being agreed, and the warnings, in the order of the targets."""
    if not targets:
        return [Problem("levels", "There is no service level yet.")]
    found = [problem for target in targets for problem in of_target(target)]
    names = [target.name.casefold() for target in targets]
    found += [
        Problem(target.name, f"There are two service levels called “{target.name}”.")
        for number, target in enumerate(targets)
        if target.name.casefold() in names[:number]
    ]
    total = sum((target.weight for target in targets), Decimal(0))
    if total != 1:
        found.append(
            Problem("weight", f"The weights add up to {percent(total)}; together they must be 100 %.")
        )
    return found + mismatch(targets)


def of_target(target: Target) -> list[Problem]:
    """What is wrong with one target by itself; `place` is its field."""
    found = []
    if not 0 < target.weight <= 1:
        found.append(Problem("weight", "A weight is more than 0 % and at most 100 %."))
    if target.unit == Unit.PERCENT and not 0 <= target.target <= 100:
        found.append(Problem("target", "A share is between 0 % and 100 %."))
    if target.target < 0:
        found.append(Problem("target", "A target is not negative."))
    if target.floor is not None:
        if target.unit == Unit.PERCENT and not 0 <= target.floor <= 100:
            found.append(Problem("floor", "A share is between 0 % and 100 %."))
        elif target.bound == Bound.AT_LEAST and target.floor > target.target:
            found.append(Problem("floor", "The floor lies below the target it belongs to."))
        elif target.bound == Bound.AT_MOST and target.floor < target.target:
            found.append(Problem("floor", "Where less is better, the floor lies above its target."))
    if target.metric in LEDGER_OF and not 0 < (target.minutes or 0) <= MOST_MINUTES:
        found.append(Problem("minutes", "Say how many minutes of working time a case has, from 1 on."))
    if target.metric not in LEDGER_OF and target.minutes is not None:
        found.append(Problem("minutes", "Only a target of time has minutes."))
    return found


def mismatch(targets: Sequence[Target]) -> list[Problem]:
    """U2: warnings where speed or volume is paid for more than what the client buys."""
    found = []
    fast = sum(
        (target.weight for target in targets if target.kind in {TargetKind.ACTIVITY, TargetKind.TIME}),
        Decimal(0),
    )
    if fast > MOST_FOR_SPEED:
        found.append(
            Problem(
                "kind",
                f"{percent(fast)} of the weight is on activity and time; above {percent(MOST_FOR_SPEED)} AI and people "
                "are paid for speed, not for being right.",
                blocking=False,
            )
        )
    if not any(target.kind in {TargetKind.OUTCOME, TargetKind.QUALITY} for target in targets):
        found.append(
            Problem(
                "kind",
                "No target measures an outcome or quality: these service levels can all be met by work that is wrong.",
                blocking=False,
            )
        )
    return found


def in_words(target: Target) -> str:
    """A target as people say it: "≥ 98 %", "≥ 90 % within 60 min"."""
    said = f"{target.bound.sign} {plain(target.target)}{target.unit.sign}"
    return f"{said} within {target.minutes} min" if target.minutes else said


def percent(share: Decimal) -> str:
    return f"{plain(share * 100)} %"


def plain(value: Decimal) -> str:
    """A figure without trailing zeros or exponent."""
    return f"{value.normalize():f}"
