"""Control items on their way: put into the queue like any other case, decided, judged, told, and never released (E4)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.errors import Conflict, NotVisible
from audit.models import Event, Log
from contracts.models import Notification
from reviews.enums import CaseState, ControlKind, InteractionState, QueueKind, Verdict
from reviews.models import Case, Honeypot, Interaction, RoutingDecision, ShadowDifference
from reviews.services import (
    claims,
    escalations,
    honeypot_plans,
    honeypots,
    promotions,
    release,
    withdrawals,
)
from tests import worlds
from tests.factories import honeypots as pots
from tests.factories import reviews as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def told(action: str) -> list[Event]:
    return list(Event.objects.filter(action=action))


def test_a_served_item_is_a_case_like_its_neighbour(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    case = pots.case_of(row)
    real = Case.objects.get(meant_for__isnull=True)

    assert (row.state, case.state, case.queue_id) == ("served", CaseState.WAITING, real.queue_id)
    for name in ("state", "severity", "trigger_class", "needs_second", "owner_id", "process_id", "client_id"):
        assert getattr(case, name) == getattr(real, name), name
    one, other = case.interaction, real.interaction
    for name in (
        "state",
        "disposition",
        "step_id",
        "agent_id",
        "category",
        "model_reference",
        "model_version_id",
        "endpoint",
        "source",
        "reasons",
        "data_classes",
        "origin",
    ):
        assert getattr(one, name) == getattr(other, name), name
    assert one.lineage[0].keys() == other.lineage[0].keys()
    assert one.external_id.startswith("INV-")
    assert one.external_id != other.external_id
    assert one.routing.ruleset_version == other.routing.ruleset_version
    assert one.id.version == other.id.version == 7


def test_nothing_of_it_stands_in_the_log_of_the_client(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    pots.answered(row, desk.reviewer, at)
    pots.judged(row, at)

    own, platform = Log.objects.get(key="north").pk, Log.objects.get(key="platform").pk
    about = Event.objects.filter(object_id=str(row.interaction_id))
    assert {"intake.received", "routing.decided", "review.claimed", "review.decided"} <= {
        event.action for event in about
    }
    assert {event.log_id for event in about} == {platform}
    assert {event.content["origin"] for event in about} == {"control"}
    assert {event.content.get("process", "") for event in about} == {""}
    for event in Event.objects.filter(log_id=own):
        assert str(row.interaction_id) not in str(event.content)
        assert str(row.pk) not in str(event.content)


def test_a_missed_item_is_judged_told_and_never_released(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    pots.answered(row, desk.reviewer, at)

    assert release.release_due(at=at + AN_HOUR) == 0
    assert not release.release(interaction_id=row.interaction_id, at=at + AN_HOUR)
    assert honeypots.settle_due(at=at + timedelta(seconds=7)) == 0
    pots.judged(row, at)

    assert (row.state, row.answer) == ("missed", Verdict.APPROVE)
    found = Interaction.objects.get(pk=row.interaction_id)
    assert (found.state, found.released_at) == (InteractionState.DECIDED, None)
    assert pots.case_of(row).state == CaseState.CLOSED
    note = Notification.objects.get(user=desk.reviewer, subject__startswith="That was a control item")
    assert pots.WRONG in note.body
    assert [len(told(f"honeypot.{what}")) for what in ("served", "missed", "caught")] == [1, 1, 0]
    assert not told("release.released")


@pytest.mark.parametrize("state", [InteractionState.RELEASED, InteractionState.AUTO_RELEASED])
def test_the_database_refuses_to_release_it(desk: Desk, at: datetime, state: InteractionState) -> None:
    row = pots.served(desk, at)
    pots.answered(row, desk.reviewer, at)
    key = row.interaction_id.hex if connection.vendor == "sqlite" else str(row.interaction_id)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reviews_interaction SET state = %s, released_at = %s WHERE id = %s", [state, at, key]
        )

    assert Interaction.objects.get(pk=row.interaction_id).state == InteractionState.DECIDED


@pytest.mark.parametrize(
    ("kind", "verdict", "state"),
    [
        (ControlKind.KNOWN_BAD, Verdict.REJECT, "caught"),
        (ControlKind.KNOWN_BAD, Verdict.APPROVE, "missed"),
        (ControlKind.KNOWN_GOOD, Verdict.APPROVE, "caught"),
        (ControlKind.KNOWN_GOOD, Verdict.REJECT, "missed"),
    ],
)
def test_what_counts_as_caught(
    desk: Desk, at: datetime, kind: ControlKind, verdict: Verdict, state: str
) -> None:
    row = pots.served(desk, at, kind)
    pots.answered(row, desk.reviewer, at, verdict)

    assert pots.judged(row, at).state == state
    assert honeypots.settle_due(at=at + AN_HOUR) == 0
    assert len(told(f"honeypot.{state}")) == 1


def test_who_takes_it_back_is_not_judged_and_afterwards_comes_too_late(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    decision = pots.answered(row, desk.reviewer, at)
    withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=at + timedelta(seconds=2))

    assert pots.judged(row, at).state == "served"

    again = pots.answered(row, desk.reviewer, at + AN_HOUR, Verdict.REJECT)
    assert pots.judged(row, at + AN_HOUR).state == "caught"
    with pytest.raises(Conflict):
        withdrawals.withdraw(decision_id=again.pk, user=desk.reviewer, at=at + AN_HOUR)


def test_asking_is_no_fault_and_disturbs_nobody(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    before = Notification.objects.filter(user=desk.lead).count()
    claims.claim(case_id=pots.case_of(row).pk, user=desk.reviewer, at=at)
    running = escalations.escalate(
        case_id=pots.case_of(row).pk, user=desk.reviewer, question="Too high?", at=at
    )

    assert pots.case_of(row).state == CaseState.ESCALATED
    assert Notification.objects.filter(user=desk.lead).count() == before
    with pytest.raises(NotVisible):
        escalations.acknowledge(escalation_id=running.pk, user=desk.lead, at=at)
    assert promotions.promote_due(at=at + AN_HOUR) == 0

    assert pots.judged(row, at).state == "caught"
    running.refresh_from_db()
    assert (running.state, running.learning) == ("resolved", "none")
    assert not told("escalation.promoted")


def test_one_nobody_takes_is_withdrawn(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)

    assert honeypots.settle_due(at=at + timedelta(hours=23)) == 0
    assert honeypots.settle_due(at=at + timedelta(hours=25)) == 1

    row.refresh_from_db()
    assert (row.state, pots.case_of(row).state) == ("withdrawn", CaseState.CLOSED)
    assert not Notification.objects.filter(subject__startswith="That was").exists()


def test_one_that_another_reviewer_took_says_nothing_about_either(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    pots.answered(row, desk.second, at)

    assert pots.judged(row, at).state == "withdrawn"
    assert pots.case_of(row).state == CaseState.CLOSED
    assert not told("honeypot.missed")


def test_whoever_it_is_not_meant_for_gets_it_last(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)

    first = claims.next_case(user=desk.second, at=at)
    assert first is not None
    assert first.case_id != pots.case_of(row).pk
    claims.hand_back(case_id=first.case_id, user=desk.second, reason="", at=at)
    claims.claim(case_id=first.case_id, user=desk.reviewer, at=at)
    last = claims.next_case(user=desk.second, at=at)
    assert last is not None
    assert last.case_id == pots.case_of(row).pk


def test_whoever_may_read_stories_never_meets_one(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    case = pots.case_of(row)

    for person in (desk.lead, desk.senior):
        taken = claims.next_case(user=person, at=at)
        assert taken is None or taken.case_id != case.pk
        with pytest.raises(NotVisible):
            claims.claim(case_id=case.pk, user=person, at=at)
        if taken is not None:
            claims.hand_back(case_id=taken.case_id, user=person, reason="", at=at)
    assert pots.case_of(row).state == CaseState.WAITING


def test_it_is_not_planted_where_it_is_not_allowed_any_more(desk: Desk, at: datetime) -> None:
    made.waiting_case(desk, at)
    pots.allowed(desk, at)
    pots.item(desk, at)
    assert honeypots.plan_one(
        process=desk.process, reviewer=desk.reviewer.pk, at=at, dice=honeypots.SystemRandom()
    )
    plan = desk.process.honeypot_plan
    honeypot_plans.set_plan(
        process=desk.process, allowed=False, share=plan.share, basis="", by=desk.governance, at=at
    )

    assert honeypots.plant_due(at=at + AN_HOUR) == 0

    assert Honeypot.objects.get().state == "withdrawn"
    assert not Interaction.objects.filter(is_honeypot=True).exists()


@pytest.mark.parametrize("changes", [{"amount": "30000.00"}, {"amount": "1200.00"}])
def test_what_the_rules_send_elsewhere_leaves_nothing(desk: Desk, at: datetime, changes: dict) -> None:
    """A second review is no reviewer's own, and what goes straight through comes before nobody."""
    made.waiting_case(desk, at)
    pots.allowed(desk, at)
    pots.item(desk, at, **changes)
    before = (Interaction.objects.count(), RoutingDecision.objects.count(), Case.objects.count())
    honeypots.plan_one(process=desk.process, reviewer=desk.reviewer.pk, at=at, dice=honeypots.SystemRandom())

    assert honeypots.plant_due(at=at + AN_HOUR) == 0

    assert (Interaction.objects.count(), RoutingDecision.objects.count(), Case.objects.count()) == before
    assert Honeypot.objects.get().state == "withdrawn"


def test_planting_twice_makes_one(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)

    assert honeypots.plant_due(at=at + AN_HOUR) == 0
    assert Interaction.objects.filter(is_honeypot=True).count() == 1
    assert not ShadowDifference.objects.exists()
    assert row.interaction is not None
    assert row.interaction.case.queue == desk.queues[QueueKind.REVIEW]


def test_an_agent_may_still_use_the_name_it_has(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    assert row.interaction is not None

    case = made.waiting_case(desk, at, external_id=row.interaction.external_id)

    assert case.interaction_id != row.interaction_id
    assert timezone.is_aware(case.opened_at)
