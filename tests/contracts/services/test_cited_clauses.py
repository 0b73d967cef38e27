"""Clauses that something rests on: none is lost, and one that no contract in force says gives nothing its force (L10)."""

import pytest

from audit.errors import Conflict
from contracts.domain.contracting import ContractState
from contracts.models import Clause, ContractVersion
from contracts.selectors import contracts as reading
from contracts.selectors import informal
from contracts.services import contract_drafts, contracts, notice_terms
from tests.factories import contracts as factory


def state(version):
    return ContractVersion.objects.get(pk=version.pk).state


def said(version):
    return {wording.clause.number: wording.text for wording in reading.wordings(version)}


def test_what_was_signed_keeps_a_clause_that_the_next_version_drops(desk, at):
    first = factory.in_force(desk, at)
    draft = contract_drafts.draft(contract_id=first.contract_id, by=desk.legal, at=at)

    contract_drafts.remove_clause(
        version_id=draft.pk, clause_id=factory.clause(first, "1").pk, by=desk.legal, at=at
    )

    assert "1" not in said(draft)
    assert "1" in said(first)
    with pytest.raises(Conflict, match="was “Purpose” in an earlier version"):
        contract_drafts.add_clause(
            version_id=draft.pk, number="1", title="Other", text="Other", by=desk.legal, at=at
        )
    contract_drafts.add_clause(
        version_id=draft.pk, number="1", title="Purpose", text="Again", by=desk.legal, at=at
    )
    assert Clause.objects.filter(number="1").count() == 1


def test_what_was_cited_after_it_was_taken_out_is_not_lost(desk, at):
    first = factory.in_force(desk, at)
    one = factory.clause(first, "1")
    draft = contract_drafts.draft(contract_id=first.contract_id, by=desk.legal, at=at)
    contract_drafts.remove_clause(version_id=draft.pk, clause_id=one.pk, by=desk.legal, at=at)
    notice_terms.agree(process=desk.process, clause=one, by=desk.owner, at=at)

    with pytest.raises(Conflict, match="Clause 1 is cited by") as refused:
        contracts.propose(version_id=draft.pk, by=desk.legal, at=at)

    assert refused.value.code == "clause_cited"
    assert state(draft) == ContractState.DRAFT
    notice_terms.agree(process=desk.process, by=desk.owner, at=at)
    assert contracts.propose(version_id=draft.pk, by=desk.legal, at=at).state == ContractState.PROPOSED


def test_what_rests_on_a_contract_that_ended_is_informal(desk, at):
    version = factory.in_force(desk, at)
    notice_terms.agree(process=desk.process, clause=factory.clause(version, "1"), by=desk.owner, at=at)

    def notice():
        items = (item for listed in informal.of(desk.process) for item in listed.items)
        return next(item for item in items if item.kind == "notice")

    assert notice().clause.number == "1"
    before = informal.count([desk.process])
    contracts.terminate(contract_id=version.contract_id, by=desk.owner, reason="Over", at=at)

    assert notice().clause is None
    assert informal.count([desk.process]) == before + 1
