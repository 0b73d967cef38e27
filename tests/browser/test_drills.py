"""Trying to cheat a copy from the page: started, watched and read, with scripts and without, and checked by axe."""

from dataclasses import asdict

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from audit.domain.drills import Outcome
from governance.models import DrillRun
from governance.services import drill_runs
from tests import worlds
from tests.browser.conftest import Examine, LogIn, watched
from tests.governance import trails
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: LiveServer) -> World:
    world = worlds.build(timezone.now())
    trails.record_more("north", 20)
    trails.publish("north")
    return world


@pytest.mark.parametrize("scripts", [True, False])
def test_a_run_is_started_watched_and_read(
    world: World, browser: Browser, live_server: LiveServer, problems: list[str], login: LogIn, scripts: bool
) -> None:
    context = watched(browser, live_server, problems, java_script_enabled=scripts)
    page = context.new_page()
    login(page, world.north.lead.username)
    page.goto(reverse("governance:drills"))

    page.get_by_role("button", name="Try every way now").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    drill_runs.sweep(clock=timezone.now)
    if not scripts:
        page.get_by_role("link", name="See how far it is").click()

    expect(
        page.get_by_text("ways to cheat were caught, and the copy that nobody touched was clean")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Try every way now")).to_be_visible()
    context.close()
    assert problems == []


def test_axe_finds_nothing_on_the_drills(world: World, examine: Examine) -> None:
    now = timezone.now()
    clean = asdict(Outcome("control", "audit_fsck", 0, "north: 20 entries, all as they were"))
    found = [
        Outcome("body", "audit_fsck", 1, "Tampered with", 4, 4),
        Outcome("swap", "audit_fsck", 0, "all well", 4),
    ]
    DrillRun.objects.create(
        log="north",
        entries=20,
        requested_at=now,
        ended_at=now,
        control=clean,
        outcomes=[asdict(one) for one in found],
        left_out=[["tile", "It needs 256 entries."]],
    )
    DrillRun.objects.create(
        log="south", entries=20, requested_at=now, done=3, total=12, doing="Swap two entries"
    )
    address = reverse("governance:drills")

    found_by_axe = examine(
        {world.overseer: [f"{address}?log=north", f"{address}?log=south"], world.stranger: [address]}
    )

    assert found_by_axe == []
