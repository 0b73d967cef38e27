"""Story 8 in a real browser: a contract from before AI is checked, its gap filled with one click, and signed by both parties; and
what axe makes of the pages (L1, L5, L6)."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from contracts.domain.contracting import ContractState
from contracts.models import ContractVersion
from governance.demo.contracts import LEGACY
from tests.browser.conftest import Examine, LogIn
from tests.browser.keyboard import press
from tests.factories import contracts as factory
from tests.worlds import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_gap_is_found_filled_and_signed_by_both_parties(
    desk: Desk, now, page: Page, other: Page, login: LogIn
) -> None:
    """Story 8: at least five clauses are missing, change notice and training use among them."""
    owner, operations = factory.signers(desk, now)
    legacy = factory.in_force(desk, now, clauses=LEGACY, code="CT-0")
    login(page, desk.legal.username)
    page.goto(reverse("contracts:contract", args=[legacy.contract_id]))
    missing = page.locator("#gaps-table tbody tr", has_text="Missing")
    assert missing.count() >= 5
    for title in (
        "Notice of changes to models, prompts and knowledge",
        "Ownership of data and the ban on training",
    ):
        expect(missing.filter(has_text=title)).to_have_count(1)

    press(page, page.get_by_role("button", name="Draft the next version"))
    expect(page.get_by_role("button", name="Propose for signature")).to_be_visible()
    before = missing.count()
    press(page, page.locator("#gap-change_notice").get_by_role("button"))
    expect(page.get_by_text("The suggested wording is in the draft.")).to_be_visible()
    expect(missing).to_have_count(before - 1)
    press(page, page.get_by_role("button", name="Propose for signature"))
    expect(page.get_by_text("Proposed. Both parties sign it now.")).to_be_visible()
    address = page.url

    for person in (owner, operations):
        other.context.clear_cookies()
        login(other, person.username)
        other.goto(address)
        press(other, other.get_by_role("button", name="Sign for your party"))
        expect(other.get_by_text("Signed.", exact=True)).to_be_visible()

    assert ContractVersion.objects.get(number=2).state == ContractState.IN_FORCE
    press(other, other.get_by_role("link", name="What changed v2"))
    expect(other.get_by_text("8 clauses say the same.")).to_be_visible()


def test_axe_finds_nothing_on_contracts_and_their_answers(desk: Desk, now, examine: Examine) -> None:
    version = factory.with_terms(desk, now)
    draft = factory.drafted(desk, now, code="CT-9")
    code = desk.process.code
    answers = reverse("contracts:answers", args=[code])
    pages = [
        reverse("contracts:contracts"),
        reverse("contracts:process_contracts", args=[code]),
        reverse("contracts:contract", args=[version.contract_id]),
        reverse("contracts:contract_version", args=[draft.contract_id, 1]),
        f"{answers}?layer=client_instruction",
    ]

    assert examine({desk.legal: [*pages, reverse("contracts:contract_new")], desk.infosec: [answers]}) == []
