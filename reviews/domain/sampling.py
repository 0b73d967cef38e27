"""The QA draw (§5.3): how many, from which strata, and exactly which, repeatable by anyone who has the seed.

The frame holds what was completed in the window, straight-through and reviewed in separate strata, without
honeypots and drills. Which stratum and tier an interaction belongs to is decided by whoever builds the frame.
"""

import hashlib
import heapq
import hmac
import math
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from audit.errors import Invalid

LOWEST, HIGHEST = Decimal("0.05"), Decimal("0.10")
TIER_WEIGHTS = {"critical": Fraction(4), "high": Fraction(2), "medium": Fraction(1), "low": Fraction(1, 2)}
PER_REVIEWER = 2
ACTIVE_DECISIONS = 10
PI_STEP = Decimal("0.000000000001")

_SEPARATOR = "\x1f"
_id = attrgetter("id")


class Item(NamedTuple):
    """One interaction of the frame; `reviewer` is empty for what went straight through."""

    id: str
    stratum: str
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to draw: `n` items in all, strata weighted by `weights` (1 where none is given).

    `reviewer_floors` says how many items of which reviewer must be among them, `stratum_floors` how many of which
    stratum, and `stratum_floor` how many of each non-empty stratum that is not named there; floors win where `n` is
    too small for them.
    """

    n: int
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    reviewer_floors: Mapping[str, int] = field(default_factory=dict)
    stratum_floor: int = 1
    stratum_floors: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn item with its inclusion probability π = φ + (1−φ)ψ."""

    id: str
    stratum: str
    reviewer: str
    pi: Decimal


@dataclass(frozen=True, slots=True)
class StratumRow:
    """One line of the strata table of a draw."""

    stratum: str
    size: int
    weight: Fraction
    drawn: int


@dataclass(frozen=True, slots=True)
class Draw:
    """A finished draw: the same frame, seed and plan give the same draw, whatever the order of the frame."""

    items: tuple[Drawn, ...]
    n: int
    strata: tuple[StratumRow, ...]
    frame_hash: str


def in_band(fraction: Decimal) -> Decimal:
    """`fraction` itself if it lies in [0.05, 0.10]; Invalid otherwise (more needs a reason and an end date)."""
    if not fraction.is_finite() or not LOWEST <= fraction <= HIGHEST:
        raise Invalid(
            "fraction_out_of_band", "The sampled share must lie between 5 % and 10 %.", field="fraction"
        )
    return fraction


def allocate(
    sizes: Mapping[str, int], n: int, weights: Mapping[str, Fraction] | None = None, *, floor: int = 0
) -> dict[str, int]:
    """`n` over the strata in proportion to size × weight, by largest remainder, never more than a stratum holds.

    First `floor` for each non-empty stratum. 120 over 100/300/600/1,000 at weights 4/2/1/½ is 23/34/34/29.
    """
    weights = weights or {}
    given = {stratum: min(size, floor) for stratum, size in sizes.items()}
    left = min(n, sum(sizes.values())) - sum(given.values())
    while left > 0:
        shares = {
            stratum: size * weights.get(stratum, Fraction(1))
            for stratum, size in sizes.items()
            if given[stratum] < size and weights.get(stratum, Fraction(1)) > 0
        }
        if not shares:
            break
        for stratum, extra in _largest_remainder(shares, left).items():
            given[stratum] = min(sizes[stratum], given[stratum] + extra)
        # What did not fit into a full stratum goes round again among the others.
        left = min(n, sum(sizes.values())) - sum(given.values())
    return given


