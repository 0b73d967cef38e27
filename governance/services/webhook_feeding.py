"""Feeding: what happens in a client's log is put into the line of every endpoint that asked for it, exactly once.

Each endpoint reads the log by itself. Its place and the messages made of what stood there are stored in one transaction,
so any number of workers may do this and any of them may die. It is not a projection: those can be made anew at any
time, and nobody wants a day's messages again because of that.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from uuid import UUID

from django.db import DatabaseError, transaction

from audit.models import Event
from audit.selectors import following, tree
from governance.domain import webhooks
from governance.domain.webhooks import MessageType
from governance.models import Delivery, Subscription
from governance.selectors import webhook_lines
from governance.services.webhooks import give_up

logger = logging.getLogger(__name__)

BATCH = 1_000
# More than this many do not stand in a line: the log keeps the rest.
FULL = 500
UNREADABLE = "The log cannot be read where it stands."
_REMEDY = "Send it again from an entry that can be read and enable it, or go on from now."
_NOT_READ = "The webhook %s cannot be read for"


def feed_all(*, clock: Callable[[], datetime], seconds: float | None = None) -> int:
    """Read on for every endpoint, a batch for each in turn, until all have read everything or time is up; returns how
    many messages were put into lines."""
    ends = None if seconds is None else monotonic() + seconds
    put = 0
    live = webhook_lines.live()
    sizes = webhook_lines.sizes({subscription.client.log_key for subscription in live})
    busy = [one for one in live if one.position < sizes[one.client.log_key] or _asks_for_checkpoints(one)]
    while busy and (ends is None or monotonic() < ends):
        still_busy = []
        for subscription in busy:
            try:
                put += _feed_or_give_up(subscription, clock())
            except DatabaseError:
                # What is the matter with one must not keep the others; nothing is passed over.
                logger.exception(_NOT_READ, subscription.pk)
                continue
            if _has_more(subscription, sizes):
                still_busy.append(subscription)
        busy = still_busy
    return put


def _feed_or_give_up(subscription: Subscription, at: datetime) -> int:
    """Read on for one endpoint. Where its log has an entry that cannot be read it is disabled, and its people are told:
    otherwise it would be silent, and nobody would know."""
    try:
        return feed(subscription_id=subscription.pk, at=at)
    except LookupError:
        logger.exception(_NOT_READ, subscription.pk)
    with transaction.atomic():
        live = Subscription.objects.select_for_update(of=("self",)).select_related("client")
        found = live.filter(pk=subscription.pk, run=subscription.run, disabled_at__isnull=True).first()
        if found is not None:
            give_up(subscription=found, cause="unreadable", why=UNREADABLE, remedy=_REMEDY, facts={}, at=at)
    return 0


def _has_more(subscription: Subscription, sizes: dict[str, int]) -> bool:
    before = subscription.position
    subscription.refresh_from_db(fields=["position", "disabled_at"])
    moved = subscription.position > before and subscription.disabled_at is None
    return moved and subscription.position < sizes[subscription.client.log_key]


@transaction.atomic
def feed(*, subscription_id: UUID, at: datetime, limit: int = BATCH) -> int:
    """Read the next entries of the log for one endpoint and put what it asked for into its line; returns how many
    messages that were. LookupError where an entry is missing. Nothing is done while the line is full."""
    subscription = Subscription.objects.select_related("client").get(pk=subscription_id)
    if subscription.disabled_at is not None or webhook_lines.waiting(subscription_id) >= FULL:
        return 0
    return _entries(subscription, at, limit) + _checkpoint(subscription, at)


def _entries(subscription: Subscription, at: datetime, limit: int) -> int:
    found = following.stretch(
        log=subscription.client.log_key,
        begin=subscription.position,
        limit=limit,
        actions=webhooks.ACTIONS,
    )
    if found.end == subscription.position or not _moved(subscription, position=found.end):
        return 0
    # Somebody may have asked for more since the row was read, and from here on nobody can.
    subscription.refresh_from_db(fields=["types"])
    own = subscription.processes.filter(client=subscription.client_id)
    codes = set(own.values_list("code", flat=True)) if found.events else set()
    made = []
    for index, event in found.events:
        message = webhooks.of_event(event.content)
        if message and webhooks.wanted(message, types=subscription.types, processes=codes):
            made.append(_delivery(subscription, message, index, event, at))
    Delivery.objects.bulk_create(made, batch_size=BATCH)
    return len(made)


def _moved(subscription: Subscription, **to: int) -> bool:
    """Take the place further, for one worker of any number; whoever comes second finds it moved and does nothing. The
    row stays locked until the messages are stored, so that the line grows in one order."""
    (name,) = to
    stands = {name: getattr(subscription, name)}
    here = Subscription.objects.filter(
        pk=subscription.pk, run=subscription.run, disabled_at__isnull=True, **stands
    )
    return here.update(**to) == 1


def _delivery(
    subscription: Subscription, message: webhooks.Message, index: int, event: Event, at: datetime
) -> Delivery:
    return Delivery(
        subscription=subscription,
        run=subscription.run,
        # The event's own: the same wherever it is told, and however often.
        message=f"msg_{event.uid.hex}",
        type=message.type,
        index=index,
        event=event.uid,
        interaction=message.interaction,
        occurred_at=event.occurred_at,
        created_at=at,
    )


def _checkpoint(subscription: Subscription, at: datetime) -> int:
    """The newest checkpoint, where it was not told yet and none waits: whoever has the newest has the others in it."""
    if not _asks_for_checkpoints(subscription):
        return 0
    log = subscription.client.log_key
    newest = tree.latest_checkpoint(log)
    if newest is None or newest.size <= subscription.told_size or _waits(subscription):
        return 0
    if not _moved(subscription, told_size=newest.size):
        return 0
    Delivery.objects.create(
        subscription=subscription,
        run=subscription.run,
        message=f"checkpoint_{newest.log_id}_{newest.size}",
        type=MessageType.CHECKPOINT,
        index=newest.size,
        occurred_at=newest.created_at,
        created_at=at,
    )
    return 1


def _asks_for_checkpoints(subscription: Subscription) -> bool:
    return MessageType.CHECKPOINT in subscription.types


def _waits(subscription: Subscription) -> bool:
    return subscription.deliveries.filter(
        state=webhooks.DeliveryState.WAITING, type=MessageType.CHECKPOINT
    ).exists()
