"""Neyman's allocation: how differently a stratum's scores turn out takes the place of the weight of its tier (§5.3).

Looks are spread in proportion to N·S, where S = √(p(1−p)) is the standard deviation of "passed or not" in the stratum: one
whose items are all alike tells its share with few of them (Neyman 1934; Cochran, Sampling Techniques, 1977, §5.5).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reviews.domain import strata

DAYS = 90
"""So long a process is drawn from before its own scores steer the draw, and so far they are looked back at."""
ENOUGH = 30
"""Scored looks a stratum needs before its own S counts."""
PRIOR = 10
"""Every share is shrunk towards that of the whole process as if so many more looks had shown that."""
LEAST = Decimal("0.05")
"""No S is less, however clean a stratum looks: a tenth of the largest there is."""
_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Looks:
    """Of `scored` looks at a stratum `failed` did not pass."""

    scored: int
    failed: int


@dataclass(frozen=True, slots=True)
class Learned:
    """The S of a stratum, and the looks it rests on: its own, or those of the coarser stratum `of` it is a part of."""

    spread: Decimal
    of: str
    looks: Looks


def learn(wanted: Collection[str], seen: Mapping[str, Looks]) -> dict[str, Learned]:
    """The S of those `wanted` strata that were seen often enough, by the standing scores of each stratum as it was named.

    Which shift or language stands alone changes from day to day: where a stratum has less than 30 looks, those of the next
    coarser one count, up to its tier and route. Where these are too few, too, nothing is learned.
    """
    sums: dict[str, Looks] = {}
    for stratum, looks in seen.items():
        for name in strata.coarser(stratum):
            known = sums.get(name, Looks(0, 0))
            sums[name] = Looks(known.scored + looks.scored, known.failed + looks.failed)
    scored, failed = sum(one.scored for one in seen.values()), sum(one.failed for one in seen.values())
    # Half a failure in one look more, so that it is never nothing nor all.
    pooled = Fraction(2 * failed + 1, 2 * scored + 2)
    found = {}
    for stratum in wanted:
        names = (name for name in strata.coarser(stratum) if name in sums and sums[name].scored >= ENOUGH)
        if name := next(names, ""):
            found[stratum] = Learned(_spread(sums[name], pooled), name, sums[name])
    return found


def weights(sizes: Mapping[str, int], learned: Mapping[str, Learned]) -> dict[str, Fraction]:
    """The weight of each stratum: S where it was learned, that of its tier where it was not.

    Both are measured alike: all learned strata together weigh as much as by their tiers, so that those nobody knows enough
    about get what they always got, and the learned ones share theirs in proportion to N·S.
    """
    by_tier = {stratum: strata.weight(stratum) for stratum in sizes}
    known = [stratum for stratum in sizes if stratum in learned]
    spread = sum(sizes[stratum] * Fraction(learned[stratum].spread) for stratum in known)
    if not spread:
        return by_tier
    scale = sum(sizes[stratum] * by_tier[stratum] for stratum in known) / spread
    return by_tier | {stratum: scale * Fraction(learned[stratum].spread) for stratum in known}


def dump(learned: Mapping[str, Learned]) -> list[list[Any]]:
    """What was learned as plain data, to be kept with a draw: stratum, S, of which stratum, scored, failed."""
    return [
        [stratum, str(one.spread), one.of, one.looks.scored, one.looks.failed]
        for stratum, one in sorted(learned.items())
    ]


def _spread(looks: Looks, pooled: Fraction) -> Decimal:
    share = (looks.failed + PRIOR * pooled) / (looks.scored + PRIOR)
    variance = share * (1 - share)
    spread = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt().quantize(_STEP)
    return max(spread, LEAST)
