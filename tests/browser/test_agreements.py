"""What was agreed, what one is told, and one's own account, as axe sees them."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.axe import findings
from tests.browser.conftest import Examine, watched
from tests.factories import reviews as make
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_axe_finds_nothing_on_agreements_documents_and_the_inbox(
    world: World, now: datetime, examine: Examine
) -> None:
    desk = world.north
    make.escalated_case(desk, now - timedelta(minutes=5), question="Is this supplier known? " * 20)
    agreement = reverse("contracts:agreement", args=[desk.process.code])
    document = reverse("contracts:document", args=[desk.sop.pk])

    found = examine(
        {
            desk.lead: [reverse("contracts:agreements"), agreement, document, reverse("contracts:inbox")],
            desk.owner: [agreement, reverse("contracts:inbox")],
            desk.legal: [reverse("governance:layers", args=[desk.process.code])],
            world.stranger: [reverse("contracts:agreements"), reverse("contracts:inbox")],
        }
    )

    assert found == []


def test_axe_finds_nothing_on_ones_own_account(world: World, examine: Examine) -> None:
    assert examine({world.north.reviewer: [reverse("contracts:password_change")]}) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_door(
    world: World, browser: Browser, live_server: LiveServer, problems: list[str], scheme: str
) -> None:
    """Before and after a wrong password."""
    context = watched(browser, live_server, problems, color_scheme=scheme, bypass_csp=True)
    page: Page = context.new_page()
    found = findings(page, reverse("contracts:login"))
    page.fill("input[name=username]", world.north.reviewer.username)
    page.fill("input[name=password]", "not it")
    page.press("input[name=password]", "Enter")
    page.get_by_text("do not belong together").wait_for()
    found += findings(page)
    context.close()

    assert found == []
    # Chromium notes the 400 of the refused form in its console.
    assert all("400" in problem for problem in problems)
