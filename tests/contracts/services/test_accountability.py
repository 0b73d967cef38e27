"""Authority is granted with evidence and dates, everybody concerned is known, and somebody decided to use AI (K4, K7, K9)."""

from datetime import timedelta

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.stakeholders import Stake
from contracts.enums import Authority
from contracts.models import AiUseDecision, AuthorityGrant, Stakeholder
from contracts.selectors import accountability as selector
from contracts.selectors import authority
from contracts.services import authorities, going_live, memberships, stakeholders


def grant(desk, at, *, to="lead", by="owner", **changes):
    given = {
        "kind": Authority.DECISION,
        "evidence": "Resolution of the board of 3 March",
        "valid_from": at.date(),
        "valid_until": (at + timedelta(days=90)).date(),
    }
    return authorities.grant(
        process=desk.process, to=desk.cast[to], by=desk.cast[by], at=at, **(given | changes)
    )


class TestGrant:
    def test_k4_it_holds_from_one_day_to_the_end_of_another(self, desk, at):
        made = grant(desk, at)

        assert authority.grant(desk.lead, desk.process, Authority.DECISION, at) == made
        later = at + timedelta(days=91)
        assert authority.grant(desk.lead, desk.process, Authority.DECISION, later) is None
        event = Event.objects.filter(action="authority.granted").latest("pk")
        assert event.facts["evidence"] == "Resolution of the board of 3 March"

    def test_one_that_begins_later_opens_nothing_yet(self, desk, at):
        grant(desk, at, valid_from=(at + timedelta(days=7)).date())

        assert authority.grant(desk.lead, desk.process, Authority.DECISION, at) is None
        assert authority.grant(desk.lead, desk.process, Authority.DECISION, at + timedelta(days=8))

    def test_nobody_grants_to_himself(self, desk, at):
        AuthorityGrant.objects.filter(user=desk.owner).delete()

        with pytest.raises(NotAllowed, match="to himself"):
            grant(desk, at, to="owner")

        assert not AuthorityGrant.objects.filter(user=desk.owner).exists()

    @pytest.mark.parametrize("who", ["admin", "ops", "governance", "legal", "vendor"])
    def test_only_the_owner_grants(self, desk, at, who):
        with pytest.raises(NotAllowed, match="client’s owner"):
            grant(desk, at, by=who)

        assert not AuthorityGrant.objects.filter(user=desk.lead).exists()

    @pytest.mark.parametrize(
        "field, changes",
        [
            ("evidence", {"evidence": "  "}),
            ("evidence", {"evidence": "x" * 301}),
            ("person", {"to": "agent"}),
        ],
    )
    def test_what_is_wrong_names_its_field(self, desk, at, field, changes):
        with pytest.raises(Invalid) as refusal:
            grant(desk, at, **changes)

        assert refusal.value.field == field
        assert refusal.value.sentence.startswith(field.capitalize())

    @pytest.mark.parametrize("days", [-1, -400])
    def test_it_ends_on_a_day_to_come(self, desk, at, days):
        with pytest.raises(Invalid, match="Until"):
            grant(desk, at, valid_until=(at + timedelta(days=days)).date())

    def test_a_stranger_is_granted_nothing(self, desk, world, at):
        desk.cast["stranger"] = world.stranger

        with pytest.raises(Invalid, match="holds no role"):
            grant(desk, at, to="stranger")

    def test_it_is_held_once(self, desk, at):
        with pytest.raises(Conflict, match="holds this authority already"):
            grant(desk, at, to="admin")

    def test_one_that_ran_out_is_granted_anew(self, desk, at):
        grant(desk, at)
        later = at + timedelta(days=100)

        made = grant(desk, later, valid_from=later.date(), valid_until=(later + timedelta(days=9)).date())

        assert authority.grant(desk.lead, desk.process, Authority.DECISION, later) == made

    def test_it_is_taken_back(self, desk, at):
        made = grant(desk, at)

        authorities.take_back(process=desk.process, grant_id=made.pk, by=desk.owner, at=at)

        assert authority.grant(desk.lead, desk.process, Authority.DECISION, at) is None
        holding, over = selector.grants(desk.process, at)
        assert made not in holding
        assert made in over

    def test_what_another_owner_granted_is_not_taken_back_here(self, world, at):
        foreign = AuthorityGrant.objects.filter(process=world.south.process).first()

        with pytest.raises(NotVisible):
            authorities.take_back(
                process=world.north.process, grant_id=foreign.pk, by=world.north.owner, at=at
            )


