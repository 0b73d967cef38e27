"""Deliveries: messages are sent in the order of their line, at least once, and no database waits for an answer.

Whoever sends holds the line by a lease, so one worker at a time speaks to an endpoint. A worker that dies loses its
lease with the time, and what it sent without noting it down is sent again under the same id. The head of the line is
tried again until it is taken: what comes after it waits. An endpoint that takes nothing for a day is disabled, and
nothing of its line is lost.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.domain.ids import new_id
from governance.domain import webhooks as rules
from governance.domain.webhooks import DeliveryState
from governance.models import Delivery, Subscription
from governance.selectors import webhook_contents, webhook_lines
from governance.services import endpoints, webhook_secrets, webhooks
from governance.services.endpoints import Reply

logger = logging.getLogger(__name__)

# Longer than anything that is done under it, so that it runs out only where its worker is gone.
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=30)
_GONE = "The endpoint said that nothing shall be sent to it any more (410 Gone)."
_FAILING = "Nothing was taken there for 24 hours."
_REMEDY = "Nothing is left out: mend the endpoint and enable it, or go on from now."
_NOT_MADE = "It could not be made here. The log of this server says why."
_jitter = random.SystemRandom()

Send = Callable[..., Reply]


def deliver(
    *,
    subscription_id: UUID,
    clock: Callable[[], datetime],
    seconds: float,
    send: Send = endpoints.post,
) -> int:
    """Send one endpoint what waits for it, in order, until nothing is left, something is not taken, or the time is over;
    returns how many were tried. Nothing is done while another worker is at it."""
    ends = monotonic() + seconds
    lease, tried = new_id(), 0
    try:
        while (taken := _take(subscription_id, lease, clock())) is not None:
            subscription, delivery = taken
            reply = _attempt(subscription, delivery, send, clock())
            if reply is None:
                _pass_over(delivery, lease, clock())
            else:
                tried += 1
                _note(delivery, lease, reply, clock())
                if not reply.taken:
                    break
            if monotonic() >= ends:
                break
    finally:
        Subscription.objects.filter(pk=subscription_id, lease=lease).update(lease=None, held_until=None)
    return tried


@transaction.atomic
def _take(subscription_id: UUID, lease: UUID, at: datetime) -> tuple[Subscription, Delivery] | None:
    """The endpoint and the head of its line, held by this worker; None where there is nothing to do for it now."""
    free = Q(lease=lease) | Q(held_until__isnull=True) | Q(held_until__lte=at)
    ready = Q(retry_after__isnull=True) | Q(retry_after__lte=at)
    here = Subscription.objects.filter(free, ready, pk=subscription_id, disabled_at__isnull=True)
    if not here.update(lease=lease, held_until=at + LEASE):
        return None
    head = webhook_lines.head(subscription_id)
    return (Subscription.objects.select_related("client").get(pk=subscription_id), head) if head else None


def _attempt(subscription: Subscription, delivery: Delivery, send: Send, at: datetime) -> Reply | None:
    """Send a message as it is now; None where it is not wanted any more."""
    try:
        content = webhook_contents.of(subscription, delivery)
        if content.withheld:
            return None
        signed = webhook_secrets.headers(subscription, delivery.message, content.body, at)
    except Exception:
        # Counted like a refusal: it is tried again, everybody sees it, and in a day somebody is told.
        logger.exception(
            "The message %s cannot be made for the webhook %s", delivery.message, subscription.pk
        )
        return Reply(error=_NOT_MADE)
    return send(url=subscription.url, body=content.body, headers=signed)


@transaction.atomic
def _pass_over(delivery: Delivery, lease: UUID, at: datetime) -> None:
    """End a message that is not wanted, if the line is still held and it is not wanted now either."""
    subscription = _held(delivery, lease)
    if subscription is None or not (why := webhook_contents.of(subscription, delivery).withheld):
        return
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.PASSED_OVER, ended_at=at, error=why)


def _held(delivery: Delivery, lease: UUID) -> Subscription | None:
    """The endpoint for this transaction alone; None where its line is not held by this lease any more."""
    found = Subscription.objects.select_for_update(of=("self",)).select_related("client")
    return found.filter(pk=delivery.subscription_id, lease=lease).first()


@transaction.atomic
def _note(delivery: Delivery, lease: UUID, reply: Reply, at: datetime) -> None:
    """Write down what became of an attempt, if the line is still held: what somebody changed meanwhile stands."""
    subscription = _held(delivery, lease)
    if subscription is None:
        return
    delivery.attempts += 1
    delivery.last_try, delivery.status, delivery.error = at, reply.status, reply.error
    if reply.taken:
        delivery.state, delivery.ended_at = DeliveryState.DELIVERED, at
    written = ["attempts", "last_try", "status", "error", "state", "ended_at"]
    delivery.save(update_fields=written)
    if reply.taken:
        subscription.failing_since, subscription.failures, subscription.retry_after = None, 0, None
    else:
        subscription.failures += 1
        subscription.failing_since = subscription.failing_since or at
        pause = rules.pause(subscription.failures, _jitter.random())
        asked = min(timedelta(seconds=reply.retry_after), rules.LONGEST_PAUSE)
        subscription.retry_after = at + max(pause, asked)
    subscription.save(update_fields=["failing_since", "failures", "retry_after"])
    if subscription.disabled_at is None:
        _give_up_if_hopeless(subscription, reply, at)


def _give_up_if_hopeless(subscription: Subscription, reply: Reply, at: datetime) -> None:
    since = subscription.failing_since
    if since is None or not (reply.gone or rules.exhausted(since, at)):
        return
    cause, why = ("gone", _GONE) if reply.gone else ("failing", _FAILING)
    facts = {"failing_since": since, "failures": subscription.failures}
    webhooks.give_up(subscription=subscription, cause=cause, why=why, remedy=_REMEDY, facts=facts, at=at)


def forget(*, at: datetime) -> int:
    """Drop what ended more than thirty days ago; what happened stands in the trail. Returns how many rows that were."""
    return Delivery.objects.filter(ended_at__lt=at - KEPT).delete()[0]
