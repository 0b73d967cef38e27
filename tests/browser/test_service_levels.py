"""Service levels in a real browser: from a credit down to the case that was late, the dispute about it, a draft that pays for speed alone
(story 11); and what axe makes of the pages (U1–U3, K8)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from contracts.domain.sla_kinds import Bound, Metric
from contracts.enums import TargetKind
from contracts.models import Breach
from reviews.models import CaseClock
from reviews.services import clock_sweeps
from tests.browser.conftest import Examine, LogIn
from tests.browser.keyboard import press
from tests.factories import reviews as made
from tests.factories import service_levels as levels
from tests.worlds import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def late(desk: Desk, now: datetime) -> Breach:
    """A case that nobody decided within the hour."""
    made.waiting_case(desk, now - timedelta(hours=2))
    clock_sweeps.judge(at=now)
    return Breach.objects.get()


def cost_only() -> levels.Terms:
    return levels.terms(
        "Cost per ticket",
        kind=TargetKind.ACTIVITY,
        metric=Metric.REPORTED,
        bound=Bound.AT_LEAST,
        target=Decimal(100),
        floor=None,
    )


def test_from_the_month_to_the_late_case_and_the_dispute_about_it(
    desk: Desk, now: datetime, page: Page, other: Page, login: LogIn
) -> None:
    breach = late(desk, now)
    login(page, desk.owner.username)
    login(other, desk.ops.username)

    page.goto(reverse("governance:attainment", args=[desk.process.code]))
    press(page, page.locator(".tile", has_text="Breaches").get_by_role("link"))
    expect(page.get_by_role("link", name="Open the case of this breach")).to_have_count(1)

    other.goto(reverse("governance:breach", args=[desk.process.code, breach.pk]))
    other.get_by_label("Why").fill("The archive of the client was down")
    press(other, other.get_by_role("button", name="Dispute"))
    expect(other.get_by_text("the other party says whether it stands")).to_be_visible()

    page.goto(reverse("governance:breach", args=[desk.process.code, breach.pk]))
    page.get_by_label("does not stand: it is waived").check()
    page.get_by_label("Why").fill("It was, for an hour")
    press(page, page.get_by_role("button", name="Settle"))
    expect(page.get_by_text("Waived").first).to_be_visible()


def test_a_draft_that_pays_for_speed_alone_is_warned_of_and_accepted_by_both(
    desk: Desk, now: datetime, page: Page, other: Page, login: LogIn
) -> None:
    """Story 11: cost per ticket only."""
    draft = levels.drafted(desk, now, cost_only())
    there = reverse("contracts:service_levels_version", args=[desk.process.code, draft.version])
    login(page, desk.legal.username)
    page.goto(there)
    expect(page.get_by_text("100 % of the weight is on activity and time")).to_be_visible()
    expect(page.get_by_text("No target measures an outcome or quality")).to_be_visible()
    press(page, page.get_by_role("button", name="Propose"))
    expect(page.get_by_text("Proposed: client and provider accept it next.")).to_be_visible()

    for signer, browser_page in ((desk.owner, other), (desk.ops, page)):
        browser_page.context.clear_cookies()
        login(browser_page, signer.username)
        browser_page.goto(there)
        press(browser_page, browser_page.get_by_role("button", name="Accept").first)
        press(browser_page, browser_page.get_by_role("dialog").get_by_role("button", name="Accept"))
        expect(browser_page.get_by_text("Accepted: ").first).to_be_visible()

    expect(page.get_by_text("Accepted: in force from now on.")).to_be_visible()


def test_axe_finds_nothing(desk: Desk, now: datetime, examine: Examine) -> None:
    breach, waits = late(desk, now), levels.proposed(desk, now)
    draft = levels.drafted(desk, now, cost_only())
    code = desk.process.code
    case = CaseClock.objects.get(pk=breach.reference.removeprefix("clock:")).case_id

    found = examine(
        {
            desk.legal: [
                reverse("governance:attainment", args=[code]),
                reverse("governance:breaches", args=[code]),
                reverse("contracts:service_levels", args=[code]),
                reverse("contracts:service_levels_version", args=[code, draft.version]),
                reverse("contracts:service_level", args=[code, draft.version]),
                reverse("governance:function_map", args=[code]),
                reverse("governance:function_map_step", args=[code, "approve"]),
            ],
            desk.owner: [
                reverse("governance:breach", args=[code, breach.pk]),
                reverse("contracts:service_levels_version", args=[code, waits.version]),
            ],
            desk.lead: [reverse("reviews:clocks", args=[case])],
        }
    )

    assert found == []
