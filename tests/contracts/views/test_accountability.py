"""Who answers for a process, on one page: authority, stakeholders, decisions to use AI (K4, K7, K9)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.domain.stakeholders import Stake
from contracts.enums import Authority
from contracts.services import memberships
from tests import counting


def url(desk, name="authority", *more):
    return reverse(f"contracts:{name}", args=[desk.process.code, *more])


def text(response):
    return response.content.decode()


def form(desk, **changes):
    today = timezone.now().date()
    sent = {
        "grant-person": str(desk.lead.pk),
        "grant-kind": "decision",
        "grant-evidence": "Resolution of the board",
        "grant-valid_from": today.isoformat(),
        "grant-valid_until": (today + timedelta(days=30)).isoformat(),
    }
    return sent | changes


@pytest.fixture
def owner(client, desk):
    client.force_login(desk.owner)
    return client


def test_authority_is_granted_and_taken_back(owner, desk):
    assert owner.post(url(desk, "authority_grant"), form(desk)).status_code == 303
    assert "Resolution of the board" in text(owner.get(url(desk)))
    made = desk.process.authorities.get(user=desk.lead)

    assert owner.post(url(desk, "authority_take_back", made.pk)).status_code == 303

    assert "One that is over" in text(owner.get(url(desk)))


def test_a_refusal_stands_at_its_field_and_loses_nothing(owner, desk):
    refused = owner.post(url(desk, "authority_grant"), form(desk, **{"grant-valid_until": "2020-01-01"}))

    assert refused.status_code == 400
    assert "Until: it ends on a day to come" in text(refused)
    assert "Resolution of the board" in text(refused)


def test_granting_to_oneself_is_refused_with_a_sentence(owner, desk):
    refused = owner.post(url(desk, "authority_grant"), form(desk, **{"grant-person": str(desk.owner.pk)}))

    assert refused.status_code == 403
    assert "Nobody grants authority to himself" in text(refused)


def test_somebody_is_named_and_taken_off(client, desk):
    client.force_login(desk.governance)
    sent = {
        "stake-category": Stake.INFOSEC,
        "stake-person": str(desk.admin.pk),
        "stake-contact": "+353 1 555 0100",
        "stake-duty": "Looks after keys",
    }

    assert client.post(url(desk, "stakeholder_name"), sent | {"stake-duty": ""}).status_code == 400
    assert client.post(url(desk, "stakeholder_name"), sent).status_code == 303
    assert "+353 1 555 0100" in text(client.get(url(desk)))
    for one in desk.process.stakeholders.filter(category=Stake.INFOSEC, removed_at__isnull=True):
        assert client.post(url(desk, "stakeholder_remove", one.pk)).status_code == 303

    assert "Nobody is named for: Information security" in text(client.get(url(desk)))


def test_the_owner_decides_that_ai_is_used(owner, desk):
    sent = {"ai-step": "deny", "ai-authority": "Mandate", "ai-alternatives": "People", "ai-benefit": "Speed"}

    assert owner.post(url(desk, "ai_use_decide"), sent | {"ai-benefit": ""}).status_code == 400
    assert owner.post(url(desk, "ai_use_decide"), sent).status_code == 303

    shown = text(owner.get(url(desk)))
    assert "Speed" in shown
    assert "one earlier decision" in shown


def test_who_may_not_reads_why(client, desk):
    client.force_login(desk.viewer)

    shown = text(client.get(url(desk)))

    assert "Authority is granted and taken back by the client’s owner." in shown
    assert "Only the client’s owner decides that AI is used at a step." in shown


def test_the_page_asks_the_same_number_of_times(owner, desk, at):
    def more():
        for who in ("lead", "senior"):
            memberships.grant_authority(
                user=desk.cast[who],
                process=desk.process,
                kind=Authority.MONITORING,
                evidence="Role",
                by=None,
                at=at,
            )

    assert counting.steady(owner, url(desk), more) == counting.written("contracts:authority")
