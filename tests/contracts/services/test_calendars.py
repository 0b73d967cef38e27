"""A business calendar is defined by somebody who said what it is, or not at all (bad input)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain import sla_clock
from contracts.models import BusinessCalendar, CalendarDefinition, Notification, Process
from contracts.selectors import calendars
from contracts.services import agreements
from contracts.services.agreements import Terms

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WEEK = {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(5)}


def define(at, **changed):
    said = {"name": "Office", "time_zone": "UTC", "hours": WEEK, "holidays": [date(2026, 12, 25)]}
    return agreements.define_calendar(**{**said, **changed}, by=None, at=at)


@pytest.mark.parametrize(
    "_case, changed, field, words",
    [
        ("_case no name", {"name": " "}, "name", "a name"),
        ("_case an unknown zone", {"time_zone": "Mars/Olympus"}, "time_zone", "Mars/Olympus"),
        ("_case no hours", {"hours": {}}, "hours", "at least one weekday"),
        ("_case malformed", {"hours": {"1": [["9", "18"]]}}, "hours/1", "Tuesday"),
        ("_case reversed", {"hours": {"1": [["18:00", "09:00"]]}}, "hours/1", "not after 18:00"),
        (
            "_case overlapping",
            {"hours": {"1": [["09:00", "13:00"], ["12:00", "18:00"]]}},
            "hours/1",
            "overlap",
        ),
        ("_case no dates", {"holidays": ["25 December"]}, "holidays", "25 December"),
        ("_case a date twice", {"holidays": [date(2026, 12, 25)] * 2}, "holidays", "twice"),
        ("_case round the clock with hours", {"always_open": True}, "hours", "no hours"),
    ],
)
def test_define_calendar_refuses_what_is_none_and_changes_nothing(db, at, _case, changed, field, words):
    with pytest.raises(Invalid) as refused:
        define(at, **changed)

    assert refused.value.field == field
    assert words in refused.value.sentence
    assert refused.value.details[0] == {"pointer": f"/{field}", "detail": refused.value.sentence}
    assert not BusinessCalendar.objects.exists()
    assert not Event.objects.filter(action="calendar.defined").exists()


def test_define_calendar_names_everything_that_is_wrong(db, at):
    with pytest.raises(Invalid) as refused:
        define(at, name="", hours={"0": [["x", "y"]], "1": [["18:00", "09:00"]]})

    assert [one["pointer"] for one in refused.value.details] == ["/name", "/hours/0", "/hours/1"]


def test_define_calendar_refuses_a_name_that_is_taken(db, at):
    define(at)

    with pytest.raises(Invalid) as refused:
        define(at, name=" Office ")

    assert refused.value.field == "name"
    assert Event.objects.filter(action="calendar.defined").count() == 1


@pytest.mark.parametrize(
    "zone, opens",
    [
        ("Asia/Kolkata", datetime(2026, 3, 4, 3, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 3, 4, 3, 15, tzinfo=UTC)),
        ("Australia/Eucla", datetime(2026, 3, 4, 0, 15, tzinfo=UTC)),
    ],
)
def test_define_calendar_works_in_zones_of_half_and_three_quarter_hours(db, zone, opens):
    calendar = calendars.terms(define(opens, time_zone=zone))

    assert sla_clock.is_open(opens, calendar)
    assert not sla_clock.is_open(datetime.fromtimestamp(opens.timestamp() - 60, UTC), calendar)


def test_define_calendar_keeps_a_night_shift(db, at):
    made = define(at, hours={"2": [["18:00", "26:00"]]})

    assert made.hours == {"2": [["18:00", "02:00"]]}
    assert sla_clock.is_open(datetime(2026, 3, 5, 1, 59, tzinfo=UTC), calendars.terms(made))


# ── Defined on a process, and anew ───────────────────────────────────────────────────────────────────────────

OFFICE = Terms(name="Back office", time_zone="Europe/Berlin", hours=WEEK)


def made(desk, at, **changed):
    return agreements.define_for(
        process=desk.process, terms=replace(OFFICE, **changed), by=desk.governance, at=at
    )


def redefine(desk, calendar, at, by=None, number=1, why="The works council agreed to it", **changed):
    return agreements.redefine_calendar(
        process=desk.process,
        calendar_id=calendar.pk,
        number=number,
        terms=replace(OFFICE, **changed),
        why=why,
        by=by or desk.governance,
        at=at,
    )


def given_to(desk, calendar):
    """Let the process go by it, as setting it up does."""
    Process.objects.filter(pk=desk.process.pk).update(calendar=calendar)
    desk.process.refresh_from_db()


def test_define_for_writes_down_the_public_holidays_of_three_years(desk, at):
    calendar = made(
        desk,
        at,
        country="DE",
        subdivision="BY",
        days_off=[(date(2026, 12, 24), "Christmas Eve")],
        worked=[date(2026, 5, 1)],
    )

    assert calendar.organisation == desk.governance.organisation
    assert calendar.holidays_until == 2028
    assert {"2026-12-24", "2026-12-25", "2027-01-06", "2028-12-26"} <= set(calendar.holidays)
    assert "2026-05-01" not in calendar.holidays
    assert "2027-05-01" in calendar.holidays
    assert calendar.names["2026-12-24"] == "Christmas Eve"
    assert calendar.names["2027-01-06"] == "Epiphany"


def test_a_holiday_that_is_kept_in_the_year_before_is_written_down(desk, at):
    """New Year's Day of 2028 is a Saturday, and in the United States the Friday before is off."""
    assert "2027-12-31" in made(desk, at, country="US").holidays


