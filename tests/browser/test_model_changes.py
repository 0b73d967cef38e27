"""Check 9 in a real browser: the AI vendor gives notice twelve days ahead where thirty are agreed, which is a breach; nobody but the client
approves a change of high impact, and the client's veto ends it; and what axe makes of the pages (L2, L3)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from contracts.domain.change_kinds import ChangeState
from contracts.models import Breach, ModelChange
from tests.browser.conftest import Examine, LogIn
from tests.browser.keyboard import press
from tests.factories import changes as factory
from tests.worlds import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = {
    "Why it changes": "Fewer wrong totals",
    "What will be different in what it answers": "It reads credit notes",
    "How it was evaluated, before and after": "4.2 % before, 3.9 % after, of 400",
    "What changes in the handling of data": "Nothing changes there",
    "How it is taken back": "The earlier version answers within the hour",
    "Who answers questions": "Sam Ortiz, sam@example.org",
}


def test_a_late_notice_is_a_breach_and_the_veto_ends_it(
    desk: Desk, now: datetime, page: Page, other: Page, login: LogIn
) -> None:
    """Check 9: filed with twelve days' lead, approval blocked for others, the veto works."""
    login(page, desk.vendor.username)
    page.goto(reverse("contracts:change_new", args=[desk.process.code]))
    page.get_by_label("What changes", exact=True).select_option("base_model")
    page.get_by_label("Class", exact=False).first.select_option("major")
    page.get_by_label("What the version is called afterwards").fill("north-2.0")
    page.get_by_label("(approve)").check()
    for label, text in TEXTS.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("It can be tested from").fill(f"{now:%Y-%m-%d}")
    page.get_by_label("It can be tested until").fill(f"{now + timedelta(days=10):%Y-%m-%d}")
    page.get_by_label("It takes effect").fill(f"{now + timedelta(days=12):%Y-%m-%dT%H:%M}")
    press(page, page.locator("main form button[type=submit]").last)
    expect(page.get_by_text("Late notice").first).to_be_visible()

    change = ModelChange.objects.get()
    breach = Breach.objects.get()
    assert (breach.kind, breach.responsible) == ("notice_late", "ai_vendor")
    for act in ("Approve", "Veto"):
        expect(page.get_by_role("button", name=act, exact=False)).to_have_count(0)

    login(other, desk.owner.username)
    other.goto(reverse("contracts:change", args=[change.pk]))
    press(other, other.locator("summary", has_text="Veto"))
    veto = other.locator("details", has_text="Veto")
    veto.locator("textarea").fill("Not before the close of the year")
    press(other, veto.get_by_role("button", name="Veto"))
    # In the story of the change, which is folded.
    expect(other.get_by_text("Not before the close of the year").first).to_be_attached()
    change.refresh_from_db()
    assert change.state == ChangeState.REJECTED


def test_axe_finds_nothing(desk: Desk, now: datetime, examine: Examine) -> None:
    change = factory.notified(desk, now)
    code = desk.process.code

    found = examine(
        {
            desk.vendor: [
                reverse("contracts:changes_mine"),
                reverse("contracts:changes", args=[code]),
                reverse("contracts:change_new", args=[code]),
                reverse("contracts:change", args=[change.pk]),
            ],
            desk.owner: [reverse("contracts:change", args=[change.pk]), reverse("governance:incidents")],
        }
    )

    assert found == []
