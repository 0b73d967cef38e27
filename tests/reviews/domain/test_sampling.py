"""The draw of §5.3: its golden allocation, its band, and that anyone can repeat it."""

import hashlib
import hmac
import math
import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Invalid
from reviews.domain import sampling
from reviews.domain.sampling import (
    TIER_WEIGHTS,
    Item,
    Plan,
    allocate,
    daily_size,
    draw,
    frame_hash,
    in_band,
    reviewer_floors,
)

SEED = bytes(32)
GOLDEN_SIZES = {"critical": 100, "high": 300, "medium": 600, "low": 1000}


def frame_of(sizes, reviewer=""):
    return [Item(f"{stratum}-{n}", stratum, reviewer) for stratum, size in sizes.items() for n in range(size)]


def rounded(probability):
    return round(Decimal(probability.numerator) / probability.denominator, 12)


def test_allocate_golden():
    assert allocate(GOLDEN_SIZES, 120, TIER_WEIGHTS) == {"critical": 23, "high": 34, "medium": 34, "low": 29}


ALLOCATED = [
    ("_case without weights", {"a": 30, "b": 10}, 4, None, 0, {"a": 3, "b": 1}),
    ("_case ties go by name", {"b": 10, "a": 10}, 1, None, 0, {"a": 1, "b": 0}),
    (
        "_case a floor for each that is not empty",
        {"a": 1000, "b": 1, "c": 0},
        10,
        None,
        1,
        {"a": 9, "b": 1, "c": 0},
    ),
    ("_case floors win", {"a": 5, "b": 5, "c": 5}, 1, None, 1, {"a": 1, "b": 1, "c": 1}),
    ("_case a full stratum passes on", {"a": 2, "b": 100}, 50, {"a": Fraction(1000)}, 0, {"a": 2, "b": 48}),
    ("_case more than there is", {"a": 2, "b": 3}, 50, None, 0, {"a": 2, "b": 3}),
    ("_case a weight of nothing", {"a": 2, "b": 3}, 4, {"a": Fraction(0)}, 0, {"a": 0, "b": 3}),
    ("_case nothing", {}, 4, None, 1, {}),
]


@pytest.mark.parametrize(
    ("_case", "sizes", "n", "weights", "floor", "given_out"), ALLOCATED, ids=[r[0] for r in ALLOCATED]
)
def test_allocate_gives(_case, sizes, n, weights, floor, given_out):
    assert allocate(sizes, n, weights, floor=floor) == given_out


@given(
    sizes=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500)),
    n=st.integers(0, 800),
    weights=st.dictionaries(st.sampled_from("abcdef"), st.fractions(Fraction(1, 10), 10, max_denominator=20)),
    floor=st.integers(0, 2),
)
def test_allocate_gives_out_exactly_what_it_can(sizes, n, weights, floor):
    given_out = allocate(sizes, n, weights, floor=floor)

    floors = sum(min(size, floor) for size in sizes.values())
    assert sum(given_out.values()) == max(min(n, sum(sizes.values())), floors)
    assert all(min(size, floor) <= given_out[stratum] <= size for stratum, size in sizes.items())


@pytest.mark.parametrize("fraction", ["0.05", "0.06", "0.10"])
def test_in_band_accepts(fraction):
    assert in_band(Decimal(fraction)) == Decimal(fraction)


@pytest.mark.parametrize("fraction", ["0.04", "0.11", "0.0499999", "NaN", "Infinity", "-0.06"])
def test_in_band_refuses(fraction):
    with pytest.raises(Invalid) as refused:
        in_band(Decimal(fraction))

    assert (refused.value.code, refused.value.field) == ("fraction_out_of_band", "fraction")


@given(
    fraction=st.decimals(Decimal("0.05"), Decimal("0.10"), places=3),
    days=st.lists(st.integers(0, 150), min_size=1, max_size=31),
)
def test_daily_size_lands_the_month_in_its_band(fraction, days):
    population = drawn = 0
    for today in days:
        n = daily_size(fraction, population_before=population, drawn_before=drawn, population_today=today)
        assert 0 <= n <= today
        population, drawn = population + today, drawn + n

    lowest, highest = math.ceil(Decimal("0.05") * population), math.floor(Decimal("0.10") * population)
    if population >= 200:
        assert lowest <= drawn <= highest