def test_define_for_goes_as_far_as_the_years_are_known(desk, at):
    assert made(desk, at, country="LK").holidays_until == 2026


@pytest.mark.parametrize(
    "_case, changed, field",
    [
        ("_case no country", {"country": "XX"}, "country"),
        ("_case a country of which nothing is known", {"country": "UA"}, "country"),
        ("_case no part of it", {"country": "DE", "subdivision": "CA"}, "subdivision"),
        ("_case no holiday there", {"country": "DE", "worked": [date(2026, 7, 4)]}, "worked"),
        ("_case a long name", {"days_off": [(date(2026, 7, 4), "x" * 81)]}, "holidays"),
        ("_case the same day twice", {"days_off": [(date(2026, 7, 4), "")] * 2}, "holidays"),
    ],
)
def test_define_for_refuses_holidays_that_are_none(desk, at, _case, changed, field):
    with pytest.raises(Invalid) as refused:
        made(desk, at, **changed)

    assert refused.value.field == field
    assert not BusinessCalendar.objects.filter(name=OFFICE.name).exists()


def test_define_for_is_for_those_who_write_service_levels(desk, at):
    for by in (desk.ops, desk.owner, desk.viewer):
        with pytest.raises(NotAllowed):
            agreements.define_for(process=desk.process, terms=OFFICE, by=by, at=at)

    assert not BusinessCalendar.objects.filter(name=OFFICE.name).exists()


def test_redefine_keeps_what_was_said_and_tells_both_parties(desk, at):
    calendar = made(desk, at)
    given_to(desk, calendar)
    stamp = Process.objects.get(pk=desk.process.pk).stamp

    redefine(desk, calendar, at + HOUR, hours={"0": [["10:00", "16:00"]]})

    now = BusinessCalendar.objects.get(pk=calendar.pk)
    assert now.number == 2
    assert now.hours == {"0": [["10:00", "16:00"]]}
    assert [row.hours for row in calendars.definitions(now)] == [now.hours, WEEK]
    assert Process.objects.get(pk=desk.process.pk).stamp != stamp
    told = Notification.objects.filter(subject__contains="Back office").values_list("user", flat=True)
    assert set(told) == {desk.owner.pk, desk.ops.pk, desk.legal.pk}
    assert Event.objects.filter(action="calendar.redefined").count() == 1
    of_client = Event.objects.get(action="process.calendar_redefined")
    assert of_client.facts == {"name": "Back office", "number": 2, "holidays": 0}


