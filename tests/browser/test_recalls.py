"""A recall in a real browser: from the case to the confirmed fix, with and without scripts, and as axe sees it."""

from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from reviews.enums import RecallState
from reviews.models import Recall
from tests.browser.conftest import Examine, LogIn, watched
from tests.factories import consequences, qa
from tests.factories import recalls as made
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now() -> datetime:
    return qa.settled_now()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_went_out_is_recalled_and_stays_in_sight_until_it_is_mended(
    world: World,
    now: datetime,
    browser: Browser,
    live_server: LiveServer,
    login: LogIn,
    problems: list[str],
    scripts: bool,
) -> None:
    desk = world.north
    interaction = qa.released_case(desk, now)

    def someone(username: str) -> Page:
        context = watched(browser, live_server, problems, java_script_enabled=scripts)
        page = context.new_page()
        login(page, username)
        return page

    lead = someone(desk.lead.username)
    lead.goto(live_server.url + reverse("reviews:case", args=[interaction.case.pk]))
    lead.get_by_role("link", name="What went out was wrong: recall it").click()

    # Too little said is refused, and what was typed stays.
    lead.get_by_label("Severity").select_option("2")
    lead.get_by_label("Reason", exact=True).select_option("WRONG_FACT")
    lead.get_by_label("What was wrong").fill("Wrong")
    lead.get_by_role("button", name="Recall it").click()
    expect(lead.get_by_text("At least 10 characters.").first).to_be_visible()
    assert problems.pop().endswith("400 (Bad Request)")
    lead.get_by_label("What was wrong").fill("The goods never came")
    lead.get_by_role("button", name="Recall it").click()
    expect(lead.get_by_text("You opened this recall: somebody else confirms the fix.")).to_be_visible()
    address = lead.url

    admin = someone(desk.admin.username)
    expect(admin.get_by_text("an output is recalled since")).to_be_visible()
    admin.get_by_role("link", name="Look at the recalls").click()
    admin.get_by_role("region", name="Running recalls").get_by_role("link").first.click()
    admin.get_by_role("button", name="It knows").click()
    expect(admin.get_by_text("The client’s system knows.")).to_be_visible()
    admin.get_by_label("is not told").check()
    admin.get_by_label("Why").fill("Nothing was paid yet")
    admin.get_by_role("button", name="Decide the notice").click()
    expect(admin.get_by_text("The customer is not told: Nothing was paid yet")).to_be_visible()

    senior = someone(desk.senior.username)
    senior.goto(address)
    senior.get_by_label("What was mended").fill("The invoice was held by hand")
    senior.get_by_role("button", name="Confirm the fix").click()
    expect(senior.get_by_text("Confirmed: the recall is over.")).to_be_visible()
    expect(senior.get_by_text("an output is recalled since")).to_have_count(0)
    assert Recall.objects.get().state == RecallState.CONFIRMED
    assert problems == []


def test_the_pages_are_accessible(world: World, now: datetime, examine: Examine) -> None:
    desk = world.north
    released = qa.straight_through(desk, now)[0]
    recall = made.opened(desk, now)
    action = consequences.finished(desk, now)
    finding = consequences.finding(desk, now)
    addresses = [
        reverse("reviews:recalls"),
        reverse("reviews:recall_new", args=[released.pk]),
        reverse("reviews:recall", args=[recall.pk]),
        reverse("reviews:actions"),
        reverse("reviews:action", args=[action.pk]),
        reverse("reviews:finding", args=[finding.pk]),
    ]

    found = examine({desk.owner: addresses[:3], desk.governance: addresses[3:], desk.lead: addresses[1:3]})

    assert found == []
