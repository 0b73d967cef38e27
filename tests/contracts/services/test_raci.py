"""The RACI: drafted by one person, signed by the client and by the provider, and then in force (K1–K4)."""

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.raci import Effect, Letter, RaciState, Task
from contracts.enums import Party
from contracts.models import AuthorityGrant, Membership, Notification, RaciMatrix, RaciRow, RaciSignature
from contracts.selectors import raci as selector
from contracts.services import raci, raci_drafts
from contracts.services.raci_drafts import Holder
from tests.factories import contracts
from tests.factories import raci as factory

R, A, C = Letter.R, Letter.A, Letter.C


@pytest.fixture
def desk(world):
    """A desk that has not signed anything yet."""
    factory.forget()
    return world.north


@pytest.fixture
def draft(desk, at):
    return raci_drafts.draft(process=desk.process, by=desk.governance, at=at)


@pytest.fixture
def proposed(desk, at, draft):
    factory.authorise(desk, at)
    return raci.propose(matrix_id=draft.pk, by=desk.governance, at=at)


@pytest.fixture
def clause(desk, at):
    return contracts.drafted(desk, at).contract.clauses.get(number="2.3")


def state(matrix):
    return RaciMatrix.objects.get(pk=matrix.pk).state


@pytest.fixture
def recorded(db, desk):
    """The events of an action that a test brought about: what the world is made of is older."""
    old = set(Event.objects.values_list("pk", flat=True))
    return lambda action: list(Event.objects.filter(action=action).exclude(pk__in=old).order_by("pk"))


def sign(matrix, by, at, digest=None):
    return raci.sign(matrix_id=matrix.pk, digest=digest or matrix.digest, by=by, at=at)


class TestDraft:
    def test_k2_a_first_draft_is_prefilled(self, desk, at, recorded, draft):
        rows = {row.task: row for row in selector.whole(draft)}

        assert list(rows) == list(Task)
        assert (draft.version, draft.effect, draft.based_on) == (1, Effect.AI_DETERMINES, None)
        assert rows[Task.REVIEW].accountable_person == desk.owner
        assert rows[Task.MODEL_BEHAVIOUR].accountable_person == desk.ops
        assert [(one.letter, one.party, one.role) for one in rows[Task.QA_SAMPLING].parts.all()] == [
            ("R", "provider", "QA auditor")
        ]
        assert len(recorded("raci.drafted")) == 1

    def test_one_person_has_one_draft(self, desk, at, draft):
        with pytest.raises(Conflict, match="v1"):
            raci_drafts.draft(process=desk.process, by=desk.governance, at=at)

    @pytest.mark.parametrize("who", ["owner", "ops", "lead", "viewer", "vendor"])
    def test_only_who_writes_contracts_drafts(self, desk, at, who):
        with pytest.raises(NotAllowed):
            raci_drafts.draft(process=desk.process, by=desk.cast[who], at=at)

        assert not RaciMatrix.objects.exists()

    def test_a_stranger_learns_nothing(self, world, at):
        with pytest.raises(NotVisible):
            raci_drafts.draft(process=world.north.process, by=world.south.governance, at=at)

    def test_nobody_is_accountable_where_there_is_no_owner(self, desk, at):
        Membership.objects.filter(user=desk.owner).update(revoked_at=at)

        with pytest.raises(Conflict, match="Client owner|client owner"):
            raci_drafts.draft(process=desk.process, by=desk.governance, at=at)

        assert not RaciMatrix.objects.exists()

    def test_the_next_draft_begins_with_what_is_in_force(self, desk, at):
        before = factory.in_force(desk, at)

        after = raci_drafts.draft(process=desk.process, by=desk.legal, at=at)

        assert (after.version, after.based_on) == (2, before)
        listed = [[(row.task, selector.parts(row)) for row in selector.whole(one)] for one in (before, after)]
        assert listed[0] == listed[1]


def provider_accountable(desk):
    return [Holder(R, Party.PROVIDER, role="Team lead"), Holder(A, Party.PROVIDER, desk.ops)]


