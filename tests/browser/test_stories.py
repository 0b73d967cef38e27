"""Stories of requirements §6.8 in a real browser: 1, an undeclared version; 10, an expired report; 17, a step seen less than declared."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from audit.services import projecting
from governance.models import Incident
from reviews.services import intake
from tests import worlds
from tests.browser.conftest import LogIn
from tests.browser.keyboard import press
from tests.factories import vendors
from tests.governance import trails
from tests.governance.views.test_function_map import every_item, measured
from tests.worlds import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STRANGE = "north-4.3"


def post(desk: Desk, at: datetime, model: str) -> str:
    payload = worlds.payload(desk, model_version=model)
    (receipt,) = intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)
    return receipt.disposition


def test_story_1_an_undeclared_version_is_an_incident_until_somebody_ends_it(
    world: World, now: datetime, page: Page, login: LogIn, problems: list[str]
) -> None:
    """From the first item on people see everything; the owner settles the version, closes the incident, and the rules hold again."""
    desk = world.north
    assert post(desk, now, "north-1.0") == "auto_released"
    assert [post(desk, now, STRANGE), post(desk, now, "north-1.0")] == ["review", "review"]
    trails.publish("north")
    projecting.sweep(clock=lambda: now)

    login(page, desk.owner.username)
    page.goto(reverse("governance:incidents"))
    press(page, page.get_by_role("link", name=STRANGE))
    expect(page.get_by_text("no change of a model was announced")).to_be_visible()
    page.get_by_label("What was done").fill("The vendor took it back the same day")
    press(page, page.get_by_role("button", name="Close it"))
    expect(page.get_by_text("settle it under Model changes first").first).to_be_visible()
    assert problems.pop().endswith("409 (Conflict)")

    press(page, page.locator("main").get_by_role("link", name="Model changes"))
    press(page, page.locator("summary", has_text="Settle it"))
    page.get_by_label("How it ended").select_option("stopped")
    page.get_by_label("Why").fill("What came in since is of 1.0 again")
    press(page, page.get_by_role("button", name="Settle it"))
    expect(page.get_by_text("answers without notice")).to_have_count(0)

    page.goto(reverse("governance:incident", args=[Incident.objects.get().pk]))
    page.get_by_label("What was done").fill("The vendor took it back the same day")
    press(page, page.get_by_role("button", name="Close it"))
    expect(page.get_by_text("The vendor took it back the same day")).to_be_visible()
    assert Incident.objects.get().state == "closed"
    assert post(desk, timezone.now(), "north-1.0") == "auto_released"


def test_story_10_a_report_that_expired_twenty_days_ago_is_red(
    world: World, now: datetime, page: Page, login: LogIn
) -> None:
    desk = world.north
    vendors.certificate(desk, world.vendor, now, expires_on=now.date() - timedelta(days=20))

    login(page, desk.governance.username)
    page.goto(reverse("contracts:certificates"))

    expect(page.locator(".state-bad", has_text="xpired").first).to_be_visible()


def test_story_17_declared_every_item_and_measured_38_percent(world: World, page: Page, login: LogIn) -> None:
    desk = world.north
    every_item(desk)
    measured(desk, 380, 620)

    login(page, desk.owner.username)
    page.goto(reverse("governance:function_map", args=[desk.process.code]))

    expect(page.get_by_text("people decided 38% of 1,000 outputs").first).to_be_visible()
