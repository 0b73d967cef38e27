"""A data flow drawn in a real browser (L7, §6.8 story 9): the redaction put on the way, and the violation is gone."""

from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import DataFlow, Endpoint, Finding
from tests.browser.conftest import Examine, LogIn, watched
from tests.factories import vendors as factory
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_putting_the_redaction_on_the_way_makes_the_violation_go(
    world: World,
    now: datetime,
    browser: Browser,
    live_server: LiveServer,
    login: LogIn,
    problems: list[str],
) -> None:
    """Story 9 is mended in the editor, without scripts."""
    desk = world.north
    factory.published(desk, now, bypass=True)
    context = watched(browser, live_server, problems, java_script_enabled=False)
    page = context.new_page()
    login(page, desk.governance.username)

    page.goto(live_server.url + reverse("contracts:data_flow", args=[desk.process.code]))
    expect(page.get_by_role("heading", name="One violation")).to_be_visible()
    page.get_by_role("button", name="Draw a version").click()
    # A second redaction, on the way that bypassed the first.
    page.get_by_role("link", name="Add a node").click()
    page.get_by_label("Name").fill("Masking of look-ups")
    page.get_by_label("Kind").select_option("redaction")
    page.get_by_label("Party").fill("North")
    page.get_by_label("Region").fill("somewhere")
    page.get_by_role("button", name="Put into the draft").click()
    expect(page.get_by_text("Name the region by a code").first).to_be_visible()
    assert problems.pop().endswith("400 (Bad Request)")
    page.get_by_label("Region").fill("EU")
    page.get_by_role("button", name="Put into the draft").click()
    page.get_by_role("link", name="CRM → Scribe").click()
    page.get_by_label("To", exact=True).select_option(label="Masking of look-ups")
    page.get_by_role("button", name="Put into the draft").click()
    page.get_by_role("link", name="Add an edge").click()
    page.get_by_label("From").select_option(label="Masking of look-ups")
    page.get_by_label("To", exact=True).select_option(label="Scribe")
    page.get_by_label("Redacted text").check()
    page.get_by_label("Purpose").fill("Look-ups of the model")
    page.get_by_label("Redacted", exact=True).check()
    page.get_by_role("button", name="Put into the draft").click()

    expect(page.get_by_role("heading", name="0 violations")).to_be_visible()
    assert Finding.objects.filter(ended_at__isnull=True).count() == 1
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("Version 2, published by")).to_be_visible()
    assert not Finding.objects.filter(ended_at__isnull=True).exists()
    assert DataFlow.objects.get(state="published").version == 2
    context.close()
    assert problems == []


def test_the_pages_are_accessible(world: World, now: datetime, examine: Examine) -> None:
    desk = world.north
    factory.published(desk, now, bypass=True)
    factory.drawn(desk, now)
    certificate = factory.certificate(desk, world.vendor, now)
    found = factory.answered(desk, world.vendor, now)
    code = desk.process.code
    asked = factory.asked(world.south, world.vendor, now)
    kept = [
        reverse("contracts:endpoint", args=[Endpoint.objects.get(name="north-eu").pk]),
        reverse("contracts:endpoint_new"),
        reverse("contracts:certificates"),
        reverse("contracts:certificate", args=[certificate.pk]),
        reverse("contracts:certificate_new"),
        reverse("contracts:data_flow_draft", args=[code]),
        reverse("contracts:data_flow_edge", args=[code]),
        reverse("contracts:questionnaire", args=[found.pk]),
        reverse("contracts:questionnaires"),
    ]
    read = [
        reverse("contracts:endpoints"),
        reverse("contracts:data_flow", args=[code]),
        reverse("contracts:ground", args=[code]),
        reverse("contracts:findings", args=[code]),
        reverse("governance:sovereignty", args=[code]),
    ]
    answering = [reverse("contracts:questionnaire", args=[asked.pk])]

    assert examine({desk.governance: kept, desk.owner: read, world.south.vendor: answering}) == []
