"""Claims: pulled in order, held by one person on a lease, given back when it lapses (D1, C5)."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from audit.errors import Conflict, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import User
from contracts.services import memberships
from reviews.enums import CaseState, ClaimEnd, InteractionState
from reviews.models import Case, Claim, Interaction
from reviews.selectors import cases
from reviews.services import claims
from tests import worlds
from tests.factories import reviews as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=settings.LEASE_SECONDS)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def second(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def revoke_all(user: User, at: datetime) -> None:
    for membership in user.memberships.filter(revoked_at__isnull=True):
        memberships.revoke(membership=membership, by=None, at=at)


def events(action: str) -> list[Event]:
    return list(Event.objects.filter(action=action).order_by("id"))


def one_world(case: Case) -> tuple[str, str]:
    """The two states that must never disagree."""
    case.refresh_from_db()
    return case.state, Interaction.objects.get(pk=case.interaction_id).state


class TestNextCase:
    def test_next_case_takes_by_due_then_severity_then_age(self, desk: Desk, at: datetime) -> None:
        """D1."""
        late = made.waiting_case(desk, at, amount="30000.00")
        older = made.waiting_case(desk, at - second(60))
        younger = made.waiting_case(desk, at - second(60))
        severe = made.waiting_case(desk, at - second(60), amount="30000.00")
        people = [desk.reviewer, desk.second, desk.senior, desk.lead]

        taken = [claims.next_case(user=person, at=at) for person in people]

        assert [claim.case_id for claim in taken] == [severe.pk, older.pk, younger.pk, late.pk]

    def test_next_case_gives_the_case_in_hand_again(self, desk: Desk, at: datetime) -> None:
        made.waiting_case(desk, at)
        made.waiting_case(desk, at)
        first = claims.next_case(user=desk.reviewer, at=at)

        again = claims.next_case(user=desk.reviewer, at=at + second(5))

        assert again == first
        assert Claim.objects.count() == 1

    def test_next_case_is_none_where_nothing_waits(self, desk: Desk, at: datetime) -> None:
        assert claims.next_case(user=desk.reviewer, at=at) is None

    def test_next_case_excludes_the_first_reviewer(self, desk: Desk, at: datetime) -> None:
        """D8."""
        case = made.second_round_case(desk, at)

        assert claims.next_case(user=desk.reviewer, at=at) is None
        assert claims.next_case(user=desk.second, at=at).case_id == case.pk

    def test_next_case_looks_into_one_queue_if_asked(self, desk: Desk, at: datetime) -> None:
        made.waiting_case(desk, at)

        assert claims.next_case(user=desk.senior, at=at, queue_id=desk.queues["senior"].pk) is None
        assert claims.next_case(user=desk.senior, at=at, queue_id=desk.queues["review"].pk) is not None

    def test_next_case_does_not_know_a_queue_of_others(self, at: datetime) -> None:
        """A6."""
        world = worlds.build(at)
        made.waiting_case(world.south, at)

        with pytest.raises(NotVisible):
            claims.next_case(user=world.north.reviewer, at=at, queue_id=world.south.queues["review"].pk)
        assert claims.next_case(user=world.north.reviewer, at=at) is None

    def test_next_case_takes_from_several_queues_what_is_due_first(self, desk: Desk, at: datetime) -> None:
        made.waiting_case(desk, at)
        early = made.waiting_case(desk, at - second(60))
        Case.objects.filter(pk=early.pk).update(queue=desk.queues["senior"])

        assert claims.next_case(user=desk.senior, at=at).case_id == early.pk


class TestClaim:
    def test_claim_leases_the_case_to_one_person(self, desk: Desk, at: datetime) -> None:
        case = made.waiting_case(desk, at)

        claim = claims.claim(case_id=case.pk, user=desk.reviewer, at=at)

        assert claim.expires_at == at + LEASE
        assert one_world(case) == (CaseState.IN_REVIEW, InteractionState.IN_REVIEW)
        assert case.owner == desk.reviewer
        facts = events("review.claimed")[0].facts
        assert (facts["case"], facts["round"], facts["sop_version"]) == (str(case.pk), 1, 1)

    def test_claim_names_the_holder_to_others(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Conflict, match=desk.reviewer.name):
            claims.claim(case_id=case.pk, user=desk.second, at=at)
        assert Claim.objects.get().user == desk.reviewer

    def test_claim_again_is_the_same_claim(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        claims.claim(case_id=case.pk, user=desk.reviewer, at=at + second(1))

        assert Claim.objects.count() == 1

    def test_claim_refuses_the_first_reviewer_the_second_review(self, desk: Desk, at: datetime) -> None:
        """D8: the same person twice is a 403."""
        case = made.second_round_case(desk, at)

        with pytest.raises(NotAllowed, match="second pair of eyes"):
            claims.claim(case_id=case.pk, user=desk.reviewer, at=at)
        assert claims.claim(case_id=case.pk, user=desk.second, at=at).user == desk.second
        assert events("review.claimed")[-1].facts["round"] == 2

    @pytest.mark.parametrize(
        ("_case", "who", "refusal"),
        [
            ("an auditor sees it but does not work it", "auditor", NotAllowed),
            ("the client's owner sees it but does not work it", "owner", NotAllowed),
            ("the viewer does not see cases", "viewer", NotVisible),
        ],
    )
    def test_claim_needs_the_queue(
        self, desk: Desk, at: datetime, _case: str, who: str, refusal: type[Exception]
    ) -> None:
        case = made.waiting_case(desk, at)

        with pytest.raises(refusal):
            claims.claim(case_id=case.pk, user=desk.cast[who], at=at)
        assert one_world(case) == (CaseState.WAITING, InteractionState.AWAITING)

    @pytest.mark.parametrize("state", ["waiting", "claimed", "escalated", "decided"])
    def test_claim_shows_a_stranger_nothing(self, at: datetime, state: str) -> None:
        """A6: whatever state it is in."""
        world = worlds.build(at)
        case_id = {
            "waiting": lambda: made.waiting_case(world.south, at).pk,
            "claimed": lambda: made.claimed_case(world.south, at).pk,
            "escalated": lambda: made.escalated_case(world.south, at).case_id,
            "decided": lambda: made.decided_case(world.south, at).case_id,
        }[state]()

        with pytest.raises(NotVisible):
            claims.claim(case_id=case_id, user=world.north.reviewer, at=at)

    def test_claim_of_a_lapsed_case_does_not_wait_for_the_sweep(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        claim = claims.claim(case_id=case.pk, user=desk.second, at=at + LEASE)

        assert claim.user == desk.second
        assert Claim.objects.filter(ended_at__isnull=True).count() == 1
        assert len(events("review.lease_expired")) == 1

    def test_claim_of_a_stale_row_has_one_winner(self, desk: Desk, at: datetime) -> None:
        """D1: two people who read the same waiting row."""
        case = made.waiting_case(desk, at)
        stale = cases.load(case.pk)

        won, lost = claims._take(case, desk.reviewer, at), claims._take(stale, desk.second, at)

        assert won is not None
        assert lost is None
        assert Claim.objects.get().user == desk.reviewer
        with pytest.raises(Conflict):
            claims.claim(case_id=case.pk, user=desk.second, at=at)

    def test_claim_that_fails_leaves_nothing_half_done(self, desk: Desk, at: datetime) -> None:
        """A claim that is still open on a waiting case cannot be; if it were, the case would stay as it is."""
        case = made.waiting_case(desk, at)
        Claim.objects.create(
            case=case, user=desk.second, claimed_at=at, heartbeat_at=at, expires_at=at + LEASE
        )

        assert claims._take(case, desk.reviewer, at) is None

        assert one_world(case) == (CaseState.WAITING, InteractionState.AWAITING)

    def test_two_open_claims_are_impossible(self, desk: Desk, at: datetime) -> None:
        """Design §3: the database says no."""
        case = made.claimed_case(desk, at)

        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.create(
                case=case, user=desk.second, claimed_at=at, heartbeat_at=at, expires_at=at + LEASE
            )


class TestHeartbeat:
    @pytest.mark.parametrize(
        ("_case", "passed", "told", "credited"),
        [
            ("what both agree on", 30, 25, 25),
            ("no more than passed", 10, 25, 10),
            ("forged: a year of work", 30, 31_536_000, 30),
            ("away for an hour: not beyond a minute", 600, 600, 60),
            ("hidden tab: nothing", 30, 0, 0),
            ("negative: nothing", 30, -500, 0),
            ("the clock went backwards: nothing", -30, 25, 0),
        ],
    )
    def test_heartbeat_credits_what_the_server_can_believe(
        self, desk: Desk, at: datetime, _case: str, passed: int, told: int, credited: int
    ) -> None:
        case = made.claimed_case(desk, at)

        claim = claims.heartbeat(
            case_id=case.pk, user=desk.reviewer, at=at + second(passed), active_seconds=told
        )

        assert claim.active_seconds == credited
        assert claim.expires_at == (at + second(passed) + LEASE if credited else at + LEASE)
        assert claim.heartbeat_at == max(at, at + second(passed))

    def test_heartbeats_never_add_up_to_more_than_passed(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        for passed in (10, 10, 5, 20):
            claims.heartbeat(case_id=case.pk, user=desk.reviewer, at=at + second(passed), active_seconds=60)

        assert Claim.objects.get().active_seconds == 20

    def test_heartbeat_does_not_revive_a_lapsed_lease(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Conflict, match="do not hold"):
            claims.heartbeat(case_id=case.pk, user=desk.reviewer, at=at + LEASE, active_seconds=1)

    def test_heartbeat_of_somebody_whose_role_was_taken_back_is_refused(
        self, desk: Desk, at: datetime
    ) -> None:
        """A6: he cannot keep the case from others either."""
        case = made.claimed_case(desk, at)
        revoke_all(desk.reviewer, at)

        with pytest.raises(NotVisible):
            claims.heartbeat(case_id=case.pk, user=desk.reviewer, at=at + second(5), active_seconds=5)
        assert Claim.objects.get().expires_at == at + LEASE


class TestLease:
    def test_extend_gives_the_full_lease_from_now(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        claim = claims.extend(case_id=case.pk, user=desk.reviewer, at=at + second(600))

        assert claim.expires_at == at + second(600) + LEASE
        assert len(events("review.lease_extended")) == 1

    def test_extend_of_a_lapsed_lease_is_refused(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Conflict):
            claims.extend(case_id=case.pk, user=desk.reviewer, at=at + LEASE)

    def test_hand_back_returns_the_case_to_its_queue(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        claims.hand_back(case_id=case.pk, user=desk.reviewer, reason="I know the supplier", at=at + second(9))

        assert one_world(case) == (CaseState.WAITING, InteractionState.AWAITING)
        assert case.owner is None
        assert Claim.objects.get().end == ClaimEnd.HANDED_BACK
        assert "why" in events("review.handed_back")[0].sealed

    def test_hand_back_by_somebody_else_is_refused(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Conflict):
            claims.hand_back(case_id=case.pk, user=desk.second, reason="", at=at)
        assert one_world(case)[0] == CaseState.IN_REVIEW

    def test_hand_back_in_the_second_round_waits_for_a_second_again(self, desk: Desk, at: datetime) -> None:
        case = made.second_round_case(desk, at)
        claims.claim(case_id=case.pk, user=desk.second, at=at)

        claims.hand_back(case_id=case.pk, user=desk.second, reason="", at=at)

        assert one_world(case) == (CaseState.AWAITING_SECOND, InteractionState.AWAITING_SECOND)

    def test_expire_gives_back_what_lapsed_once(self, desk: Desk, at: datetime) -> None:
        lapsed, living = made.claimed_case(desk, at), made.claimed_case(desk, at + second(1), desk.second)

        first, again = claims.expire(at=at + LEASE), claims.expire(at=at + LEASE)

        assert (first, again) == (1, 0)
        assert one_world(lapsed) == (CaseState.WAITING, InteractionState.AWAITING)
        assert one_world(living)[0] == CaseState.IN_REVIEW
        assert len(events("review.lease_expired")) == 1

    def test_expire_leaves_a_case_alone_that_moved_on(self, desk: Desk, at: datetime) -> None:
        """A claim that was forgotten on an escalated case does not pull it back into the queue."""
        escalation = made.escalated_case(desk, at)
        Claim.objects.create(
            case=escalation.case, user=desk.second, claimed_at=at, heartbeat_at=at, expires_at=at
        )

        claims.expire(at=at + LEASE)

        assert one_world(escalation.case) == (CaseState.ESCALATED, InteractionState.ESCALATED)


def test_the_database_can_skip_locked_rows_where_it_matters() -> None:
    assert connection.features.has_select_for_update_skip_locked == (connection.vendor == "postgresql")