def test_daily_size_carries_what_rounding_left():
    drawn = 0
    sizes = []
    for day in range(10):
        n = daily_size(Decimal("0.06"), population_before=40 * day, drawn_before=drawn, population_today=40)
        drawn += n
        sizes.append(n)

    assert (drawn, sizes) == (24, [2, 3, 2, 3, 2, 2, 3, 2, 3, 2])


FLOORS = [
    ("_case two for each active reviewer", {"ana": 10, "ben": 50}, {}, {}, 9, ({"ana": 2, "ben": 2}, ())),
    ("_case nine decisions are too few", {"ana": 9}, {}, {}, 9, ({}, ())),
    ("_case what was sampled counts", {"ana": 10, "ben": 10}, {"ana": 1, "ben": 2}, {}, 9, ({"ana": 1}, ())),
    (
        "_case longest since sampled goes first",
        {"ana": 10, "ben": 10, "cho": 10},
        {},
        {"ana": 5, "ben": 3},
        4,
        ({"cho": 2, "ben": 2}, ("ana",)),
    ),
    ("_case no room at all", {"ana": 10}, {}, {}, 1, ({}, ("ana",))),
]


@pytest.mark.parametrize(
    ("_case", "decided", "sampled", "since", "room", "owed"), FLOORS, ids=[row[0] for row in FLOORS]
)
def test_reviewer_floors(_case, decided, sampled, since, room, owed):
    assert reviewer_floors(decided, sampled, since, room=room) == owed


def test_draw_of_the_golden_frame():
    result = draw(frame_of(GOLDEN_SIZES), SEED, Plan(120, TIER_WEIGHTS))

    assert result.n == 120
    assert {row.stratum: row.drawn for row in result.strata} == {
        "critical": 23,
        "high": 34,
        "medium": 34,
        "low": 29,
    }
    assert {item.pi for item in result.items if item.stratum == "critical"} == {Decimal("0.23")}
    assert {item.pi for item in result.items if item.stratum == "low"} == {Decimal("0.029")}


def test_draw_takes_the_smallest_digests_as_written_down():
    frame = frame_of({"a": 50})

    result = draw(frame, b"seed", Plan(3))

    by_digest = sorted(frame, key=lambda item: hashlib.sha256(b"seed\x1fa\x1f" + item.id.encode()).digest())
    assert {item.id for item in result.items} == {item.id for item in by_digest[:3]}


def test_draw_keeps_the_floors_of_reviewers_and_their_probability():
    busy = [Item(f"busy-{n}", "reviewed", "ana") for n in range(180)]
    rare = [Item(f"rare-{n}", "reviewed", "ben") for n in range(20)]

    result = draw(busy + rare, SEED, Plan(12, reviewer_floors={"ben": 2, "cho": 2}))

    assert result.n == 12
    assert sum(item.reviewer == "ben" for item in result.items) >= 2
    psi = Fraction(10, 198)
    expected = Fraction(2, 20) + (1 - Fraction(2, 20)) * psi
    assert {item.pi for item in result.items if item.reviewer == "ben"} == {rounded(expected)}
    assert {item.pi for item in result.items if item.reviewer == "ana"} == {rounded(psi)}


def test_draw_lets_floors_win_over_a_small_n():
    frame = [Item("a1", "a", "ana"), Item("a2", "a", "ana"), Item("b1", "b"), Item("c1", "c", "ana")]

    result = draw(frame, SEED, Plan(0, reviewer_floors={"ana": 5}))

    assert {item.id for item in result.items} == {"a1", "a2", "b1", "c1"}
    assert {item.pi for item in result.items} == {Decimal(1)}


def test_draw_of_nothing_is_empty():
    result = draw([], SEED, Plan(5))

    assert (result.items, result.n, result.strata) == ((), 0, ())


