"""Endpoints that are told of a desk, and what happens at the desk that they are told of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit.services import sequencing
from governance.domain.webhooks import MessageType
from governance.models import Delivery, Subscription
from governance.services import webhook_feeding, webhooks
from governance.services.webhooks import Terms
from reviews.enums import Verdict
from reviews.models import Decision
from reviews.services import claims, information, intake, release
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.worlds import Desk

URL = "https://hooks.example.org/countersign"


def terms(desk: Desk, **changes: Any) -> Terms:
    """Everything of the desk's process, unless the changes say otherwise."""
    chosen: dict[str, Any] = {
        "name": "Back office",
        "url": URL,
        "types": frozenset(MessageType) - {MessageType.CHECKPOINT},
        "processes": frozenset({desk.process.pk}),
    }
    return Terms(**{**chosen, **changes})


def endpoint(desk: Desk, at: datetime, **changes: Any) -> Subscription:
    """An endpoint set up by the client's administrator; it is told what happens from now on."""
    sequencing.sweep(clock=timezone.now)
    return webhooks.subscribe(terms=terms(desk, **changes), by=desk.admin, at=at)


def released(desk: Desk, at: datetime, answer: Answer | None = None, **changes: Any) -> UUID:
    """An interaction that a person decided and that has gone out; approved unless an answer is given."""
    decision: Decision = made.decided_case(desk, at, answer=answer, **changes)
    release.release_due(at=at + made.claims.lease())
    return decision.case.interaction_id


def rejected(desk: Desk, at: datetime, **changes: Any) -> UUID:
    return released(desk, at, Answer(Verdict.REJECT, reason_code="DUPLICATE"), **changes)


def quarantined(desk: Desk, at: datetime) -> UUID:
    """Set apart on its arrival: it does not say where its facts come from."""
    posted = worlds.payload(desk, lineage=[])
    receipt = intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]
    assert receipt.id is not None
    return receipt.id


def asked(desk: Desk, at: datetime, question: str = "Is this Jane Doe’s order?") -> UUID:
    case = made.waiting_case(desk, at)
    claims.claim(case_id=case.pk, user=desk.reviewer, at=at)
    return information.ask(case_id=case.pk, user=desk.reviewer, question=question, at=at).interaction_id


def catch_up() -> int:
    """What happened has its place in the log, and stands in the lines; returns how many messages were put there."""
    sequencing.sweep(clock=timezone.now)
    return webhook_feeding.feed_all(clock=timezone.now)


def line(subscription: Subscription) -> list[Delivery]:
    """Every message of an endpoint in the order of its line."""
    return list(Delivery.objects.filter(subscription=subscription).order_by("id"))