def name(desk, at, *, by="governance", person="infosec", **changes):
    given = {"category": Stake.INFOSEC, "contact": "+63 32 555 0100", "duty": "Looks after keys"}
    return stakeholders.name(
        process=desk.process, person=desk.cast[person], by=desk.cast[by], at=at, **(given | changes)
    )


class TestStakeholders:
    def test_k7_a_missing_category_blocks_going_live(self, desk, at):
        assert selector.missing_stakes(desk.process) == []
        Stakeholder.objects.filter(category=Stake.LEGAL_COMPLIANCE).update(removed_at=at)

        assert selector.missing_stakes(desk.process) == [Stake.LEGAL_COMPLIANCE]
        with pytest.raises(Conflict, match="Nobody is named for: Legal and compliance"):
            going_live.go_live(process=desk.process, rules_in_force=True, by=desk.owner, at=at)

    def test_naming_somebody_again_changes_what_is_said_of_him(self, desk, at):
        name(desk, at, deputy=desk.governance)

        [one] = [one for one in selector.stakeholders(desk.process) if one.category == Stake.INFOSEC]
        assert (one.contact, one.deputy) == ("+63 32 555 0100", desk.governance)

    def test_the_trail_seals_contact_and_duty(self, desk, at):
        name(desk, at)

        event = Event.objects.filter(action="stakeholder.named").latest("pk")
        assert "contact" not in event.facts

    @pytest.mark.parametrize(
        "field, changes",
        [
            ("contact", {"contact": ""}),
            ("duty", {"duty": " "}),
            ("person", {"category": Stake.BUSINESS_OWNER}),
            ("person", {"person": "agent"}),
        ],
    )
    def test_what_is_wrong_names_its_field(self, desk, at, field, changes):
        with pytest.raises(Invalid) as refusal:
            name(desk, at, **changes)

        assert refusal.value.field == field

    def test_the_deputy_is_another(self, desk, at):
        with pytest.raises(Invalid, match="Deputy"):
            name(desk, at, deputy=desk.infosec)

    @pytest.mark.parametrize("who", ["owner", "ops", "infosec", "vendor"])
    def test_others_do_not_keep_the_register(self, desk, at, who):
        before = set(Stakeholder.objects.values_list("pk", flat=True))

        with pytest.raises(NotAllowed):
            name(desk, at, by=who)

        assert set(Stakeholder.objects.values_list("pk", flat=True)) == before

    def test_somebody_is_taken_off(self, desk, at):
        [one] = [one for one in selector.stakeholders(desk.process) if one.category == Stake.INFOSEC]

        for _twice in range(2):
            stakeholders.remove(process=desk.process, stakeholder_id=one.pk, by=desk.legal, at=at)

        assert selector.missing_stakes(desk.process) == [Stake.INFOSEC]
        assert Event.objects.filter(action="stakeholder.removed").count() == 1


def decide(desk, at, *, by="owner", **changes):
    given = {"authority": "Mandate", "alternatives": "People alone", "benefit": "It is paid in time"}
    step = desk.steps["approve"]
    step.process = desk.process
    return stakeholders.decide_ai_use(step=step, by=desk.cast[by], at=at, **(given | changes))


class TestAiUse:
    def test_k9_no_process_goes_live_without_it(self, desk, at):
        AiUseDecision.objects.filter(step=desk.steps["approve"]).delete()

        assert selector.undecided_steps(desk.process) == ["approve"]
        with pytest.raises(Conflict, match="Nobody has decided at: approve"):
            going_live.go_live(process=desk.process, rules_in_force=True, by=desk.owner, at=at)

    def test_the_last_one_stands_and_those_before_stay(self, desk, at):
        made = decide(desk, at)

        use = selector.ai_uses(desk.process)[0]
        assert (use.decision, len(use.earlier)) == (made, 1)
        assert Event.objects.filter(action="aiuse.decided").latest("pk").facts["replaces"] is True

    @pytest.mark.parametrize("who", ["admin", "ops", "governance", "vendor"])
    def test_only_the_owner_decides(self, desk, at, who):
        with pytest.raises(NotAllowed):
            decide(desk, at, by=who)

    def test_k4_and_only_with_the_authority(self, desk, at):
        for held in AuthorityGrant.objects.filter(user=desk.owner, revoked_at__isnull=True):
            memberships.revoke_authority(authority=held, by=None, at=at)

        with pytest.raises(NotAllowed, match="no decision authority"):
            decide(desk, at)

    @pytest.mark.parametrize("field", ["authority", "alternatives", "benefit"])
    def test_everything_is_said(self, desk, at, field):
        with pytest.raises(Invalid) as refusal:
            decide(desk, at, **{field: " "})

        assert refusal.value.field == field
