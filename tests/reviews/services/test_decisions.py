"""Decisions need the case in hand, are made once, and the trail tells all of them (D1, D2, M4)."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from audit.errors import Conflict, NotAllowed, NotVisible, Refused
from audit.models import Event
from audit.selectors import stories
from reviews.models import Decision, Draft
from reviews.selectors import cases
from reviews.services import claims, decisions, escalations, promotions, release, workspace
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import (
    APPROVE,
    DECIDED,
    ESCALATED,
    LEASE,
    OVERRIDE,
    REJECT,
    decide,
    events,
    in_hand,
    second_in_hand,
    states,
)
from tests.threads import together
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


class TestInHand:
    @pytest.mark.parametrize(
        ("_case", "make", "who", "refusal"),
        [
            ("waiting: not claimed", made.waiting_case, "reviewer", Conflict),
            ("held by another", made.read_case, "second", Conflict),
            ("held by another, decided by the owner of the process", made.read_case, "owner", NotAllowed),
            ("held by another, seen by an auditor", made.read_case, "auditor", NotAllowed),
            ("held by another, unseen by the viewer", made.read_case, "viewer", NotVisible),
            ("decided", made.decided_case, "reviewer", Conflict),
            ("waiting for a second, by the first", made.second_round_case, "reviewer", Conflict),
            ("escalated, by who escalated", made.escalated_case, "reviewer", NotAllowed),
            ("escalated, by the deputy who does not own it", made.escalated_case, "senior", NotAllowed),
            ("escalated, by the viewer", made.escalated_case, "viewer", NotVisible),
        ],
    )
    def test_decide_needs_the_case_in_hand(
        self, desk: Desk, at: datetime, _case: str, make: Any, who: str, refusal: type[Refused]
    ) -> None:
        """D1, C3: verdicts are refused by state and by authority, and nothing changes."""
        found = make(desk, at)
        case_id = getattr(found, "case_id", found.pk)
        before = (states(found), Decision.objects.count(), Event.objects.count())

        with pytest.raises(refusal):
            decisions.decide(case_id=case_id, user=desk.cast[who], answer=REJECT, at=at)

        assert (states(found), Decision.objects.count(), Event.objects.count()) == before

    @pytest.mark.parametrize(
        "make", [made.waiting_case, made.read_case, made.escalated_case, made.decided_case]
    )
    def test_decide_tells_a_stranger_nothing(self, at: datetime, make: Any) -> None:
        """A6."""
        world = worlds.build(at)
        found = make(world.south, at)

        for user in (world.north.reviewer, world.north.owner, world.stranger):
            with pytest.raises(NotVisible):
                decisions.decide(case_id=getattr(found, "case_id", found.pk), user=user, answer=REJECT, at=at)

    @pytest.mark.parametrize("swept", [False, True])
    def test_decide_after_the_lease_lapsed_changes_nothing(
        self, desk: Desk, at: datetime, swept: bool
    ) -> None:
        """Design §3: 409, and what was typed is kept."""
        case = in_hand(desk, at)
        workspace.save_draft(case_id=case.pk, user=desk.reviewer, content={"note": "almost"}, at=at)
        if swept:
            claims.expire(at=at + LEASE)
        before = states(case)

        with pytest.raises(Conflict, match="draft is kept"):
            decide(case, desk.reviewer, APPROVE, at + LEASE)

        assert states(case) == before
        assert Draft.objects.get().content == {"note": "almost"}
        assert not Decision.objects.exists()

    def test_decide_twice_records_one(self, desk: Desk, at: datetime) -> None:
        """D2: a double click."""
        case = in_hand(desk, at)
        decide(case, desk.reviewer, APPROVE, at)

        with pytest.raises(Conflict, match="nothing was recorded twice"):
            decide(case, desk.reviewer, APPROVE, at)

        assert Decision.objects.count() == len(events("review.decided")) == 1

    def test_two_final_decisions_are_impossible(self, desk: Desk, at: datetime) -> None:
        """Design §3: the database says no."""
        decision = made.decided_case(desk, at)
        decision.pk, decision.decided_by, decision.round = None, desk.second, 2
        decision._state.adding = True

        with pytest.raises(IntegrityError), transaction.atomic():
            decision.save(force_insert=True)


class TestTrail:
    def test_decided_carries_every_fact(self, desk: Desk, at: datetime) -> None:
        """M4: the board can be rebuilt from the event alone."""
        case = in_hand(desk, at)
        claims.heartbeat(
            case_id=case.pk, user=desk.reviewer, at=at + timedelta(seconds=30), active_seconds=30
        )

        decision = decide(case, desk.reviewer, OVERRIDE, at + timedelta(seconds=40))

        facts = events("review.decided")[0].facts
        digest = facts.pop("output_digest")
        assert len(digest) == 64
        assert facts.pop("similarity") == "1.0000" == str(decision.similarity)
        assert facts == {
            "verdict": "override",
            "round": 1,
            "is_final": True,
            "changed": True,
            "material": True,
            "reason_code": "WRONG_POLICY",
            "seconds": 40,
            "evidence": ["order", "receipt"],
            "evidence_required": ["order", "receipt"],
            "route": "reviewed",
            "category": "D1",
            "tier": "high",
            "step": "approve",
            "language": "en",
            "severity": 3,
            "model_version": "north-1.0",
            "ruleset_version": 1,
            "sop_version": 1,
            "authority": "Reviewer on NORTH-AP",
            "adverse": False,
            "waited_seconds": 40,
            "replayed": False,
        }
        assert events("review.decided")[0].sealed.keys() == {"note"}

    def test_the_story_is_complete_and_in_order(self, desk: Desk, at: datetime) -> None:
        """M4: AI and human events share one correlation id, in one log."""
        case = second_in_hand(desk, at, amount="100000.00")
        decide(case, desk.second, REJECT, at)
        made.open_evidence(cases.load(case.pk), desk.lead, at)
        decide(case, desk.lead, APPROVE, at)
        made.open_evidence(cases.load(case.pk), desk.owner, at)
        decide(case, desk.owner, APPROVE, at)
        release.release_due(at=at + timedelta(seconds=settings.UNDO_SECONDS))

        story = stories.for_correlation(
            logs={desk.client.log_key}, correlation_id=case.interaction.correlation_id
        )

        opened = ["review.evidence_opened"] * 2
        assert [event.action for event in story] == [
            "intake.received",
            "routing.decided",
            "review.claimed",
            *opened,
            "review.decided",
            "review.second_requested",
            "review.claimed",
            *opened,
            "review.decided",
            "review.disagreed",
            "escalation.opened",
            *opened,
            "review.decided",
            "escalation.resolved",
            "escalation.closed",
            "escalation.opened",
            *opened,
            "review.decided",
            "final_decision.recorded",
            "escalation.resolved",
            "escalation.closed",
            "release.released",
        ]

    @pytest.mark.parametrize(
        ("_case", "beats", "seconds"),
        [
            ("no heartbeat: the time since the claim", [], 100),
            ("heartbeats: what they brought, and the rest since the last", [(60, 20)], 60),
            ("a hidden tab counts nothing but the last minute", [(30, 0), (60, 0)], 40),
        ],
    )
    def test_seconds_are_those_the_server_credits(
        self, desk: Desk, at: datetime, _case: str, beats: list[tuple[int, int]], seconds: int
    ) -> None:
        case = in_hand(desk, at)
        for after, active in beats:
            claims.heartbeat(
                case_id=case.pk, user=desk.reviewer, at=at + timedelta(seconds=after), active_seconds=active
            )

        decision = decide(case, desk.reviewer, APPROVE, at + timedelta(seconds=100))

        assert decision.seconds == seconds

    def test_similarity_is_stored_as_a_share(self, desk: Desk, at: datetime) -> None:
        decision = decide(in_hand(desk, at), desk.reviewer, REJECT, at)

        decision.refresh_from_db()
        assert decision.similarity == Decimal(0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_clicks_on_one_decision_record_one(self, at: datetime) -> None:
        """Design §3: a double decision from a double click (409)."""
        desk = worlds.build(at).north
        case = in_hand(desk, at)

        answers = together([partial(decide, case, desk.reviewer, answer, at) for answer in (APPROVE, REJECT)])

        assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Decision"]
        assert Decision.objects.count() == len(events("review.decided")) == 1
        assert states(case) == DECIDED

    def test_a_decision_and_an_escalation_at_once_have_one_winner(self, at: datetime) -> None:
        desk = worlds.build(at).north
        for _ in range(5):
            case = in_hand(desk, at)
            escalate = partial(
                escalations.escalate, case_id=case.pk, user=desk.reviewer, question="Which?", at=at
            )

            answers = together([partial(decide, case, desk.reviewer, APPROVE, at), escalate])

            assert sum(isinstance(answer, Refused) for answer in answers) == 1
            assert states(case) in (DECIDED, ESCALATED)

    def test_a_decision_and_a_promotion_at_once(self, at: datetime) -> None:
        """C4, C5: the owner decides while the clock moves the case up; it never belongs to nobody."""
        desk = worlds.build(at).north
        for _ in range(5):
            escalation = made.escalated_case(desk, at)
            late = escalation.ack_due_at

            decided, moved = together(
                [
                    partial(decide, escalation, desk.lead, REJECT, late),
                    partial(promotions.promote_due, at=late),
                ]
            )

            escalation.refresh_from_db()
            assert isinstance(decided, Decision) != bool(moved)
            assert states(escalation) == (ESCALATED if moved else DECIDED)
            assert escalation.steps.filter(ended_at__isnull=True).count() == (1 if moved else 0)
