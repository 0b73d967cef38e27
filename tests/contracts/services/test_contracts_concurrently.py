"""Both parties sign at the same moment, and two people begin a draft, on real connections (L1, design §3)."""

from datetime import datetime

import pytest

from audit.errors import Conflict
from audit.models import Event
from contracts.domain.agreed_terms import Drift
from contracts.domain.contracting import ContractState
from contracts.models import ContractVersion, Finding, Signature
from contracts.services import contract_drafts, contract_findings, contracts
from tests import threads, worlds
from tests.factories import contracts as factory
from tests.worlds import Desk

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def sign(version, person, at):
    return lambda: contracts.sign(version_id=version.pk, digest=version.digest, by=person, at=at)


@pytest.mark.parametrize("attempt", range(3))
def test_two_parties_that_sign_at_once_bring_it_into_force(desk: Desk, at: datetime, attempt: int) -> None:
    people = factory.signers(desk, at)
    version = factory.proposed(desk, at)

    threads.together([sign(version, person, at) for person in people])

    assert ContractVersion.objects.get(pk=version.pk).state == ContractState.IN_FORCE
    assert Event.objects.filter(action="contract.in_force").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_a_party_signs_once_however_often_it_is_sent(desk: Desk, at: datetime, attempt: int) -> None:
    owner, _ = factory.signers(desk, at)
    version = factory.proposed(desk, at)

    found = threads.together([sign(version, owner, at) for _ in range(3)])

    assert {one.code for one in found if isinstance(one, Conflict)} == {"signed_already"}
    assert Signature.objects.count() == Event.objects.filter(action="contract.signed").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_one_of_two_drafts_begins(desk: Desk, at: datetime, attempt: int) -> None:
    contract = factory.opened(desk, at)

    found = threads.together(
        [
            lambda person=person: contract_drafts.draft(contract_id=contract.pk, by=person, at=at)
            for person in (desk.legal, desk.governance)
        ]
    )

    assert [one.code for one in found if isinstance(one, Conflict)] == ["in_preparation"]
    assert ContractVersion.objects.count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_comparisons_at_once_find_a_thing_once(desk: Desk, at: datetime, attempt: int) -> None:
    drift = Drift("review_minutes", "", "Not as agreed.", "60 min", "90 min")

    found = threads.together(
        [
            lambda: contract_findings.follow(
                process=desk.process, drifts=[drift], mismatches=[], link="", at=at
            )
            for _ in range(2)
        ]
    )

    assert sorted(found) == [0, 1]
    assert Finding.objects.count() == Event.objects.filter(action="finding.opened").count() == 1
