"""Whether a group of people fares worse, with the AI alone and after people looked at it (R1, R4; §5.2).

An outcome is favourable where the step does not call it adverse. The group with the highest share is what the others are
held against: impact ratio = share ÷ highest share, with the z of two pooled proportions, or Fisher's exact test where a
cell is expected to hold fewer than five. 57 of 100 against 80 of 100 is 0.7125 with z 3.50. How often people changed the
AI's output, and how often they overturned an adverse one, is compared in the same way (error parity).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

SMALLEST = 10
"""A figure that rests on fewer people than this is suppressed: it could tell of one of them."""
ENOUGH = 30
"""Under so many, a comparison is "insufficient"."""
FOUR_FIFTHS = 0.8
SIGNIFICANT = 0.05
_EXPECTED = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """One group: whose outcome is known, what the AI and people made of it, and what people did to the AI's outputs."""

    decided: int = 0
    favoured_by_ai: int = 0
    favoured: int = 0
    reviewed: int = 0
    changed: int = 0
    reviewed_adverse: int = 0
    overturned: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """A share of one group beside the reference; all None where it is suppressed. `ratio` is None where the group is the
    reference itself or there is too little to compare; `flagged` only where there is enough."""

    of: int | None
    share: float | None
    ratio: float | None = None
    z: float | None = None
    p: float | None = None
    enough: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A group: the AI's favourable outcomes, those after people, and what people changed and overturned."""

    group: str
    ai: Share
    people: Share
    changed: Share
    overturned: Share

    @property
    def flagged(self) -> bool:
        return any(one.flagged for one in (self.ai, self.people, self.changed, self.overturned))

    @property
    def suppressed(self) -> bool:
        return self.ai.of is None


def audit(groups: Mapping[str, Counts]) -> tuple[Line, ...]:
    """Every group of one attribute, by name. Favourable shares are flagged under four fifths of the highest where chance
    does not explain it; changed and overturned ones where they differ at all from the reference of theirs."""
    ai = _compared({g: (c.favoured_by_ai, c.decided) for g, c in groups.items()}, parity=False)
    people = _compared({g: (c.favoured, c.decided) for g, c in groups.items()}, parity=False)
    changed = _compared({g: (c.changed, c.reviewed) for g, c in groups.items()}, parity=True)
    overturned = _compared({g: (c.overturned, c.reviewed_adverse) for g, c in groups.items()}, parity=True)
    return tuple(
        Line(group, ai[group], people[group], changed[group], overturned[group]) for group in sorted(groups)
    )


def z_of(hits: int, n: int, reference_hits: int, reference_n: int) -> float:
    """The z of two proportions with their pooled variance: 57/100 against 80/100 is 3.50; 0 where nothing varies."""
    pooled = (hits + reference_hits) / (n + reference_n)
    variance = pooled * (1 - pooled) * (1 / n + 1 / reference_n)
    if variance == 0:
        return 0.0
    return (reference_hits / reference_n - hits / n) / math.sqrt(variance)


def fisher(hits: int, n: int, reference_hits: int, reference_n: int) -> float:
    """Fisher's exact test, two-sided: the probability of every table with these margins that is no likelier than this."""
    total, together = n + reference_n, hits + reference_hits
    ways = math.comb(total, together)
    low, high = max(0, together - reference_n), min(n, together)
    tables = [math.comb(n, k) * math.comb(reference_n, together - k) for k in range(low, high + 1)]
    observed = tables[hits - low]
    return min(1.0, sum(table for table in tables if table <= observed) / ways)


def _compared(cells: Mapping[str, tuple[int, int]], *, parity: bool) -> dict[str, Share]:
    told = {group: (hits, n) for group, (hits, n) in cells.items() if n >= SMALLEST}
    large = {group: (hits, n) for group, (hits, n) in told.items() if n >= ENOUGH}
    # Ties go by name, so that the same figures always name the same reference.
    reference = max(large, key=lambda group: (large[group][0] / large[group][1], group), default=None)
    found: dict[str, Share] = {}
    for group in cells:
        if group not in told:
            found[group] = Share(None, None)
            continue
        hits, n = told[group]
        if reference is None or group not in large:
            found[group] = Share(n, hits / n)
        elif group == reference:
            found[group] = Share(n, hits / n, enough=True)
        else:
            found[group] = _against(hits, n, *large[reference], parity=parity)
    return found


def _against(hits: int, n: int, reference_hits: int, reference_n: int, *, parity: bool) -> Share:
    share, highest = hits / n, reference_hits / reference_n
    z = z_of(hits, n, reference_hits, reference_n)
    pooled = (hits + reference_hits) / (n + reference_n)
    sparse = min(n, reference_n) * min(pooled, 1 - pooled) < _EXPECTED
    p = fisher(hits, n, reference_hits, reference_n) if sparse else 2 * (1 - NormalDist().cdf(abs(z)))
    ratio = share / highest if highest else None
    unlikely = p < SIGNIFICANT
    return Share(
        of=n,
        share=share,
        ratio=ratio,
        z=z,
        p=p,
        enough=True,
        flagged=unlikely and (parity or (ratio is not None and ratio < FOUR_FIFTHS)),
    )
