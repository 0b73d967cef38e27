"""Test calls, by the services that make them."""

from datetime import datetime

from contracts.models import User
from reviews.models import EscalationDrill, EscalationDrillCall
from reviews.services import drills
from tests.worlds import Desk


def started(desk: Desk, at: datetime, by: User | None = None) -> EscalationDrill:
    """A drill of the row for every case that operations started: the lead is called."""
    return drills.start(process=desk.process, trigger_class="*", severity=None, by=by or desk.ops, at=at)


def answered(desk: Desk, at: datetime, answer_at: datetime) -> EscalationDrill:
    """One that the lead answered."""
    return drills.answer(drill_id=started(desk, at).pk, user=desk.lead, at=answer_at)


def calls(drill: EscalationDrill) -> list[EscalationDrillCall]:
    return list(drill.calls.order_by("level"))
