"""The pages of service levels: the month, its breaches, and the dispute about one (U3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.models import Breach
from reviews.services import clock_sweeps
from tests import counting, worlds
from tests.factories import reviews as made
from tests.factories import service_levels as levels
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Desk:
    return worlds.build(timezone.now()).north


def address(desk: Desk, rest: str = "service-levels/") -> str:
    return f"/agreements/{desk.process.code}/{rest}"


def test_the_month_shows_every_level_with_its_figure(desk, log_in):
    page = log_in(desk.viewer).get(address(desk)).content.decode()

    for words in (
        "Review within the hour",
        "≥ 90 % within 60 min",
        "Paid on time",
        "Not known yet",
        "EUR 0.00",
    ):
        assert words in page


def test_a_breach_opens_its_case_for_whoever_may_and_names_nobody(desk, log_in):
    at = timezone.now() - timedelta(hours=2)
    case = made.waiting_case(desk, at)
    clock_sweeps.judge(at=timezone.now())
    breach = Breach.objects.get()

    owners = log_in(desk.owner).get(address(desk, "breaches/")).content.decode()
    viewers = log_in(desk.viewer).get(address(desk, "breaches/")).content.decode()

    assert f"/cases/{case.pk}/" in owners
    assert f"/cases/{case.pk}/" not in viewers
    assert f"/breaches/{breach.pk}/" in viewers


def test_dispute_and_settle_on_the_page(desk, log_in):
    breach = levels.breach(desk, timezone.now())
    there = address(desk, f"breaches/{breach.pk}/")

    empty = log_in(desk.ops).post(f"{there}dispute/", {"why": " "})
    done = log_in(desk.ops).post(f"{there}dispute/", {"why": "It was announced by mail"})
    own = log_in(desk.ops).post(f"{there}settle/", {"why": "Fine", "upheld": "no"})
    half = log_in(desk.owner).post(f"{there}settle/", {"why": "The mail is there"})
    settled = log_in(desk.owner).post(f"{there}settle/", {"why": "The mail is there", "upheld": "no"})

    assert (empty.status_code, done.status_code, own.status_code) == (400, 302, 403)
    assert half.status_code == 400
    assert "The mail is there" in half.content.decode()
    assert settled.status_code == 302
    breach.refresh_from_db()
    assert breach.state == "waived"
    assert "Waived" in log_in(desk.viewer).get(there).content.decode()


@pytest.mark.parametrize(
    "query, status", [("?month=2026-13", 400), ("?month=x", 400), ("?page=0", 400), ("", 200)]
)
def test_what_cannot_be_meant_is_refused(desk, log_in, query, status):
    assert log_in(desk.owner).get(address(desk, "breaches/") + query).status_code == status


@pytest.mark.parametrize("name, rest", [("attainment", "service-levels/"), ("breaches", "breaches/")])
def test_pages_ask_a_fixed_number_of_queries(desk, log_in, name, rest):
    at = timezone.now() - timedelta(hours=2)
    client = log_in(desk.owner)
    made.waiting_cases(desk, at, 2)
    clock_sweeps.judge(at=timezone.now())
    few = counting.queries(client, address(desk, rest))
    made.waiting_cases(desk, at, 5)
    clock_sweeps.judge(at=timezone.now())

    assert counting.queries(client, address(desk, rest)) == few == counting.written(f"governance:{name}")
