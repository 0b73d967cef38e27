"""Story 12 in a browser: a threshold of €5,000 becomes €15,000, tried before it is proposed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.services import simulating
from tests import worlds
from tests.browser.conftest import Examine, watched
from tests.factories import rules as made
from tests.factories import simulations as factory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(live_server):
    at = timezone.now() - timedelta(hours=3)
    desk = worlds.build(at).north
    for amount in ("1200.00", "6000.00", "9000.00", "16000.00"):
        factory.post(desk, at, amount=amount)
    made.changed(desk, at, "15000")
    return desk


@pytest.fixture
def plain(browser, live_server, problems):
    """A browser without scripts."""
    context = watched(browser, live_server, problems, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_b8_story_12_extra_straight_through_items_and_their_value(
    page: Page, desk: worlds.Desk, login: Callable[[Page, str], None]
) -> None:
    login(page, "north_admin")
    page.goto(f"/rules/{desk.process.code}/v2/simulation/")
    page.get_by_role("button", name="Simulate this period").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It waits for a worker.")).to_be_visible()

    simulating.sweep(clock=timezone.now)

    expect(page.get_by_text("1 → 3", exact=True)).to_be_visible()
    expect(page.get_by_text("€15,000.00").first).to_be_visible()
    expect(page.get_by_text("AP-R1 → none")).to_have_count(2)


def test_it_is_asked_cancelled_and_read_without_scripts(
    plain: Page, desk: worlds.Desk, login: Callable[[Page, str], None], problems: list[str]
) -> None:
    login(plain, "north_admin")
    plain.goto(f"/rules/{desk.process.code}/v2/simulation/")
    plain.get_by_role("button", name="Simulate this period").click()
    plain.get_by_role("button", name="Cancel").click()
    expect(plain.get_by_text("It was cancelled: nothing was kept.")).to_be_visible()
    plain.get_by_role("button", name="Simulate this period").click()
    simulating.sweep(clock=timezone.now)
    plain.get_by_role("link", name="Look again").click()
    expect(plain.get_by_text("1 → 3", exact=True)).to_be_visible()
    assert problems == []


def test_the_pages_are_accessible(desk: worlds.Desk, examine: Examine) -> None:
    draft = desk.process.rulesets.get(version=2)
    at = timezone.now()
    first = factory.done(draft, desk.admin, at)
    factory.asked(draft, desk.owner, at + timedelta(seconds=1))
    address = f"/rules/{desk.process.code}/v2/simulation/"

    assert examine({desk.admin: [address, f"{address}{first.pk}/"]}) == []
