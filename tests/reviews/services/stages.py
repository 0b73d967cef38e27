"""What the tests of decisions share: answers, cases in hand, and how a case and its interaction stand."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from audit.models import Event
from contracts.models import User
from reviews.enums import CaseState, InteractionState, Verdict
from reviews.models import Case, Decision, Escalation
from reviews.selectors import cases
from reviews.services import claims, decisions
from reviews.services.decisions import Answer
from tests.factories import reviews as made
from tests.worlds import Desk

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
APPROVE = Answer(Verdict.APPROVE)
REJECT = Answer(Verdict.REJECT, reason_code="WRONG_FACT")
EDIT = Answer(Verdict.EDIT, {"amount": "5900.00"}, "CALC_ERROR")
OVERRIDE = Answer(Verdict.OVERRIDE, {"decision": "hold"}, "WRONG_POLICY", "Call the supplier first")
DENY = {"decision": "deny"}
AI = {"decision": "pay", "amount": "6000.00", "comment": "Matches order and receipt."}


def decide(case: Case | Decision | Escalation, user: User, answer: Answer, at: datetime) -> Decision:
    """Decide; what came up the path is closed with nothing to be learned, where the answer does not say."""
    case_id = case.pk if isinstance(case, Case) else case.case_id
    answer = answer if answer.learning else replace(answer, learning="none")
    return decisions.decide(case_id=case_id, user=user, answer=answer, at=at)


def in_hand(desk: Desk, at: datetime, by: User | None = None, **changes: Any) -> Case:
    changes = {"ai_output": {**AI, "amount": changes.get("amount", "6000.00")}, **changes}
    return made.read_case(desk, at, by, **changes)


def second_in_hand(
    desk: Desk, at: datetime, first: Answer = APPROVE, by: User | None = None, **changes: Any
) -> Case:
    """A very large invoice that the reviewer has judged, now in the hands of a second person."""
    case = in_hand(desk, at, **{"amount": "30000.00", **changes})
    decide(case, desk.reviewer, first, at)
    by = by or desk.second
    claims.claim(case_id=case.pk, user=by, at=at)
    made.open_evidence(case, by, at)
    return cases.load(case.pk)


def events(action: str) -> list[Event]:
    return list(Event.objects.filter(action=action).order_by("id"))


def states(case: Case | Decision | Escalation) -> tuple[str, str]:
    case_id = case.pk if isinstance(case, Case) else case.case_id
    row = Case.objects.select_related("interaction").get(pk=case_id)
    return row.state, row.interaction.state


DECIDED = (CaseState.DECIDED, InteractionState.DECIDED)
AWAITING_SECOND = (CaseState.AWAITING_SECOND, InteractionState.AWAITING_SECOND)
ESCALATED = (CaseState.ESCALATED, InteractionState.ESCALATED)
IN_REVIEW = (CaseState.IN_REVIEW, InteractionState.IN_REVIEW)