def daily_size(
    fraction: Decimal,
    *,
    population_before: int,
    drawn_before: int,
    population_today: int,
    banded: bool = True,
) -> int:
    """How many to draw today so that the month so far holds `fraction`, within [⌈.05N⌉, ⌊.10N⌋] of its N.

    What rounding left over yesterday is made up for today. Where so few items leave no whole number in the
    band, or there is no band, the plain share counts.
    """
    population = population_before + population_today
    target = int((fraction * population).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    lowest, highest = math.ceil(LOWEST * population), math.floor(HIGHEST * population)
    if banded and lowest <= highest:
        target = min(max(target, lowest), highest)
    return min(max(target - drawn_before, 0), population_today)


def reviewer_floors(
    decided: Mapping[str, int],
    sampled: Mapping[str, int],
    waiting_since: Mapping[str, int],
    *,
    room: int,
    each: int = PER_REVIEWER,
) -> tuple[dict[str, int], tuple[str, ...]]:
    """How many items each active reviewer must still have sampled this week, and who is deferred for want of room.

    Active is who decided at least 10 this week; each is owed 2, or `each`. If more is owed than `room`, those whose last
    sample lies longest ago go first (`waiting_since`: any growing number per reviewer; absent means never).
    """
    owed = {
        reviewer: each - sampled.get(reviewer, 0)
        for reviewer, decisions in decided.items()
        if decisions >= ACTIVE_DECISIONS and sampled.get(reviewer, 0) < each
    }
    floors: dict[str, int] = {}
    deferred = []
    for reviewer in sorted(owed, key=lambda name: (name in waiting_since, waiting_since.get(name, 0), name)):
        if owed[reviewer] <= room:
            floors[reviewer] = owed[reviewer]
            room -= owed[reviewer]
        else:
            deferred.append(reviewer)
    return floors, tuple(deferred)


def draw(frame: Sequence[Item], seed: bytes, plan: Plan) -> Draw:
    """Draw from `frame`: in each reviewer's cell, then in each stratum, the smallest SHA-256(seed ‖ cell ‖ id).

    The cell is "reviewer:<name>" for the floors and the stratum's own name for the rest; seed, cell and id are
    joined by the byte 0x1F. Raises ValueError for ids given twice or names that contain that byte.
    """
    frame = _in_order(frame)
    strata, reviewers = _cells(frame, plan)
    picked: set[int] = set()
    phi: dict[str, Fraction] = {}
    for reviewer in sorted(reviewers):
        members = reviewers[reviewer]
        k = min(plan.reviewer_floors[reviewer], len(members))
        phi[reviewer] = Fraction(k, len(members))
        picked.update(_smallest(frame, members, k, seed, f"reviewer:{reviewer}"))

    left = {
        stratum: array("L", (index for index in members if index not in picked))
        for stratum, members in strata.items()
    }
    already = {stratum: len(strata[stratum]) - len(rest) for stratum, rest in left.items()}
    shares = _rest(plan, left, already)
    items = []
    rows = []
    for stratum in sorted(strata):
        rest = left[stratum]
        chosen = _smallest(frame, rest, shares[stratum], seed, stratum)
        psi = Fraction(shares[stratum], len(rest)) if rest else Fraction(0)
        in_stratum = [index for index in strata[stratum] if index in picked] + chosen
        for index in in_stratum:
            item = frame[index]
            floor = phi.get(item.reviewer, Fraction(0))
            items.append(Drawn(item.id, stratum, item.reviewer, _decimal(floor + (1 - floor) * psi)))
        weight = plan.weights.get(stratum, Fraction(1))
        rows.append(StratumRow(stratum, len(strata[stratum]), weight, len(in_stratum)))
    items.sort(key=lambda item: (item.stratum, item.id))
    return Draw(tuple(items), len(items), tuple(rows), _hash(frame))


def seed(key: bytes, *, process: str, window: str, number: int) -> bytes:
    """HMAC-SHA256(key, process ‖ window ‖ draw number): whoever has the key can make it again, and foresee it."""
    message = _SEPARATOR.join(("countersign-draw-1", process, window, str(number)))
    return hmac.new(key, message.encode(), hashlib.sha256).digest()


def frame_hash(frame: Sequence[Item]) -> str:
    """SHA-256 over the frame in the order of its ids: what the draw was made from, whatever order it came in."""
    return _hash(_in_order(frame))


def frame_lines(frame: Sequence[Item]) -> Iterator[bytes]:
    """What the hash of a frame is of: a line an item, in the order of their ids, its parts joined by the byte 0x1F."""
    return _lines(_in_order(frame))


def _in_order(frame: Sequence[Item]) -> Sequence[Item]:
    """The frame by its ids: itself where it is in order, as one that was read is, for a million are not copied lightly."""
    if all(one.id <= other.id for one, other in pairwise(frame)):
        return frame
    return sorted(frame, key=_id)


def _hash(ordered: Iterable[Item]) -> str:
    digest = hashlib.sha256()
    for line in _lines(ordered):
        digest.update(line)
    return digest.hexdigest()


def _lines(ordered: Iterable[Item]) -> Iterator[bytes]:
    for item in ordered:
        yield f"{item.id}{_SEPARATOR}{item.stratum}{_SEPARATOR}{item.reviewer}\n".encode()


def _cells(frame: Sequence[Item], plan: Plan) -> tuple[dict[str, array], dict[str, array]]:
    """The positions of each stratum's items, and of those of the reviewers who have a floor."""
    strata: dict[str, array] = {}
    reviewers: dict[str, array] = {}
    before = ""
    for index, item in enumerate(frame):
        # In order, equals are neighbours: a set of a million ids would be the largest thing in memory.
        if index and item.id == before:
            raise ValueError(f"{item.id} stands in the frame twice.")
        before = item.id
        if _SEPARATOR in item.id or _SEPARATOR in item.stratum or _SEPARATOR in item.reviewer:
            raise ValueError("No id or name in a frame may contain the separator 0x1F.")
        strata.setdefault(item.stratum, array("L")).append(index)
        if plan.reviewer_floors.get(item.reviewer, 0) > 0 and item.reviewer:
            reviewers.setdefault(item.reviewer, array("L")).append(index)
    return strata, reviewers


def _rest(plan: Plan, left: Mapping[str, Sequence[int]], already: Mapping[str, int]) -> dict[str, int]:
    """What each stratum gives after the reviewers' floors: its own floor first, then by size and weight."""
    floors = {stratum: plan.stratum_floors.get(stratum, plan.stratum_floor) for stratum in left}
    owed = {s: min(max(floors[s] - already[s], 0), len(rest)) for s, rest in left.items()}
    free = max(plan.n - sum(already.values()) - sum(owed.values()), 0)
    sizes = {stratum: len(rest) - owed[stratum] for stratum, rest in left.items()}
    more = allocate(sizes, free, plan.weights)
    return {stratum: owed[stratum] + more[stratum] for stratum in left}


def _smallest(frame: Sequence[Item], members: Collection[int], n: int, seed: bytes, cell: str) -> list[int]:
    """The positions of the `n` items with the smallest digests; only n of them are ever held."""
    if n == 0:
        return []
    prefix = hashlib.sha256(seed + f"{_SEPARATOR}{cell}{_SEPARATOR}".encode())

    def digest(index: int) -> bytes:
        state = prefix.copy()
        state.update(frame[index].id.encode())
        return state.digest()

    return heapq.nsmallest(n, members, key=digest)


def _largest_remainder(shares: Mapping[str, Fraction], n: int) -> dict[str, int]:
    total = sum(shares.values())
    exact = {stratum: n * share / total for stratum, share in shares.items()}
    given = {stratum: math.floor(part) for stratum, part in exact.items()}
    # Ties go by name, so that the order in which strata are listed never matters.
    by_remainder = sorted(exact, key=lambda stratum: (given[stratum] - exact[stratum], stratum))
    for stratum in by_remainder[: n - sum(given.values())]:
        given[stratum] += 1
    return given


def _decimal(probability: Fraction) -> Decimal:
    return (Decimal(probability.numerator) / Decimal(probability.denominator)).quantize(PI_STEP)
