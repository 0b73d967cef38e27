"""What the sample says of everything that went out: the share that was wrong, over all, by route and by stratum (F8, §5.2).

An interaction that was drawn with probability π stands for 1/π others: reviewers' floors draw some of a stratum more
often than the rest. Each stratum counts with its size, and rests on the effective number (Σ1/π)² / Σ(1/π)² of looks. Where
every π of a stratum is the same, that is the plain stratified estimate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reviews.domain import estimates, strata
from reviews.domain.estimates import Interval, StratumResult

ENOUGH = 10
"""Fewer looks than this are "insufficient": no share is told."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Of the drawn of one stratum with one π, how many were scored, and how many of those went out wrong."""

    stratum: str
    pi: Decimal
    scored: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of `size` interactions, estimated from the `scored` ones. `covered` is the part of them whose strata
    anybody looked into: of the rest nothing is known."""

    size: int
    scored: int
    wrong: int
    interval: Interval
    error: float
    covered: float

    @property
    def enough(self) -> bool:
        return self.scored >= ENOUGH


@dataclass(frozen=True, slots=True)
class Figures:
    """The estimate over everything, and those of each route and each stratum by name."""

    whole: Estimate
    routes: Mapping[str, Estimate]
    strata: Mapping[str, Estimate]


def of(sizes: Mapping[str, int], cells: Iterable[Cell]) -> Figures:
    """The estimates of a period from the sizes of its strata and what was scored of them.

    A tier and route is one stratum here: which language, shift or reviewer stands alone changes from day to day. Raises
    ValueError for a π that is none, and where more was scored than there is.
    """
    merged: dict[str, int] = {}
    for name, size in sizes.items():
        merged[strata.coarsest(name)] = merged.get(strata.coarsest(name), 0) + size
    found: dict[str, list[Cell]] = {name: [] for name in merged}
    for cell in cells:
        found.setdefault(strata.coarsest(cell.stratum), []).append(cell)
    by_route: dict[str, list[str]] = {}
    for name in sorted(merged):
        by_route.setdefault(strata.route(name), []).append(name)
    return Figures(
        whole=_estimate(sorted(found), merged, found),
        routes={route: _estimate(names, merged, found) for route, names in by_route.items()},
        strata={name: _estimate([name], merged, found) for name in sorted(found)},
    )


def _estimate(names: Iterable[str], sizes: Mapping[str, int], cells: Mapping[str, list[Cell]]) -> Estimate:
    names = list(names)
    results = [_effective(sizes.get(name, 0), cells[name]) for name in names]
    looked_at = [cell for name in names for cell in cells[name]]
    found = estimates.stratified(results)
    interval = Interval(found.share, found.low, found.high)
    if found.share is not None and found.error == 0 and found.covered:
        # Where nobody found a fault, or nothing else, the variance says nothing: the number of looks does.
        interval = estimates.wilson_of_share(found.share, _looks(results))
    return Estimate(
        size=sum(sizes.get(name, 0) for name in names),
        scored=sum(cell.scored for cell in looked_at),
        wrong=sum(cell.wrong for cell in looked_at),
        interval=interval,
        error=found.error,
        covered=found.covered,
    )


def _effective(size: int, cells: Iterable[Cell]) -> StratumResult:
    """The looks at a stratum as so many equal ones."""
    weight = squares = wrong = 0.0
    for cell in cells:
        if not 0 < cell.pi <= 1:
            raise ValueError("An inclusion probability lies above 0 and at most at 1.")
        each = 1 / float(cell.pi)
        weight += cell.scored * each
        squares += cell.scored * each**2
        wrong += cell.wrong * each
    if not weight:
        return StratumResult(size, 0, 0)
    looks = weight**2 / squares
    return StratumResult(size, looks, looks * (wrong / weight))


def _looks(results: Iterable[StratumResult]) -> float:
    """How many equal looks at everything together these are worth: 1 / Σ(W²/n)."""
    seen = [one for one in results if one.sampled]
    size = sum(one.size for one in seen)
    return 1 / sum((one.size / size) ** 2 / one.sampled for one in seen)
