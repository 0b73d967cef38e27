"""Webhooks in a real browser: set up, tried against a real receiver, and as axe sees the pages."""

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from governance.domain.webhooks import DeliveryState
from governance.models import Delivery, Subscription
from governance.services import deliveries, webhook_secrets, webhooks
from tests.browser.conftest import Examine, LogIn, watched
from tests.factories import webhooks as hooked
from tests.governance import receiving
from tests.governance.receiving import receiver
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_administrator_sets_one_up_tries_it_and_changes_its_secret(
    world: World,
    browser: Browser,
    live_server: LiveServer,
    login: LogIn,
    problems: list[str],
    settings: LazySettings,
    scripts: bool,
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = receiving.ALLOWED
    context = watched(browser, live_server, problems, java_script_enabled=scripts)
    page = context.new_page()
    login(page, world.north.admin.username)

    with receiver() as there:
        page.get_by_role("link", name="Webhooks").click()
        page.get_by_role("link", name="Set up a webhook").first.click()
        page.get_by_label("Name").fill("Back office")
        page.get_by_label("Address").fill(there.url)
        page.get_by_label("An output was released by a person").check()
        page.get_by_label("North: NORTH-AP · North invoices").check()
        page.get_by_role("button", name="Set it up").click()
        made = Subscription.objects.get()
        expect(page.get_by_text(webhook_secrets.secret(made))).to_be_visible()
        page.get_by_role("button", name="Send a test message").click()
        expect(page.get_by_text("A test message is in the line.")).to_be_visible()
        expect(page.get_by_text(webhook_secrets.secret(made))).to_have_count(0)
        deliveries.deliver(subscription_id=made.pk, clock=timezone.now, seconds=10)

    page.reload()
    expect(page.get_by_role("region", name="Delivery log").get_by_text("Taken (204)").first).to_be_visible()
    assert there.requests[0].verified(webhook_secrets.secret(made))["type"] == "webhook.test"
    page.get_by_role("button", name="Make another secret").first.click()
    if scripts:
        page.get_by_role("dialog").get_by_role("button", name="Make another secret").click()
    made.refresh_from_db()
    expect(page.get_by_text(webhook_secrets.secret(made, 2))).to_be_visible()
    assert made.generation == 2
    context.close()
    assert problems == []


def test_axe_finds_nothing_and_nothing_overflows(world: World, now: datetime, examine: Examine) -> None:
    desk = world.north
    failing = hooked.endpoint(desk, now, name="x" * 80, url="https://hooks.example.org/" + "y" * 400)
    hooked.released(desk, now)
    hooked.quarantined(desk, now)
    hooked.catch_up()
    Subscription.objects.update(failing_since=now, failures=3, retry_after=now + timedelta(hours=1))
    Delivery.objects.filter(type="interaction.released").update(
        state=DeliveryState.DELIVERED, status=204, attempts=1, ended_at=now
    )
    Delivery.objects.filter(type="interaction.quarantined").update(status=503, attempts=3)
    disabled = hooked.endpoint(desk, now)
    webhooks.disable(subscription_id=disabled.pk, by=desk.admin, at=now)
    pages = [
        reverse("governance:webhooks"),
        reverse("governance:webhook_new"),
        *[reverse("governance:webhook", args=[one.pk]) for one in (failing, disabled)],
        reverse("governance:webhook_change", args=[failing.pk]),
    ]

    assert examine({desk.admin: pages, desk.lead: pages[:1]}) == []
