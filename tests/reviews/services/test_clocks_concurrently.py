"""Clocks of a case moved by several at the same moment, on real connections: nothing is lost, and nobody is blamed for what was
in time (U1, U3)."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.errors import Conflict, Refused
from contracts.domain.sla_kinds import BreachState, Ledger
from contracts.models import Breach
from reviews.domain.clock_kinds import ClockState
from reviews.enums import Verdict
from reviews.models import CaseClock, ClockPause
from reviews.services import claims, clock_sweeps, clocks, decisions, release
from reviews.services.decisions import Answer
from tests import threads, worlds
from tests.beside import beside, until
from tests.factories import reviews as made
from tests.reviews.services.stages import events

__all__ = ["beside"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(at):
    return worlds.build(at).north


@pytest.fixture
def case(desk, at):
    return made.waiting_case(desk, at)


def clock(case):
    return CaseClock.objects.get(case=case, ledger=Ledger.SLA)


def pause(desk, case, at, begins, ends):
    return lambda: clocks.pause(
        case_id=case.pk, begins=begins, ends=ends, why="The client asked us to wait", by=desk.lead, at=at
    )


def decide(desk, case, at):
    claims.claim(case_id=case.pk, user=desk.reviewer, at=at)
    answer = Answer(verdict=Verdict.REJECT, reason_code="DUPLICATE")
    return decisions.decide(case_id=case.pk, user=desk.reviewer, answer=answer, at=at)


def test_two_pauses_entered_at_once_both_count(desk, case, at):
    now = at + 2 * MINUTE

    threads.together(
        [
            pause(desk, case, now, at + 5 * MINUTE, at + 15 * MINUTE),
            pause(desk, case, now, at + 20 * MINUTE, at + 40 * MINUTE),
        ]
    )

    assert ClockPause.objects.filter(case=case).count() == 2
    assert clock(case).due_at == case.opened_at + HOUR + 30 * MINUTE
    assert len(events("clock.paused")) == 2


def test_a_pause_is_ended_once_however_many_end_it(desk, case, at):
    stands = pause(desk, case, at + MINUTE, at + MINUTE, at + 30 * MINUTE)()
    now = at + 11 * MINUTE

    found = threads.together(
        [
            lambda: clocks.end_pause(case_id=case.pk, pause_id=stands.pk, by=desk.lead, at=now)
            for _ in range(3)
        ]
    )

    assert [one.code for one in found if isinstance(one, Conflict)] == ["not_paused"] * 2
    assert clock(case).due_at == case.opened_at + HOUR + 10 * MINUTE
    assert len(events("clock.resumed")) == 1


def test_a_pause_ended_beside_another_that_is_entered_counts_both(desk, case, at):
    stands = pause(desk, case, at + MINUTE, at + MINUTE, at + 30 * MINUTE)()
    now = at + 11 * MINUTE

    found = threads.together(
        [
            lambda: clocks.end_pause(case_id=case.pk, pause_id=stands.pk, by=desk.lead, at=now),
            pause(desk, case, now, at + 40 * MINUTE, at + 45 * MINUTE),
        ]
    )

    assert not [one for one in found if isinstance(one, Refused)]
    assert clock(case).due_at == case.opened_at + HOUR + 15 * MINUTE


def test_a_pause_beside_the_sweep_leaves_no_breach_that_it_disproves(desk, case, at):
    late = at + HOUR + MINUTE

    found = threads.together(
        [
            lambda: clock_sweeps.judge(at=late),
            pause(desk, case, late, at + 10 * MINUTE, at + 40 * MINUTE),
            lambda: clock_sweeps.judge(at=late),
        ]
    )

    row = clock(case)
    assert not [one for one in found if isinstance(one, Refused)]
    assert row.due_at == case.opened_at + HOUR + 30 * MINUTE
    assert (row.breached_at, row.responsible) == (None, "")
    assert not Breach.objects.exclude(state=BreachState.WAIVED).exists()
    assert clock_sweeps.judge(at=late) == 0


def test_two_sweeps_at_once_find_a_late_one_once(desk, case, at):
    late = at + HOUR + MINUTE

    found = threads.together([lambda: clock_sweeps.judge(at=late) for _ in range(3)])

    assert sorted(found) == [0, 0, 1]
    assert Breach.objects.count() == len(events("sla.breached")) == 1


def test_a_release_beside_a_pause_stops_the_clock_once_and_judges_it_by_both(desk, case, at):
    """Decided after the time was up; the pause makes it in time, whichever is first."""
    decide(desk, case, at + HOUR + 5 * MINUTE)
    now = at + HOUR + 6 * MINUTE

    threads.together(
        [
            lambda: release.release_due(at=now),
            pause(desk, case, now, at + 10 * MINUTE, at + 40 * MINUTE),
        ]
    )

    row = clock(case)
    assert (row.state, row.stopped_at) == (ClockState.MET, at + HOUR + 5 * MINUTE)
    assert row.due_at == case.opened_at + HOUR + 30 * MINUTE


def test_a_sweep_that_waited_for_the_release_blames_nobody_for_what_was_decided_in_time(
    desk, case, at, beside
):
    decision = decide(desk, case, at + HOUR - MINUTE)
    now = at + HOUR + MINUTE

    with transaction.atomic():
        assert release.release(interaction_id=decision.interaction_id, at=now)
        judged = beside(lambda: clock_sweeps._judge(clock(case).pk, now))
        until(1)

    assert judged() == 0
    row = clock(case)
    assert (row.state, row.breached_at, row.responsible) == (ClockState.MET, None, "")
    assert not Breach.objects.exists()


def test_a_sweep_waits_for_a_decision_that_was_made_in_time_and_is_not_stored_yet(desk, case, at, beside):
    now = at + HOUR + MINUTE

    with transaction.atomic():
        decide(desk, case, at + HOUR - MINUTE)
        judged = beside(lambda: clock_sweeps.judge(at=now))
        until(1)

    assert judged() == 0
    assert clock(case).breached_at is None
    assert not Breach.objects.exists()


def test_what_ended_is_counted_once_by_two_sweeps(desk, case, at):
    decide(desk, case, at + 30 * MINUTE)
    release.release_due(at=at + 31 * MINUTE)

    found = threads.together([lambda: clock_sweeps.count(at=at + HOUR) for _ in range(2)])

    assert sorted(found) == [0, 1]
    assert sum(row["number"] for event in events("clock.counted") for row in event.facts["rows"]) == 1
