"""The clock of escalations: promotion, absence, the top of the path, and one owner whatever happens (C4, C5)."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from audit.errors import NotVisible, Refused
from contracts.enums import Party, Role
from contracts.models import Notification, User
from contracts.services import memberships, people
from reviews.enums import CaseState
from reviews.models import Case, Escalation, EscalationStep
from reviews.services import claims, escalations, promotions, withdrawals
from tests import matrices, worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import REJECT, decide, events, second_in_hand, states
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
OPERATIONS = 2_000


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def told(user: User) -> list[str]:
    # What was told while the world was made is left out.
    mine = Notification.objects.filter(user=user, created_at__gt=user.created_at)
    return list(mine.order_by("created_at", "pk").values_list("subject", flat=True))


def test_promote_due_moves_it_within_one_sweep_and_tells_both_levels(desk: Desk, at: datetime) -> None:
    """C4: limit +1 s → level 2 within one tick, both levels notified."""
    escalation = made.escalated_case(desk, at)
    late = escalation.ack_due_at + SECOND

    assert promotions.promote_due(at=escalation.ack_due_at - SECOND) == 0
    assert promotions.promote_due(at=late) == 1
    assert promotions.promote_due(at=late) == 0

    escalation.refresh_from_db()
    assert (escalation.level, escalation.state) == (2, "open")
    assert Case.objects.get(pk=escalation.case_id).owner == escalation.owner == desk.ops
    assert escalation.ack_due_at == escalation.promote_at == late + 30 * MINUTE
    assert escalation.resolve_due_at == late + 240 * MINUTE
    assert told(desk.ops) == ["A case moved up to you from level 1"]
    assert told(desk.lead)[-1] == "A case moved on from you to level 2"
    assert [(step.level, step.end) for step in escalation.steps.order_by("pk")] == [(1, "promoted"), (2, "")]
    assert len(events("escalation.promoted")) == 1


def test_at_the_top_it_is_overdue_once(desk: Desk, at: datetime) -> None:
    """C4: nobody is above the client's administrator."""
    escalation = made.escalated_case(desk, at)

    for hours in range(24):
        promotions.promote_due(at=at + timedelta(hours=hours))

    escalation.refresh_from_db()
    assert (escalation.level, escalation.owner) == (3, desk.admin)
    assert len(events("escalation.promoted")) == 2
    assert len(events("escalation.overdue")) == 1
    assert "A case is overdue with you" in told(desk.admin)
    assert decide(escalation, desk.admin, REJECT, at + timedelta(days=1)).is_final


def test_a_resolved_escalation_stays_where_it_is(desk: Desk, at: datetime) -> None:
    escalation = made.escalated_case(desk, at)
    decide(escalation, desk.lead, REJECT, at)

    assert promotions.promote_due(at=at + timedelta(days=9)) == 0


class TestAbsence:
    def test_the_deputy_takes_over_from_a_closed_account(self, desk: Desk, at: datetime) -> None:
        """C5: the orphan is reassigned, its clock runs on."""
        escalation = made.escalated_case(desk, at)
        people.deactivate(user=desk.lead, by=None, at=at)

        assert promotions.promote_due(at=at + MINUTE) == 1
        assert promotions.promote_due(at=at + MINUTE) == 0

        before = escalation.ack_due_at
        escalation.refresh_from_db()
        assert (escalation.level, escalation.owner, escalation.promote_at) == (1, desk.senior, before)
        assert events("ownership.reassigned")[0].facts["cause"] == "owner_gone"

    def test_the_deputy_takes_over_from_somebody_who_lost_his_role(self, desk: Desk, at: datetime) -> None:
        """C5, A6: the owner cannot see the case any more, so it is not his."""
        escalation = made.escalated_case(desk, at)
        for membership in desk.lead.memberships.all():
            memberships.revoke(membership=membership, by=None, at=at)
        with pytest.raises(NotVisible):
            decide(escalation, desk.lead, REJECT, at)

        assert promotions.promote_due(at=at) == 1

        escalation.refresh_from_db()
        assert escalation.owner == desk.senior

    def test_without_a_deputy_the_next_level_takes_over(self, desk: Desk, at: datetime) -> None:
        escalation = made.escalated_case(desk, at)
        for user in (desk.lead, desk.senior):
            people.deactivate(user=user, by=None, at=at)

        assert promotions.promote_due(at=at) == 1

        escalation.refresh_from_db()
        assert (escalation.level, escalation.owner) == (2, desk.ops)
        assert events("escalation.promoted")[0].facts["cause"] == "owner_gone"

    def test_who_is_away_when_it_opens_is_passed_over(self, desk: Desk, at: datetime) -> None:
        people.deactivate(user=desk.lead, by=None, at=at)
        assert made.escalated_case(desk, at).owner == desk.senior

        people.deactivate(user=desk.senior, by=None, at=at)
        assert made.escalated_case(desk, at).owner == desk.ops

    def test_with_nobody_anywhere_it_still_has_one_owner(self, desk: Desk, at: datetime) -> None:
        for role in ("lead", "senior", "ops", "governance", "admin", "owner"):
            people.deactivate(user=desk.cast[role], by=None, at=at)

        escalation = made.escalated_case(desk, at)
        for hours in range(12):
            promotions.promote_due(at=at + timedelta(hours=hours))

        escalation.refresh_from_db()
        assert (escalation.level, escalation.owner) == (3, desk.admin)
        assert len(events("escalation.overdue")) == 1

    def test_a_stuck_one_does_not_keep_the_others(self, desk: Desk, at: datetime) -> None:
        stuck = made.escalated_case(desk, at)
        Escalation.objects.filter(pk=stuck.pk).update(
            level=3, owner=desk.admin, promote_at=at + timedelta(hours=8)
        )
        for role in ("admin", "owner"):
            people.deactivate(user=desk.cast[role], by=None, at=at)
        moving = made.escalated_case(desk, at)

        assert promotions.promote_due(at=at + 15 * MINUTE, limit=1) == 1

        moving.refresh_from_db()
        assert moving.level == 2

    def test_the_final_decision_falls_to_the_deputy(self, desk: Desk, at: datetime) -> None:
        """C3, C5."""
        case = second_in_hand(desk, at, amount="100000.00")
        people.deactivate(user=desk.owner, by=None, at=at)

        decide(case, desk.second, REJECT, at)
        decide(case, desk.lead, REJECT, at)

        assert Escalation.objects.get(resolved_at__isnull=True).owner == desk.admin
        assert decide(case, desk.admin, REJECT, at).is_final

    def test_the_final_decision_falls_to_whom_the_agreement_names_now(self, desk: Desk, at: datetime) -> None:
        """C3, C5: everybody the path names has left, and only whom the matrix in force names may decide."""
        case = second_in_hand(desk, at, amount="100000.00")
        decide(case, desk.second, REJECT, at)
        decide(case, desk.lead, REJECT, at)
        escalation = Escalation.objects.get(resolved_at__isnull=True)
        named = {
            "category": "payment",
            "party": Party.PROVIDER,
            "role": Role.OPS_MANAGER,
            "person": desk.ops,
            "min_value": Decimal(100_000),
        }
        matrices.put_final(desk, at, **named)
        for user in (desk.owner, desk.admin):
            people.deactivate(user=user, by=None, at=at)

        assert promotions.promote_due(at=at + MINUTE) == 1
        assert promotions.promote_due(at=at + MINUTE) == 0

        escalation.refresh_from_db()
        assert (escalation.owner, escalation.level) == (desk.ops, 3)
        assert decide(case, desk.ops, REJECT, at).is_final


