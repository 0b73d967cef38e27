"""A test call in a real browser: started by one person, answered by the other by keyboard alone, and as axe sees it (C7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import EscalationDrill
from tests.browser.conftest import Examine, LogIn
from tests.browser.keyboard import press
from tests.browser.test_matrix import address
from tests.factories import drills as made
from tests.worlds import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_who_is_called_answers_by_keyboard_and_whoever_started_it_sees_it(
    desk: Desk, page: Page, other: Page, login: LogIn
) -> None:
    login(page, desk.ops.username)
    page.goto(address("active", desk))
    press(page, page.get_by_role("button", name="Start a test call"))
    expect(page.get_by_text("Running")).to_be_visible()

    login(other, desk.lead.username)
    press(other, other.get_by_role("link", name="Inbox"))
    press(other, other.get_by_role("link", name="NORTH-AP: test call. Are you there?"))
    press(other, other.get_by_role("button", name="I am here"))
    expect(other.get_by_text("Thank you: you are here.")).to_be_visible()

    # The page of whoever waits shows it without being asked.
    expect(page.get_by_text("North Lead answered at level 1 after")).to_be_visible()
    assert EscalationDrill.objects.get().ended_by == desk.lead
    page.goto(address("active", desk))
    expect(page.get_by_role("region", name="Results of test calls")).to_contain_text("North Lead")


def test_axe_finds_nothing(desk: Desk, now, examine: Examine) -> None:
    past = made.answered(desk, now - timedelta(days=100), now - timedelta(days=100))
    running = made.started(desk, now)
    pages = [address("active", desk), address("drills", desk), address("drill", desk, past.pk)]
    mine = [reverse("reviews:escalations"), address("drill", desk, running.pk)]

    assert examine({desk.ops: pages, desk.lead: mine}) == []
