"""Counting decisions for vigilance: each once, whoever counts and however often."""

from datetime import datetime, timedelta

import pytest

from contracts.models import User
from reviews.enums import Verdict
from reviews.models import ReviewerSignal, VigilanceNotice
from reviews.selectors import vigilance_rows
from reviews.services import claims, decisions, vigilance, vigilance_counting, vigilance_judging, withdrawals
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.factories import vigilance as watched
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


@pytest.fixture
def reviewer(desk: Desk, at: datetime) -> User:
    """Somebody who has taken note."""
    vigilance.acknowledge(by=desk.reviewer, at=at)
    return desk.reviewer


def test_sweep_counts_what_was_decided(desk: Desk, reviewer: User, at: datetime) -> None:
    watched.approved(desk, reviewer, 2, at)
    last = watched.approved(desk, reviewer, 1, at + timedelta(minutes=1), watched.CAREFUL)[-1]

    counted = watched.swept(last.decided_at)

    tally = watched.signal(reviewer).tally
    assert counted == 3
    assert (tally["decisions"], tally["measured"], tally["under"], tally["approved"]) == (3, 3, 2, 3)
    assert (tally["approved_with_evidence"], tally["unopened"]) == (3, 0)
    assert tally["strata"] == {"approve/3": [3, 3]}


def test_sweep_counts_nothing_twice(desk: Desk, reviewer: User, at: datetime) -> None:
    last = watched.approved(desk, reviewer, 3, at)[-1].decided_at
    watched.swept(last)
    before = list(ReviewerSignal.objects.values())

    again = watched.swept(last)

    assert again == 0
    assert list(ReviewerSignal.objects.values()) == before


def test_sweep_goes_on_where_it_was(desk: Desk, reviewer: User, at: datetime) -> None:
    first = watched.approved(desk, reviewer, 2, at)[-1].decided_at
    watched.swept(first)
    second = watched.approved(desk, reviewer, 2, at + timedelta(hours=1))[-1].decided_at

    watched.swept(second)
    at_once = list(ReviewerSignal.objects.values("day", "tally", "memory"))
    vigilance_counting.begin_again()
    watched.swept(second)

    assert list(ReviewerSignal.objects.values("day", "tally", "memory")) == at_once


def test_counting_anew_is_what_was_counted(desk: Desk, reviewer: User, at: datetime) -> None:
    watched.approved(desk, reviewer, 2, at)
    watched.approved(desk, reviewer, 1, at + timedelta(days=1))
    last = watched.approved(desk, reviewer, 2, at + timedelta(days=3))[-1].decided_at
    watched.swept(last)
    columns = ("day", "tally", "memory", "last_at", "stale", "signals", "index", "band")
    before = list(ReviewerSignal.objects.order_by("day").values(*columns))

    vigilance_counting.begin_again()
    watched.swept(last)

    assert list(ReviewerSignal.objects.order_by("day").values(*columns)) == before
    assert before[-1]["memory"]["recent"] == "11111"


def test_count_leaves_it_where_another_sweep_was_faster(desk: Desk, reviewer: User, at: datetime) -> None:
    last = watched.approved(desk, reviewer, 2, at)[-1].decided_at
    stale = VigilanceNotice.objects.get(reviewer=reviewer)
    watched.swept(last)
    before = list(ReviewerSignal.objects.values())

    counted = vigilance_counting.count(
        notices=[stale],
        until=vigilance_rows.horizon(last + watched.LATER),
        known=vigilance_rows.Known(),
    )

    assert counted == 0
    assert list(ReviewerSignal.objects.values()) == before


def test_sweep_keeps_a_memory_over_midnight(desk: Desk, reviewer: User, at: datetime) -> None:
    watched.approved(desk, reviewer, 2, at)
    tomorrow = watched.approved(desk, reviewer, 1, at + timedelta(days=1))[-1].decided_at

    watched.swept(tomorrow)

    days = ReviewerSignal.objects.order_by("day")
    assert [row.tally["decisions"] for row in days] == [2, 1]
    assert [row.memory["run"] for row in days] == [2, 3]


def test_sweep_leaves_what_can_still_be_taken_back(desk: Desk, reviewer: User, at: datetime) -> None:
    last = watched.approved(desk, reviewer, 1, at)[-1].decided_at

    assert vigilance_judging.sweep(at=last + timedelta(seconds=30)) == 0
    assert watched.swept(last) == 1


