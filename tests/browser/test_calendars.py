"""Business calendars, notice terms, attestations and the closing of an incident in a real browser, and what axe makes of the
pages; the form of a calendar also where no script runs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import BusinessCalendar
from contracts.services import agreements, attestations
from governance.models import Incident
from tests.browser.conftest import Examine, LogIn
from tests.browser.keyboard import press
from tests.factories import changes
from tests.factories import contracts as factory
from tests.worlds import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_calendar_is_defined_without_scripts(desk: Desk, plain: Page, login: LogIn) -> None:
    login(plain, desk.governance.username)
    plain.goto(reverse("contracts:calendars", args=[desk.process.code]))
    press(plain, plain.get_by_role("link", name="Define a calendar"))
    plain.get_by_label("Name").fill("Pune desk")
    plain.get_by_label("Time zone").fill("Asia/Kolkata")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        plain.get_by_label(day, exact=True).fill("09:00–12:00, 13:00–18:00")
    plain.get_by_label("Saturday", exact=True).fill("18:00–09:00")
    plain.get_by_label("Public holidays of").select_option(label="India")
    press(plain, plain.get_by_role("button", name="Show the holidays of this country"))
    plain.get_by_label("Part of the country").select_option("MH")
    expect(plain.get_by_text("Republic Day").first).to_be_visible()
    press(plain, plain.get_by_role("button", name="Define it").last)

    expect(plain.get_by_role("alert")).to_contain_text("Saturday: 09:00 is not after 18:00")
    plain.get_by_label("Saturday", exact=True).fill("")
    press(plain, plain.get_by_role("button", name="Define it").last)

    expect(plain.get_by_role("heading", name="Pune desk")).to_be_visible()
    expect(plain.get_by_role("row", name="Monday 09:00–12:00, 13:00–18:00")).to_be_visible()
    made = BusinessCalendar.objects.get(name="Pune desk")
    assert (made.country, made.subdivision, len(made.hours)) == ("IN", "MH", 5)


def test_axe_finds_nothing_on_these_pages(world: World, desk: Desk, now: datetime, examine: Examine) -> None:
    hours = {"0": [["09:00", "12:00"], ["13:00", "26:00"]], "5": [["10:00", "14:00"]]}
    terms = agreements.Terms("Pune desk", "Asia/Kolkata", hours, country="IN", subdivision="MH")
    calendar = agreements.define_for(process=desk.process, terms=terms, by=desk.governance, at=now)
    version = factory.with_terms(desk, now - timedelta(days=1))
    changes.agreed(desk, now, data=["personal"], clause=factory.clause(version, "9"))
    attestations.attest(
        process=desk.process,
        vendor=world.vendor,
        training="yes",
        evidence="Letter of March",
        by=desk.infosec,
        at=now,
    )
    incident = Incident.objects.create(
        process=desk.process,
        kind="sovereignty",
        subject="elsewhere",
        severity=1,
        told="elsewhere: outside the agreed regions",
        source_event=desk.process.pk,
        occurred_at=now,
    )
    code = desk.process.code
    attested = [
        reverse("contracts:attestations"),
        reverse("contracts:attestation", args=[code, world.vendor.slug]),
    ]

    found = examine(
        {
            desk.governance: [
                reverse("contracts:calendars", args=[code]),
                reverse("contracts:calendar", args=[code, calendar.pk]),
                reverse("contracts:calendar_define", args=[code]),
                reverse("contracts:calendar_redefine", args=[code, calendar.pk]),
                reverse("governance:incident", args=[incident.pk]),
                reverse("governance:incidents"),
                *attested,
            ],
            desk.owner: [
                reverse("contracts:notice_terms", args=[code]),
                reverse("contracts:contract_version", args=[version.contract_id, version.number]),
            ],
            desk.vendor: [*attested, reverse("contracts:notice_terms", args=[code])],
        }
    )

    assert found == []
