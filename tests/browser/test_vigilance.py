"""Check 5 of requirements §7 in a real browser: who approves everything within seconds is red with reasons, and a client's
viewer sees a pseudonym; and pages that axe finds nothing in."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from reviews.models import VigilanceAction
from reviews.selectors import broker, pseudonyms
from tests import worlds
from tests.browser.conftest import Examine, watched
from tests.browser.test_checks import LogIn
from tests.factories import vigilance
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: LiveServer) -> World:
    """The reviewer of the northern desk approved fifty invoices in six seconds each, an hour ago."""
    broker.forget()
    now = timezone.now()
    world = worlds.build(now)
    vigilance.red(world.north, now - timedelta(hours=1))
    return world


def test_check_5_who_approves_everything_is_red_and_clients_see_a_pseudonym(
    world: World, live_server: LiveServer, browser: Browser, page: Page, problems: list[str], login: LogIn
) -> None:
    desk = world.north
    login(page, desk.reviewer.username)
    page.goto(reverse("reviews:vigilance_mine"))
    section = page.get_by_role("region", name=desk.process.name)
    expect(section.get_by_text("Red", exact=True)).to_be_visible()
    expect(section.get_by_text("Because of: Half of the last 50 too fast to read")).to_be_visible()
    expect(section.get_by_text("100 % of 50").first).to_be_visible()
    page.get_by_label("What you want to say about it").fill("They were copies of one invoice.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your comment stands beside the figures.")).to_be_visible()

    context = watched(browser, live_server, problems)
    client = context.new_page()
    login(client, desk.viewer.username)
    client.goto(reverse("reviews:vigilance"))
    expect(client.get_by_text(pseudonyms.of(desk.process.pk, desk.reviewer.pk)).first).to_be_visible()
    expect(client.get_by_text("Half of the last 50 too fast to read")).to_be_visible()
    seen = client.content()
    context.close()
    assert not [
        user.name for user in (desk.reviewer, desk.second, desk.lead, desk.senior) if user.name in seen
    ]
    assert "copies of one invoice" not in seen


def test_a_lead_clears_by_keyboard_and_without_scripts(
    world: World, live_server: LiveServer, browser: Browser, problems: list[str], login: LogIn
) -> None:
    context = watched(browser, live_server, problems, java_script_enabled=False)
    page = context.new_page()
    login(page, world.north.lead.username)
    page.goto(reverse("reviews:vigilance"))
    expect(page.get_by_text("The reviewer says")).to_have_count(0)
    page.get_by_label("What was done").fill("We went through ten of them together.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cleared. Counting begins again tomorrow.")).to_be_visible()
    context.close()

    assert VigilanceAction.objects.get().cleared_by == world.north.lead
    assert problems == []


def test_axe_finds_nothing(world: World, examine: Examine) -> None:
    desk = world.north
    mine, teams = reverse("reviews:vigilance_mine"), reverse("reviews:vigilance")

    assert (
        examine({desk.reviewer: [mine], desk.second: [mine], desk.lead: [teams], desk.viewer: [teams]}) == []
    )
