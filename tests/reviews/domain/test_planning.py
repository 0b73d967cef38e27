"""The plan of a day: the share of the month, and the floors that are owed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import planning, sampling
from reviews.domain.planning import Month, Week
from reviews.domain.sampling import Item

HALFWAY = Month(population=600, drawn=36, recent_population=1200, recent_days=29)
SIZES = {"high/reviewed": 40, "high/straight_through": 200, "low/straight_through": 160}


def plan(sizes=None, *, reviewers=None, month=HALFWAY, week=None, **terms):
    return planning.for_day(
        fraction=Decimal("0.06"),
        sizes=SIZES if sizes is None else sizes,
        reviewers=reviewers or {},
        month=month,
        week=week or Week(),
        **terms,
    )


def test_for_day_takes_the_share_of_the_month():
    day = plan(month=Month(600, 30, 1200, 29))

    # 6 % of 1,000 is 60, of which 30 were drawn.
    assert day.plan.n == 30
    assert day.carried_in == 6
    assert not day.small


def test_for_day_owes_each_stratum_a_look_that_it_did_not_have_this_week():
    day = plan(week=Week(strata={"high/reviewed": 1}))

    assert day.plan.stratum_floors == {"high/straight_through": 1, "low/straight_through": 1}
    assert day.plan.stratum_floor == 0
    assert day.plan.weights == {
        "high/reviewed": 2,
        "high/straight_through": 2,
        "low/straight_through": Fraction(1, 2),
    }


def test_for_day_owes_active_reviewers_what_they_miss_of_their_two_looks():
    week = Week(decided={"ann": 10, "bob": 9, "cat": 12, "dan": 30}, sampled={"cat": 1, "dan": 2})

    day = plan(reviewers={"ann": 8, "bob": 8, "cat": 8, "dan": 8}, week=week)

    assert day.plan.reviewer_floors == {"ann": 2, "cat": 1}
    assert day.deferred == ()


def test_for_day_never_owes_more_than_there_is():
    day = plan(reviewers={"ann": 1}, week=Week(decided={"ann": 10}))

    assert day.plan.reviewer_floors == {"ann": 1}


def test_for_day_defers_who_was_looked_at_last_where_ten_percent_leave_no_room():
    month = Month(population=600, drawn=98, recent_population=1200, recent_days=29)
    week = Week(decided={"ann": 10, "bob": 10}, waiting_since={"ann": 5, "bob": 3})

    day = plan(reviewers={"ann": 8, "bob": 8}, month=month, week=week)

    assert (day.plan.reviewer_floors, day.deferred) == ({"bob": 2}, ("ann",))
    assert day.plan.stratum_floors == {}


def test_for_day_lets_floors_win_in_a_small_process():
    week = Week(decided={"ann": 10, "bob": 10})

    day = plan({"high/reviewed": 5}, reviewers={"ann": 3, "bob": 2}, month=Month(), week=week)

    assert day.small
    assert (day.plan.reviewer_floors, day.deferred) == ({"ann": 2, "bob": 2}, ())


@pytest.mark.parametrize(
    ("_case", "today", "month", "small"),
    [
        ("_case 6 a day make 180 a month", 6, Month(recent_population=174, recent_days=29), True),
        ("_case 7 a day make 210 a month", 7, Month(recent_population=203, recent_days=29), False),
        ("_case a first day of 7", 7, Month(), False),
        ("_case a first day of nothing", 0, Month(), True),
    ],
)
def test_for_day_says_which_process_is_small(_case, today, month, small):
    assert plan({"high/reviewed": today}, month=month).small is small


@given(
    days=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=30, max_size=31),
    percent=st.integers(50, 100),
)
def test_months_land_in_band(days, percent):
    """Whatever the days bring, a month of 200 or more that is not small ends between 5 % and 10 %."""
    fraction = Decimal(percent) / 1000
    population = drawn = 0
    small = False
    for number, (reviewed, straight) in enumerate(days):
        sizes = {"high/reviewed": reviewed, "low/straight_through": straight}
        frame = [
            Item(f"{number}-{s}-{n}", s, "ann" if "rev" in s else "")
            for s, size in sizes.items()
            for n in range(size)
        ]
        day = planning.for_day(
            fraction=fraction,
            sizes={s: size for s, size in sizes.items() if size},
            reviewers={"ann": reviewed} if reviewed else {},
            month=Month(population, drawn, population, number),
            week=Week(decided={"ann": 10}),
        )
        result = sampling.draw(frame, bytes(32), day.plan)
        population += len(frame)
        drawn += result.n
        small = small or day.small
    if population >= 200 and not small:
        assert 5 * population <= 100 * drawn <= 10 * population


def test_dump_and_load_keep_the_plan():
    day = plan(reviewers={"ann": 8}, week=Week(decided={"ann": 10}))

    assert planning.load(planning.dump(day.plan)) == day.plan