class TestRow:
    def put(self, draft, desk, at, held, **more):
        return raci_drafts.put_row(
            matrix_id=draft.pk,
            task=Task.REVIEW,
            held=held,
            by=more.pop("by", desk.governance),
            at=at,
            **more,
        )

    @pytest.mark.parametrize(
        "_case, held, field",
        [
            ("two are accountable", [("R", "ops"), ("A", "owner"), ("A", "ops")], "accountable"),
            ("nobody is", [("R", "ops")], "accountable"),
            ("the AI vendor is", [("R", "ops"), ("A", "vendor")], "accountable"),
            ("the provider is, and the AI determines", [("R", "ops"), ("A", "ops")], "accountable"),
            ("nobody does it", [("A", "owner")], "responsible"),
            ("an AI agent does it", [("R", "agent"), ("A", "owner")], "ai_vendor.R"),
        ],
    )
    def test_k1_and_k3_refusals_name_the_field(self, desk, at, draft, _case, held, field, recorded):
        party = {
            "owner": Party.CLIENT,
            "ops": Party.PROVIDER,
            "vendor": Party.AI_VENDOR,
            "agent": Party.AI_VENDOR,
        }
        before = RaciRow.objects.get(matrix=draft, task=Task.REVIEW)

        with pytest.raises(Invalid) as refusal:
            self.put(draft, desk, at, [Holder(Letter(one), party[who], desk.cast[who]) for one, who in held])

        assert refusal.value.field == field
        assert field.split(".")[0].capitalize() in refusal.value.sentence or field in refusal.value.sentence
        assert RaciRow.objects.get(matrix=draft, task=Task.REVIEW) == before
        assert recorded("raci.edited") == []

    def test_k3_a_draft_with_the_last_word_of_people_needs_clause_and_document(self, desk, at, draft, clause):
        raci_drafts.describe(
            matrix_id=draft.pk, note="", effect=Effect.AI_DRAFTS_HUMAN_FINAL, by=desk.governance, at=at
        )
        held = provider_accountable(desk)

        with pytest.raises(Invalid) as refusal:
            self.put(draft, desk, at, held, document=desk.sop)
        assert refusal.value.field == "clause"
        with pytest.raises(Invalid) as refusal:
            self.put(draft, desk, at, held, clause=clause)
        assert refusal.value.field == "document"
        row = self.put(draft, desk, at, held, clause=clause, document=desk.sop)

        assert (row.accountable_party, row.clause, row.document) == ("provider", clause, desk.sop)

    def test_whoever_is_named_works_for_that_party(self, desk, world, at, draft):
        held = [Holder(R, Party.PROVIDER, desk.owner), Holder(A, Party.CLIENT, desk.owner)]
        with pytest.raises(Invalid) as refusal:
            self.put(draft, desk, at, held)
        assert refusal.value.field == "provider.R"

        held = [Holder(R, Party.PROVIDER, desk.ops), Holder(A, Party.CLIENT, world.south.owner)]
        with pytest.raises(Invalid) as refusal:
            self.put(draft, desk, at, held)
        assert refusal.value.field == "client.A"

    def test_a_document_of_another_process_is_refused(self, world, at, draft):
        with pytest.raises(Invalid, match="another process"):
            self.put(draft, world.north, at, provider_accountable(world.north), document=world.south.sop)

    def test_a_clause_of_a_contract_on_something_else_is_refused(self, world, at, draft):
        foreign = contracts.drafted(world.south, at).contract.clauses.get(number="2.3")
        with pytest.raises(Invalid, match="does not cover this process"):
            self.put(draft, world.north, at, provider_accountable(world.north), clause=foreign)

    def test_two_people_in_one_draft_are_told_apart(self, desk, at, draft):
        held = [Holder(R, Party.PROVIDER, desk.lead), Holder(A, Party.CLIENT, desk.admin)]
        self.put(draft, desk, at, held, edits=0, by=desk.legal)

        with pytest.raises(Conflict, match="Somebody else"):
            self.put(draft, desk, at, held, edits=0)

        assert list(draft.editors.all()) == [desk.legal]

    def test_what_is_proposed_is_not_edited(self, desk, at, proposed):
        with pytest.raises(Conflict, match="Only a draft"):
            self.put(proposed, desk, at, provider_accountable(desk))

    def test_k1_the_database_knows_that_no_vendor_answers_for_an_outcome(self, draft):
        with pytest.raises(IntegrityError), transaction.atomic():
            RaciRow.objects.filter(matrix=draft, task=Task.REVIEW).update(accountable_party=Party.AI_VENDOR)


def test_k3_propose_looks_at_every_row_again(desk, at, draft, clause):
    raci_drafts.describe(
        matrix_id=draft.pk, note="", effect=Effect.AI_DRAFTS_HUMAN_FINAL, by=desk.governance, at=at
    )
    raci_drafts.put_row(
        matrix_id=draft.pk,
        task=Task.REVIEW,
        held=provider_accountable(desk),
        clause=clause,
        document=desk.sop,
        by=desk.governance,
        at=at,
    )
    raci_drafts.describe(matrix_id=draft.pk, note="", effect=Effect.AI_DETERMINES, by=desk.governance, at=at)

    with pytest.raises(Invalid) as refusal:
        raci.propose(matrix_id=draft.pk, by=desk.governance, at=at)

    assert refusal.value.field == "rows.review.accountable"
    assert state(draft) == RaciState.DRAFT


