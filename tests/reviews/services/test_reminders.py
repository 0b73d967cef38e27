"""At the top of the path nothing is forgotten: who is reminded, when, and who takes over from everybody (C1, C3–C5)."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.enums import Role
from contracts.models import Notification, User
from contracts.services import agreements, people
from contracts.services.matrix_drafts import Level
from reviews.enums import CaseState, EscalationReason
from reviews.models import Case, Escalation
from reviews.services import escalations, promotions, withdrawals
from tests import matrices, worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import APPROVE, REJECT, decide, events, second_in_hand
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
NAMED = ("lead", "senior", "ops", "governance", "admin", "owner")
OVERDUE = "A case is overdue with you"
REMINDED = "A case still waits for you"


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


@pytest.fixture
def top(desk: Desk, at: datetime) -> Escalation:
    """One level only: the lead has it, to be taken on within 15 minutes and decided within two hours."""
    calendar = desk.process.calendar
    level = Level("L1", Role.TEAM_LEAD, desk.lead, None, calendar, 15, 120)
    matrices.put_path(desk, at, [level])
    return made.escalated_case(desk, at)


def told(user: User) -> list[str]:
    """What somebody was told of cases, not of the rules."""
    found = Notification.objects.filter(user=user, subject__startswith="A ").order_by("created_at", "pk")
    return list(found.values_list("subject", flat=True))


def sweep(start: datetime, end: datetime) -> None:
    """The clock, every minute."""
    while start <= end:
        promotions.promote_due(at=start)
        start += MINUTE


class TestReminding:
    def test_the_owner_is_reminded_until_it_is_decided(
        self, desk: Desk, top: Escalation, at: datetime
    ) -> None:
        """C4: once to take it on, once as overdue, and again each time the limit has passed once more."""
        sweep(at, at + 7 * HOUR)

        assert told(desk.lead)[1:] == [REMINDED, OVERDUE, REMINDED, REMINDED]
        assert [event.occurred_at - at for event in events("escalation.overdue")] == [2 * HOUR]
        assert [event.occurred_at - at for event in events("escalation.reminded")] == [
            15 * MINUTE,
            4 * HOUR,
            6 * HOUR,
        ]
        decide(top, desk.lead, REJECT, at + 7 * HOUR)
        assert promotions.promote_due(at=at + 48 * HOUR) == 0

    def test_what_is_taken_on_is_reminded_of_when_it_is_overdue(
        self, desk: Desk, top: Escalation, at: datetime
    ) -> None:
        escalations.acknowledge(escalation_id=top.pk, user=desk.lead, at=at)
        sweep(at, at + 3 * HOUR)

        assert told(desk.lead)[1:] == [OVERDUE]
        assert events("escalation.reminded") == []

    @pytest.mark.parametrize("late", [20 * MINUTE, 2 * HOUR + MINUTE, 5 * HOUR])
    def test_what_is_taken_on_late_is_overdue_once(
        self, desk: Desk, top: Escalation, at: datetime, late: timedelta
    ) -> None:
        """C4."""
        sweep(at, at + late)
        escalations.acknowledge(escalation_id=top.pk, user=desk.lead, at=at + late)
        sweep(at + late, at + 12 * HOUR)

        assert [event.occurred_at - at for event in events("escalation.overdue")] == [2 * HOUR]

    def test_undo_does_not_make_it_overdue_twice(self, desk: Desk, top: Escalation, at: datetime) -> None:
        late = at + 3 * HOUR
        sweep(at, late)
        decision = decide(top, desk.lead, REJECT, late)
        withdrawals.withdraw(decision_id=decision.pk, user=desk.lead, at=late + SECOND)
        sweep(late, late + 2 * HOUR)

        assert len(events("escalation.overdue")) == 1
        assert told(desk.lead)[-1] == REMINDED

    def test_undo_after_the_limit_makes_it_overdue(self, desk: Desk, top: Escalation, at: datetime) -> None:
        decision = decide(top, desk.lead, REJECT, top.resolve_due_at - SECOND)
        withdrawals.withdraw(decision_id=decision.pk, user=desk.lead, at=top.resolve_due_at + SECOND)

        assert promotions.promote_due(at=top.resolve_due_at + 2 * SECOND) == 1
        assert len(events("escalation.overdue")) == 1

    def test_reminders_keep_business_hours(self, desk: Desk, at: datetime) -> None:
        """C4: of the calendar of the level."""
        hours = {str(day): [["09:00", "17:00"]] for day in range(5)}
        calendar = agreements.define_calendar(name="Office", time_zone="UTC", hours=hours, by=None, at=at)
        level = Level("L1", Role.TEAM_LEAD, desk.lead, None, calendar, 60, 240)
        matrices.put_path(desk, at, [level])
        afternoon = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
        escalation = made.escalated_case(desk, afternoon)
        escalations.acknowledge(escalation_id=escalation.pk, user=desk.lead, at=afternoon)

        for hour in range(96):
            promotions.promote_due(at=afternoon + hour * HOUR)

        assert [event.occurred_at for event in events("escalation.overdue")] == [
            datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
        ]
        assert [event.occurred_at for event in events("escalation.reminded")] == [
            datetime(2026, 3, 9, 15, 0, tzinfo=UTC),
            datetime(2026, 3, 10, 11, 0, tzinfo=UTC),
        ]


class TestNobodyNamedIsThere:
    def away(self, desk: Desk, at: datetime, *roles: str) -> None:
        for role in roles:
            people.deactivate(user=desk.cast[role], by=None, at=at)

    def test_somebody_who_may_decide_it_takes_over(self, desk: Desk, top: Escalation, at: datetime) -> None:
        """C5: it is nobody's on paper only until the next sweep; the client's administrator comes first."""
        self.away(desk, at, "lead")

        assert promotions.promote_due(at=at) == 1
        assert promotions.promote_due(at=at) == 0

        top.refresh_from_db()
        assert Case.objects.get(pk=top.case_id).owner == top.owner == desk.admin
        assert events("ownership.reassigned")[0].facts["cause"] == "nobody_named"
        assert told(desk.admin) == ["A case was given to you"]
        assert decide(top, desk.admin, REJECT, at).is_final

    @pytest.mark.parametrize(
        ("gone", "next_in_line"),
        [
            (("lead", "admin"), "owner"),
            (("lead", "admin", "owner"), "ops"),
            (("lead", "admin", "owner", "ops"), "governance"),
            (("lead", "admin", "owner", "ops", "governance"), "senior"),
        ],
    )
    def test_the_others_follow_in_the_order_of_their_roles(
        self, desk: Desk, top: Escalation, at: datetime, gone: tuple[str, ...], next_in_line: str
    ) -> None:
        self.away(desk, at, *gone)

        promotions.promote_due(at=at)

        top.refresh_from_db()
        assert top.owner == desk.cast[next_in_line]

    def test_whoever_takes_over_is_reminded(self, desk: Desk, top: Escalation, at: datetime) -> None:
        self.away(desk, at, "lead")
        sweep(at, at + 5 * HOUR)

        assert told(desk.admin)[1:] == [REMINDED, OVERDUE, REMINDED]

    def test_a_path_left_by_everybody_ends_with_whoever_may_decide(self, desk: Desk, at: datetime) -> None:
        """C1: the whole path of the desk is away when the case goes up."""
        deputy = worlds.person("north_admin_2", desk.client, at)
        worlds.memberships.grant(
            user=deputy, organisation=desk.client, role=Role.CLIENT_ADMIN, by=None, at=at
        )
        self.away(desk, at, *NAMED)
        escalation = made.escalated_case(desk, at)

        for minute in range(10):
            promotions.promote_due(at=at + minute * MINUTE)

        escalation.refresh_from_db()
        assert (escalation.owner, escalation.resolved_at) == (deputy, None)

    def test_with_nobody_at_all_it_is_still_told_in_the_trail(
        self, desk: Desk, top: Escalation, at: datetime
    ) -> None:
        self.away(desk, at, *NAMED)
        sweep(at, at + 5 * HOUR)

        top.refresh_from_db()
        assert top.owner == desk.lead
        assert (len(events("escalation.overdue")), len(events("escalation.reminded"))) == (1, 2)
        assert told(desk.lead) == ["A case needs you: The reviewer escalated it"]


class TestTheFinalDecision:
    """C3: it belongs to the people the agreement names, so nobody takes it over; somebody is told."""

    @pytest.fixture
    def final(self, desk: Desk, at: datetime) -> Escalation:
        case = second_in_hand(desk, at, amount="100000.00")
        decide(case, desk.second, APPROVE, at)
        return Escalation.objects.get(reason=EscalationReason.FINAL_DECISION)

    def test_it_stays_with_its_holder_and_others_are_reminded(
        self, desk: Desk, final: Escalation, at: datetime
    ) -> None:
        for role in ("owner", "admin"):
            people.deactivate(user=desk.cast[role], by=None, at=at)
        sweep(at, final.resolve_due_at + MINUTE)

        final.refresh_from_db()
        assert final.owner == desk.owner
        assert Case.objects.get(pk=final.case_id).state == CaseState.ESCALATED
        assert told(desk.lead) == ["A final decision waits for somebody to be named"] * 2
        assert OVERDUE not in told(desk.owner)

    def test_it_is_with_its_holder_when_he_is_there(
        self, desk: Desk, final: Escalation, at: datetime
    ) -> None:
        sweep(at, final.resolve_due_at + MINUTE)

        assert told(desk.owner)[1:] == [REMINDED, OVERDUE]
        assert told(desk.lead) == []
