"""Whole ways through the house, from the agent's post to the outcome it reads (C1–C5, D1–D9, M4)."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from audit.models import Event
from audit.selectors import stories
from contracts.models import Notification
from reviews.enums import Disposition, InteractionState, Verdict
from reviews.models import Case, Decision, Escalation, Interaction
from reviews.selectors import cases, outcomes
from reviews.services import (
    claims,
    decisions,
    escalations,
    intake,
    promotions,
    release,
    withdrawals,
    workspace,
)
from reviews.services.decisions import Answer
from reviews.services.intake import Receipt
from tests import worlds
from tests.factories.reviews import open_evidence
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

WINDOW = timedelta(seconds=settings.UNDO_SECONDS)
MINUTE = timedelta(minutes=1)


def post(desk: Desk, at: datetime, **changes: object) -> Receipt:
    return intake.accept(payloads=[worlds.payload(desk, **changes)], agent=desk.agent, key=desk.key, at=at)[0]


def outcome(desk: Desk, receipt: Receipt) -> outcomes.Outcome:
    return outcomes.of(
        outcomes.own(agent=desk.agent, key=desk.key, interaction_id=receipt.id, action="read_outcome")
    )


def story(desk: Desk, receipt: Receipt) -> list[Event]:
    interaction = Interaction.objects.get(pk=receipt.id)
    return stories.for_correlation(logs={desk.client.log_key}, correlation_id=interaction.correlation_id)


def test_post_rule_claim_evidence_edit_release_outcome(at: datetime) -> None:
    """The main job: the agent posts, a rule holds it, a person mends it, the agent reads what became of it."""
    desk = worlds.build(at).north

    small, large = post(desk, at), post(desk, at, amount="6000.00")

    assert (small.disposition, large.disposition) == (Disposition.AUTO_RELEASED, Disposition.REVIEW)
    assert large.reasons[0]["sentence"] == "Amount ≥ €5,000 (rule AP-R1 v1)"
    assert outcome(desk, small).output == {
        "decision": "pay",
        "amount": "1200.00",
        "comment": "Matches order and receipt.",
    }

    claim = claims.next_case(user=desk.reviewer, at=at + MINUTE)
    assert claim.case_id == large.case
    for panel in ("order", "receipt"):
        workspace.open_evidence(case_id=claim.case_id, user=desk.reviewer, panel=panel, at=at + MINUTE)
    claims.heartbeat(case_id=claim.case_id, user=desk.reviewer, at=at + MINUTE * 1.5, active_seconds=30)
    answer = Answer(Verdict.EDIT, {"amount": "5,950.00"}, "CALC_ERROR", "One valve is missing")
    decision = decisions.decide(case_id=claim.case_id, user=desk.reviewer, answer=answer, at=at + 2 * MINUTE)
    waiting = outcome(desk, large)

    assert (waiting.released, waiting.output, waiting.verdict) == (False, None, None)
    assert release.release_due(at=at + 2 * MINUTE + WINDOW) == 1

    told = outcome(desk, large)
    assert (told.released, told.verdict, told.reason_code) == (True, "edit", "CALC_ERROR")
    assert told.output == {"decision": "pay", "amount": "5950.00", "comment": "Matches order and receipt."}
    assert decision.seconds == 60
    events = story(desk, large)
    assert [event.action for event in events] == [
        "intake.received",
        "routing.decided",
        "review.claimed",
        "review.evidence_opened",
        "review.evidence_opened",
        "review.decided",
        "release.released",
    ]
    assert [event.actor_type for event in events] == [
        "ai_agent",
        "system",
        "human",
        "human",
        "human",
        "human",
        "system",
    ]


def test_two_pairs_of_eyes(at: datetime) -> None:
    """D8: from €25,000 on two people; the second is another and the case goes out only after both."""
    desk = worlds.build(at).north
    receipt = post(desk, at, amount="30000.00")

    for user, final in ((desk.reviewer, False), (desk.second, True)):
        assert claims.next_case(user=user, at=at).case_id == receipt.case
        open_evidence(cases.load(receipt.case), user, at)
        decision = decisions.decide(case_id=receipt.case, user=user, answer=Answer(Verdict.APPROVE), at=at)
        assert decision.is_final is final
        assert claims.next_case(user=desk.reviewer, at=at) is None

    release.release_due(at=at + WINDOW)
    assert outcome(desk, receipt).released
    assert Decision.objects.filter(is_final=True, withdrawn_at__isnull=True).count() == 1


def test_unsure_goes_to_the_lead_who_decides(at: datetime) -> None:
    """D9: no penalty; the lead finds it in his inbox, decides, and it goes out."""
    desk = worlds.build(at).north
    receipt = post(desk, at, amount="6000.00")
    claims.next_case(user=desk.reviewer, at=at)

    escalation = escalations.escalate(
        case_id=receipt.case, user=desk.reviewer, question="", at=at, unsure=True
    )
    inbox = Notification.objects.get(user=desk.lead)
    escalations.acknowledge(escalation_id=escalation.pk, user=desk.lead, at=at + MINUTE)
    open_evidence(cases.load(receipt.case), desk.lead, at + MINUTE)
    decision = decisions.decide(
        case_id=receipt.case,
        user=desk.lead,
        answer=Answer(Verdict.APPROVE, learning="none"),
        at=at + 2 * MINUTE,
    )

    assert inbox.subject == "A case needs you: The reviewer is unsure"
    assert inbox.link == f"/cases/{receipt.case}/"
    assert decision.authority == "Team lead on NORTH-AP"
    release.release_due(at=at + 2 * MINUTE + WINDOW)
    assert outcome(desk, receipt).released
    assert [event.action for event in story(desk, receipt)][3:6] == [
        "review.unsure",
        "escalation.opened",
        "escalation.acknowledged",
    ]


def test_nobody_answers_until_the_client_does(at: datetime) -> None:
    """C4: L1 15 min → L2 30 min → the client's administrator, each told; he decides in the end."""
    desk = worlds.build(at).north
    receipt = post(desk, at, amount="6000.00")
    claims.next_case(user=desk.reviewer, at=at)
    escalations.escalate(case_id=receipt.case, user=desk.reviewer, question="Pay?", at=at)

    owners = []
    for minute in range(0, 180):
        promotions.promote_due(at=at + minute * MINUTE)
        owners.append(Case.objects.get(pk=receipt.case).owner)
    escalation = Escalation.objects.get()

    assert [owners.index(user) for user in (desk.lead, desk.ops, desk.admin)] == [0, 15, 45]
    assert [step.level for step in escalation.steps.order_by("started_at")] == [1, 2, 3]
    for user, letters in ((desk.lead, 2), (desk.ops, 2), (desk.admin, 2)):
        assert Notification.objects.filter(user=user, link=f"/cases/{receipt.case}/").count() == letters
    open_evidence(cases.load(receipt.case), desk.admin, at + 3 * timedelta(hours=1))
    decision = decisions.decide(
        case_id=receipt.case,
        user=desk.admin,
        answer=Answer(Verdict.APPROVE, learning="sop"),
        at=at + timedelta(hours=3),
    )
    assert decision.is_final
    assert Interaction.objects.get(pk=receipt.id).state == InteractionState.DECIDED


