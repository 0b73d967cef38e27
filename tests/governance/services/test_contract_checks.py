"""The nightly comparison: findings open and close with their events, and a second run changes nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from contracts.domain.contracting import ContractState
from contracts.models import ContractVersion, Endpoint, Finding, Notification, Process
from contracts.services import attestations, contract_drafts, contract_terms, contracts, processes
from governance import tasks
from governance.services import contract_checks
from reviews.services import sampling_plans
from tests import worlds
from tests.factories import contracts as factory


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def attested(world, desk, at):
    attestations.attest(
        process=desk.process, vendor=world.vendor, training="no", evidence="Letter", by=desk.vendor, at=at
    )


def open_kinds(desk):
    rows = Finding.objects.filter(process=desk.process, ended_at__isnull=True)
    return sorted(f"{row.kind}: {row.subject.split(' ')[0]}" for row in rows)


def told(finding):
    return [one.user for one in Notification.objects.filter(body=finding.sentence)]


def recorded():
    return Event.objects.filter(action__in=["finding.opened", "finding.ended", "datause.mismatch"])


def test_what_keeps_to_the_contract_is_no_finding(world, desk, at):
    factory.with_terms(desk, at)
    attested(world, desk, at)

    assert contract_checks.compare(process=desk.process, at=at) == 0
    assert not recorded().exists()


def test_without_a_contract_there_is_nothing_to_compare(desk, at):
    assert contract_checks.compare(process=desk.process, at=at) == 0


def test_what_drifts_is_found_once_and_closed_when_it_is_mended(world, desk, at):
    factory.with_terms(desk, at)
    attested(world, desk, at)
    Process.objects.filter(pk=desk.process.pk).update(review_minutes=90)
    desk.process.refresh_from_db()

    assert contract_checks.compare(process=desk.process, at=at) == 1
    assert contract_checks.compare(process=desk.process, at=at) == 0
    finding = Finding.objects.get()
    assert (finding.kind, finding.subject) == ("contract", "review_minutes · 60 min · 90 min")
    assert "CT-T clause 2.10" in finding.sentence
    assert set(told(finding)) == {desk.legal, desk.governance}

    Process.objects.filter(pk=desk.process.pk).update(review_minutes=60)
    desk.process.refresh_from_db()
    later = at + timedelta(days=1)
    assert contract_checks.compare(process=desk.process, at=later) == 0
    assert contract_checks.compare(process=desk.process, at=later) == 0
    finding.refresh_from_db()
    assert finding.ended_at == later
    assert [event.action for event in recorded().order_by("pk")] == [
        "finding.opened",
        "finding.ended",
    ]


def test_another_drift_of_the_same_kind_is_another_finding(world, desk, at):
    factory.with_terms(desk, at)
    attested(world, desk, at)
    for minutes in (90, 120):
        Process.objects.filter(pk=desk.process.pk).update(review_minutes=minutes)
        desk.process.refresh_from_db()
        contract_checks.compare(process=desk.process, at=at)

    assert Finding.objects.get(ended_at__isnull=True).subject.endswith("120 min")
    assert Finding.objects.count() == 2


def test_an_endpoint_that_opts_in_against_the_clause_is_found_by_the_night(world, desk, at):
    """A7: clause “no training”, endpoint `opt_in` → `datause.mismatch`."""
    factory.with_terms(desk, at)
    attested(world, desk, at)
    Endpoint.objects.filter(name="north-eu").update(training_use="opt_in")

    contract_checks.sweep(
        at=at, link=lambda process: process.code, contracts_link=lambda process: process.code
    )

    assert open_kinds(desk) == ["datause.mismatch: datause.mismatch"]
    assert Event.objects.get(action="datause.mismatch").facts["endpoint"] == "north-eu"


def test_every_kind_of_term_is_compared_with_what_is_set(world, desk, at):
    version = factory.with_terms(desk, at)
    attested(world, desk, at)
    draft = contract_drafts.draft(contract_id=version.contract_id, by=desk.legal, at=at)
    for kind, value in {
        "sample_fraction": "0.1",
        "halt_parties": "client",
        "training_use": "no",
        "regions": "JP",
    }.items():
        contract_terms.agree(
            version_id=draft.pk, process=desk.process, kind=kind, value=value, by=desk.legal, at=at
        )
    factory.signed(desk, at, contracts.propose(version_id=draft.pk, by=desk.legal, at=at))
    sampling_plans.set_plan(process=desk.process, fraction=Decimal("0.05"), by=desk.governance, at=at)

    contract_checks.compare(process=desk.process, at=at)

    # The provider's operations were given the authority to decide when they signed; the process names no region, and its
    # endpoint answers from another.
    assert open_kinds(desk) == [
        "contract: halt_parties",
        "contract: regions",
        "contract: regions",
        "contract: sample_fraction",
    ]


def test_the_sweep_puts_in_force_what_was_signed_for_today(world, desk, at):
    tomorrow = at + timedelta(days=1)
    version = factory.in_force(desk, at, valid_from=tomorrow.date())

    contract_checks.sweep(
        at=at, link=lambda process: process.code, contracts_link=lambda process: process.code
    )
    assert ContractVersion.objects.get(pk=version.pk).state == ContractState.PROPOSED
    contract_checks.sweep(
        at=tomorrow, link=lambda process: process.code, contracts_link=lambda process: process.code
    )
    assert ContractVersion.objects.get(pk=version.pk).state == ContractState.IN_FORCE


def test_the_task_compares_every_process(world):
    assert tasks.check_contracts() == 0


def test_a_contract_that_runs_out_is_told_of_once_until_both_have_signed_what_follows(desk, at):
    ends = at.date() + timedelta(days=60)
    signed = factory.in_force(desk, at, valid_until=ends)

    assert [contract_checks.compare(process=desk.process, at=at) for _ in range(2)] == [1, 0]
    finding = Finding.objects.get(kind="contract_end")
    assert finding.sentence == f"CT-1 ends on {ends:%-d %b %Y}, and no later version of it is signed."
    assert sorted(told(finding), key=str) == sorted(
        [desk.legal, desk.governance, desk.owner, desk.ops], key=str
    )

    following = factory.proposed(
        desk, at, contract=signed.contract, clauses={}, valid_from=ends + timedelta(days=1)
    )
    assert contract_checks.compare(process=desk.process, at=at) == 0
    assert Finding.objects.filter(kind="contract_end", ended_at=None).exists()
    factory.signed(desk, at, following)
    contract_checks.compare(process=desk.process, at=at)

    assert not Finding.objects.filter(kind="contract_end", ended_at=None).exists()


def test_a_contract_that_ran_out_stays_a_finding(desk, at):
    factory.in_force(desk, at, valid_until=at.date() + timedelta(days=60))
    contract_checks.compare(process=desk.process, at=at)
    later = at + timedelta(days=61)

    assert contract_checks.compare(process=desk.process, at=later) == 0
    finding = Finding.objects.get(kind="contract_end")
    assert finding.ended_at is None
    assert "ran out" in finding.sentence


def test_a_contract_on_two_processes_is_a_finding_on_each_and_news_once(world, desk, at):
    provider = desk.process.provider
    other = processes.define(
        code="NORTH-X", name="Other", client=desk.client, provider=provider, by=None, at=at
    )
    version = factory.in_force(desk, at, valid_until=at.date() + timedelta(days=60))
    version.contract.processes.add(other)

    for process in (desk.process, other):
        assert contract_checks.compare(process=process, at=at) == 1

    findings = Finding.objects.filter(kind="contract_end")
    assert {one.process for one in findings} == {desk.process, other}
    assert told(findings[0]).count(desk.legal) == 1
