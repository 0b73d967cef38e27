"""Contracts: written by some, signed by others of both parties, clause by clause, and nothing lost (L1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.contracting import ContractState
from contracts.models import AuthorityGrant, Clause, ContractVersion, Notification, Signature
from contracts.selectors import contracts as reading
from contracts.services import contract_drafts, contracts
from tests.factories import contracts as factory


@pytest.fixture
def draft(desk, at):
    return factory.drafted(desk, at)


@pytest.fixture
def proposed(desk, at):
    factory.signers(desk, at)
    return factory.proposed(desk, at)


def state(version):
    return ContractVersion.objects.get(pk=version.pk).state


def recorded(action):
    return list(Event.objects.filter(action=action).order_by("pk"))


def said(version):
    return {wording.clause.number: wording.text for wording in reading.wordings(version)}


class TestOpen:
    def test_a_contract_names_its_parties_and_processes(self, desk, at, world):
        contract = factory.opened(desk, at, vendors=[world.vendor], risks=["silent_change", "lock_in"])

        assert list(contract.processes.all()) == [desk.process]
        assert contract.risks == ["lock_in", "silent_change"]
        assert recorded("contract.opened")[0].facts["vendors"] == ["vendor"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"code": " "}, "code"),
            ({"code": "x" * 31}, "code"),
            ({"title": ""}, "title"),
            ({"covers": []}, "processes"),
            ({"risks": ["weather"]}, "risks"),
        ],
    )
    def test_what_is_wrong_is_named(self, desk, at, changes, field):
        with pytest.raises(Invalid) as refusal:
            factory.opened(desk, at, **changes)

        assert refusal.value.field == field
        assert recorded("contract.opened") == []

    def test_it_covers_processes_of_its_two_parties_only(self, world, desk, at):
        with pytest.raises(NotVisible):
            factory.opened(desk, at, covers=[desk.process, world.south.process])

    def test_a_vendor_of_the_contract_serves_its_processes(self, world, desk, at):
        with pytest.raises(Invalid, match="no AI vendor"):
            factory.opened(desk, at, vendors=[world.provider])

    def test_a_code_is_taken_once_by_a_client(self, world, desk, at):
        factory.opened(desk, at)

        with pytest.raises(Conflict, match="CT-1") as refusal:
            factory.opened(desk, at)

        assert refusal.value.field == "code"
        assert factory.opened(world.south, at).code == "CT-1"

    @pytest.mark.parametrize("role", ["admin", "owner", "ops", "reviewer", "vendor", "viewer", "infosec"])
    def test_only_those_who_draft_open_one(self, desk, at, role):
        with pytest.raises(NotAllowed, match="drafted by"):
            factory.opened(desk, at, by=desk.cast[role])

        assert factory.opened(desk, at, by=desk.governance).code == "CT-1"


class TestDraft:
    def test_clauses_stand_in_the_order_of_the_paper(self, draft):
        assert reading.numbers(draft) == ["1", "2.3", "2.10"]

    def test_one_version_is_in_preparation_at_a_time(self, desk, at, draft):
        with pytest.raises(Conflict, match="in preparation"):
            contract_drafts.draft(contract_id=draft.contract_id, by=desk.governance, at=at)

    def test_a_draft_is_written_by_the_version_of_it_that_was_read(self, desk, at, draft):
        contract_drafts.add_clause(
            version_id=draft.pk,
            number="4",
            title="Four",
            text="4",
            by=desk.governance,
            at=at,
            edits=draft.edits,
        )

        with pytest.raises(Conflict, match="Somebody else"):
            contract_drafts.add_clause(
                version_id=draft.pk,
                number="5",
                title="Five",
                text="5",
                by=desk.legal,
                at=at,
                edits=draft.edits,
            )
        assert reading.numbers(draft) == ["1", "2.3", "2.10", "4"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"number": "two"}, "number"),
            ({"number": "0.1"}, "number"),
            ({"number": "2..3"}, "number"),
            ({"number": "2.3.4.5.6"}, "number"),
            ({"title": " "}, "title"),
            ({"text": " \n "}, "text"),
            ({"text": "x" * 20_001}, "text"),
            ({"owner": "king"}, "owner"),
        ],
    )
    def test_a_bad_clause_is_named(self, desk, at, draft, changes, field):
        given = {"number": "9", "title": "Nine", "text": "It is nine."} | changes

        with pytest.raises(Invalid) as refusal:
            contract_drafts.add_clause(version_id=draft.pk, by=desk.legal, at=at, **given)

        assert refusal.value.field == field
        assert Clause.objects.count() == 3

    def test_a_number_stands_once_in_a_draft(self, desk, at, draft):
        with pytest.raises(Conflict, match=r"2\.3") as refusal:
            contract_drafts.add_clause(
                version_id=draft.pk, number="2.3", title="Another", text="Another", by=desk.legal, at=at
            )

        assert refusal.value.field == "number"
        assert said(draft)["2.3"].startswith("Drafts of the AI")

    def test_what_is_removed_before_it_was_ever_proposed_is_gone(self, desk, at, draft):
        contract_drafts.remove_clause(
            version_id=draft.pk, clause_id=factory.clause(draft, "1").pk, by=desk.legal, at=at
        )

        assert reading.numbers(draft) == ["2.3", "2.10"]
        assert not Clause.objects.filter(number="1").exists()

    def test_appendices_are_fingerprinted_with_the_version(self, desk, at, draft):
        before = reading.digest(draft)

        first = contract_drafts.attach(
            version_id=draft.pk, kind="data_flow", title="Flow", data={"a": 1}, by=desk.legal, at=at
        )
        between = reading.digest(draft)
        second = contract_drafts.attach(
            version_id=draft.pk, kind="data_flow", title="Flow", data={"a": 2}, by=desk.legal, at=at
        )

        assert first.digest != second.digest
        assert len({before, between, reading.digest(draft)}) == 3
        contract_drafts.detach(version_id=draft.pk, appendix_id=second.pk, by=desk.legal, at=at)
        assert reading.digest(draft) == before

    @pytest.mark.parametrize(
        ("changes", "field"), [({"kind": "song"}, "kind"), ({"title": ""}, "title"), ({"text": ""}, "text")]
    )
    def test_a_bad_appendix_is_named(self, desk, at, draft, changes, field):
        given = {"kind": "other", "title": "Words", "text": "Words"} | changes

        with pytest.raises(Invalid) as refusal:
            contract_drafts.attach(version_id=draft.pk, by=desk.legal, at=at, **given)

        assert refusal.value.field == field

    def test_it_ends_after_it_begins(self, desk, at, draft):
        today = at.date()

        with pytest.raises(Invalid) as refusal:
            contract_drafts.describe(
                version_id=draft.pk,
                note="",
                valid_from=today,
                valid_until=today - timedelta(days=1),
                by=desk.legal,
                at=at,
            )

        assert refusal.value.field == "valid_until"

    def test_strangers_know_of_no_draft(self, world, desk, at, draft):
        for user in (world.stranger, world.south.legal):
            with pytest.raises(NotVisible):
                contract_drafts.add_clause(
                    version_id=draft.pk, number="9", title="Nine", text="9", by=user, at=at
                )

    def test_readers_do_not_read_drafts(self, desk, at, draft):
        assert reading.versions(desk.viewer, draft.contract) == []
        with pytest.raises(NotAllowed):
            reading.version(user=desk.viewer, contract=draft.contract, number=1)
        assert reading.version(user=desk.owner, contract=draft.contract, number=1) == draft


class TestSign:
    def test_both_parties_bring_it_into_force(self, desk, at, proposed):
        once = contracts.sign(version_id=proposed.pk, digest=proposed.digest, by=desk.owner, at=at)
        assert once.state == ContractState.PROPOSED

        twice = contracts.sign(version_id=proposed.pk, digest=proposed.digest, by=desk.ops, at=at)

        assert (twice.state, twice.in_force_by) == (ContractState.IN_FORCE, desk.ops)
        assert [one.facts["party"] for one in recorded("contract.signed")] == ["north", "provider"]
        assert recorded("contract.in_force")[0].facts["digest"] == proposed.digest

    def test_what_is_proposed_waits_in_the_inbox_of_who_may_sign(self, desk, at, proposed):
        told = set(
            Notification.objects.filter(
                subject__contains="waits for your signature", created_at__gte=at
            ).values_list("user__username", flat=True)
        )
        assert told == {"north_owner", "north_ops"}

    def test_a_party_signs_once(self, desk, at, proposed):
        contracts.sign(version_id=proposed.pk, digest=proposed.digest, by=desk.owner, at=at)

        with pytest.raises(Conflict, match="has signed"):
            contracts.sign(version_id=proposed.pk, digest=proposed.digest, by=desk.owner, at=at)

        assert Signature.objects.count() == 1

    def test_what_was_not_read_is_not_signed(self, desk, at, proposed):
        with pytest.raises(Conflict, match="not what is proposed") as refusal:
            contracts.sign(version_id=proposed.pk, digest="0" * 64, by=desk.owner, at=at)

        assert refusal.value.field == "digest"
        assert not Signature.objects.exists()

    def test_words_changed_behind_its_back_are_not_signed(self, desk, at, proposed):
        proposed.wordings.update(text="Something else")

        with pytest.raises(Conflict, match="not what is proposed"):
            contracts.sign(version_id=proposed.pk, digest=proposed.digest, by=desk.owner, at=at)

        assert not Signature.objects.exists()

    def test_without_authority_to_decide_nobody_signs(self, desk, at, proposed):
        AuthorityGrant.objects.filter(user=desk.owner).update(revoked_at=at, revoked_by=desk.admin)

        with pytest.raises(NotAllowed, match="no decision authority on NORTH-AP"):
            contracts.sign(version_id=proposed.pk, digest=proposed.digest, by=desk.owner, at=at)

        assert not Signature.objects.exists()

    @pytest.mark.parametrize("role", ["legal", "governance", "admin", "viewer", "vendor", "reviewer", "lead"])
    def test_others_do_not_sign(self, desk, at, proposed, role):
        with pytest.raises(NotAllowed):
            contracts.sign(version_id=proposed.pk, digest=proposed.digest, by=desk.cast[role], at=at)

        assert not Signature.objects.exists()

    def test_who_wrote_in_it_does_not_sign_it(self, desk, at, proposed):
        proposed.editors.add(desk.owner)

        with pytest.raises(NotAllowed, match="You wrote"):
            contracts.sign(version_id=proposed.pk, digest=proposed.digest, by=desk.owner, at=at)

    def test_a_draft_is_not_signed(self, desk, at, draft):
        factory.signers(desk, at)

        with pytest.raises(Conflict, match="does not wait"):
            contracts.sign(version_id=draft.pk, digest=draft.digest, by=desk.owner, at=at)

    def test_what_is_proposed_is_not_edited(self, desk, at, proposed):
        with pytest.raises(Conflict, match="Only a draft"):
            contract_drafts.add_clause(
                version_id=proposed.pk, number="9", title="Nine", text="9", by=desk.legal, at=at
            )

    def test_an_empty_contract_is_not_proposed(self, desk, at):
        with pytest.raises(Conflict, match="without a clause"):
            factory.proposed(desk, at, clauses={})

    def test_it_is_in_force_from_its_day(self, desk, at):
        tomorrow = at.date() + timedelta(days=1)
        version = factory.in_force(desk, at, valid_from=tomorrow)
        assert version.state == ContractState.PROPOSED

        assert not contracts.begin(version_id=version.pk, at=at)
        assert contracts.begin(version_id=version.pk, at=at + timedelta(days=1))
        assert not contracts.begin(version_id=version.pk, at=at + timedelta(days=1))

        assert state(version) == ContractState.IN_FORCE
        assert [one.number for one in reading.in_force(desk.process, tomorrow)] == [1]
        assert reading.in_force(desk.process, at.date()) == []

    def test_what_both_have_signed_is_not_sent_back_before_its_day(self, desk, at):
        tomorrow = at.date() + timedelta(days=1)
        version = factory.in_force(desk, at, valid_from=tomorrow)

        with pytest.raises(Conflict) as refused:
            contracts.reject(version_id=version.pk, by=desk.owner, reason="On second thoughts", at=at)

        assert refused.value.code == "signed_by_all"
        assert state(version) == ContractState.PROPOSED
        assert contracts.begin(version_id=version.pk, at=at + timedelta(days=1))

    def test_what_has_run_out_is_not_signed(self, desk, at):
        first = factory.in_force(desk, at)
        draft = contract_drafts.draft(
            contract_id=first.contract_id, by=desk.legal, at=at, valid_until=at.date()
        )
        second = contracts.propose(version_id=draft.pk, by=desk.legal, at=at)

        with pytest.raises(Conflict) as refused:
            factory.signed(desk, at + timedelta(days=1), second)

        assert refused.value.code == "run_out"
        assert not Signature.objects.filter(version=second).exists()
        assert state(first) == ContractState.IN_FORCE

    def test_it_can_be_sent_back_and_drafted_from_again(self, desk, at, proposed):
        back = contracts.reject(
            version_id=proposed.pk, by=desk.owner, reason="Clause 1 says too little", at=at
        )
        again = contract_drafts.draft(contract_id=back.contract_id, by=desk.legal, at=at)

        assert back.state == ContractState.REJECTED
        assert (again.number, said(again)) == (2, said(proposed))


class TestVersions:
    def test_the_next_version_begins_with_all_wordings_and_supersedes(self, desk, at):
        first = factory.in_force(desk, at)
        draft = contract_drafts.draft(contract_id=first.contract_id, by=desk.legal, at=at)
        assert said(draft) == said(first)
        contract_drafts.reword(
            version_id=draft.pk,
            clause_id=factory.clause(first, "1").pk,
            text="Otherwise",
            by=desk.legal,
            at=at,
        )
        second = factory.signed(desk, at, contracts.propose(version_id=draft.pk, by=desk.legal, at=at))

        assert (state(first), state(second)) == (ContractState.SUPERSEDED, ContractState.IN_FORCE)
        assert said(first)["1"] != said(second)["1"] == "Otherwise"
        assert Clause.objects.count() == 3

    def test_one_version_is_in_force(self, desk, at):
        first = factory.in_force(desk, at)

        with pytest.raises(IntegrityError), transaction.atomic():
            ContractVersion.objects.create(
                contract=first.contract,
                number=9,
                state=ContractState.IN_FORCE,
                valid_from=at.date(),
                digest="x",
                in_force_at=at,
                author=desk.legal,
                drafted_at=at,
            )

    def test_a_contract_is_ended_by_one_of_its_parties(self, desk, at):
        version = factory.in_force(desk, at)
        with pytest.raises(NotAllowed):
            contracts.terminate(contract_id=version.contract_id, by=desk.legal, reason="Over", at=at)

        contracts.terminate(contract_id=version.contract_id, by=desk.owner, reason="Over", at=at)

        assert state(version) == ContractState.TERMINATED
        assert reading.in_force(desk.process, at.date()) == []
        with pytest.raises(Conflict, match="No version"):
            contracts.terminate(contract_id=version.contract_id, by=desk.owner, reason="Over", at=at)

    def test_who_reads_contracts(self, world, desk, at):
        version = factory.in_force(desk, at)

        for role in ("viewer", "dpo", "infosec", "ops", "admin", "governance"):
            assert reading.get(user=desk.cast[role], contract_id=version.contract_id) == version.contract
        for role in ("reviewer", "lead", "vendor"):
            with pytest.raises(NotAllowed):
                reading.get(user=desk.cast[role], contract_id=version.contract_id)
        for user in (world.stranger, world.south.owner):
            assert reading.listed(user=user) == []
            with pytest.raises(NotVisible):
                reading.get(user=user, contract_id=version.contract_id)
