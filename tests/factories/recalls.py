"""Recalls in the states they go through, reached by the services."""

from datetime import datetime
from typing import Any

from contracts.models import User
from reviews.enums import ReasonCode, Remedy
from reviews.models import Recall
from reviews.services import recalls
from reviews.services.recalls import Correction
from tests.factories import qa
from tests.worlds import Desk

REVOKED = Correction(Remedy.REVOKE, ReasonCode.WRONG_FACT, "The order was cancelled long before")
HELD = Correction(Remedy.REPLACE, ReasonCode.WRONG_FACT, "The goods never came", {"decision": "hold"})


def opened(
    desk: Desk, at: datetime, by: User | None = None, correction: Correction = REVOKED, **changes: Any
) -> Recall:
    """What went straight through, recalled by the senior reviewer."""
    interaction = qa.straight_through(desk, at, **changes)[0]
    return recalls.recall(
        interaction_id=interaction.pk, by=by or desk.senior, correction=correction, severity=2, at=at
    )


def acknowledged(desk: Desk, at: datetime, **changes: Any) -> Recall:
    return recalls.acknowledge(recall_id=opened(desk, at, **changes).pk, by=desk.admin, at=at)


def noticed(desk: Desk, at: datetime, **changes: Any) -> Recall:
    """The client's system knows, and the customer is told: only the fix is missing."""
    found = acknowledged(desk, at, **changes)
    return recalls.decide_notice(
        recall_id=found.pk, by=desk.owner, notify=True, why="The supplier waits for it", at=at
    )


def confirmed(desk: Desk, at: datetime, **changes: Any) -> Recall:
    found = noticed(desk, at, **changes)
    return recalls.confirm(recall_id=found.pk, by=desk.lead, fix="The order was entered again", at=at)
