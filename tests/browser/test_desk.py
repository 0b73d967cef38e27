"""The reviewer's day in a real browser: by mouse, by keys alone, without scripts, and as axe sees it."""

from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from reviews.models import Case, Decision
from tests.browser.conftest import Examine, LogIn, watched
from tests.factories import reviews as make
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SETTLE = 450  # the desk is deaf for a moment after a case came, so that no click meets the wrong one


def _on(page: Page, case: Case) -> None:
    page.wait_for_url(f"**{reverse('reviews:case', args=[case.pk])}")
    page.wait_for_timeout(SETTLE)


@pytest.mark.smoke
def test_a_case_is_edited_taken_back_and_approved(
    world: World, now: datetime, page: Page, login: LogIn
) -> None:
    first, second = make.waiting_case(world.north, now), make.waiting_case(world.north, now)
    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:queues"))

    page.get_by_role("button", name="Start reviewing").click()
    _on(page, first)
    approve = page.get_by_role("button", name="Approve")
    approve.focus()
    expect(page.get_by_text("Open first: Purchase order, Goods receipt.").first).to_be_visible()
    approve.click(force=True)
    assert not Decision.objects.exists()

    page.get_by_text("Purchase order", exact=True).click()
    page.get_by_text("Goods receipt", exact=True).click()
    expect(page.locator(".evidence [data-opened]")).to_have_count(2)
    expect(approve).to_be_enabled()
    page.get_by_label("Amount").fill("1100.00")
    expect(page.locator("#diff-amount ins")).to_have_text("1100.00")
    page.get_by_label("Reason").select_option("CALC_ERROR")
    page.get_by_role("button", name="Save edit").click()

    _on(page, second)
    assert Decision.objects.get().output["amount"] == "1100.00"
    page.get_by_role("button", name="Undo").click()
    _on(page, first)
    expect(page.get_by_text("Taken back: nothing was released.")).to_be_visible()
    page.get_by_role("button", name="Approve").click()

    _on(page, second)
    expect(page.locator(".undo")).to_contain_text("Approved case")
    stands = Decision.objects.get(withdrawn_at__isnull=True)
    assert (stands.verdict, stands.is_final) == ("approve", True)


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; what cannot be reached fails."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_the_keyboard_alone_is_enough(world: World, now: datetime, page: Page, login: LogIn) -> None:
    first, second = make.waiting_case(world.north, now), make.waiting_case(world.north, now)
    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:queues"))

    page.keyboard.press("g")
    _on(page, first)
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    page.keyboard.press("Control+Enter")
    assert not Decision.objects.exists()

    for _ in range(2):
        _tab_to(page, ".evidence details:not([data-opened]) > summary")
        with page.expect_response(lambda reply: "/evidence/" in reply.url):
            page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.get_by_label("Decision", exact=True)).to_be_focused()
    page.keyboard.type("hold")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Tone")
    page.keyboard.press("Control+Enter")

    _on(page, second)
    assert Decision.objects.get().reason_code == "TONE"
    page.keyboard.press("z")
    _on(page, first)
    page.keyboard.press("u")
    page.keyboard.press("Control+Enter")
    _on(page, second)
    assert Case.objects.get(pk=first.pk).state == "escalated"


def test_what_was_typed_is_there_after_a_reload(
    world: World, now: datetime, page: Page, login: LogIn
) -> None:
    case = make.claimed_case(world.north, now)
    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:case", args=[case.pk]))

    with page.expect_response(lambda reply: reply.url.endswith("/draft/")):
        page.get_by_label("Note or question").fill("half a thought")
    page.reload()

    expect(page.get_by_label("Note or question")).to_have_value("half a thought")
    expect(page.get_by_text("stands in the form.")).to_be_visible()


def test_a_lease_that_ends_says_so_and_stops_the_buttons(
    world: World, now: datetime, page: Page, login: LogIn, problems: list[str]
) -> None:
    case = make.read_case(world.north, now)
    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:case", args=[case.pk]))
    make.lapsed_claim(case, now)
    page.wait_for_timeout(SETTLE)

    page.keyboard.press("x")

    expect(page.locator("[data-lease-lost]")).to_be_visible()
    expect(page.get_by_role("button", name="Reject")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("link", name="See how the case stands").click()
    expect(page.get_by_role("button", name="Claim it again")).to_be_visible()
    # The browser itself notes the 409 that the page then explains.
    assert all("409" in problem for problem in problems)
    problems.clear()


def test_personal_data_is_revealed_in_place(world: World, now: datetime, page: Page, login: LogIn) -> None:
    case = make.claimed_case(world.north, now, input={"invoice": "Write to maria.keller@example.org"})
    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:case", args=[case.pk]))
    page.get_by_label("Note or question").fill("still here")

    page.get_by_text("Reveal personal data…").click()
    page.get_by_label("Why you need to see it").fill("I have to call the customer")
    page.get_by_role("button", name="Reveal").click()

    expect(page.get_by_text("maria.keller@example.org")).to_be_visible()
    expect(page.get_by_label("Note or question")).to_have_value("still here")


def test_a_case_is_reviewed_without_scripts(
    world: World, now: datetime, browser: Browser, live_server: LiveServer, login: LogIn, problems: list[str]
) -> None:
    make.waiting_case(world.north, now)
    context = watched(browser, live_server, problems, java_script_enabled=False)
    page = context.new_page()
    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:queues"))

    page.get_by_role("button", name="Start reviewing").click()
    for panel in ("Purchase order", "Goods receipt"):
        page.get_by_text(panel, exact=True).click()
        page.locator("details[open]").get_by_role("button", name="Record that I opened this").click()
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_text("Nothing to review")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    context.close()
    assert problems == []


def test_axe_finds_nothing_and_nothing_overflows(world: World, now: datetime, examine: Examine) -> None:
    mine = make.claimed_case(
        world.north,
        now,
        input={"invoice": "x" * 400, "lines": [{"item": "valve", "price": "500.00"}]},
        factors=[{"name": "three-way match", "weight": 0.3}, {"name": "new supplier", "weight": -0.1}],
    )
    people = make.waiting_case(world.north, now, step="deny")
    escalated = make.escalated_case(world.north, now)
    make.claimed_case(world.north, now, by=world.north.lead)
    pages = {
        world.north.reviewer: [
            reverse("reviews:queues"),
            reverse("reviews:cases"),
            reverse("reviews:cases") + "?state=closed",
            reverse("reviews:case", args=[mine.pk]),
            reverse("reviews:case", args=[people.pk]),
        ],
        world.north.lead: [
            reverse("reviews:queues"),
            reverse("reviews:escalations"),
            reverse("reviews:case", args=[escalated.case_id]),
        ],
        world.north.ops: [reverse("reviews:escalations")],
    }

    assert examine(pages) == []