def test_every_running_escalation_has_one_owner_whatever_happens(desk: Desk, at: datetime) -> None:
    """C5: 2,000 random operations; at no time a running escalation without exactly one owner and one open step."""
    chance = random.Random(20260304)
    named = [desk.cast[role] for role in ("lead", "senior", "ops", "governance", "admin", "owner")]
    gone: list[User] = []
    now, done = (
        at,
        dict.fromkeys(("open", "acknowledge", "hand over", "wait", "decide", "undo", "leave", "return"), 0),
    )
    last: tuple | None = None

    for step in range(OPERATIONS):
        running = list(Escalation.objects.filter(resolved_at__isnull=True).order_by("pk"))
        name = chance.choice(list(done)) if running else "open"
        if name == "open" and len(running) > 5:
            name = "decide"
        one = chance.choice(running) if running else None
        try:
            if name == "open":
                made.escalated_case(desk, now)
            elif name == "acknowledge":
                escalations.acknowledge(escalation_id=one.pk, user=one.owner, at=now)
            elif name == "hand over":
                level = next(level for level in one.path if level["level"] == one.level)
                other = chance.choice([level["person"], level["deputy"]])
                escalations.hand_over(escalation_id=one.pk, user=one.owner, to=other, reason="", at=now)
            elif name == "wait":
                now += chance.choice([MINUTE, 16 * MINUTE, 130 * MINUTE])
                promotions.promote_due(at=now)
            elif name == "decide":
                decision = decide(one, one.owner, REJECT, now)
                last = (decision.pk, one.owner)
            elif name == "undo" and last is not None:
                withdrawals.withdraw(decision_id=last[0], user=last[1], at=now + SECOND)
            elif name == "leave" and len(gone) < 5:
                user = chance.choice([user for user in named if user not in gone])
                people.deactivate(user=user, by=None, at=now)
                gone.append(user)
            elif name == "return" and gone:
                back = gone.pop(chance.randrange(len(gone)))
                User.objects.filter(pk=back.pk).update(is_active=True)
            done[name] += 1
        except Refused:
            pass
        if step % 20 == 0 or name in {"wait", "undo", "hand over"}:
            assert_one_owner(step)

    promotions.promote_due(at=now)
    assert_one_owner(OPERATIONS)
    assert min(done.values()) > 20, done


def assert_one_owner(step: int) -> None:
    running = {
        pk: (owner, case_owner, state)
        for pk, owner, case_owner, state in Escalation.objects.filter(resolved_at__isnull=True).values_list(
            "pk", "owner", "case__owner", "case__state"
        )
    }
    steps = list(EscalationStep.objects.filter(ended_at__isnull=True).values_list("escalation", "owner"))
    assert sorted(steps) == sorted((pk, owner) for pk, (owner, _, _) in running.items()), step
    for owner, case_owner, state in running.values():
        assert (case_owner, state) == (owner, CaseState.ESCALATED), step
    escalated = Case.objects.filter(state=CaseState.ESCALATED).count()
    assert escalated == len(running), step


def test_a_case_is_never_escalated_and_leased_at_once(desk: Desk, at: datetime) -> None:
    escalation = made.escalated_case(desk, at)

    claims.expire(at=at + timedelta(days=1))

    assert states(escalation) == ("escalated", "escalated")
    assert not escalation.case.claims.filter(ended_at__isnull=True).exists()