def test_a_very_large_invoice_is_decided_by_the_client(at: datetime) -> None:
    """C3 with D8: two reviewers agree, the client's owner has the final word, and takes it back once."""
    desk = worlds.build(at).north
    receipt = post(desk, at, amount="250000.00")
    for user in (desk.reviewer, desk.second):
        claims.next_case(user=user, at=at)
        open_evidence(cases.load(receipt.case), user, at)
        decisions.decide(case_id=receipt.case, user=user, answer=Answer(Verdict.APPROVE), at=at)
    open_evidence(cases.load(receipt.case), desk.owner, at)

    first = decisions.decide(
        case_id=receipt.case, user=desk.owner, answer=Answer(Verdict.APPROVE, learning="none"), at=at
    )
    withdrawals.withdraw(decision_id=first.pk, user=desk.owner, at=at + WINDOW / 2)
    assert release.release_due(at=at + WINDOW) == 0
    reject = Answer(Verdict.REJECT, reason_code="CUSTOMER_CONTEXT", learning="training")
    decisions.decide(case_id=receipt.case, user=desk.owner, answer=reject, at=at + WINDOW)
    release.release_due(at=at + 2 * WINDOW)

    told = outcome(desk, receipt)
    assert (told.released, told.verdict) == (True, "reject")
    actions = [event.action for event in story(desk, receipt)]
    assert actions.count("final_decision.recorded") == 2
    assert actions.count("review.withdrawn") == actions.count("release.released") == 1