@pytest.mark.parametrize("signed", [True, False])
def test_k3_the_clause_stands_in_a_contract_in_force(desk, at, draft, signed):
    version = contracts.in_force(desk, at) if signed else contracts.drafted(desk, at)
    raci_drafts.describe(
        matrix_id=draft.pk, note="", effect=Effect.AI_DRAFTS_HUMAN_FINAL, by=desk.governance, at=at
    )
    raci_drafts.put_row(
        matrix_id=draft.pk,
        task=Task.REVIEW,
        held=provider_accountable(desk),
        clause=contracts.clause(version, "2.3"),
        document=desk.sop,
        by=desk.governance,
        at=at,
    )

    if signed:
        raci.propose(matrix_id=draft.pk, by=desk.governance, at=at)
    else:
        with pytest.raises(Invalid, match="contract in force") as refusal:
            raci.propose(matrix_id=draft.pk, by=desk.governance, at=at)
        assert refusal.value.field == "rows.review.clause"

    assert state(draft) == (RaciState.PROPOSED if signed else RaciState.DRAFT)


def test_propose_tells_those_who_sign(desk, at, proposed):
    told = Notification.objects.filter(subject__contains="waits for your signature")

    assert state(proposed) == RaciState.PROPOSED
    assert {one.user for one in told} == {desk.owner, desk.ops}
    assert len(proposed.digest) == 64


class TestSign:
    def test_k1_it_is_in_force_once_both_have_signed(self, desk, at, proposed, recorded):
        sign(proposed, desk.ops, at)
        assert state(proposed) == RaciState.PROPOSED
        assert selector.letters(desk.process) == {}
        assert selector.accountable(desk.process, Task.REVIEW) is None

        sign(proposed, desk.owner, at)

        assert state(proposed) == RaciState.IN_FORCE
        assert [one.facts["party"] for one in recorded("raci.signed")] == ["provider", "client"]
        assert {one.facts["digest"] for one in recorded("raci.signed")} == {proposed.digest}
        assert recorded("raci.in_force")[0].facts["replaces"] is None
        assert selector.accountable(desk.process, Task.REVIEW) == Party.CLIENT
        assert selector.letters(desk.process)[Task.HALT] == {
            Party.CLIENT: {R, A},
            Party.PROVIDER: {R},
        }
        assert len(selector.letters(desk.process)) == len(Task)

    def test_the_one_before_is_superseded(self, desk, at, recorded):
        first = factory.in_force(desk, at)

        second = factory.in_force(desk, at)

        assert (state(first), state(second)) == (RaciState.SUPERSEDED, RaciState.IN_FORCE)
        assert recorded("raci.in_force")[1].facts["replaces"] == 1

    def test_a_party_signs_once(self, desk, at, proposed):
        sign(proposed, desk.owner, at)

        with pytest.raises(Conflict, match="signed this RACI already"), transaction.atomic():
            sign(proposed, desk.owner, at)

        assert RaciSignature.objects.count() == 1
        assert RaciMatrix.objects.get().signed == 1

    @pytest.mark.parametrize("who", ["admin", "lead", "legal", "governance", "vendor", "viewer"])
    def test_others_do_not_sign(self, desk, at, proposed, who):
        with pytest.raises(NotAllowed):
            sign(proposed, desk.cast[who], at)

        assert not RaciSignature.objects.exists()

    def test_k4_without_authority_nobody_signs(self, desk, at, proposed):
        AuthorityGrant.objects.filter(user=desk.ops).update(revoked_at=at)

        with pytest.raises(NotAllowed, match="no decision authority"):
            sign(proposed, desk.ops, at)

    def test_who_wrote_in_it_does_not_sign(self, desk, at, proposed):
        proposed.editors.add(desk.owner)

        with pytest.raises(NotAllowed, match="You wrote"):
            sign(proposed, desk.owner, at)

    def test_only_what_was_read_is_signed(self, desk, at, proposed):
        with pytest.raises(Conflict, match="not the RACI that is proposed"):
            sign(proposed, desk.owner, at, digest="0" * 64)

        assert RaciMatrix.objects.get().signed == 0

    def test_one_that_was_overtaken_is_drafted_anew(self, desk, at, proposed):
        other = raci_drafts.draft(process=desk.process, by=desk.legal, at=at)
        other = raci.propose(matrix_id=other.pk, by=desk.legal, at=at)
        factory.sign(desk, other, at)

        with pytest.raises(Conflict, match="come into force since"), transaction.atomic():
            sign(proposed, desk.owner, at)

        assert selector.in_force(desk.process) == other


class TestSendBack:
    def test_it_goes_back_with_a_reason(self, desk, at, proposed):
        raci.send_back(matrix_id=proposed.pk, reason="QA is not ours", by=desk.owner, at=at)

        assert state(proposed) == RaciState.SENT_BACK
        assert Notification.objects.filter(user=desk.governance, body="QA is not ours").exists()
        with pytest.raises(Conflict):
            sign(proposed, desk.ops, at)

    def test_it_needs_a_reason(self, desk, at, proposed):
        with pytest.raises(Invalid, match="say why"):
            raci.send_back(matrix_id=proposed.pk, reason=" ", by=desk.owner, at=at)

    def test_a_draft_is_not_sent_back(self, desk, at, draft):
        with pytest.raises(Conflict, match="moved on"):
            raci.send_back(matrix_id=draft.pk, reason="No", by=desk.owner, at=at)
