"""Paths, calendars and authority as they are in force."""

from datetime import date, time, timedelta
from decimal import Decimal

from contracts.enums import Authority, Role
from contracts.models import BusinessCalendar
from contracts.selectors import authority, calendars, paths, rates
from contracts.services import agreements, memberships
from contracts.services.matrix_drafts import Level
from contracts.services.rates import import_rates
from tests import matrices


def define(desk, at, trigger_class, minutes):
    calendar = BusinessCalendar.objects.get(name="north hours")
    level = Level("L1", Role.TEAM_LEAD, desk.lead, None, calendar, minutes, 60)
    return matrices.put_path(desk, at, [level], trigger_class)


def test_in_force_is_the_newest_path_of_the_class_before_the_one_for_all(desk, at):
    for_all = paths.in_force(desk.process, "amount")
    define(desk, at, "amount", 5)
    define(desk, at, "amount", 7)
    newer_for_all = define(desk, at, "*", 9)

    assert for_all.trigger_class == "*"
    assert [level.ack_minutes for level in paths.in_force(desk.process, "amount").levels.all()] == [7]
    assert paths.in_force(desk.process, "splitting") == newer_for_all
    assert paths.all_in_force(desk.process).keys() == {("*", None), ("amount", None)}


def test_in_force_is_none_without_a_path(world):
    world.south.process.matrices.update(state="superseded")

    assert paths.in_force(world.south.process, "amount") is None


def test_frozen_keeps_the_levels_as_plain_data(desk):
    levels = paths.frozen(paths.in_force(desk.process, "amount"))

    assert [level["level"] for level in levels] == [1, 2, 3]
    assert (levels[0]["person"], levels[0]["deputy"]) == (str(desk.lead.pk), str(desk.senior.pk))
    assert calendars.read(levels[0]["calendar"]).always_open


def test_terms_read_a_calendar_as_the_clock_needs_it(desk, at):
    calendar = agreements.define_calendar(
        name="Manila",
        time_zone="Asia/Manila",
        hours={"0": [["09:00", "12:00"], ["13:00", "18:00"]]},
        holidays=[date(2026, 12, 25)],
        by=None,
        at=at,
    )

    terms = calendars.terms(BusinessCalendar.objects.get(pk=calendar.pk))

    assert terms.weekly == {0: ((time(9), time(12)), (time(13), time(18)))}
    assert terms.holidays == {date(2026, 12, 25)}
    assert calendars.terms(None) == calendars.ALWAYS


def test_role_on_is_the_most_responsible_role_held(world, at):
    desk = world.north
    memberships.grant(
        user=desk.reviewer,
        organisation=world.provider,
        role=Role.TEAM_LEAD,
        process=desk.process,
        by=None,
        at=at,
    )

    assert authority.role_on(desk.reviewer, desk.process) == "team_lead"
    assert authority.role_on(desk.second, desk.process) == "reviewer"
    assert authority.role_on(desk.viewer, desk.process) == "client_viewer"
    assert authority.role_on(world.stranger, desk.process) == ""
    assert authority.role_on(desk.reviewer, world.south.process) == ""


def test_grant_begins_when_it_is_valid(desk, at):
    memberships.grant_authority(
        user=desk.lead, process=desk.process, kind=Authority.REPORTING, evidence="Letter", by=None, at=at
    )

    assert authority.grant(desk.lead, desk.process, Authority.REPORTING, at - timedelta(minutes=1)) is None
    assert authority.grant(desk.lead, desk.process, Authority.REPORTING, at) is not None


def test_between_gives_the_rates_of_the_last_days_either_way_round(db, at):
    today = at.date()
    rows = [
        ("EUR", "USD", today, Decimal("1.08")),
        ("USD", "EUR", today - timedelta(days=7), Decimal("0.92")),
        ("EUR", "USD", today - timedelta(days=8), Decimal("1.07")),
        ("EUR", "USD", today + timedelta(days=1), Decimal("1.09")),
        ("GBP", "USD", today, Decimal("1.27")),
    ]
    import_rates(rows=rows, source="test", by=None, at=at)

    found = rates.between(currencies={"USD"}, into="EUR", on=today, days=7)

    assert [(rate.base, rate.on) for rate in found] == [("USD", today - timedelta(days=7)), ("EUR", today)]
    assert rates.between(currencies=set(), into="EUR", on=today, days=7) == []
