"""The clock of a case, by tables and against a slow oracle that looks at every minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.domain import case_clock, sla_clock
from contracts.domain.case_clock import Clock, History, Pause, Terms, due, of_histories
from contracts.domain.sla_clock import Calendar

_MINUTE = timedelta(minutes=1)
LUNCH = ((time(9), time(12)), (time(13), time(17)))
OFFICE = Calendar("Europe/Berlin", dict.fromkeys(range(5), LUNCH), frozenset({date(2026, 3, 31)}))
ALWAYS = Calendar("UTC", always_open=True)
# A Friday, two days before summer time begins in Berlin.
FRIDAY = datetime(2026, 3, 27, 14, 0, tzinfo=UTC)


def clock(minutes: int = 60, *pauses: tuple[int, int | None], calendar: Calendar = ALWAYS) -> Clock:
    """A clock that starts on that Friday; pauses in minutes from then."""
    stood = [
        Pause(FRIDAY + begins * _MINUTE, None if ends is None else FRIDAY + ends * _MINUTE)
        for begins, ends in pauses
    ]
    return Clock(FRIDAY, [Terms(FRIDAY, minutes, calendar)], stood)


@pytest.mark.parametrize(
    "_case, one, due",
    [
        ("without a pause", clock(60), 60),
        ("a pause is added", clock(60, (10, 30)), 80),
        ("two that overlap count once", clock(60, (10, 30), (20, 40)), 90),
        ("one inside another counts once", clock(60, (10, 40), (15, 20)), 90),
        ("in any order", clock(60, (50, 60), (10, 20)), 80),
        ("before the start nothing is added", clock(60, (-30, -10)), 60),
        ("across the start only what comes after", clock(60, (-30, 10)), 70),
        ("after it was due nothing is added", clock(60, (70, 100)), 60),
        ("at the very moment it is due, it is due", clock(60, (60, 100)), 60),
        ("one without end has no end in sight", clock(60, (10, None)), None),
        ("one without end after it was due", clock(60, (90, None)), 60),
    ],
)
def test_due_leaves_out_what_stood_still(_case, one, due):
    found = case_clock.due(one)

    assert found == (None if due is None else FRIDAY + due * _MINUTE)


def test_due_does_not_run_at_night_at_lunch_or_on_a_holiday():
    """frappe #2212, erpnext PR 49414: Friday 15:00 in Berlin, eight hours: two on Friday, six on Monday across lunch and
    the night in which summer time began."""
    found = case_clock.due(clock(8 * 60, calendar=OFFICE))

    assert found == datetime(2026, 3, 30, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def test_due_skips_a_holiday():
    found = case_clock.due(clock(10 * 60, calendar=OFFICE))

    assert found == datetime(2026, 4, 1, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def test_a_pause_over_the_night_is_not_counted_twice():
    """erpnext PR 49414: one hour worked, paused from Friday 16:00 to Monday 10:00, then the rest."""
    paused = Clock(
        FRIDAY,
        [Terms(FRIDAY, 3 * 60, OFFICE)],
        [Pause(FRIDAY + timedelta(hours=1), datetime(2026, 3, 30, 8, 0, tzinfo=UTC))],
    )

    assert case_clock.due(paused) == datetime(
        2026, 3, 30, 13, 0, tzinfo=ZoneInfo("Europe/Berlin")
    ) - timedelta(hours=1)
    assert case_clock.spent(paused, FRIDAY + timedelta(days=1)) == timedelta(hours=1)


def test_a_change_of_terms_keeps_what_has_passed_and_what_stood_still():
    """GLPI #6902, #15605: 40 minutes in, of them 10 paused, the limit becomes 50 minutes: 20 are left."""
    change = FRIDAY + 40 * _MINUTE
    one = Clock(
        FRIDAY,
        [Terms(FRIDAY, 240, ALWAYS), Terms(change, 50, ALWAYS)],
        [Pause(FRIDAY + 10 * _MINUTE, FRIDAY + 20 * _MINUTE)],
    )

    assert case_clock.spent(one, change) == 30 * _MINUTE
    assert case_clock.due(one) == change + 20 * _MINUTE


def test_a_change_to_less_than_has_passed_is_due_at_once():
    change = FRIDAY + 40 * _MINUTE

    assert case_clock.due(Clock(FRIDAY, [Terms(FRIDAY, 240, ALWAYS), Terms(change, 30, ALWAYS)])) == change


def test_a_pause_entered_afterwards_moves_the_end():
    late = FRIDAY + 61 * _MINUTE
    before, after = clock(60), clock(60, (30, 45))

    assert case_clock.due(before) < late < case_clock.due(after)


