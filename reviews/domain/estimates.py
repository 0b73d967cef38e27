"""Closed formulas for shares and agreement: Wilson intervals, stratified estimates, Cohen's kappa (§5.2)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimated share between 0 and 1 with its limits; the share is None where nothing was observed."""

    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class StratumResult:
    """Of `size` interactions in a stratum `sampled` were looked at, and `failed` of those failed; both may be effective
    numbers, where some were more likely to be looked at than others."""

    size: int
    sampled: float
    failed: float


@dataclass(frozen=True, slots=True)
class Stratified:
    """A share estimated over strata. `covered` is the part of the population that lies in sampled strata."""

    share: float | None
    error: float
    low: float
    high: float
    covered: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two raters agree (`observed`), would by chance (`expected`), and kappa with its usual word.

    Kappa is None where chance alone explains everything (both raters always said the same one thing).
    """

    observed: float
    expected: float
    kappa: float | None
    word: str


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval: 45 of 300 is 15.0 % (11.40–19.48). Nothing observed says nothing: 0 to 1."""
    if not 0 <= successes <= n:
        raise ValueError("There cannot be more successes than trials, nor fewer than none.")
    return wilson_of_share(successes / n, n, confidence) if n else Interval(None, 0.0, 1.0)


def wilson_of_share(share: float, n: float, confidence: float = 0.95) -> Interval:
    """Wilson's interval around a share that rests on `n` observations, which may be an effective number."""
    if not 0 <= share <= 1 or n <= 0:
        raise ValueError("A share lies between 0 and 1 and rests on something.")
    z = _quantile(confidence)
    centre = share + z * z / (2 * n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At the ends the formula gives exactly 0 and 1, which rounding must not miss.
    low = 0.0 if share == 0 else max(0.0, (centre - reach) / scale)
    high = 1.0 if share == 1 else min(1.0, (centre + reach) / scale)
    return Interval(share, low, high)


def stratified(strata: Iterable[StratumResult], confidence: float = 0.95) -> Stratified:
    """p̂ = ΣW·p̂ₕ with Var = ΣW²(1−fₕ)p̂ₕ(1−p̂ₕ)/(nₕ−1); 100/300/600 sampled 40/45/35 with 6/3/1 fails: 5.21 %.

    Strata that nobody sampled are left out and lower `covered`. Less than two observations cannot tell their variance,
    so the largest possible one (0.25) stands in for it.
    """
    kept = []
    population = 0
    for stratum in strata:
        if not 0 <= stratum.failed <= stratum.sampled <= stratum.size:
            raise ValueError(
                "A stratum has at least as many items as sampled ones, and as sampled as failed ones."
            )
        population += stratum.size
        if stratum.sampled:
            kept.append(stratum)
    size = sum(stratum.size for stratum in kept)
    if not size:
        return Stratified(None, 0.0, 0.0, 1.0, 0.0)
    share = math.fsum(stratum.size / size * stratum.failed / stratum.sampled for stratum in kept)
    error = math.sqrt(math.fsum((stratum.size / size) ** 2 * _variance(stratum) for stratum in kept))
    reach = _quantile(confidence) * error
    return Stratified(share, error, max(0.0, share - reach), min(1.0, share + reach), size / population)


def kappa(table: Sequence[Sequence[int]]) -> Agreement:
    """Cohen's κ = (po−pe)/(1−pe) of a square table of counts: 70/5/7/18 → .88, .635, .671 ("substantial")."""
    total = sum(sum(row) for row in table)
    if (
        total == 0
        or any(len(row) != len(table) for row in table)
        or any(cell < 0 for row in table for cell in row)
    ):
        raise ValueError("Agreement needs a square table of counts that is not empty.")
    observed = sum(table[index][index] for index in range(len(table))) / total
    columns = zip(*table, strict=True)
    # Whole numbers first, so that complete chance agreement is recognised exactly.
    by_chance = sum(sum(row) * sum(column) for row, column in zip(table, columns, strict=True))
    expected = by_chance / (total * total)
    if by_chance == total * total:
        return Agreement(observed, expected, None, "undefined")
    value = (observed - expected) / (1 - expected)
    return Agreement(observed, expected, value, _word(value))


def kappa_interval(table: Sequence[Sequence[int]], confidence: float = 0.95) -> Interval:
    """κ with the limits that its large-sample error of Fleiss, Cohen and Everitt (1969) gives.

    70/5/7/18 → 0.671 (0.500–0.843). Nothing is said, -1 to 1, where κ is undefined.
    """
    agreement = kappa(table)
    value = agreement.kappa
    if value is None:
        return Interval(None, -1.0, 1.0)
    total = sum(sum(row) for row in table)
    rows = [sum(row) / total for row in table]
    columns = [sum(column) / total for column in zip(*table, strict=True)]
    apart = 1 - value
    agreed = math.fsum(
        table[index][index] / total * (1 - (rows[index] + columns[index]) * apart) ** 2
        for index in range(len(table))
    )
    parted = apart**2 * math.fsum(
        cell / total * (columns[row] + rows[column]) ** 2
        for row, line in enumerate(table)
        for column, cell in enumerate(line)
        if row != column
    )
    expected = agreement.expected
    variance = (agreed + parted - (value - expected * apart) ** 2) / (total * (1 - expected) ** 2)
    reach = _quantile(confidence) * math.sqrt(max(0.0, variance))
    return Interval(value, max(-1.0, value - reach), min(1.0, value + reach))


def zero_defect_sample(limit: float, confidence: float = 0.95) -> int:
    """How many faultless items prove a fault rate below `limit`: 59 for 5 %, 149 for 2 %, 299 for 1 %."""
    if not 0 < limit < 1:
        raise ValueError("The limit must lie between 0 and 1.")
    return math.ceil(math.log(1 - confidence) / math.log(1 - limit))


def _quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError("A confidence lies between 0 and 1.")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _variance(stratum: StratumResult) -> float:
    unseen = 1 - stratum.sampled / stratum.size
    if stratum.sampled < 2:
        return unseen * 0.25
    share = stratum.failed / stratum.sampled
    return unseen * share * (1 - share) / (stratum.sampled - 1)


def _word(value: float) -> str:
    """The words of Landis and Koch."""
    if value < 0:
        return "poor"
    limits = ((0.20, "slight"), (0.40, "fair"), (0.60, "moderate"), (0.80, "substantial"))
    return next((word for limit, word in limits if value <= limit), "almost perfect")
