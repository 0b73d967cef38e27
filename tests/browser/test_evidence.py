"""Asking for evidence and fetching it in a real browser, with and without scripts, and as axe sees it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import User
from governance.domain.evidence import ExportState
from governance.models import EvidenceExport
from governance.services import evidence_requests
from tests import worlds
from tests.browser.conftest import Examine, LogIn, watched
from tests.factories import qa
from tests.governance import evidence
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def told(live_server: LiveServer) -> tuple[World, Any]:
    at = timezone.now() - timedelta(minutes=5)
    world = worlds.build(at)
    receipt = evidence.decided(world.north, at, "INV-7")
    evidence.sign()
    return world, receipt


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_m8_evidence_is_asked_for_watched_and_fetched(
    told: tuple[World, Any],
    browser: Browser,
    live_server: LiveServer,
    login: LogIn,
    problems: list[str],
    tmp_path: Path,
    scripts: bool,
) -> None:
    world, receipt = told
    context = watched(browser, live_server, problems, java_script_enabled=scripts)
    page = context.new_page()
    login(page, world.north.lead.username)
    page.goto(reverse("governance:story", args=[receipt.id]))
    page.get_by_role("link", name="Evidence with personal data").click()

    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Say for whom this evidence is, and why.").first).to_be_visible()
    assert problems.pop().endswith("400 (Bad Request)")
    page.get_by_label("For whom and why").fill("The auditors’ yearly visit")
    page.get_by_label("Notes of decisions").check()
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("It is written as soon as a worker is free.")).to_be_visible()
    expect(page.get_by_text("Shows personal data: Notes of decisions")).to_be_visible()

    cancel = page.get_by_role("button", name="Cancel")
    cancel.focus()
    if scripts:
        # The list renews itself, and whoever is on a button stays there.
        with page.expect_response(lambda reply: urlsplit(reply.url).path == reverse("governance:evidence")):
            pass
        page.wait_for_timeout(200)
        expect(cancel).to_be_focused()
    assert evidence.write() == 1
    if not scripts:
        page.reload()
    button = page.get_by_role("button", name="Download")
    expect(button).to_be_visible()
    with page.expect_download() as download:
        button.click()
    bundle = Path(download.value.path()).read_bytes()

    assert evidence.verified(bundle, tmp_path) == 0
    assert [one["value"] for one in evidence.disclosed(bundle)] == [evidence.NOTE]
    context.close()
    assert problems == []


def _in(state: ExportState, by: User, **more: Any) -> None:
    """An export in a state that others reached; only its words are looked at."""
    export = evidence.ask_period(by, "north")
    EvidenceExport.objects.filter(pk=export.pk).update(state=state, **more)


def test_axe_finds_nothing_on_evidence(told: tuple[World, Any], examine: Examine) -> None:
    world, receipt = told
    desk = world.north
    at = qa.settled_now()
    draw = qa.drawn_evaluation(desk, at).draw_id
    evidence.ask(receipt, desk.lead, "review.decided note")
    evidence.sign()
    evidence.write()
    _in(ExportState.WRITING, desk.lead, done=4_100, total=200_000)
    _in(ExportState.FAILED, desk.lead, error="There was no room on the disk for it.")
    _in(ExportState.EXPIRED, desk.lead)
    _in(ExportState.CANCELLED, desk.lead)
    evidence.ask_period(desk.lead, "north")
    evidence_requests.ask_draw(
        draw_id=draw, show=(), purpose=evidence.PURPOSE, by=world.overseer, at=timezone.now()
    )

    found = examine(
        {
            desk.lead: [
                reverse("governance:evidence"),
                reverse("governance:evidence_period"),
                reverse("governance:story_evidence_choose", args=[receipt.id]),
            ],
            world.overseer: [
                reverse("governance:evidence"),
                reverse("governance:evidence_draw", args=[draw]),
                reverse("reviews:sample", args=[draw]),
            ],
            world.stranger: [reverse("governance:evidence")],
        }
    )

    assert found == []