def test_paused_says_whether_it_stands_still():
    one = clock(60, (10, 20), (90, None))

    assert [case_clock.paused(one, FRIDAY + minute * _MINUTE) for minute in (9, 10, 19, 20, 89, 90, 900)] == [
        False,
        True,
        True,
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Clock(FRIDAY, []),
        lambda: clock(60, (30, 20)),
        lambda: case_clock.due(clock(60, calendar=Calendar("UTC"))),
    ],
    ids=["no terms", "a pause that ends before it begins", "a calendar without hours"],
)
def test_a_clock_that_cannot_be_meant_is_refused(make):
    with pytest.raises(ValueError, match=r"terms|ends after|does not open"):
        make()


# ── Against a slow oracle ────────────────────────────────────────────────────────────────────────────────────

_ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
# Around the changes of summer time of several places.
_STARTS = [
    datetime(2026, 3, 28, 20, tzinfo=UTC),
    datetime(2026, 3, 7, 20, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
    datetime(2026, 10, 3, 10, tzinfo=UTC),
    datetime(2026, 12, 31, 12, tzinfo=UTC),
]
_HOURS = st.sampled_from(
    [
        LUNCH,
        ((time(0), time(0)),),
        ((time(22), time(6)),),
        ((time(1, 30), time(3, 30)),),
        ((time(8), time(20)),),
    ]
)
calendars = st.builds(
    lambda zone, hours, days, off: Calendar(
        zone,
        dict.fromkeys(days, hours),
        frozenset({date(2026, 3, 29) + timedelta(days=shift) for shift in off}),
    ),
    st.sampled_from(_ZONES),
    _HOURS,
    st.sets(st.integers(0, 6), min_size=3),
    st.sets(st.integers(-2, 3), max_size=2),
)
minutes = st.integers(0, 3 * 24 * 60)
pauses = st.lists(
    st.tuples(st.integers(-100, 2 * 24 * 60), st.integers(0, 24 * 60)).map(
        lambda one: (one[0], one[0] + one[1])
    ),
    max_size=3,
)


def _worked(one: Clock, until: datetime) -> int:
    """How many whole minutes the clock ran, looked at minute by minute."""
    ran, at = 0, one.started
    while at < until:
        terms = [terms for number, terms in enumerate(one.terms) if number == 0 or terms.since <= at][-1]
        if sla_clock.is_open(at, terms.calendar) and not case_clock.paused(one, at):
            ran += 1
        at += _MINUTE
    return ran


@settings(max_examples=60)
@given(
    start=st.sampled_from(_STARTS),
    first=calendars,
    second=calendars,
    change=minutes,
    stood=pauses,
    until=minutes,
)
def test_spent_is_what_a_minute_by_minute_count_gives(start, first, second, change, stood, until):
    one = Clock(
        start,
        [Terms(start, 600, first), Terms(start + change * _MINUTE, 300, second)],
        [Pause(start + begins * _MINUTE, start + ends * _MINUTE) for begins, ends in stood],
    )
    end = start + until * _MINUTE

    assert case_clock.spent(one, end) == _worked(one, end) * _MINUTE


@settings(max_examples=60)
@given(start=st.sampled_from(_STARTS), calendar=calendars, allowed=st.integers(1, 900), stood=pauses)
def test_due_is_the_first_moment_at_which_so_much_has_passed(start, calendar, allowed, stood):
    one = Clock(
        start,
        [Terms(start, allowed, calendar)],
        [Pause(start + begins * _MINUTE, start + ends * _MINUTE) for begins, ends in stood],
    )

    due = case_clock.due(one)

    assert due is not None
    assert case_clock.spent(one, due) == allowed * _MINUTE
    assert case_clock.spent(one, due - _MINUTE) < allowed * _MINUTE


def test_a_clock_of_histories_goes_by_what_each_calendar_said_at_its_time():
    begun = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    always = Calendar("UTC", always_open=True)
    mornings = Calendar("UTC", dict.fromkeys(range(7), ((time(9), time(10)),)))
    history = History([(begun - timedelta(days=9), always), (begun + timedelta(minutes=30), mornings)])

    clock = of_histories(begun, [(begun, 120, history)], [], None)
    stopped = of_histories(begun, [(begun, 120, history)], [], begun + timedelta(minutes=20))
    up = of_histories(begun, [(begun, 10, history)], [], None)

    # Half an hour passed round the clock; half an hour is left that morning, and one for the next.
    assert due(clock) == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    assert len(stopped.terms) == len(up.terms) == 1


def test_a_history_says_what_held_before_its_first_definition_too():
    begun = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    always = Calendar("UTC", always_open=True)

    assert History([(begun, always)]).at(begun - timedelta(days=1)) == always
    with pytest.raises(ValueError, match="definition"):
        History([])
