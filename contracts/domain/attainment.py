"""How well service levels were attained in a month, and what the client is credited where they were not (§5.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.domain.sla_kinds import Bound, Unit

_ONE, _HUNDRED = Decimal(1), Decimal(100)


@dataclass(frozen=True)
class Level:
    """A target with the figure of the month, None where nobody knows it; percents are 0 to 100."""

    weight: Decimal
    bound: Bound
    target: Decimal
    unit: Unit
    figure: Decimal | None
    floor: Decimal | None = None
    missed_before: bool = False


@dataclass(frozen=True)
class CreditTerms:
    """Percents of the monthly fee: for a floor missed, for one missed two months running, and together at most."""

    percent: Decimal
    percent_again: Decimal
    cap: Decimal


def share(met: int, missed: int) -> Decimal | None:
    """met ÷ (met + missed) in percent, of what is not excluded; None where nothing was due."""
    return None if met + missed == 0 else _HUNDRED * met / (met + missed)


def attained(level: Level) -> Decimal | None:
    """How far a target was attained, at most 1; None without a figure.

    A share that should be high is its own attainment: met ÷ (met + missed). Any other figure is compared with its
    target: figure ÷ target where more is better, target ÷ figure where less is.
    """
    figure = level.figure
    if figure is None:
        return None
    if level.bound == Bound.AT_LEAST and level.unit == Unit.PERCENT:
        return min(figure / _HUNDRED, _ONE)
    if level.bound == Bound.AT_LEAST:
        return _ONE if figure >= level.target else max(figure, Decimal(0)) / level.target
    return _ONE if figure <= level.target else level.target / figure


def weighted(levels: Sequence[Level]) -> Decimal | None:
    """Σ w·min(att, 1) over the levels with a figure, on the weight they have together; None where none has."""
    known = [(level.weight, reached) for level in levels if (reached := attained(level)) is not None]
    total = sum((weight for weight, _ in known), Decimal(0))
    if not total:
        return None
    return sum((weight * reached for weight, reached in known), Decimal(0)) / total


def met(level: Level) -> bool | None:
    """Whether the figure keeps to its target."""
    return None if level.figure is None else _keeps(level.figure, level.target, level.bound)


def floor_missed(level: Level) -> bool:
    """Whether the figure lies beyond the floor; never without a figure or without a floor."""
    if level.figure is None or level.floor is None:
        return False
    return not _keeps(level.figure, level.floor, level.bound)


def credit(levels: Sequence[Level], terms: CreditTerms) -> Decimal:
    """The percent of the monthly fee the client is credited: for each floor that was missed its tier, capped."""
    owed = sum(
        (
            terms.percent_again if level.missed_before else terms.percent
            for level in levels
            if floor_missed(level)
        ),
        Decimal(0),
    )
    return min(owed, terms.cap)


@dataclass(frozen=True)
class Forecast:
    """Where a share may end: if all that is open is met, if what is at risk is missed, in percent."""

    best: Decimal | None
    likely: Decimal | None


def forecast(met: int, missed: int, waiting: int, at_risk: int) -> Forecast:
    """What becomes of a share with `waiting` cases still open, `at_risk` of which will probably be late."""
    return Forecast(
        best=share(met + waiting, missed),
        likely=share(met + waiting - at_risk, missed + at_risk),
    )


def _keeps(figure: Decimal, limit: Decimal, bound: Bound) -> bool:
    return figure >= limit if bound == Bound.AT_LEAST else figure <= limit
