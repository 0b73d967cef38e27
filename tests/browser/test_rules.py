"""A threshold on its way into force and back, by two people in two browsers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.services import shadowing, simulating
from tests import worlds
from tests.browser.conftest import Examine, watched
from tests.factories import rules as made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at, live_server):
    return worlds.build(at).north


@pytest.fixture
def plain(browser, live_server, problems):
    """A browser without scripts."""
    context = watched(browser, live_server, problems, java_script_enabled=False)
    yield context.new_page()
    context.close()


def raise_threshold(page: Page, desk: worlds.Desk) -> None:
    """From the rules in force to a proposal that lifts €5,000 to €15,000."""
    page.goto(f"/rules/{desk.process.code}/")
    page.get_by_role("button", name="Change the rules").click()
    page.get_by_role("link", name="Change AP-R1").click()
    page.get_by_label("Value").first.fill("15,000")
    page.get_by_role("button", name="Put into the draft").click()
    expect(page.get_by_role("heading", name="Against v1, which is in force")).to_be_visible()
    expect(page.locator("ins")).to_have_text("€15,000 ")
    page.get_by_role("button", name="Propose").click()


def test_check_3_a_threshold_is_changed_by_two_people_and_rolled_back_by_one_click(
    page: Page, other: Page, live_server, login: Callable[[Page, str], None], problems: list[str]
) -> None:
    at = timezone.now() - timedelta(hours=3)
    desk = worlds.build(at).north
    login(page, "north_admin")
    raise_threshold(page, desk)

    dead = page.get_by_role("button", name="Approve")
    expect(dead).to_have_attribute("aria-disabled", "true")
    dead.focus()
    expect(page.get_by_text("You wrote these rules: somebody else approves them.").first).to_be_visible()
    before = made.post(desk, at, "6000.00")

    page.get_by_role("link", name="Simulate").first.click()
    page.get_by_role("button", name="Simulate this period").click()
    expect(page.get_by_text("It waits for a worker.")).to_be_visible()
    simulating.sweep(clock=timezone.now)
    expect(page.get_by_text("0 → 1", exact=True)).to_be_visible()
    login(other, "north_owner")
    other.get_by_role("link", name="Inbox").click()
    other.get_by_role("link", name="the rules v2 wait for your approval").click()
    other.get_by_role("button", name="Approve").click()
    other.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(other.get_by_text("v2 is in force: the next interaction follows it.")).to_be_visible()
    after = made.post(desk, at, "6000.00")

    page.goto(f"/rules/{desk.process.code}/v1/")
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore").click()
    expect(page.get_by_text("v1 is in force again")).to_be_visible()
    back = made.post(desk, at, "6000.00")

    assert (before, after, back) == ("review", "auto_released", "review")
    assert problems == []


def test_the_same_way_without_scripts(
    plain: Page, desk: worlds.Desk, at, login: Callable[[Page, str], None], problems: list[str]
) -> None:
    login(plain, "north_admin")
    raise_threshold(plain, desk)
    plain.get_by_role("button", name="north_admin").or_(
        plain.locator("summary", has_text="north_admin")
    ).first.click()
    plain.get_by_role("button", name="Log out").click()

    made.tried(desk.process.rulesets.get(version=2), at)
    login(plain, "north_owner")
    plain.goto(f"/rules/{desk.process.code}/v2/")
    plain.get_by_role("button", name="Approve").click()
    expect(plain.get_by_text("v2 is in force: the next interaction follows it.")).to_be_visible()
    after = made.post(desk, at, "6000.00")
    plain.goto(f"/rules/{desk.process.code}/v1/")
    plain.get_by_role("button", name="Restore").click()
    expect(plain.get_by_text("v1 is in force again")).to_be_visible()

    assert (after, made.post(desk, at, "6000.00")) == ("auto_released", "review")
    assert problems == []


def test_axe_finds_nothing_on_the_rules(desk: worlds.Desk, at, examine: Examine) -> None:
    """In force, superseded, locked by law, as a draft, and as a proposal for its author and for somebody else."""
    made.locked(desk, at)
    proposal = made.simulated(desk, at)
    shadowing.start(ruleset_id=proposal.pk, by=desk.admin, at=at)
    made.post(desk, at, "6000.00")
    made.drafted(desk, at, by=desk.owner)
    draft = proposal.version + 1
    reading = [
        reverse("reviews:rules"),
        made.address("active", desk),
        made.address("version", desk, 1),
        made.address("version", desk, proposal.version),
        made.address("compare", desk),
        made.address("shadow", desk, proposal.version),
    ]
    writing = [
        made.address("version", desk, draft),
        made.address("rule", desk, draft),
        made.address("rule", desk, draft) + "?code=AP-R1",
        made.address("rule", desk, draft) + "?code=AP-R3",
    ]

    assert examine({desk.admin: reading, desk.owner: [*reading, *writing], desk.viewer: reading[:3]}) == []