def test_redefine_is_refused_and_changes_nothing(world, at):
    desk, other = world.north, world.south
    calendar = made(desk, at)
    given_to(desk, calendar)
    attempts = [
        (NotAllowed, {"by": desk.legal}),
        (NotAllowed, {"by": desk.ops}),
        (NotVisible, {"by": other.governance}),
        (Conflict, {"number": 7}),
        (Invalid, {"why": " "}),
        (Invalid, {"hours": {}}),
    ]

    for refusal, changed in attempts:
        with pytest.raises(refusal):
            redefine(desk, calendar, at, **changed)

    calendar.refresh_from_db()
    assert (calendar.number, calendar.hours) == (1, WEEK)
    assert CalendarDefinition.objects.filter(calendar=calendar).count() == 1
    assert not Event.objects.filter(action="calendar.redefined").exists()


def test_redefine_does_not_reach_processes_of_others(world, at):
    calendar = made(world.north, at)
    given_to(world.north, calendar)
    given_to(world.south, calendar)

    with pytest.raises(NotAllowed) as refused:
        redefine(world.north, calendar, at)

    assert refused.value.code == "used_elsewhere"
    calendar.refresh_from_db()
    assert calendar.number == 1


def test_nobody_learns_of_another_client_by_the_name_of_its_desk(world, at):
    north, south = world.north, world.south
    given_to(south, made(south, at, name="Southern desk"))
    free = made(south, at, name="Free desk")

    def seen(user, process):
        return {row.name for row in calendars.of_process(user, process)}

    assert seen(south.governance, south.process) >= {"Southern desk", "Free desk", "south hours"}
    assert seen(north.governance, north.process) == {"north hours", free.name}
    assert seen(north.legal, north.process) == {"north hours"}


# ── Holidays across years ────────────────────────────────────────────────────────────────────────────────────


def test_extend_writes_down_the_next_year_once(desk, at):
    calendar = made(desk, at, country="DE", worked=[date(2026, 5, 1)])
    given_to(desk, calendar)
    january = at.replace(year=2027, month=1)

    assert [agreements.extend_holidays(at=moment) for moment in (at, january, january)] == [0, 1, 0]

    now = BusinessCalendar.objects.get(pk=calendar.pk)
    assert (now.number, now.holidays_until) == (2, 2029)
    assert "2029-12-25" in now.holidays
    assert "2026-05-01" not in now.holidays
    assert set(calendar.holidays) < set(now.holidays)
    assert CalendarDefinition.objects.get(calendar=calendar, number=1).holidays == calendar.holidays
    assert Event.objects.filter(action="calendar.redefined").count() == 1


def test_extend_makes_up_for_years_in_which_nobody_came(desk, at):
    made(desk, at, country="PH")

    agreements.extend_holidays(at=at.replace(year=2030))

    assert BusinessCalendar.objects.get(name=OFFICE.name).holidays_until == 2032


def test_extend_says_to_a_person_where_it_fails_once_a_month(desk, at):
    calendar = made(desk, at, country="LK")
    given_to(desk, calendar)
    nights = [at, at + timedelta(days=1), at + timedelta(days=31)]

    assert [agreements.extend_holidays(at=night) for night in nights] == [0, 0, 0]

    told = Notification.objects.filter(subject__contains="could not be written down")
    assert sorted(told.values_list("user", flat=True)) == sorted([desk.governance.pk, desk.legal.pk] * 2)
    assert "Sri Lanka in 2027" in told[0].body
    calendar.refresh_from_db()
    assert (calendar.number, calendar.holidays_until) == (1, 2026)
    assert Event.objects.filter(action="calendar.not_extended").count() == 2


def test_extend_leaves_what_was_agreed_by_hand(desk, at):
    made(desk, at, days_off=[(date(2026, 12, 24), "")])

    assert agreements.extend_holidays(at=at.replace(year=2031)) == 0
