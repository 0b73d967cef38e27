"""The clocks of a case: opened with it, paused with a reason, stopped when it goes out, and somebody's when late (U1, U3, U5)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from contracts.domain.sla_kinds import BreachKind, BreachState, Ledger, Metric
from contracts.enums import HaltCause, Party
from contracts.models import Breach
from reviews.domain.clock_kinds import ClockState
from reviews.models import CaseClock
from reviews.services import (
    claims,
    clock_sweeps,
    clocks,
    information,
    intake,
    release,
    withdrawals,
)
from tests import worlds
from tests.factories import halts, service_levels
from tests.factories import reviews as made
from tests.factories.clocks import MINUTE, clock, decide, gone_out, paused, timed
from tests.reviews.services.stages import events
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def test_a_case_begins_with_the_clock_that_was_agreed(desk, at):
    case = made.waiting_case(desk, at)

    row = clock(case)
    assert (row.level, row.state, row.started_at, row.due_at) == (
        "Review within the hour",
        ClockState.RUNNING,
        case.opened_at,
        case.opened_at + HOUR,
    )
    assert row.risk_at == case.opened_at + 45 * MINUTE


def test_what_goes_out_without_a_person_has_no_clock(desk, at):
    intake.accept(payloads=[worlds.payload(desk, amount="10.00")], agent=desk.agent, key=desk.key, at=at)

    assert not CaseClock.objects.exists()


@pytest.mark.parametrize(
    "minutes, state", [(59, ClockState.MET), (60, ClockState.MET), (61, ClockState.MISSED)]
)
def test_release_stops_it_when_it_was_decided(desk, at, minutes, state):
    case = gone_out(desk, at, at + minutes * MINUTE)

    row = clock(case)
    assert (row.state, row.stopped_at) == (state, at + minutes * MINUTE)


def test_undo_leaves_it_running(desk, at):
    case = made.waiting_case(desk, at)
    decision = decide(desk, case, at + 30 * MINUTE)
    withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=at + 30 * MINUTE)

    release.release_due(at=at + 31 * MINUTE)

    assert clock(case).state == ClockState.RUNNING


def test_judge_finds_a_late_one_once_and_names_who_answers_U3(desk, at):
    case = made.waiting_case(desk, at)

    assert clock_sweeps.judge(at=at + HOUR - MINUTE) == 0
    assert clock_sweeps.judge(at=at + HOUR + MINUTE) == 1
    assert clock_sweeps.judge(at=at + 2 * HOUR) == 0

    row, breach = clock(case), Breach.objects.get()
    assert (row.breached_at, row.responsible, row.excluded) == (at + HOUR, Party.PROVIDER, "")
    assert (breach.kind, breach.responsible, breach.level) == (
        BreachKind.SERVICE_LEVEL,
        Party.PROVIDER,
        "Review within the hour",
    )
    assert breach.occurred_at == at + HOUR


def test_judge_leaves_a_decided_case_to_its_release(desk, at):
    case = made.waiting_case(desk, at)
    decide(desk, case, at + 59 * MINUTE)

    assert clock_sweeps.judge(at=at + HOUR + MINUTE) == 0
    release.release_due(at=at + HOUR + MINUTE)

    assert clock(case).state == ClockState.MET
    assert not Breach.objects.exists()


def test_a_breach_while_the_client_has_it_does_not_count_against_the_provider(desk, at):
    escalation = made.escalated_case(desk, at)
    case, step = escalation.case, escalation.steps.get()
    type(step).objects.filter(pk=step.pk).update(owner=desk.admin)

    clock_sweeps.judge(at=at + HOUR + MINUTE)

    row = clock(case)
    assert (row.responsible, row.excluded) == (Party.CLIENT, "The case was with the client")


def test_the_vendor_has_a_clock_of_its_own_while_it_is_asked(desk, at):
    service_levels.agreed(
        desk,
        at,
        timed(Metric.REVIEW_TIME, 60),
        timed(Metric.VENDOR_TIME, 20, "0.3"),
        service_levels.terms("A", "0.2"),
    )
    case = made.claimed_case(desk, at)
    information.ask(case_id=case.pk, user=desk.reviewer, question="Which order?", at=at + 10 * MINUTE)

    clock_sweeps.judge(at=at + HOUR + MINUTE)

    vendors, ours = clock(case, Ledger.UC), clock(case)
    assert (vendors.due_at, vendors.responsible) == (at + 30 * MINUTE, Party.AI_VENDOR)
    assert (ours.responsible, ours.excluded) == (Party.AI_VENDOR, "")
    information.give(interaction=case.interaction, agent=desk.agent, text="PO-7", at=at + 70 * MINUTE)
    vendors.refresh_from_db()
    assert (vendors.state, vendors.stopped_at) == (ClockState.MISSED, at + 70 * MINUTE)
    assert Breach.objects.filter(responsible=Party.AI_VENDOR).count() == 2


def test_the_teams_own_clock_counts_only_what_the_team_had(desk, at):
    service_levels.agreed(desk, at, timed(Metric.REVIEW_TIME, 60), timed(Metric.INTERNAL_TIME, 30))
    case = made.claimed_case(desk, at)
    information.ask(case_id=case.pk, user=desk.reviewer, question="Which order?", at=at + 10 * MINUTE)

    clock_sweeps.judge(at=at + 31 * MINUTE)

    row = clock(case, Ledger.OLA)
    assert (row.responsible, row.excluded) == (Party.PROVIDER, "The case was not with the team")


# ── Pauses ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_pause_moves_the_end_and_is_on_the_trail(desk, at):
    case = made.waiting_case(desk, at)

    paused(case, desk, at + 10 * MINUTE, at + 40 * MINUTE, at + 10 * MINUTE)

    assert clock(case).due_at == at + 90 * MINUTE
    (event,) = events("clock.paused")
    assert "archive" not in str(event.content)
    assert [event.facts["ledger"] for event in events("clock.moved")] == ["sla"]


def test_end_pause_lets_it_run_again(desk, at):
    case = made.waiting_case(desk, at)
    stood = paused(case, desk, at, at + 40 * MINUTE, at)

    clocks.end_pause(case_id=case.pk, pause_id=stood.pk, by=desk.lead, at=at + 15 * MINUTE)

    assert clock(case).due_at == at + 75 * MINUTE
    with pytest.raises(Conflict, match="over"):
        clocks.end_pause(case_id=case.pk, pause_id=stood.pk, by=desk.lead, at=at + 16 * MINUTE)


def test_a_pause_entered_afterwards_takes_a_breach_back(desk, at):
    case = gone_out(desk, at, at + 70 * MINUTE)
    clock_sweeps.judge(at=at + 80 * MINUTE)
    assert Breach.objects.get().state == BreachState.RECORDED

    paused(case, desk, at + 20 * MINUTE, at + 40 * MINUTE, at + 3 * HOUR)

    row = clock(case)
    assert (row.state, row.breached_at, row.responsible) == (ClockState.MET, None, "")
    assert Breach.objects.get().state == BreachState.WAIVED
    assert clock_sweeps.judge(at=at + 4 * HOUR) == 0


@pytest.mark.parametrize(
    "begins, ends, why, field",
    [
        (0, 0, "Down", "ends"),
        (10, 5, "Down", "ends"),
        (0, 32 * 24 * 60, "Down", "ends"),
        (-10, 5, "Down", "begins"),
        (40 * 24 * 60, 40 * 24 * 60 + 5, "Down", "begins"),
        (0, 5, " ", "why"),
        (0, 5, "x" * 301, "why"),
    ],
)
def test_pause_refuses_what_cannot_be_meant(desk, at, begins, ends, why, field):
    case = made.waiting_case(desk, at)

    with pytest.raises(Invalid) as refused:
        paused(case, desk, at + begins * MINUTE, at + ends * MINUTE, at, why)

    assert refused.value.field == field
    assert clock(case).due_at == at + HOUR
    assert not events("clock.paused")


def test_pause_is_for_those_who_lead(at):
    world = worlds.build(at)
    desk = world.north
    case = made.waiting_case(desk, at)
    said = {"case_id": case.pk, "begins": at, "ends": at + MINUTE, "why": "Down", "at": at}

    for user, refusal in (
        (desk.reviewer, NotAllowed),
        (desk.owner, NotAllowed),
        (world.stranger, NotVisible),
    ):
        with pytest.raises(refusal):
            clocks.pause(by=user, **said)

    assert not events("clock.paused")
    assert clocks.pause(by=desk.ops, **said)


def test_nobody_pauses_the_clocks_of_his_own_reviews(desk, at):
    case = made.waiting_case(desk, at)
    claims.claim(case_id=case.pk, user=desk.lead, at=at)
    claims.hand_back(case_id=case.pk, user=desk.lead, reason="Not mine", at=at + MINUTE)
    said = {"case_id": case.pk, "begins": at, "ends": at + 5 * MINUTE, "why": "Down", "at": at + 6 * MINUTE}

    with pytest.raises(NotAllowed, match="your own"):
        clocks.pause(by=desk.lead, **said)

    assert clock(case).due_at == at + HOUR
    assert not events("clock.paused")
    assert clocks.pause(by=desk.ops, **said)


# ── Halts ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "cause, breaches",
    [(HaltCause.MODEL, 0), (HaltCause.DATA, 0), (HaltCause.PROCESS, 1), (HaltCause.OTHER, 1)],
)
def test_a_halt_counts_only_where_the_provider_caused_it_U5(desk, at, cause, breaches):
    case = made.waiting_case(desk, at)
    halt = halts.engaged(desk, at + 10 * MINUTE)
    type(halt).objects.filter(pk=halt.pk).update(cause=cause)
    halts.released(halt, desk.admin, at + 40 * MINUTE)

    assert clock_sweeps.judge(at=at + HOUR + MINUTE) == breaches

    if not breaches:
        assert clock(case).due_at == at + 90 * MINUTE
        assert clock_sweeps.judge(at=at + 91 * MINUTE) == 1
