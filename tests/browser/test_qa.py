"""The auditor's way in a real browser: from the draw to the score, with and without scripts, and as axe sees it."""

from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from reviews.models import Evaluation
from reviews.services import autoqa
from tests.browser.conftest import Examine, LogIn, watched
from tests.factories import bias as groups
from tests.factories import qa as make
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


def _answer(page: Page, **marks: str) -> None:
    """Every line passed, but those named."""
    for group in page.locator("fieldset, [role=radiogroup]").all():
        line = (group.get_attribute("aria-labelledby") or "").removeprefix("text-")
        if line != "judged":
            group.get_by_label(marks.get(line, "Pass"), exact=True).check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_auditor_opens_the_draw_scores_and_sees_the_score(
    world: World,
    now: datetime,
    browser: Browser,
    live_server: LiveServer,
    login: LogIn,
    problems: list[str],
    scripts: bool,
) -> None:
    evaluation = make.drawn_evaluation(world.north, now)
    context = watched(browser, live_server, problems, java_script_enabled=scripts)
    page = context.new_page()
    login(page, world.north.auditor.username)

    page.get_by_role("link", name="QA", exact=True).click()
    page.get_by_role("region", name="Draws").get_by_role("link").first.click()
    expect(page.get_by_text("Re-drawable: the seed is the hash of the first checkpoint")).to_be_visible()
    page.get_by_role("region", name="Drawn interactions").get_by_role("link").first.click()
    expect(page.get_by_text("What was decided is shown once your score is in.")).to_be_visible()
    expect(page.get_by_text("Approve", exact=True)).to_have_count(0)

    # A failure without its evidence is refused, and what was filled in stays.
    _answer(page, delivery="Fail", four_eyes="N/A")
    page.get_by_role("radiogroup", name="The AI’s output is wrong as it stands").get_by_label("No").check()
    page.get_by_role("button", name="Submit the score").click()
    expect(page.get_by_text("A failure needs its evidence: say what you saw.").first).to_be_visible()
    assert problems.pop().endswith("400 (Bad Request)")
    expect(page.locator("#id_mark_delivery_1")).to_be_checked()
    page.get_by_label("Evidence: The output was delivered complete").fill("Went to the old address.")
    page.get_by_role("button", name="Submit the score").click()

    expect(page.get_by_role("heading", name="Score 91.3 of 100")).to_be_visible()
    expect(page.get_by_text("Your score is in.")).to_be_visible()
    expect(page.get_by_text("Went to the old address.")).to_be_visible()
    expect(page.get_by_role("heading", name="Approve")).to_be_visible()
    evaluation.refresh_from_db()
    assert (evaluation.passed, evaluation.submitted_by) == (True, world.north.auditor)
    context.close()
    assert problems == []


def test_axe_finds_nothing_and_nothing_overflows(world: World, now: datetime, examine: Examine) -> None:
    desk = world.north
    opened = make.drawn_evaluation(desk, now, input={"invoice": "x" * 400}, ai_output={"comment": "y" * 300})
    scored = make.scored_evaluation(world.south, now, privacy="fail")
    make.straight_through(
        desk, now, 1, ai_output={"decision": "pay", "amount": "1200.00", "comment": "9" * 300}
    )
    autoqa.score_due(at=now)
    audit = groups.audited(desk, now)
    auditor = [
        reverse("reviews:samples"),
        reverse("reviews:sample", args=[opened.draw_id]),
        reverse("reviews:evaluation", args=[opened.pk]),
    ]
    pages = {
        desk.auditor: auditor,
        world.south.auditor: [reverse("reviews:evaluation", args=[scored.pk])],
        desk.governance: [
            reverse("reviews:samples"),
            reverse("reviews:sampling_plan", args=[desk.process.code]),
            reverse("reviews:auto_qa"),
            reverse("reviews:auto_qa_process", args=[desk.process.code]),
            reverse("reviews:qa_estimates", args=[desk.process.code]),
            reverse("reviews:agreement"),
            reverse("reviews:auditors"),
            reverse("reviews:disputes"),
            reverse("governance:bias"),
            reverse("governance:bias_process", args=[desk.process.code]),
            reverse("governance:bias_result", args=[audit.pk]),
        ],
        desk.dpo: [reverse("governance:bias_process", args=[desk.process.code])],
        desk.reviewer: [reverse("reviews:samples")],
    }

    assert examine(pages) == []
    assert Evaluation.objects.get(pk=opened.pk).auditor is None
