"""The escalation matrix in a real browser: changed by keyboard alone by two people, printed, and as axe sees it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from contracts.services import matrix_drafts
from reviews.enums import Verdict
from reviews.models import Escalation
from reviews.services import decisions
from reviews.services.decisions import Answer
from tests.browser.conftest import Examine, LogIn
from tests.browser.keyboard import press, reach
from tests.factories import reviews as cases
from tests.worlds import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SETTLE = 450  # the desk is deaf for a moment after a case came


def address(name: str, desk: Desk, *more: object) -> str:
    return reverse(f"reviews:matrix_{name}", args=[desk.process.code, *more])


def test_a_limit_is_changed_by_keyboard_and_the_next_escalation_follows_it(
    desk: Desk, now, page: Page, other: Page, login: LogIn
) -> None:
    """C1: the running escalation keeps the version it began with."""
    running = cases.escalated_case(desk, now)
    login(page, desk.admin.username)
    page.goto(address("active", desk))
    press(page, page.get_by_role("button", name="Change the matrix"))
    press(page, page.get_by_role("link", name="Change Every case"))
    reach(page, page.get_by_label("Acknowledges within, minutes").first)
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    press(page, page.get_by_role("button", name="Put into the draft"))
    expect(page.locator("ins").first).to_have_text("5 min")
    press(page, page.get_by_role("button", name="Propose"))
    expect(page.get_by_text("Proposed. Somebody else must approve it")).to_be_visible()

    login(other, desk.owner.username)
    other.goto(address("version", desk, 2))
    press(other, other.get_by_role("button", name="Approve"))
    press(other, other.get_by_role("dialog").get_by_role("button", name="Approve"))
    expect(other.get_by_text("v2 is in force: the next escalation follows it.")).to_be_visible()

    following = cases.escalated_case(desk, now + timedelta(minutes=1))
    running.refresh_from_db()
    assert (following.path_version, following.path[0]["ack_minutes"]) == (2, 5)
    assert (running.path_version, running.path[0]["ack_minutes"]) == (1, 15)


def test_an_escalation_is_not_closed_without_what_it_taught(
    desk: Desk, now, page: Page, login: LogIn, problems: list[str]
) -> None:
    """C6: refused with nothing lost, then accepted."""
    escalation = cases.escalated_case(desk, now, question="Is this supplier known?")
    login(page, desk.lead.username)
    page.goto(reverse("reviews:case", args=[escalation.case_id]))
    page.wait_for_timeout(SETTLE)
    expect(page.get_by_text("To be answered")).to_be_visible()
    reach(page, page.get_by_label("Reason", exact=True))
    page.keyboard.type("Duplicate")
    reach(page, page.get_by_label("Note or question"))
    page.keyboard.type("Paid in May")
    press(page, page.get_by_role("button", name="Reject"))

    expect(page.get_by_text("Say what is to be learned from it.").first).to_be_visible()
    expect(page.get_by_label("Note or question")).to_have_value("Paid in May")
    assert Escalation.objects.get(pk=escalation.pk).resolved_at is None
    problems[:] = [one for one in problems if "400" not in one]

    page.wait_for_timeout(SETTLE)
    reach(page, page.get_by_label("To be learned"))
    page.keyboard.type("Train")
    press(page, page.get_by_role("button", name="Reject"))
    expect(page.get_by_text("Say what is to be learned from it.")).to_have_count(0)
    page.wait_for_load_state()
    assert Escalation.objects.get(pk=escalation.pk).learning == "training"


def test_the_matrix_prints_on_one_page(desk: Desk, page: Page, login: LogIn) -> None:
    login(page, desk.viewer.username)
    page.goto(address("active", desk))

    edge = dict.fromkeys(("top", "right", "bottom", "left"), "12mm")
    printed = page.pdf(format="A4", margin=edge)  # type: ignore[arg-type]

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_axe_finds_nothing(desk: Desk, now, examine: Examine) -> None:
    closed = cases.escalated_case(desk, now)
    answer = Answer(Verdict.REJECT, reason_code="WRONG_FACT", learning="sop")
    decisions.decide(case_id=closed.case_id, user=closed.owner, answer=answer, at=now)
    matrix_drafts.draft(process=desk.process, by=desk.admin, at=now)
    running = cases.escalated_case(desk, now)
    month = [desk.process.code, f"{now:%Y-%m}"]
    found = examine(
        {
            desk.admin: [
                reverse("reviews:matrix"),
                address("active", desk),
                address("version", desk, 2),
                f"{address('row', desk, 2)}?class=*&severity=",
                address("final", desk, 2),
                reverse("reviews:learning"),
                reverse("reviews:learning_list", args=month),
            ],
            desk.lead: [reverse("reviews:case", args=[running.case_id])],
        }
    )

    assert found == []
