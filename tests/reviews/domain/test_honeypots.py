"""How often control items come, what counts as caught, and what their envelopes look like (E4)."""

from decimal import Decimal
from random import Random
from uuid import UUID

import pytest

from reviews.domain import honeypots
from reviews.enums import ControlKind, Verdict

USUAL = Decimal("0.015")


@pytest.mark.parametrize(
    ("load", "share", "doubled", "number"),
    [
        (9, USUAL, False, 0),
        (10, USUAL, False, 2),
        (10, USUAL, True, 2),
        (100, USUAL, False, 2),
        (100, USUAL, True, 4),
        (200, Decimal("0.010"), False, 2),
        (200, Decimal("0.020"), False, 4),
        (200, Decimal("0.020"), True, 8),
        (400, USUAL, False, 6),
        (400, USUAL, True, 12),
        (60, Decimal("0.020"), True, 3),
    ],
)
def test_one_or_two_in_a_hundred_two_at_least_and_never_above_5_percent(
    load: int, share: Decimal, doubled: bool, number: int
) -> None:
    assert honeypots.wanted(load, share, doubled=doubled) == number


@pytest.mark.parametrize("doubled", [False, True])
@pytest.mark.parametrize("share", [Decimal("0.010"), USUAL, Decimal("0.020")])
def test_the_limits_hold_for_every_load(share: Decimal, doubled: bool) -> None:
    times = 2 if doubled else 1
    for load in range(10, 2_000):
        number = honeypots.wanted(load, share, doubled=doubled)
        assert number >= 2
        assert number <= max(2, load * 0.05)
        if load >= 200:
            assert abs(number - load * float(share) * times) <= times


def test_gaps_are_half_to_one_and_a_half_of_the_average() -> None:
    gaps = []
    for draw in (0.0, 0.5, 0.999):
        gaps.append(
            next(
                since
                for since in range(200)
                if honeypots.is_due(since_last=since, load=200, number=4, draw=draw)
            )
        )

    assert gaps == [25, 50, 75]
    assert not honeypots.is_due(since_last=10**6, load=9, number=0, draw=0.0)


def test_over_a_year_of_weeks_they_come_at_their_rate() -> None:
    dice, since, served, draw = Random(3), 0, 0, 0.5
    for _ in range(200 * 52):
        since += 1
        if honeypots.is_due(since_last=since, load=200, number=3, draw=draw):
            served, since, draw = served + 1, 0, dice.random()

    assert 0.010 <= served / (200 * 52) <= 0.020


@pytest.mark.parametrize(
    ("kind", "answer", "material", "caught"),
    [
        (ControlKind.KNOWN_BAD, Verdict.APPROVE, False, False),
        (ControlKind.KNOWN_BAD, Verdict.EDIT, False, False),
        (ControlKind.KNOWN_BAD, Verdict.EDIT, True, True),
        (ControlKind.KNOWN_BAD, Verdict.REJECT, False, True),
        (ControlKind.KNOWN_BAD, Verdict.OVERRIDE, True, True),
        (ControlKind.KNOWN_BAD, honeypots.ASKED, False, True),
        (ControlKind.KNOWN_GOOD, Verdict.APPROVE, False, True),
        (ControlKind.KNOWN_GOOD, Verdict.EDIT, False, True),
        (ControlKind.KNOWN_GOOD, Verdict.EDIT, True, False),
        (ControlKind.KNOWN_GOOD, Verdict.REJECT, False, False),
        (ControlKind.KNOWN_GOOD, honeypots.ASKED, False, True),
    ],
)
def test_what_counts_as_caught(kind: ControlKind, answer: str, material: bool, caught: bool) -> None:
    assert honeypots.is_caught(kind, answer, material=material) is caught


def test_an_item_must_have_what_its_neighbours_have() -> None:
    near = [{"amount": True, "citations": False, "language": n % 2 == 0} for n in range(20)]

    assert honeypots.unlike({"amount": False, "citations": True, "language": True}, near) == [
        "amount",
        "citations",
    ]
    assert honeypots.unlike({"amount": True, "citations": False, "language": False}, near) == []
    assert honeypots.unlike({"amount": False, "citations": True, "language": True}, near[:19]) == []


def test_external_ids_go_on_as_those_before() -> None:
    dice = Random(1)

    assert honeypots.external_id([], dice) == ""
    assert honeypots.external_id(["", "A-1"], dice) == ""
    assert UUID(honeypots.external_id(["0b0e5f7e-6a2b-4a5c-9d2e-3a4b5c6d7e8f"], dice)).version == 4
    assert len(honeypots.external_id(["h-" + "a" * 32], dice)) == 34
    rising = [f"INV-2026-{number:05d}" for number in (412, 409, 405, 401)]
    for _ in range(50):
        made = honeypots.external_id(rising, dice)
        assert made.startswith("INV-2026-004")
        assert 412 < int(made[-5:]) <= 419
    drawn = [f"C{number}" for number in (812345, 201, 999999, 500000, 123456)]
    made = {honeypots.external_id(drawn, dice) for _ in range(200)}
    assert len(made) > 150
    assert max(made) > "C8"
    assert min(made) < "C3"


def test_where_the_data_came_from_names_another_record_of_the_same_source() -> None:
    near = [{"source_system": "erp", "source_record_id": "REC-0004711", "version": "v2"}]

    (made,) = honeypots.varied(near, Random(2))

    assert (made["source_system"], made["version"]) == ("erp", "v2")
    assert made["source_record_id"] != "REC-0004711"
    assert len(made["source_record_id"]) == len("REC-0004711")
