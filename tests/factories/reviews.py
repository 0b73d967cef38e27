"""Work in the states it goes through, reached by the services; every function takes the desk and the moment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.models import User
from reviews.enums import Verdict
from reviews.models import Case, Claim, Decision, Escalation
from reviews.selectors import cases
from reviews.services import (
    claims,
    decisions,
    escalations,
    intake,
    workspace,
)
from reviews.services.decisions import Answer
from tests import worlds
from tests.worlds import Desk


def waiting_case(desk: Desk, at: datetime, **changes: Any) -> Case:
    """A case in the review queue: an invoice of €6,000 unless the changes say otherwise."""
    posted = worlds.payload(desk, **{"amount": "6000.00", **changes})
    receipt = intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]
    assert receipt.case is not None
    return cases.load(receipt.case)


def waiting_cases(desk: Desk, at: datetime, number: int, **changes: Any) -> list[UUID]:
    """Many alike in one batch; returns the ids of the cases."""
    posted = [worlds.payload(desk, **{"amount": "6000.00", **changes}) for _ in range(number)]
    receipts = intake.accept(payloads=posted, agent=desk.agent, key=desk.key, at=at)
    return [receipt.case for receipt in receipts if receipt.case is not None]


def claimed_case(desk: Desk, at: datetime, by: User | None = None, **changes: Any) -> Case:
    case = waiting_case(desk, at, **changes)
    claims.claim(case_id=case.pk, user=by or desk.reviewer, at=at)
    return cases.load(case.pk)


def open_evidence(case: Case, by: User, at: datetime) -> None:
    """Every panel of the step, opened by this person."""
    for panel in case.interaction.step.evidence:
        workspace.open_evidence(case_id=case.pk, user=by, panel=panel["name"], at=at)


def read_case(desk: Desk, at: datetime, by: User | None = None, **changes: Any) -> Case:
    """A case in hand with all its evidence opened: ready to be approved."""
    by = by or desk.reviewer
    case = claimed_case(desk, at, by, **changes)
    open_evidence(case, by, at)
    return case


def decided_case(
    desk: Desk, at: datetime, by: User | None = None, answer: Answer | None = None, **changes: Any
) -> Decision:
    """Decided a moment ago, approved unless an answer is given: it can still be taken back."""
    by = by or desk.reviewer
    case = read_case(desk, at, by, **changes)
    return decisions.decide(case_id=case.pk, user=by, answer=answer or Answer(Verdict.APPROVE), at=at)


def second_round_case(desk: Desk, at: datetime, answer: Answer | None = None) -> Case:
    """A very large invoice that the reviewer of the desk has judged: it waits for a second pair of eyes."""
    first = decided_case(desk, at, answer=answer, amount="30000.00")
    return cases.load(first.case_id)


def escalated_case(
    desk: Desk, at: datetime, question: str = "Is this supplier known?", **changes: Any
) -> Escalation:
    """Sent up by the reviewer: it belongs to the lead, who has not taken it on yet."""
    case = claimed_case(desk, at, **changes)
    return escalations.escalate(case_id=case.pk, user=desk.reviewer, question=question, at=at)


def lapsed_claim(case: Case, at: datetime) -> Claim:
    """The lease of a case in hand ran out, and the sweep has given the case back."""
    held = Claim.objects.get(case=case, ended_at__isnull=True)
    claims.expire(at=at + claims.lease())
    held.refresh_from_db()
    return held
