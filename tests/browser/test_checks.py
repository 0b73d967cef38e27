"""The checks a stranger runs, in a real browser: from an agent's POST to the story, another client's address, and a
broker that is away (requirements §7, checks 1, 2, 8 and 10)."""

import json
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from reviews.models import Interaction
from reviews.selectors import broker
from reviews.services import release
from tests import worlds
from tests.browser.conftest import Examine, LogIn, watched
from tests.worlds import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SETTLE = 450


@pytest.fixture
def world(live_server: LiveServer, now: datetime) -> World:
    broker.forget()
    return worlds.build(now)


def post(live_server: LiveServer, desk: Desk, **changes: Any) -> dict[str, Any]:
    """What the portal answers an agent that posts an invoice over a real connection."""
    connection = HTTPConnection(urlsplit(live_server.url).netloc, timeout=10)
    headers = {"Authorization": f"Bearer {desk.secret}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/interactions", json.dumps(worlds.payload(desk, **changes)), headers)
    reply = connection.getresponse()
    assert reply.status == 201
    return json.loads(reply.read())


def test_check_1_a_case_is_worked_and_its_whole_story_can_be_read(
    world: World, live_server: LiveServer, browser: Browser, page: Page, problems: list[str], login: LogIn
) -> None:
    posted = post(live_server, world.north, amount="6000.00")
    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:queues"))
    page.get_by_role("button", name="Start reviewing").click()
    page.wait_for_url(f"**{reverse('reviews:case', args=[posted['case']])}")
    page.wait_for_timeout(SETTLE)
    page.get_by_role("button", name="Approve").click(force=True)
    expect(page.get_by_text("Open first: Purchase order, Goods receipt.").first).to_be_attached()
    page.get_by_text("Purchase order", exact=True).click()
    page.get_by_text("Goods receipt", exact=True).click()
    expect(page.locator(".evidence [data-opened]")).to_have_count(2)
    page.get_by_label("Amount").fill("1100.00")
    page.get_by_label("Reason").select_option("CALC_ERROR")
    page.get_by_role("button", name="Save edit").click()
    page.wait_for_url(lambda url: posted["case"] not in url)
    release.release_due(at=timezone.now() + timedelta(seconds=9))

    context = watched(browser, live_server, problems)
    auditor = context.new_page()
    login(auditor, world.overseer.username)
    auditor.goto(reverse("governance:trail"))
    auditor.get_by_label("Interaction, case or external id").fill(posted["id"])
    auditor.get_by_role("button", name="Find").click()
    auditor.locator("tbody th a").click()

    lines = auditor.locator(".story .story-body > span:first-child").all_inner_texts()
    assert [line.split(":")[0].split(" by ")[0] for line in lines] == [
        "The AI agent’s output for step approve was received",
        "Sent to a person",
        "Claimed the case",
        "Opened the evidence “order”",
        "Opened the evidence “receipt”",
        "Approved with changes",
        "Released to the AI agent",
    ]
    context.close()


def test_check_2_the_threshold_decides_and_says_so(
    world: World, live_server: LiveServer, page: Page, login: LogIn
) -> None:
    below = post(live_server, world.north, amount="4999.00")
    at_limit = post(live_server, world.north, amount="5000.00")

    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:case", args=[at_limit["case"]]))

    assert (below["disposition"], below["case"]) == ("auto_released", None)
    assert at_limit["disposition"] == "review"
    expect(page.get_by_text("Amount ≥ €5,000 (rule AP-R1 v1)").first).to_be_visible()


def test_check_8_another_client_finds_nothing_at_any_address(
    world: World, live_server: LiveServer, page: Page, problems: list[str], login: LogIn
) -> None:
    posted = post(live_server, world.north, amount="6000.00")
    code = world.north.process.code
    addresses = [
        reverse("reviews:case", args=[posted["case"]]),
        reverse("governance:story", args=[posted["id"]]),
        reverse("governance:board_process", args=[code]),
        reverse("contracts:agreement", args=[code]),
        reverse("reviews:rules_active", args=[code]),
        reverse("contracts:document", args=[world.north.sop.pk]),
    ]
    login(page, world.south.admin.username)

    answers = {address: page.goto(address).status for address in addresses}  # type: ignore[union-attr]

    assert answers == dict.fromkeys(addresses, 404)
    # Chromium notes each 404 in its console; that is what was provoked here.
    assert all("404" in problem for problem in problems)
    problems.clear()


@pytest.fixture
def no_broker() -> Iterator[None]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    before = current_app.conf.broker_url
    current_app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    broker.forget()
    yield
    current_app.conf.broker_url = before
    broker.forget()


def test_check_10_without_a_broker_intake_goes_on_and_every_page_says_so(
    world: World, live_server: LiveServer, no_broker: None, page: Page, login: LogIn
) -> None:
    posted = post(live_server, world.north)

    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:queues"))

    assert posted["disposition"] == "review"
    assert [reason["code"] for reason in posted["reasons"]] == ["FAILSAFE"]
    assert not Interaction.objects.filter(released_at__isnull=False).exists()
    expect(page.get_by_text("The message broker does not answer.")).to_be_visible()
    expect(page.get_by_role("button", name="Start reviewing").first).to_be_visible()


def test_axe_finds_nothing_on_the_board_and_the_trail(
    world: World, live_server: LiveServer, examine: Examine
) -> None:
    posted = post(live_server, world.north, amount="6000.00")
    code = world.north.process.code
    addresses = [
        reverse("governance:board"),
        reverse("governance:rule_costs", args=[code]),
        reverse("governance:board_list", args=[code, "volume"]),
        reverse("governance:trail"),
        reverse("governance:story", args=[posted["id"]]),
    ]

    assert examine({world.north.lead: addresses}) == []
