"""The pages of business calendars: read by those who read the contracts, defined by a form without scripts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from contracts.models import BusinessCalendar, CalendarDefinition
from contracts.services import agreements
from contracts.services.agreements import Terms
from tests import counting, worlds
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db
WEEK = {f"day_{day}": "9:00–12:00, 13:00-18:00" for day in range(5)}
SENT = {"name": "Kathmandu desk", "time_zone": "Asia/Kathmandu", **WEEK}


@pytest.fixture
def world(db: None) -> World:
    return worlds.build(timezone.now())


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def address(desk: Desk, rest: str = "") -> str:
    return f"/agreements/{desk.process.code}/calendars/{rest}"


def office(desk: Desk, **more) -> BusinessCalendar:
    terms = Terms("Office", "Europe/Berlin", {"0": [["09:00", "12:00"], ["13:00", "26:00"]]}, **more)
    return agreements.define_for(
        process=desk.process, terms=terms, by=desk.governance, at=timezone.now() - timedelta(days=1)
    )


def test_a_calendar_is_defined_by_the_form_and_shown(desk, log_in):
    governance = log_in(desk.governance)

    done = governance.post(
        address(desk, "define/"),
        {
            **SENT,
            "country": "DE",
            "subdivision": "BY",
            "days_off": "2099-12-24 Christmas Eve\n\n2099-12-31",
        },
    )
    page = governance.get(done.headers["Location"]).content.decode()

    made = BusinessCalendar.objects.get(name="Kathmandu desk")
    assert done.status_code == 303
    assert made.hours["0"] == [["09:00", "12:00"], ["13:00", "18:00"]]
    assert (made.country, made.subdivision, made.organisation) == ("DE", "BY", desk.governance.organisation)
    assert made.names["2099-12-24"] == "Christmas Eve"
    for words in ("UTC+05:45", "09:00–12:00", "13:00–18:00", "Germany, BY Bayern", "Define it anew"):
        assert words in page
    assert "Kathmandu desk" in governance.get(address(desk)).content.decode()


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(desk, log_in):
    wrong = {**SENT, "day_2": "18:00–09:00", "day_4": "09:00–13:00, 12:00–18:00", "time_zone": "Mars/Olympus"}

    refused = log_in(desk.legal).post(address(desk, "define/"), {**wrong, "days_off": "2099-12-24"})
    form = refused.context["form"]

    assert refused.status_code == 400
    assert set(form.errors) == {"time_zone", "day_2"}
    assert "Mars/Olympus" in refused.content.decode()
    assert "18:00–09:00" in refused.content.decode()
    assert not BusinessCalendar.objects.filter(name="Kathmandu desk").exists()


@pytest.mark.parametrize(
    "_case, changed, field",
    [
        ("_case overlapping", {"day_4": "09:00–13:00, 12:00–18:00"}, "day_4"),
        ("_case malformed", {"day_4": "all morning"}, "day_4"),
        ("_case no day", {"days_off": "24 December"}, "days_off"),
        ("_case the same day twice", {"days_off": "2099-12-24\n2099-12-24"}, "days_off"),
        ("_case no hours", dict.fromkeys(WEEK, ""), "day_0"),
        ("_case no country", {"country": "XX"}, "country"),
        ("_case no part of it", {"country": "DE", "subdivision": "CA"}, "subdivision"),
        ("_case no holiday there", {"country": "DE", "worked": "2026-07-04"}, "worked"),
        ("_case no name", {"name": ""}, "name"),
    ],
)
def test_bad_input_is_named_and_nothing_is_defined(desk, log_in, _case, changed, field):
    refused = log_in(desk.legal).post(address(desk, "define/"), {**SENT, **changed})

    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == [field]
    assert not BusinessCalendar.objects.filter(name="Kathmandu desk").exists()


def test_a_country_brings_its_parts_and_holidays_and_keeps_what_was_typed(desk, log_in):
    shown = log_in(desk.legal).post(
        address(desk, "define/"), {**SENT, "country": "DE", "day_0": "nonsense", "look": "1"}
    )
    page = shown.content.decode()

    assert shown.status_code == 200
    assert not shown.context["form"].errors
    for words in ("BY Bayern", "Christmas Day", "nonsense", "Kathmandu desk"):
        assert words in page
    assert not BusinessCalendar.objects.filter(name="Kathmandu desk").exists()


def test_a_calendar_is_defined_anew_from_what_it_said(desk, log_in):
    calendar = office(desk, country="DE", worked=[date(timezone.now().year, 5, 1)])
    governance = log_in(desk.governance)
    there = address(desk, f"{calendar.pk}/define/")
    form = governance.get(there).context["form"]
    begun = {name: form[name].value() or "" for name in form.fields if form[name].value() is not False}

    unsaid = governance.post(there, begun)
    done = governance.post(there, {**begun, "day_0": "09:00–12:00", "why": "The night shift ended"})
    late = governance.post(there, {**begun, "why": "I did not look"})
    again = governance.post(
        there, {**begun, "number": late.context["form"]["number"].value(), "why": "I did"}
    )

    assert begun["day_0"] == "09:00–12:00, 13:00–26:00"
    assert [one.status_code for one in (unsaid, done, late, again)] == [400, 303, 409, 303]
    calendar.refresh_from_db()
    assert calendar.number == 3
    assert f"{timezone.now().year}-05-01" not in calendar.holidays
    assert "The night shift ended" in governance.get(address(desk, f"{calendar.pk}/")).content.decode()


def test_whose_calendar_it_is_says_who_defines_it(desk, log_in):
    calendar = office(desk)
    desk.process.calendar = calendar
    desk.process.save()
    legal = log_in(desk.legal)

    page = legal.get(address(desk, f"{calendar.pk}/"))
    refused = legal.post(address(desk, f"{calendar.pk}/define/"), {**SENT, "why": "Mine", "number": "1"})

    assert "its people define it" in page.content.decode()
    assert refused.status_code == 403
    assert CalendarDefinition.objects.filter(calendar=calendar).count() == 1


def test_a_calendar_of_another_desk_is_not_there(world, desk, log_in):
    there = address(desk, f"{world.south.process.calendar_id}/")
    governance = log_in(desk.governance)

    assert governance.get(there).status_code == 404
    assert governance.post(f"{there}define/", {**SENT, "why": "Mine", "number": "1"}).status_code == 404
    assert CalendarDefinition.objects.filter(calendar=world.south.process.calendar).count() == 1


def test_a_service_level_names_the_calendars_one_may_see(desk, log_in):
    office(desk)
    draft = (
        log_in(desk.governance)
        .post(f"/agreements/{desk.process.code}/service-levels/versions/draft/")
        .headers["Location"]
    )
    form = log_in(desk.governance).get(f"{draft}level/").context["form"]

    assert {row.name for row in form.fields["calendar"].queryset} == {"north hours", "Office"}


def test_pages_ask_a_fixed_number_of_queries(desk, log_in):
    client = log_in(desk.governance)
    calendar = office(desk)

    def more() -> None:
        for number in range(3):
            terms = Terms(f"Desk {number}", "UTC", {"0": [["09:00", "12:00"]]})
            agreements.define_for(process=desk.process, terms=terms, by=desk.governance, at=timezone.now())

    assert counting.steady(client, address(desk), more) == counting.written("contracts:calendars")
    assert counting.queries(client, address(desk, f"{calendar.pk}/")) == counting.written(
        "contracts:calendar"
    )
