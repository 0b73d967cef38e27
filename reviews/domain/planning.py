"""From the sampling plan of a process to the plan of one draw: how many today, and which floors are owed (§5.3)."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reviews.domain import neyman, sampling, strata
from reviews.domain.neyman import Learned, Looks
from reviews.domain.qa_kinds import Allocation, Cut
from reviews.domain.sampling import HIGHEST, PER_REVIEWER, Plan

SMALL_MONTH = 200
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Month:
    """What the draws of this month before today's took, enhanced days left out, and how many of the last 30 days were drawn
    from."""

    population: int = 0
    drawn: int = 0
    recent_population: int = 0
    recent_days: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """This week so far: decisions and looks by reviewer, looks by stratum; and when each reviewer last had one."""

    decided: Mapping[str, int] = field(default_factory=dict)
    sampled: Mapping[str, int] = field(default_factory=dict)
    strata: Mapping[str, int] = field(default_factory=dict)
    waiting_since: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The plan of one draw. `small`: so little comes in that floors win over the band; `deferred`: reviewers owed.

    `population` is that of the month with today, `drawn_before` what the month had drawn before.
    """

    plan: Plan
    deferred: tuple[str, ...]
    small: bool
    carried_in: Decimal
    population: int
    drawn_before: int
    learned: Mapping[str, Learned] = field(default_factory=dict)


def for_day(
    *,
    fraction: Decimal,
    sizes: Mapping[str, int],
    reviewers: Mapping[str, int],
    month: Month,
    week: Week,
    reviewer_floor: int = PER_REVIEWER,
    stratum_floor: int = 1,
    seen: Mapping[str, Looks] | None = None,
    enhanced: bool = False,
) -> DayPlan:
    """Plan today's draw from `sizes` (items by stratum) and `reviewers` (items by reviewer).

    Each active reviewer is owed `reviewer_floor` looks a week and each stratum `stratum_floor`. Floors take no more
    than keeps the month at 10 %, except in a small process (under 200 a month), where they win. What was `seen` of the
    strata in 90 days weighs them; nothing before a process was drawn from for so long.

    On an `enhanced` day there is no band: `month` is what its enhanced mode took before, and floors take no more than its
    share. The month of the plan is reckoned without such days.
    """
    today = sum(sizes.values())
    n = sampling.daily_size(
        fraction,
        population_before=month.population,
        drawn_before=month.drawn,
        population_today=today,
        banded=not enhanced,
    )
    small = (month.recent_population + today) * MONTH_DAYS < SMALL_MONTH * (month.recent_days + 1)
    most = n if enhanced else math.floor(HIGHEST * (month.population + today)) - month.drawn
    room = today if small else max(min(most, today), 0)

    decided = {reviewer: week.decided.get(reviewer, 0) for reviewer in reviewers}
    floors, deferred = sampling.reviewer_floors(
        decided, week.sampled, week.waiting_since, room=room, each=reviewer_floor
    )
    floors = {reviewer: min(floor, reviewers[reviewer]) for reviewer, floor in floors.items()}
    room -= sum(floors.values())
    learned = neyman.learn(sizes, seen or {})
    return DayPlan(
        plan=Plan(
            n=n,
            weights=neyman.weights(sizes, learned),
            reviewer_floors=floors,
            stratum_floor=0,
            stratum_floors=_stratum_floors(sizes, week.strata, stratum_floor, room),
        ),
        deferred=deferred,
        small=small,
        carried_in=fraction * month.population - month.drawn,
        population=month.population + today,
        drawn_before=month.drawn,
        learned=learned,
    )


def _stratum_floors(
    sizes: Mapping[str, int], sampled: Mapping[str, int], each: int, room: int
) -> dict[str, int]:
    """What each stratum is still owed this week, as far as the room goes: where errors cost most goes first."""
    floors = {}
    for stratum in sorted(sizes, key=lambda stratum: (-strata.weight(stratum), stratum)):
        owed = min(max(each - sampled.get(stratum, 0), 0), sizes[stratum], room)
        if owed > 0:
            floors[stratum] = owed
            room -= owed
    return floors


def kept(day: DayPlan, cut_by: Collection[Cut] = strata.USUAL) -> dict[str, Any]:
    """What is kept of a day's plan: what it takes to draw again, and beside it how strata and their weights came to be."""
    return {
        **dump(day.plan),
        "cut_by": [cut.value for cut in Cut if cut in cut_by],
        "allocation": (Allocation.NEYMAN if day.learned else Allocation.TIER).value,
        "spread": neyman.dump(day.learned),
    }


def dump(plan: Plan) -> dict[str, Any]:
    """The plan of a draw as plain data; pairs instead of keys, for names are not keys."""
    return {
        "n": plan.n,
        "weights": [[stratum, str(weight)] for stratum, weight in sorted(plan.weights.items())],
        "reviewer_floors": [[reviewer, floor] for reviewer, floor in sorted(plan.reviewer_floors.items())],
        "stratum_floor": plan.stratum_floor,
        "stratum_floors": [[stratum, floor] for stratum, floor in sorted(plan.stratum_floors.items())],
    }


def load(data: Mapping[str, Any]) -> Plan:
    """The plan that `dump` wrote."""
    return Plan(
        n=data["n"],
        weights={stratum: Fraction(weight) for stratum, weight in data["weights"]},
        reviewer_floors=dict(data["reviewer_floors"]),
        stratum_floor=data["stratum_floor"],
        stratum_floors=dict(data["stratum_floors"]),
    )


def cut_by(data: Mapping[str, Any]) -> list[Cut]:
    """What the strata of a kept plan were cut by; the usual where it says nothing, for then there was no choice."""
    return [Cut(cut) for cut in data.get("cut_by", strata.USUAL)]


def allocation(data: Mapping[str, Any]) -> Allocation:
    """How the looks of a kept plan were spread; by tier where it says nothing."""
    return Allocation(data.get("allocation", Allocation.TIER))


def spread(data: Mapping[str, Any]) -> dict[str, str]:
    """The S of each stratum of a kept plan that was weighed by it."""
    return {stratum: value for stratum, value, *_ in data.get("spread", [])}