def test_sweep_counts_nothing_that_was_taken_back(desk: Desk, reviewer: User, at: datetime) -> None:
    first, kept = watched.approved(desk, reviewer, 2, at, timedelta(seconds=4))
    withdrawals.withdraw(decision_id=first.pk, user=reviewer, at=first.decided_at + timedelta(seconds=2))

    assert watched.swept(kept.decided_at) == 1


def test_sweep_counts_nothing_of_who_has_not_taken_note(desk: Desk, reviewer: User, at: datetime) -> None:
    both = [watched.approved(desk, user, 1, at)[-1] for user in (desk.second, reviewer)]

    watched.swept(both[-1].decided_at)

    assert [row.reviewer for row in ReviewerSignal.objects.all()] == [reviewer]


def test_sweep_counts_nothing_of_before_the_notice(desk: Desk, at: datetime) -> None:
    watched.approved(desk, desk.reviewer, 1, at)
    vigilance.acknowledge(by=desk.reviewer, at=at + timedelta(minutes=1))
    last = watched.approved(desk, desk.reviewer, 1, at + timedelta(minutes=2))[-1].decided_at

    assert watched.swept(last) == 1


def test_one_who_cannot_be_counted_keeps_nobody_else(
    desk: Desk, reviewer: User, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    vigilance.acknowledge(by=desk.second, at=at)
    watched.approved(desk, reviewer, 1, at)
    last = watched.approved(desk, desk.second, 2, at)[-1].decided_at
    ReviewerSignal.objects.create(
        process=desk.process, reviewer=reviewer, day=at.date(), last_at=at, tally={"strange": 1}
    )

    counted = watched.swept(last)

    assert counted == 2
    assert watched.signal(desk.second).tally["decisions"] == 2
    assert str(reviewer.pk) in caplog.text
    assert VigilanceNotice.objects.get(reviewer=reviewer).seen_at == at, "it is tried again"


def test_whoever_had_the_case_before_has_read_it(desk: Desk, reviewer: User, at: datetime) -> None:
    case = made.read_case(desk, at, reviewer, input={"invoice": watched.TEXT})
    back = at + timedelta(seconds=40)
    claims.hand_back(case_id=case.pk, user=reviewer, reason="The telephone", at=back)
    claims.claim(case_id=case.pk, user=reviewer, at=back)
    done = back + timedelta(seconds=3)
    decisions.decide(case_id=case.pk, user=reviewer, answer=Answer(Verdict.APPROVE), at=done)

    watched.swept(done)

    assert (watched.signal(reviewer).tally["measured"], watched.signal(reviewer).tally["under"]) == (1, 0)


def test_a_forged_heartbeat_credits_no_more_than_the_clock(desk: Desk, reviewer: User, at: datetime) -> None:
    case = made.read_case(desk, at, reviewer, input={"invoice": watched.TEXT})
    for second in (1, 2, 3):
        claims.heartbeat(
            case_id=case.pk, user=reviewer, at=at + timedelta(seconds=second), active_seconds=9_999
        )
    done = at + timedelta(seconds=6)
    decision = decisions.decide(case_id=case.pk, user=reviewer, answer=Answer(Verdict.APPROVE), at=done)

    watched.swept(done)

    assert decision.seconds == 6
    assert watched.signal(reviewer).tally["under"] == 1


def test_a_clock_that_runs_backwards_credits_nothing(desk: Desk, reviewer: User, at: datetime) -> None:
    case = made.read_case(desk, at, reviewer)
    claims.heartbeat(case_id=case.pk, user=reviewer, at=at + timedelta(seconds=20), active_seconds=20)

    held = claims.heartbeat(
        case_id=case.pk, user=reviewer, at=at + timedelta(seconds=5), active_seconds=9_999
    )

    assert held.active_seconds == 20
    assert held.heartbeat_at == at + timedelta(seconds=20)


def test_what_was_decided_without_a_lease_is_not_measured(desk: Desk, reviewer: User, at: datetime) -> None:
    measured = watched.approved(desk, reviewer, 1, at)[-1]
    escalation = made.escalated_case(desk, at)
    lead = desk.lead
    made.open_evidence(escalation.case, lead, at)
    decided = decisions.decide(
        case_id=escalation.case_id,
        user=lead,
        answer=Answer(Verdict.APPROVE, learning="none"),
        at=at + timedelta(seconds=2),
    )

    assert decided.reading_floor is None
    assert measured.reading_floor is not None
    assert measured.reading_floor > 12.1
