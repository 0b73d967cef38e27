"""The escalation matrix: drafted by one person, approved by another, in force at once, restored by a click (C1, C3)."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.escalation_matrix import Need
from contracts.enums import MatrixState, Party, Role
from contracts.models import AuthorityGrant, EscalationMatrix, Notification, Process
from contracts.selectors import finals, matrices, paths
from contracts.services import matrices as life
from contracts.services import matrix_drafts, memberships
from contracts.services.matrix_drafts import Level


@pytest.fixture
def level(desk):
    return Level("L1", Role.TEAM_LEAD, desk.lead, desk.senior, desk.process.calendar, 15, 60)


@pytest.fixture
def draft(desk, at):
    return matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)


@pytest.fixture
def proposed(desk, at, draft, level):
    matrix_drafts.put_path(
        matrix_id=draft.pk, levels=[level], trigger_class="amount", severity=1, by=desk.admin, at=at
    )
    return life.propose(matrix_id=draft.pk, by=desk.admin, at=at)


def state(matrix):
    return EscalationMatrix.objects.get(pk=matrix.pk).state


def recorded(action):
    return list(Event.objects.filter(action=action).order_by("pk"))


class TestDraft:
    def test_a_draft_begins_with_the_matrix_in_force(self, desk, at, draft):
        active = matrices.whole_active(desk.process)
        copy = matrices.content(draft)

        assert (draft.version, draft.based_on) == (2, active)
        assert [path.key for path in copy.paths.all()] == [("*", None)]
        assert [one.person for one in copy.paths.all()[0].levels.all()] == [desk.lead, desk.ops, desk.admin]
        assert matrices.finals(copy) == matrices.finals(active) != set()
        assert paths.in_force(desk.process, "amount") == active.paths.all()[0]

    def test_one_person_has_one_draft(self, desk, at, draft):
        with pytest.raises(Conflict, match="v2"):
            matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)

        assert EscalationMatrix.objects.filter(process=desk.process).count() == 2

    @pytest.mark.parametrize("who", ["viewer", "ops", "lead"])
    def test_only_the_clients_administrators_draft(self, desk, at, who):
        with pytest.raises(NotAllowed):
            matrix_drafts.draft(process=desk.process, by=desk.cast[who], at=at)

    def test_a_stranger_learns_nothing(self, world, at):
        with pytest.raises(NotVisible):
            matrix_drafts.draft(process=world.north.process, by=world.south.admin, at=at)

    @pytest.mark.parametrize(
        "field, change",
        [
            ("name", {"name": " "}),
            ("ack_minutes", {"ack_minutes": 0}),
            ("resolve_minutes", {"resolve_minutes": 14}),
            ("resolve_minutes", {"resolve_minutes": 10**9}),
            ("channel", {"channel": "pigeon"}),
            ("authority", {"authority": "x" * 121}),
        ],
    )
    def test_put_path_names_the_field_at_fault(self, desk, at, draft, level, field, change):
        with pytest.raises(Invalid) as refused:
            matrix_drafts.put_path(
                matrix_id=draft.pk, levels=[level, replace(level, **change)], by=desk.admin, at=at
            )

        assert refused.value.field == f"levels.1.{field}"
        assert len(matrices.content(draft).paths.all()[0].levels.all()) == 3

    def test_the_deputy_is_somebody_else(self, desk, at, draft, level):
        with pytest.raises(Invalid) as refused:
            matrix_drafts.put_path(
                matrix_id=draft.pk, levels=[replace(level, deputy=desk.lead)], by=desk.admin, at=at
            )

        assert refused.value.field == "levels.0.deputy"

    @pytest.mark.parametrize("given", [{"levels": []}, {"severity": 5}, {"trigger_class": "x" * 31}], ids=str)
    def test_put_path_refuses_what_is_no_row(self, desk, at, draft, level, given):
        with pytest.raises(Invalid) as refused:
            matrix_drafts.put_path(
                **({"matrix_id": draft.pk, "levels": [level], "by": desk.admin, "at": at} | given)
            )

        assert refused.value.field in given

    def test_two_people_in_one_draft_are_told_apart(self, desk, at, draft, level):
        put = partial(matrix_drafts.put_path, matrix_id=draft.pk, at=at, edits=0)
        put(levels=[level], by=desk.admin)

        with pytest.raises(Conflict) as refused:
            put(levels=[replace(level, ack_minutes=1)], by=desk.owner)

        assert refused.value.code == "edited_meanwhile"
        assert matrices.content(draft).paths.all()[0].levels.get().ack_minutes == 15

    def test_a_row_can_be_removed_once(self, desk, at, draft):
        matrix_drafts.remove_path(matrix_id=draft.pk, trigger_class="*", by=desk.admin, at=at)

        assert not draft.paths.exists()
        assert paths.in_force(desk.process, "amount") is not None
        with pytest.raises(NotVisible):
            matrix_drafts.remove_path(matrix_id=draft.pk, trigger_class="*", by=desk.admin, at=at)

    def test_a_final_decision_is_made_by_somebody_of_the_party(self, desk, at, draft):
        """C3."""
        put = partial(
            matrix_drafts.put_final,
            matrix_id=draft.pk,
            category="refund",
            role=Role.CLIENT_OWNER,
            by=desk.admin,
            at=at,
        )

        with pytest.raises(Invalid) as refused:
            put(party=Party.PROVIDER, person=desk.owner)
        rule = put(party=Party.CLIENT, person=desk.owner, min_value=Decimal(500))

        assert (refused.value.code, refused.value.field) == ("wrong_party", "person")
        assert draft.final_rules.get(category="refund") == rule
        assert not finals.in_force(desk.process).filter(category="refund").exists()

    def test_a_final_decision_maker_can_be_changed_and_removed(self, desk, at, draft):
        put = partial(
            matrix_drafts.put_final,
            matrix_id=draft.pk,
            category="x",
            party=Party.CLIENT,
            role=Role.CLIENT_OWNER,
        )
        first = put(person=desk.owner, by=desk.admin, at=at)
        second = put(person=desk.admin, deputy=desk.owner, by=desk.admin, at=at)

        matrix_drafts.remove_final(matrix_id=draft.pk, rule_id=second.pk, by=desk.admin, at=at)

        assert first.pk == second.pk
        assert not draft.final_rules.filter(category="x").exists()


class TestLife:
    def test_approved_it_governs_the_next_lookup(self, desk, at, proposed):
        before = Process.objects.get(pk=desk.process.pk).stamp

        life.approve(matrix_id=proposed.pk, by=desk.owner, at=at, against=1)

        assert state(proposed) == MatrixState.ACTIVE
        assert EscalationMatrix.objects.get(process=desk.process, version=1).state == MatrixState.SUPERSEDED
        assert paths.in_force(desk.process, "amount", 1).key == ("amount", 1)
        assert paths.in_force(desk.process, "amount", 2).key == ("*", None)
        assert Process.objects.get(pk=desk.process.pk).stamp != before
        facts = recorded("matrix.activated")[-1].facts
        assert (facts["version"], facts["replaces"], len(facts["rows"])) == (2, 1, 2)
        assert Notification.objects.filter(user=desk.admin, subject__contains="is in force").exists()

    def test_nothing_changes_after_it_was_proposed(self, desk, at, proposed, level):
        with pytest.raises(Conflict) as refused:
            matrix_drafts.put_path(matrix_id=proposed.pk, levels=[level], by=desk.admin, at=at)

        assert refused.value.code == "not_a_draft"

    def test_whoever_wrote_in_it_does_not_approve_it(self, desk, at, draft, level):
        """K4: four eyes, and six where somebody helped."""
        matrix_drafts.put_path(matrix_id=draft.pk, levels=[level], by=desk.owner, at=at)
        life.propose(matrix_id=draft.pk, by=desk.admin, at=at)

        for writer in (desk.admin, desk.owner):
            with pytest.raises(NotAllowed) as refused:
                life.approve(matrix_id=draft.pk, by=writer, at=at, against=1)
            assert refused.value.code == "own_matrix"
        assert state(draft) == MatrixState.PROPOSED

    def test_approval_needs_decision_authority(self, desk, at, proposed):
        """K4."""
        grant = AuthorityGrant.objects.get(user=desk.owner, process=desk.process)
        memberships.revoke_authority(authority=grant, by=None, at=at)

        with pytest.raises(NotAllowed) as refused:
            life.approve(matrix_id=proposed.pk, by=desk.owner, at=at, against=1)

        assert (refused.value.code, state(proposed)) == ("no_authority", MatrixState.PROPOSED)

    def test_the_owner_signs_for_final_decisions(self, desk, at):
        """C3: an administrator may approve levels, not who decides finally."""
        matrix = matrix_drafts.draft(process=desk.process, by=desk.owner, at=at)
        matrix_drafts.put_final(
            matrix_id=matrix.pk,
            category="refund",
            party=Party.CLIENT,
            role=Role.CLIENT_ADMIN,
            person=desk.admin,
            by=desk.owner,
            at=at,
        )
        life.propose(matrix_id=matrix.pk, by=desk.owner, at=at)

        with pytest.raises(NotAllowed) as refused:
            life.approve(matrix_id=matrix.pk, by=desk.admin, at=at, against=1)

        assert (refused.value.code, state(matrix)) == ("owner_signs", MatrixState.PROPOSED)

    def test_the_administrator_approves_levels_the_owner_wrote(self, desk, at, level):
        matrix = matrix_drafts.draft(process=desk.process, by=desk.owner, at=at)
        matrix_drafts.put_path(matrix_id=matrix.pk, levels=[level], by=desk.owner, at=at)
        life.propose(matrix_id=matrix.pk, by=desk.owner, at=at)

        life.approve(matrix_id=matrix.pk, by=desk.admin, at=at, against=1)

        assert state(matrix) == MatrixState.ACTIVE

    def test_approving_twice_is_refused(self, desk, at, proposed):
        life.approve(matrix_id=proposed.pk, by=desk.owner, at=at, against=1)

        with pytest.raises(Conflict) as refused:
            life.approve(matrix_id=proposed.pk, by=desk.owner, at=at, against=1)

        assert refused.value.code == "not_proposed"
        assert len(recorded("matrix.activated")) == 3  # the two desks' first ones, and this

    def test_what_must_find_a_row_is_named(self, desk, at, draft, level):
        """C1: 409 naming what would find nobody; without the row for every case FAILSAFE would not either."""
        matrix_drafts.put_path(
            matrix_id=draft.pk, levels=[level], trigger_class="amount", by=desk.admin, at=at
        )
        matrix_drafts.remove_path(matrix_id=draft.pk, trigger_class="*", by=desk.admin, at=at)

        with pytest.raises(Conflict, match="Rule AP-R9 .* class splitting, severity 2") as refused:
            life.propose(matrix_id=draft.pk, by=desk.admin, at=at, needs=[Need("splitting", 2, "Rule AP-R9")])
        with pytest.raises(Conflict, match="no row for every case"):
            life.propose(matrix_id=draft.pk, by=desk.admin, at=at)

        assert (refused.value.code, state(draft)) == ("matrix_unsafe", MatrixState.DRAFT)
        matrix_drafts.put_path(matrix_id=draft.pk, levels=[level], by=desk.admin, at=at)
        assert life.propose(matrix_id=draft.pk, by=desk.admin, at=at).state == MatrixState.PROPOSED

    def test_who_may_decide_is_asked_again_on_approval(self, desk, at, proposed):
        """C3: whoever left since the proposal is named for nothing."""
        for membership in desk.lead.memberships.all():
            memberships.revoke(membership=membership, by=None, at=at)

        with pytest.raises(Conflict, match=f"{desk.lead.name} may not decide escalations") as refused:
            life.approve(matrix_id=proposed.pk, by=desk.owner, at=at, against=1)

        assert (refused.value.code, state(proposed)) == ("matrix_unsafe", MatrixState.PROPOSED)

    def test_a_final_decision_maker_who_left_is_named_no_more(self, desk, at, draft, level):
        """C3: a final decision would wait for nobody."""
        matrix_drafts.put_final(
            matrix_id=draft.pk,
            category="refund",
            party=Party.PROVIDER,
            role=Role.SENIOR_REVIEWER,
            person=desk.senior,
            by=desk.admin,
            at=at,
        )
        for membership in desk.senior.memberships.all():
            memberships.revoke(membership=membership, by=None, at=at)

        with pytest.raises(Conflict, match=f"{desk.senior.name} may not decide .* named for refund"):
            life.propose(matrix_id=draft.pk, by=desk.admin, at=at)

        assert state(draft) == MatrixState.DRAFT

    def test_compared_with_another_version_it_is_refused(self, desk, at, proposed):
        with pytest.raises(Conflict) as refused:
            life.approve(matrix_id=proposed.pk, by=desk.owner, at=at, against=7)

        assert refused.value.code == "active_moved"

    def test_sent_back_with_a_reason_its_author_reads(self, desk, at, proposed):
        with pytest.raises(Invalid):
            life.reject(matrix_id=proposed.pk, by=desk.owner, reason=" ", at=at)
        life.reject(matrix_id=proposed.pk, by=desk.owner, reason="Too slow.", at=at)

        assert state(proposed) == MatrixState.REJECTED
        told = Notification.objects.get(user=desk.admin, subject__contains="sent back")
        assert told.body == "Too slow."

    def test_a_superseded_version_comes_back_by_one_click(self, desk, at, proposed):
        life.approve(matrix_id=proposed.pk, by=desk.owner, at=at, against=1)
        first = EscalationMatrix.objects.get(process=desk.process, version=1)

        life.roll_back(to=first, by=desk.admin, at=at, against=2)

        assert (state(first), state(proposed)) == (MatrixState.ACTIVE, MatrixState.SUPERSEDED)
        assert paths.in_force(desk.process, "amount", 1).key == ("*", None)
        assert recorded("matrix.rolled_back")[0].facts["from_version"] == 2
        with pytest.raises(Conflict) as again:
            life.roll_back(to=first, by=desk.admin, at=at, against=1)
        assert again.value.code == "not_superseded"
