"""The sweeps over clocks: who is warned, what is counted, and how running clocks follow other service levels (U1, U3)."""

from datetime import datetime, timedelta

import pytest

from contracts.domain.sla_kinds import BreachState, Metric
from contracts.enums import HaltCause
from contracts.models import Breach, Notification
from reviews.models import CaseClock
from reviews.services import (
    clock_sweeps,
    information,
)
from tests import worlds
from tests.factories import halts, service_levels
from tests.factories import reviews as made
from tests.factories.clocks import MINUTE, clock, gone_out, paused, timed
from tests.reviews.services.stages import events
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def counted() -> list[tuple[str, str, int]]:
    return [
        (row["ledger"], row["outcome"], row["number"])
        for event in events("clock.counted")
        for row in event.facts["rows"]
    ]


def test_warn_tells_the_leaders_once_for_all(desk, at):
    made.waiting_cases(desk, at, 3)
    before = Notification.objects.count()

    assert clock_sweeps.warn(at=at + 44 * MINUTE) == 0
    assert clock_sweeps.warn(at=at + 46 * MINUTE) == 3
    assert clock_sweeps.warn(at=at + 47 * MINUTE) == 0

    told = Notification.objects.order_by("pk")[before:]
    assert {(one.user, one.subject) for one in told} == {
        (user, "NORTH-AP: 3 cases are at risk of being late") for user in (desk.lead, desk.ops)
    }


def test_count_puts_each_into_the_account_of_its_day_once(desk, at):
    for minutes in (30, 40, 70):
        gone_out(desk, at, at + minutes * MINUTE)
    clock_sweeps.judge(at=at + 2 * HOUR)

    assert clock_sweeps.count(at=at + 2 * HOUR) == 3
    assert clock_sweeps.count(at=at + 3 * HOUR) == 0

    assert counted() == [("sla", "met", 2), ("sla", "missed", 1)]
    (event,) = events("clock.counted")
    assert {row["day"] for row in event.facts["rows"]} == {(at + 30 * MINUTE).date().isoformat()}


def test_count_waits_for_the_judgement_of_what_is_late(desk, at):
    gone_out(desk, at, at + 70 * MINUTE)

    assert clock_sweeps.count(at=at + 2 * HOUR) == 0
    clock_sweeps.judge(at=at + 2 * HOUR)
    assert clock_sweeps.count(at=at + 2 * HOUR) == 1


def test_a_pause_after_it_was_counted_corrects_the_account(desk, at):
    case = gone_out(desk, at, at + 70 * MINUTE)
    clock_sweeps.judge(at=at + 2 * HOUR)
    clock_sweeps.count(at=at + 2 * HOUR)

    paused(case, desk, at + 20 * MINUTE, at + 40 * MINUTE, at + 3 * HOUR)
    clock_sweeps.count(at=at + 3 * HOUR)

    assert counted() == [("sla", "missed", 1), ("sla", "met", 1), ("sla", "missed", -1)]


def test_other_service_levels_keep_what_has_passed(desk, at):
    """GLPI #6902: 40 minutes in, the hour becomes two."""
    case = made.waiting_case(desk, at)
    later = at + 40 * MINUTE
    service_levels.agreed(desk, later, timed(Metric.REVIEW_TIME, 120), service_levels.terms("A", "0.5"))

    assert clock_sweeps.follow_agreements(at=later) == 1
    assert clock_sweeps.follow_agreements(at=later) == 0

    row = clock(case)
    assert (row.due_at, row.version, len(row.terms)) == (at + 120 * MINUTE, 2, 2)


@pytest.mark.parametrize("judged", [True, False])
def test_what_was_late_before_other_service_levels_stays_late(desk, at, judged):
    case = made.waiting_case(desk, at)
    if judged:
        clock_sweeps.judge(at=at + 70 * MINUTE)
    later = at + 90 * MINUTE
    service_levels.agreed(desk, later, timed(Metric.REVIEW_TIME, 120), service_levels.terms("A", "0.5"))

    assert clock_sweeps.follow_agreements(at=later) == 1
    assert clock_sweeps.follow_agreements(at=later) == 0
    clock_sweeps.judge(at=later)

    row = clock(case)
    assert (row.due_at, row.version, len(row.terms)) == (at + HOUR, 2, 1)
    assert row.breached_at == at + HOUR
    assert Breach.objects.get().state == BreachState.RECORDED


def test_a_pause_does_not_forget_the_halt_that_moved_the_end(desk, at):
    """An hour agreed, a halt of the model for half an hour, ten minutes of pause: due after a hundred minutes."""
    case = made.waiting_case(desk, at)
    halt = halts.engaged(desk, at + 10 * MINUTE)
    type(halt).objects.filter(pk=halt.pk).update(cause=HaltCause.MODEL)
    halts.released(halt, desk.admin, at + 40 * MINUTE)
    clock_sweeps.judge(at=at + 61 * MINUTE)
    assert clock_sweeps.judge(at=at + 95 * MINUTE) == 1

    paused(case, desk, at + 50 * MINUTE, at + HOUR, at + 95 * MINUTE)

    row = clock(case)
    assert (row.due_at, row.breached_at) == (at + 100 * MINUTE, None)
    assert Breach.objects.get().state == BreachState.WAIVED


def test_without_a_time_for_the_vendor_its_clock_is_accounted_for(desk, at):
    case = made.claimed_case(desk, at)
    information.ask(case_id=case.pk, user=desk.reviewer, question="Which order?", at=at + 10 * MINUTE)
    information.give(interaction=case.interaction, agent=desk.agent, text="PO-7", at=at + 20 * MINUTE)

    assert clock_sweeps.count(at=at + HOUR) == 0
    assert not CaseClock.objects.filter(counted=False, stopped_at__isnull=False).exists()


def test_no_time_is_agreed_and_nothing_is_counted(desk, at):
    service_levels.agreed(desk, at, service_levels.terms())

    case = made.waiting_case(desk, at)

    assert not CaseClock.objects.filter(case=case).exists()
    assert clock_sweeps.judge(at=at + 9 * HOUR) == clock_sweeps.count(at=at + 9 * HOUR) == 0
