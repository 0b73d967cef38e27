"""What two thousand draws of one frame show: the share is in band every time, and the intervals cover the truth."""

import hashlib
from collections import Counter
from decimal import Decimal

import pytest

from reviews.domain import planning, qa_estimates, sampling
from reviews.domain.qa_estimates import Cell
from reviews.domain.sampling import Item

SEEDS = 2_000
SIZES = {"high/reviewed": 80, "low/straight_through": 120}
# So many of each stratum went out wrong: 32 of 80, and 36 of 120.
WRONG = {"high/reviewed": 0.4, "low/straight_through": 0.3}
# A day gives too few looks for a normal interval to hold; a month gives as many as this.
MONTHLY = sampling.Plan(n=90, reviewer_floors={"r0": 2, "r1": 2})
FRAME = [
    Item(f"{stratum}-{number}", stratum, f"r{number % 2}" if stratum.endswith("reviewed") else "")
    for stratum, size in SIZES.items()
    for number in range(size)
]
BAD = {
    f"{stratum}-{number}" for stratum, size in SIZES.items() for number in range(int(size * WRONG[stratum]))
}
TRUTH = len(BAD) / len(FRAME)


def _draws(plan: sampling.Plan) -> list[sampling.Draw]:
    seeds = (hashlib.sha256(str(number).encode()).digest() for number in range(SEEDS))
    return [sampling.draw(FRAME, seed, plan) for seed in seeds]


@pytest.fixture(scope="module")
def monthly() -> list[sampling.Draw]:
    return _draws(MONTHLY)


def test_f1_every_draw_is_in_band_with_its_floors() -> None:
    day = planning.for_day(
        fraction=Decimal("0.08"),
        sizes=SIZES,
        reviewers={"r0": 40, "r1": 40},
        month=planning.Month(),
        week=planning.Week(decided={"r0": 40, "r1": 40}),
    )

    for draw in _draws(day.plan):
        assert 0.05 * len(FRAME) <= draw.n <= 0.10 * len(FRAME)
        looks = Counter(item.reviewer for item in draw.items)
        assert looks["r0"] >= 2
        assert looks["r1"] >= 2
        assert {row.stratum for row in draw.strata if row.drawn} == set(SIZES)


def test_every_item_is_drawn_as_often_as_its_probability_says(monthly: list[sampling.Draw]) -> None:
    """π is what the estimates divide by: each item's share of the draws lies within five standard errors of it."""
    count = Counter(item.id for draw in monthly for item in draw.items)
    pi = {item.id: float(item.pi) for draw in monthly for item in draw.items}

    assert len(count) == len(FRAME)
    for identity, expected in pi.items():
        error = (expected * (1 - expected) / SEEDS) ** 0.5
        assert abs(count[identity] / SEEDS - expected) < 5 * error


def test_five_in_a_hundred_intervals_miss_the_truth(monthly: list[sampling.Draw]) -> None:
    """peers §4.15: an interval at 95 % covers what is true in 93 to 97 of 100 draws, unequal probabilities and all."""
    covered = 0
    for draw in monthly:
        cells: Counter[tuple[str, Decimal]] = Counter()
        wrong: Counter[tuple[str, Decimal]] = Counter()
        for item in draw.items:
            cells[item.stratum, item.pi] += 1
            wrong[item.stratum, item.pi] += item.id in BAD
        whole = qa_estimates.of(
            SIZES, [Cell(stratum, pi, seen, wrong[stratum, pi]) for (stratum, pi), seen in cells.items()]
        ).whole
        covered += whole.interval.low <= TRUTH <= whole.interval.high

    assert 0.93 <= covered / SEEDS <= 0.97
