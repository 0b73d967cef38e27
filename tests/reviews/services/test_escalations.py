"""Escalations: up the path by hand and by the clock, always with exactly one owner (C1, C4, C5, C6, D9)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.services import vault
from contracts.enums import Role
from contracts.models import BusinessCalendar, EscalationPath, Notification, User
from contracts.services import agreements, memberships, people
from contracts.services.matrix_drafts import Level
from reviews.enums import ClaimEnd, EscalationReason, EscalationState
from reviews.models import Case, Claim, Escalation
from reviews.selectors import cases
from reviews.services import escalations, promotions
from tests import matrices, worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import ESCALATED, IN_REVIEW, REJECT, decide, events, states
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def office(name: str = "Office", **more: Any) -> BusinessCalendar:
    hours = {str(day): [["09:00", "17:00"]] for day in range(5)}
    return agreements.define_calendar(
        name=name, time_zone="UTC", hours=hours, by=None, at=datetime(2026, 1, 1, tzinfo=UTC), **more
    )


def path(desk: Desk, at: datetime, calendar: BusinessCalendar, **more: Any) -> EscalationPath:
    levels = [
        Level("L1", Role.TEAM_LEAD, desk.lead, desk.senior, calendar, 60, 120),
        Level("L2", Role.OPS_MANAGER, desk.ops, desk.governance, calendar, 30, 240),
    ]
    return matrices.put_path(desk, at, levels, **more)


def told(user: User) -> list[str]:
    return list(
        Notification.objects.filter(user=user).order_by("created_at", "pk").values_list("subject", flat=True)
    )


def revoke_all(user: User, at: datetime) -> None:
    for membership in user.memberships.filter(revoked_at__isnull=True):
        memberships.revoke(membership=membership, by=None, at=at)


class TestOpening:
    def test_escalate_gives_the_case_to_the_first_level(self, desk: Desk, at: datetime) -> None:
        """C1."""
        escalation = made.escalated_case(desk, at, "Is this supplier known?")

        assert states(escalation) == ESCALATED
        assert Case.objects.get(pk=escalation.case_id).owner == escalation.owner == desk.lead
        assert (escalation.level, escalation.state) == (1, EscalationState.OPEN)
        assert escalation.promote_at == escalation.ack_due_at == at + 15 * MINUTE
        assert escalation.resolve_due_at == at + 120 * MINUTE
        assert Claim.objects.get().end == ClaimEnd.ESCALATED
        assert told(desk.lead) == ["A case needs you: The reviewer escalated it"]
        event = events("escalation.opened")[0]
        assert vault.reveal(event_uid=event.uid, field="question") == "Is this supplier known?"
        assert event.facts["trigger_class"] == "amount"

    def test_the_package_says_what_was_tried(self, desk: Desk, at: datetime) -> None:
        """C6."""
        case = made.read_case(desk, at)

        escalation = escalations.escalate(case_id=case.pk, user=desk.reviewer, question="Why?", at=at)

        why = "Amount ≥ €5,000 (rule AP-R1 v1)"
        assert escalation.package == {
            "amount": "€6,000.00",
            "content_digest": case.interaction.content_digest,
            "model": case.interaction.model_reference,
            "rules": [{"code": "RULE_HUMAN_REVIEW", "sentence": why}],
            "why_here": ["Amount ≥ €5,000 (rule AP-R1 v1)"],
            "tried": [],
            "evidence_opened": ["order", "receipt"],
            "due_at": case.due_at.isoformat(),
        }

    def test_unsure_needs_no_question_and_is_a_healthy_event(self, desk: Desk, at: datetime) -> None:
        """D9."""
        case = made.claimed_case(desk, at)

        escalation = escalations.escalate(
            case_id=case.pk, user=desk.reviewer, question="", at=at, unsure=True
        )

        assert escalation.reason == EscalationReason.UNSURE
        assert events("review.unsure")[0].facts == {"case": str(case.pk)}

    @pytest.mark.parametrize("question", ["", "  \n", "x" * 10_001, "a\x00b"])
    def test_escalate_needs_a_question_that_can_be_kept(
        self, desk: Desk, at: datetime, question: str
    ) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Invalid) as refused:
            escalations.escalate(case_id=case.pk, user=desk.reviewer, question=question, at=at)
        assert refused.value.field == "question"
        assert states(case) == IN_REVIEW

    def test_escalate_needs_the_case_in_hand(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Conflict):
            escalations.escalate(case_id=case.pk, user=desk.second, question="?", at=at)
        with pytest.raises(Conflict):
            escalations.escalate(
                case_id=case.pk, user=desk.reviewer, question="?", at=at + timedelta(hours=1)
            )

    def test_escalate_twice_is_refused(self, desk: Desk, at: datetime) -> None:
        escalation = made.escalated_case(desk, at)

        with pytest.raises(Conflict, match="already"):
            escalations.escalate(case_id=escalation.case_id, user=desk.reviewer, question="?", at=at)
        assert Escalation.objects.count() == 1

    def test_whoever_asks_does_not_get_it_back(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at, desk.lead)

        escalation = escalations.escalate(case_id=case.pk, user=desk.lead, question="?", at=at)

        assert escalation.owner == desk.senior

    def test_a_trigger_class_without_a_path_leaves_nothing_half_done(self, desk: Desk, at: datetime) -> None:
        """C1."""
        case = made.claimed_case(desk, at)
        EscalationPath.objects.filter(matrix__process=desk.process).update(trigger_class="splitting")

        with pytest.raises(Conflict, match="no escalation path"):
            escalations.escalate(case_id=case.pk, user=desk.reviewer, question="?", at=at, unsure=True)

        assert states(case) == IN_REVIEW
        assert Claim.objects.get().ended_at is None
        assert events("review.unsure") == []

    def test_the_path_of_the_trigger_class_goes_before_the_general_one(
        self, desk: Desk, at: datetime
    ) -> None:
        calendar = BusinessCalendar.objects.get(name="north hours")
        level = Level("Only", Role.OPS_MANAGER, desk.ops, None, calendar, 5, 10)
        matrices.put_path(desk, at, [level], "amount")

        assert made.escalated_case(desk, at).owner == desk.ops

    def test_a_running_escalation_keeps_its_path(self, desk: Desk, at: datetime) -> None:
        """C1: a later version does not move it."""
        escalation = made.escalated_case(desk, at)
        path(desk, at, office())
        level = Level("New", Role.OPS_MANAGER, desk.governance, None, office("Other"), 1, 2)
        matrices.put_path(desk, at, [level])

        promotions.promote_due(at=at + 15 * MINUTE)

        escalation.refresh_from_db()
        assert (escalation.owner, escalation.path_version, escalation.level) == (desk.ops, 1, 2)
        assert made.escalated_case(desk, at).path_version == 3


class TestByAnAgent:
    def test_an_agent_escalates_what_it_posted(self, desk: Desk, at: datetime) -> None:
        """C1: both people and agents can open one; personal data in its question is masked (A4)."""
        case = made.waiting_case(desk, at)

        escalation = escalations.escalate_by_agent(
            interaction=case.interaction, agent=desk.agent, question="Ask bob@example.org", at=at
        )

        assert escalation.reason == EscalationReason.AGENT
        assert escalation.question == "Ask «EMAIL_1»"
        assert states(case) == ESCALATED
        assert events("escalation.opened")[0].actor_type == "ai_agent"

    @pytest.mark.parametrize("make", [made.claimed_case, made.second_round_case, made.escalated_case])
    def test_an_agent_cannot_take_a_case_out_of_hands(self, desk: Desk, at: datetime, make: Any) -> None:
        found = make(desk, at)
        case = found if isinstance(found, Case) else found.case
        case = cases.load(case.pk)
        before = states(case)

        with pytest.raises(Conflict):
            escalations.escalate_by_agent(interaction=case.interaction, agent=desk.agent, question="?", at=at)
        assert states(case) == before

    def test_an_agent_knows_nothing_of_what_others_posted(self, at: datetime) -> None:
        """A6."""
        world = worlds.build(at)
        case = made.waiting_case(world.north, at)

        for agent in (world.south.agent, world.north.reviewer):
            with pytest.raises(NotVisible):
                escalations.escalate_by_agent(interaction=case.interaction, agent=agent, question="?", at=at)


class TestAcknowledging:
    def test_acknowledge_stops_the_first_clock(self, desk: Desk, at: datetime) -> None:
        """C4."""
        escalation = made.escalated_case(desk, at)

        escalations.acknowledge(escalation_id=escalation.pk, user=desk.lead, at=at + 10 * MINUTE)

        assert promotions.promote_due(at=at + 119 * MINUTE) == 0
        escalation.refresh_from_db()
        assert (escalation.state, escalation.acknowledged_by) == ("acknowledged", desk.lead)
        assert escalation.steps.get().acknowledged_at == at + 10 * MINUTE
        assert promotions.promote_due(at=at + 120 * MINUTE + SECOND) == 1
        assert events("escalation.promoted")[0].facts["cause"] == "not_resolved"

    def test_acknowledge_belongs_to_the_owner(self, at: datetime) -> None:
        world = worlds.build(at)
        escalation = made.escalated_case(world.north, at)

        with pytest.raises(NotAllowed):
            escalations.acknowledge(escalation_id=escalation.pk, user=world.north.senior, at=at)
        with pytest.raises(NotVisible):
            escalations.acknowledge(escalation_id=escalation.pk, user=world.south.lead, at=at)

    def test_acknowledge_twice_is_refused(self, desk: Desk, at: datetime) -> None:
        escalation = made.escalated_case(desk, at)
        escalations.acknowledge(escalation_id=escalation.pk, user=desk.lead, at=at)

        with pytest.raises(Conflict):
            escalations.acknowledge(escalation_id=escalation.pk, user=desk.lead, at=at)

    def test_whoever_decides_has_acknowledged(self, desk: Desk, at: datetime) -> None:
        escalation = made.escalated_case(desk, at)

        decide(escalation, desk.lead, REJECT, at + MINUTE)

        escalation.refresh_from_db()
        assert (escalation.acknowledged_at, escalation.acknowledged_by) == (at + MINUTE, desk.lead)
        assert escalation.steps.get().acknowledged_at == at + MINUTE


class TestHandingOver:
    def test_hand_over_goes_to_the_other_person_named(self, desk: Desk, at: datetime) -> None:
        """C5: transfer is explicit; the reason is sealed, it may name people."""
        escalation = made.escalated_case(desk, at)

        escalations.hand_over(
            escalation_id=escalation.pk, user=desk.lead, to=str(desk.senior.pk), reason="Knows Mr Bean", at=at
        )

        escalation.refresh_from_db()
        assert Case.objects.get(pk=escalation.case_id).owner == escalation.owner == desk.senior
        assert [step.owner for step in escalation.steps.order_by("pk")] == [desk.lead, desk.senior]
        event = events("ownership.reassigned")[0]
        assert event.facts["cause"] == "handed_over"
        assert b"Bean" not in bytes(event.body)
        assert told(desk.senior) == ["A case was given to you"]

    @pytest.mark.parametrize("to", ["ops", "reviewer", "lead", "nobody"])
    def test_hand_over_to_anybody_else_is_refused(self, desk: Desk, at: datetime, to: str) -> None:
        escalation = made.escalated_case(desk, at)

        with pytest.raises(Invalid) as refused:
            escalations.hand_over(
                escalation_id=escalation.pk,
                user=desk.lead,
                to=str(desk.cast[to].pk) if to in desk.cast else to,
                reason="",
                at=at,
            )
        assert refused.value.field == "to"

    def test_hand_over_to_a_closed_account_is_refused(self, desk: Desk, at: datetime) -> None:
        escalation = made.escalated_case(desk, at)
        people.deactivate(user=desk.senior, by=None, at=at)

        with pytest.raises(Invalid, match="closed"):
            escalations.hand_over(
                escalation_id=escalation.pk, user=desk.lead, to=str(desk.senior.pk), reason="", at=at
            )

    def test_hand_over_of_what_is_resolved_is_refused(self, desk: Desk, at: datetime) -> None:
        escalation = made.escalated_case(desk, at)
        decide(escalation, desk.lead, REJECT, at)

        with pytest.raises(Conflict):
            escalations.hand_over(
                escalation_id=escalation.pk, user=desk.lead, to=str(desk.senior.pk), reason="", at=at
            )


class TestHours:
    @pytest.mark.parametrize(
        ("_case", "opened", "ack_due"),
        [
            (
                "in office hours",
                datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
                datetime(2026, 3, 4, 10, 30, tzinfo=UTC),
            ),
            ("over night", datetime(2026, 3, 4, 16, 30, tzinfo=UTC), datetime(2026, 3, 5, 9, 30, tzinfo=UTC)),
            ("at night", datetime(2026, 3, 4, 23, 0, tzinfo=UTC), datetime(2026, 3, 5, 10, 0, tzinfo=UTC)),
            (
                "over a weekend",
                datetime(2026, 3, 6, 16, 30, tzinfo=UTC),
                datetime(2026, 3, 9, 9, 30, tzinfo=UTC),
            ),
            (
                "over a holiday",
                datetime(2026, 3, 9, 16, 30, tzinfo=UTC),
                datetime(2026, 3, 11, 9, 30, tzinfo=UTC),
            ),
        ],
    )
    def test_limits_are_business_hours_of_the_level(
        self, desk: Desk, at: datetime, _case: str, opened: datetime, ack_due: datetime
    ) -> None:
        """C4."""
        path(desk, at, office(holidays=[date(2026, 3, 10)]))

        escalation = made.escalated_case(desk, opened)

        assert escalation.ack_due_at == ack_due
        assert promotions.promote_due(at=ack_due - SECOND) == 0
        assert promotions.promote_due(at=ack_due + SECOND) == 1

    def test_a_calendar_that_never_opens_does_not_stop_the_clock(self, desk: Desk, at: datetime) -> None:
        closed = office("Closed")
        # Nobody can define such a calendar any more; one from before must still not stop a case.
        BusinessCalendar.objects.filter(pk=closed.pk).update(hours={})
        path(desk, at, closed)

        assert made.escalated_case(desk, at).ack_due_at == at + 60 * MINUTE
