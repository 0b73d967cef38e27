"""The index, its bands, and whom they meet: those who look at nothing, and hardly anybody who looks."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from reviews.domain import reading, vigilance, vigilance_tally
from reviews.domain.vigilance import Honeypots, Override, Window
from reviews.domain.vigilance_signals import Cell, Code, Signal
from reviews.domain.vigilance_tally import Memory, Seen, Tally
from reviews.enums import VigilanceBand as Band

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOTES = [*["" for _ in range(20)], *(f"reason {number}" for number in range(20))]
FLOORS = [reading.floor(words, "en") for words in range(30, 350, 10)]
USUAL = {"easy": Cell(4000, 3840), "hard": Cell(2000, 1680)}


def worked(decisions: list[Seen], **more: object) -> Window:
    tally, memory = Tally(), Memory()
    vigilance_tally.count(decisions, tally, memory)
    return Window(tally, memory, USUAL, 0.92, **more)  # type: ignore[arg-type]


def careful(dice: Random, number: int) -> Seen:
    """Somebody who reads: mostly well above the floor, now and then quick, with the usual share of approvals."""
    hard = dice.random() < 0.33
    return Seen(
        at=BEGAN + timedelta(minutes=2 * number),
        stratum="hard" if hard else "easy",
        seconds=round(max(4, dice.lognormvariate(4.4, 0.5))),
        floor=dice.choice(FLOORS),
        approved=dice.random() < (0.84 if hard else 0.96),
        opened=dice.random() < 0.97,
        confidence=dice.random(),
        note=dice.choice(NOTES),
    )


def stamper(number: int) -> Seen:
    return Seen(BEGAN + timedelta(seconds=6 * number), "easy", 6, 12.1, True, True, 0.7, "ok")


def test_always_approving_in_six_seconds_is_red_within_fifty_decisions() -> None:
    before = vigilance.judge(worked([stamper(number) for number in range(49)]))
    found = vigilance.judge(worked([stamper(number) for number in range(50)]))

    assert before.band == Band.INSUFFICIENT
    assert (found.band, found.overrides) == (Band.RED, (Override.FAST,))
    assert {Code.DWELL, Code.RATIONALE, Code.BURST, Code.UNEDITED} <= set(found.raised)


def test_of_a_thousand_weeks_of_careful_people_at_most_five_percent_are_not_green() -> None:
    dice = Random(2019)  # noqa: S311 — a test
    alarms = 0

    for _week in range(1000):
        decisions = [careful(dice, number) for number in range(dice.randrange(50, 110))]
        pots = Honeypots(served=4, missed=sum(dice.random() < 0.03 for _ in range(4)))
        wrong = sum(dice.random() < 0.03 for _ in range(12))
        found = vigilance.judge(worked(decisions, scored=12, wrong=wrong, honeypots=pots))
        alarms += found.band != Band.GREEN

    assert alarms <= 50


def test_index_is_a_hundred_less_what_the_weights_take() -> None:
    half = [Signal(code, 0.5) for code in vigilance.WEIGHTS]

    assert sum(vigilance.WEIGHTS.values()) == 100
    assert vigilance.index(half) == 50
    assert vigilance.index([Signal(Code.DWELL, 1.0), Signal(Code.STREAK, 1.0)]) == 60


def test_index_takes_nothing_for_what_is_not_known_or_has_no_weight() -> None:
    assert vigilance.index([Signal(Code.HONEYPOT), Signal(Code.BURST, 1.0), Signal(Code.DWELL, 0.1)]) == 97


@pytest.mark.parametrize(
    ("value", "found"), [(100, "green"), (75, "green"), (74, "amber"), (50, "amber"), (49, "red"), (0, "red")]
)
def test_band_has_its_limits(value: int, found: str) -> None:
    assert vigilance.band(value) == found


@pytest.mark.parametrize(
    ("_case", "recent", "honeypots", "why"),
    [
        ("half of the last fifty", "0" * 25 + "1" * 25, None, (Override.FAST,)),
        ("less than half", "0" * 26 + "1" * 24, None, ()),
        ("not fifty yet", "1" * 49, None, ()),
        ("long ago", "1" * 50 + "0" * 50, None, ()),
        ("five of twenty", "", Honeypots(20, 5), (Override.HONEYPOTS,)),
        ("four of twenty", "", Honeypots(20, 4), ()),
    ],
)
def test_overrides_make_red(_case: str, recent: str, honeypots: Honeypots | None, why: tuple) -> None:
    assert vigilance.overrides(recent, honeypots) == why


def test_judge_counts_honeypots_once_there_are_any() -> None:
    dice = Random(5)  # noqa: S311 — a test
    decisions = [careful(dice, number) for number in range(80)]

    without = vigilance.judge(worked(decisions))
    missed = vigilance.judge(worked(decisions, honeypots=Honeypots(20, 10)))

    assert without.band == Band.GREEN
    assert without.index is not None
    assert missed.index == without.index - 15
    assert missed.band == Band.RED
