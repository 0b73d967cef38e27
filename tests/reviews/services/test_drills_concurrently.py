"""An answer, the clock and a cancellation at the same moment, on real connections: one of them ends the call (C7)."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from audit.errors import Conflict
from audit.models import Event
from reviews.enums import CallEnd, DrillState
from reviews.models import EscalationDrill
from reviews.services import drills
from tests import threads, worlds
from tests.beside import PATIENCE, beside
from tests.factories import drills as made
from tests.worlds import Desk

__all__ = ["beside"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

LATE = timedelta(minutes=15, seconds=1)


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def until_somebody_waits() -> None:
    """Until another session waits for a row that this one holds."""
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        pause.wait(0.02)
    pytest.fail("nobody waits")


def count(action: str) -> int:
    return Event.objects.filter(action=action).count()


@pytest.mark.parametrize("attempt", range(5))
def test_an_answer_or_the_clock_ends_the_call_and_never_both(desk: Desk, at: datetime, attempt: int) -> None:
    drill, late = made.started(desk, at), at + LATE

    answer, moved, again = threads.together(
        [
            lambda: drills.answer(drill_id=drill.pk, user=desk.lead, at=late),
            lambda: drills.advance_due(at=late),
            lambda: drills.advance_due(at=late),
        ]
    )

    answered = isinstance(answer, EscalationDrill)
    assert answered or isinstance(answer, Conflict)
    assert moved + again == (0 if answered else 1)
    drill.refresh_from_db()
    first = drill.calls.get(level=1)
    assert (drill.state, drill.level) == ((DrillState.ANSWERED, 1) if answered else (DrillState.RUNNING, 2))
    assert first.end == (CallEnd.ANSWERED if answered else CallEnd.UNANSWERED)
    assert drill.calls.count() == (1 if answered else 2)
    assert (count("escalation.drill_answered"), count("escalation.drill_moved")) == (
        (1, 0) if answered else (0, 1)
    )


def test_the_clock_waits_for_an_answer_that_is_being_written_and_then_leaves_it(
    desk: Desk, at: datetime, beside
) -> None:
    drill, late = made.started(desk, at), at + LATE

    with transaction.atomic():
        drills.answer(drill_id=drill.pk, user=desk.lead, at=late)
        sweep = beside(lambda: drills.advance_due(at=late))
        until_somebody_waits()

    assert sweep() == 0
    drill.refresh_from_db()
    assert drill.state == DrillState.ANSWERED
    assert count("escalation.drill_moved") == 0


def test_of_two_answers_and_a_cancellation_one_wins(desk: Desk, at: datetime) -> None:
    drill = made.started(desk, at)

    replies = threads.together(
        [
            lambda: drills.answer(drill_id=drill.pk, user=desk.lead, at=at),
            lambda: drills.answer(drill_id=drill.pk, user=desk.lead, at=at),
            lambda: drills.cancel(drill_id=drill.pk, by=desk.ops, at=at),
        ]
    )

    assert [isinstance(reply, Conflict) for reply in replies].count(False) == 1
    assert count("escalation.drill_ended") == 1


def test_of_two_drills_begun_at_once_one_runs(desk: Desk, at: datetime) -> None:
    replies = threads.together(
        [lambda: made.started(desk, at), lambda: made.started(desk, at, by=desk.governance)]
    )

    (refused,) = [reply for reply in replies if isinstance(reply, Conflict)]
    assert refused.code == "drill_running"
    assert EscalationDrill.objects.filter(process=desk.process).count() == 1
    assert count("escalation.drill_started") == 1