def test_inclusion_probability_is_what_many_seeds_show():
    frame = [Item(f"x{n}", "a" if n % 3 else "b", "ana" if n < 12 else "") for n in range(60)]
    plan = Plan(9, {"b": Fraction(3)}, {"ana": 2})
    hits = Counter()
    expected = {}
    for seed in range(1500):
        for item in draw(frame, seed.to_bytes(4, "big"), plan).items:
            hits[item.stratum, item.reviewer] += 1
            expected.setdefault((item.stratum, item.reviewer), []).append(float(item.pi))

    for cell, count in hits.items():
        size = sum((item.stratum, item.reviewer) == cell for item in frame)
        promised = sum(expected[cell]) / len(expected[cell])
        assert count / 1500 / size == pytest.approx(promised, rel=0.08)


items = st.builds(Item, st.uuids().map(str), st.sampled_from("abc"), st.sampled_from(["", "ana", "ben"]))
frames = st.lists(items, max_size=60, unique_by=lambda item: item.id)
plans = st.builds(
    Plan,
    st.integers(0, 40),
    st.dictionaries(st.sampled_from("abc"), st.sampled_from([Fraction(1, 2), Fraction(2), Fraction(4)])),
    st.dictionaries(st.sampled_from(["ana", "ben", "gone"]), st.integers(0, 3)),
    st.integers(0, 2),
)


@given(
    frame=frames,
    plan=plans,
    seed=st.binary(min_size=1, max_size=32),
    shuffle=st.randoms(use_true_random=False),
)
def test_draw_is_repeatable_in_any_order(frame, plan, seed, shuffle):
    first = draw(frame, seed, plan)
    shuffled = list(frame)
    shuffle.shuffle(shuffled)

    assert draw(shuffled, seed, plan) == first
    assert first.n == len({item.id for item in first.items}) >= min(plan.n, len(frame))
    assert all(0 < item.pi <= 1 for item in first.items)
    assert sum(row.drawn for row in first.strata) == first.n
    assert sum(row.size for row in first.strata) == len(frame)
    for row in first.strata:
        assert row.drawn >= min(plan.stratum_floor, row.size)
    for reviewer, owed in plan.reviewer_floors.items():
        there = sum(item.reviewer == reviewer for item in frame)
        assert sum(item.reviewer == reviewer for item in first.items) >= min(owed, there)


def test_another_seed_gives_another_draw():
    frame = frame_of(GOLDEN_SIZES)

    assert draw(frame, b"one", Plan(120)).items != draw(frame, b"two", Plan(120)).items


def test_frame_hash_sees_every_change_but_not_the_order():
    frame = frame_of({"a": 3, "b": 2})
    shuffled = random.Random(1).sample(frame, len(frame))

    assert frame_hash(shuffled) == frame_hash(frame)
    assert frame_hash(frame[1:]) != frame_hash(frame)
    assert frame_hash([Item(frame[0].id, "a", "ana"), *frame[1:]]) != frame_hash(frame)


BAD = [
    ("_case an id given twice", [Item("x", "a"), Item("x", "b")], "twice"),
    ("_case a separator in an id", [Item("x\x1f", "a")], "separator"),
    ("_case a separator in a stratum", [Item("x", "a\x1f")], "separator"),
]


@pytest.mark.parametrize(("_case", "frame", "words"), BAD, ids=[row[0] for row in BAD])
def test_draw_refuses(_case, frame, words):
    with pytest.raises(ValueError, match=words):
        draw(frame, SEED, Plan(1))


def test_seed_is_an_hmac_over_process_window_and_number():
    parts = {"process": "p", "window": "2026-03-03", "number": 1}

    made = sampling.seed(b"key", **parts)

    assert made == hmac.new(b"key", b"countersign-draw-1\x1fp\x1f2026-03-03\x1f1", hashlib.sha256).digest()
    assert len({made, sampling.seed(b"other", **parts), sampling.seed(b"key", **parts | {"number": 2})}) == 3


def test_draw_keeps_the_floor_of_a_named_stratum():
    frame = frame_of({"a": 100, "b": 100})

    drawn = draw(
        frame, SEED, Plan(2, {"a": Fraction(4), "b": Fraction(0)}, stratum_floor=0, stratum_floors={"b": 2})
    )

    assert Counter(item.stratum for item in drawn.items) == {"b": 2}
