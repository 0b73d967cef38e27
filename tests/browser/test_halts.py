"""Halts in a real browser: check 6 of requirements §7, by keyboard alone, and pages that axe finds nothing in."""

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.enums import Degree
from contracts.models import Halt
from reviews.models import Interaction
from reviews.selectors import broker
from tests import worlds
from tests.browser.conftest import Examine, watched
from tests.browser.test_checks import LogIn
from tests.factories import halts
from tests.factories import reviews as made
from tests.worlds import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: LiveServer) -> World:
    broker.forget()
    return worlds.build(timezone.now())


def post(live_server: LiveServer, desk: Desk) -> tuple[int, dict]:
    connection = HTTPConnection(urlsplit(live_server.url).netloc, timeout=10)
    headers = {"Authorization": f"Bearer {desk.secret}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/interactions", json.dumps(worlds.payload(desk)), headers)
    reply = connection.getresponse()
    return reply.status, json.loads(reply.read())


def test_check_6_the_owner_halts_and_only_somebody_else_lets_it_go_on(
    world: World, live_server: LiveServer, browser: Browser, page: Page, problems: list[str], login: LogIn
) -> None:
    desk = world.north
    before = post(live_server, desk)[1]["disposition"]
    login(page, desk.owner.username)
    page.goto(reverse("reviews:cases"))
    page.keyboard.press("Shift+H")
    page.wait_for_url(f"**{reverse('governance:halt_new')}")
    page.get_by_label("How far").select_option("stop")
    page.get_by_label("Why").fill("It pays what it should hold.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 process: NORTH-AP.")).to_be_visible()
    page.keyboard.press("y")
    page.wait_for_url(lambda url: "/new/" not in url)
    expect(page.get_by_text("Halted. Nothing under the old terms")).to_be_visible()
    expect(page.get_by_text("somebody else with the same authority releases it").first).to_be_attached()

    halted = [post(live_server, desk) for _ in range(3)]

    context = watched(browser, live_server, problems)
    other = context.new_page()
    login(other, desk.ops.username)
    other.goto(page.url)
    for box in other.get_by_role("checkbox").all():
        box.check()
    other.get_by_role("button", name="Release", exact=True).click()
    expect(other.get_by_text("Released. It goes on.")).to_be_visible()
    context.close()
    assert before == "auto_released"
    assert {(status, body["code"]) for status, body in halted} == {(423, "halted")}
    assert Interaction.objects.count() == 1
    assert Halt.objects.get().state == "released"
    assert post(live_server, desk)[1]["reasons"][0]["code"] == "HALT_WATCH"


def test_in_a_hurry_two_keys_besides_the_reason_halt_ones_only_process(
    world: World, page: Page, login: LogIn
) -> None:
    desk = world.north
    login(page, desk.owner.username)
    page.goto(reverse("reviews:cases"))

    page.keyboard.press("Shift+H")
    expect(page.get_by_label("Why")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 process: NORTH-AP.")).to_be_visible()
    before = Halt.objects.count()
    page.keyboard.press("y")

    expect(page.get_by_text("Halted. Nothing under the old terms")).to_be_visible()
    assert before == 0
    assert (Halt.objects.get().process, Halt.objects.get().reason) == (desk.process, "wrong")


def test_who_may_not_halt_asks_with_the_same_keys(world: World, page: Page, login: LogIn) -> None:
    login(page, world.north.reviewer.username)
    page.goto(reverse("reviews:cases"))

    page.keyboard.press("Shift+H")
    expect(page.get_by_label("Why")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Asked for. Everybody who may halt it was told.")).to_be_visible()
    assert Halt.objects.get().state == "requested"


def test_axe_finds_nothing_in_the_pages_of_halts(world: World, examine: Examine) -> None:
    desk, at = world.north, timezone.now()
    case = made.claimed_case(desk, at)
    halt = halts.engaged(desk, at, Degree.STOP)
    asked = halts.asked(desk, at, step="triage")

    found = examine(
        {
            desk.admin: [
                reverse("governance:halts"),
                reverse("governance:halt_new"),
                reverse("governance:halt", args=[halt.pk]),
                reverse("governance:halt", args=[asked.pk]),
                reverse("governance:gate", args=[desk.process.code]),
            ],
            desk.reviewer: [reverse("reviews:case", args=[case.pk]), reverse("governance:halt_new")],
        }
    )

    assert found == []
