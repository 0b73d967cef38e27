"""Control items in the states they go through, reached by the services."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from contracts.models import User
from reviews.enums import ControlKind, Verdict
from reviews.models import Case, ControlItem, Decision, Honeypot
from reviews.selectors import cases
from reviews.services import claims, control_items, decisions, honeypot_plans, honeypots, vigilance, workspace
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.worlds import Desk

WRONG = "The order is over 12 valves at 100 euros: the amount is five times too high."
SETTLED = timedelta(seconds=10)


def payload(**changes: Any) -> dict[str, Any]:
    """An invoice of €6,000 as an agent would post it, which the rules of the desk send to a person."""
    posted: dict[str, Any] = {
        "input": {"invoice": "Invoice 5120 for 12 valves", "supplier": "Acme"},
        "ai_output": {"decision": "pay", "amount": "6000.00", "comment": "Matches order and receipt."},
        "confidence": "0.97",
        "amount": "6000.00",
        "currency": "EUR",
        "language": "en",
        "factors": [{"name": "three-way match", "weight": 0.9}],
        "citations": [{"source": "PO 88"}],
    }
    posted.update(changes)
    return posted


def item(desk: Desk, at: datetime, kind: ControlKind = ControlKind.KNOWN_BAD, **changes: Any) -> ControlItem:
    return control_items.add(
        process=desk.process,
        step="approve",
        kind=kind,
        payload=payload(**changes),
        wrong=WRONG,
        by=desk.auditor,
        at=at,
    )


def library(desk: Desk, at: datetime, number: int) -> list[ControlItem]:
    return [
        item(desk, at, input={"invoice": f"Invoice {5000 + one} for 12 valves", "supplier": "Acme"})
        for one in range(number)
    ]


def allowed(desk: Desk, at: datetime, share: str = "0.015") -> None:
    """Control items are allowed on the process, and its reviewers took note of what is measured."""
    honeypot_plans.set_plan(
        process=desk.process,
        allowed=True,
        share=Decimal(share),
        basis="Agreement with the works council of 3 March",
        by=desk.governance,
        at=at,
    )
    for reviewer in (desk.reviewer, desk.second):
        vigilance.acknowledge(by=reviewer, at=at)


def served(
    desk: Desk,
    at: datetime,
    kind: ControlKind = ControlKind.KNOWN_BAD,
    by: User | None = None,
    **changes: Any,
) -> Honeypot:
    """A control item that waits in the queue for the reviewer of the desk; a real case waits beside it."""
    by = by or desk.reviewer
    made.waiting_case(desk, at - timedelta(seconds=1), external_id=f"INV-{int(at.timestamp())}")
    allowed(desk, at)
    item(desk, at, kind, **changes)
    assert honeypots.plan_one(process=desk.process, reviewer=by.pk, at=at, dice=Random(7))
    row = Honeypot.objects.get(reviewer=by, state="planned")
    Honeypot.objects.filter(pk=row.pk).update(plant_at=at)
    assert honeypots.plant_due(at=at, dice=Random(7)) == 1
    row.refresh_from_db()
    return row


def case_of(row: Honeypot) -> Case:
    assert row.interaction is not None
    return cases.load(row.interaction.case.pk)


def read(row: Honeypot, by: User, at: datetime) -> Case:
    """The case in hand with all its evidence opened."""
    case = case_of(row)
    claims.claim(case_id=case.pk, user=by, at=at)
    for panel in worlds.EVIDENCE:
        workspace.open_evidence(case_id=case.pk, user=by, panel=panel["name"], at=at)
    return cases.load(case.pk)


def answered(
    row: Honeypot, by: User, at: datetime, verdict: Verdict = Verdict.APPROVE, **more: Any
) -> Decision:
    case = read(row, by, at)
    if verdict != Verdict.APPROVE:
        more = {"reason_code": "CALC_ERROR", "note": "Five times too high.", **more}
    return decisions.decide(case_id=case.pk, user=by, answer=Answer(verdict, **more), at=at)


def judged(row: Honeypot, at: datetime) -> Honeypot:
    """Once the undo window is over."""
    honeypots.settle_due(at=at + SETTLED)
    row.refresh_from_db()
    return row
