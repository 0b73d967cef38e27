"""Webhooks as people read them: where each stands in one word, and what became of every message in a sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from contracts.presenters.parts import State
from governance.domain.webhooks import OVERLAP, TEST, DeliveryState, MessageType
from governance.models import Delivery, Subscription
from governance.selectors.webhooks import Listed, Seen

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """An endpoint in the list."""

    name: str
    url: str
    host: str
    client: str
    processes: str
    state: State
    waiting: str


@dataclass(frozen=True, slots=True)
class Card:
    """One endpoint on its page. `problem` says what is wrong with it, and what to do."""

    id: str
    name: str
    address: str
    client: str
    processes: list[str]
    types: list[str]
    state: State
    problem: str
    disabled: bool
    waiting: int
    position: str
    size: str
    first: str
    last: str
    created_by: str
    created_at: datetime
    generation: int
    old_secret_until: datetime | None
    next_try: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One message in the delivery log."""

    at: datetime
    what: str
    entry: str
    message: str
    state: State
    came: str
    attempts: str
    story_url: str


def row(listed: Listed) -> Row:
    subscription = listed.subscription
    return Row(
        name=subscription.name,
        url=reverse("governance:webhook", args=[subscription.pk]),
        host=urlsplit(subscription.url).netloc,
        client=subscription.client.name,
        processes=", ".join(listed.processes),
        state=_state(subscription),
        waiting=f"{listed.waiting:,}",
    )


def card(seen: Seen, at: datetime) -> Card:
    subscription = seen.subscription
    rotated = subscription.rotated_at
    until = rotated + OVERLAP if rotated and rotated + OVERLAP > at else None
    retry = subscription.retry_after if subscription.disabled_at is None else None
    return Card(
        id=str(subscription.pk),
        name=subscription.name,
        address=subscription.url,
        client=subscription.client.name,
        processes=[f"{process.code} · {process.name}" for process in seen.processes],
        types=[kind.label for kind in MessageType if kind in subscription.types],
        state=_state(subscription),
        problem=_problem(subscription, seen.first),
        disabled=subscription.disabled_at is not None,
        waiting=seen.waiting,
        position=f"{subscription.position:,}",
        size=f"{seen.size:,}",
        first=f"{seen.first:,}",
        last=f"{max(seen.size - 1, 0):,}",
        created_by=subscription.created_by.name,
        created_at=timezone.localtime(subscription.created_at),
        generation=subscription.generation,
        old_secret_until=timezone.localtime(until) if until else None,
        next_try=timezone.localtime(retry) if retry and retry > at and seen.waiting else None,
    )


def line(delivery: Delivery) -> Line:
    return Line(
        at=timezone.localtime(delivery.created_at),
        what=type_label(delivery.type),
        entry=_NOTHING if delivery.index is None else f"{delivery.index:,}",
        message=delivery.message,
        state=_delivery_state(delivery),
        came=_came(delivery),
        attempts=f"{delivery.attempts:,}",
        story_url=reverse("governance:story", args=[delivery.interaction]) if delivery.interaction else "",
    )


def type_label(kind: str) -> str:
    return "Test message" if kind == TEST else MessageType(kind).label


def _state(subscription: Subscription) -> State:
    if subscription.disabled_at is not None:
        return State("Disabled", "bad", "pause")
    if subscription.failing_since is not None:
        return State("Failing", "warn")
    return State("On", "good")


def _problem(subscription: Subscription, first: int) -> str:
    if subscription.disabled_at is not None and subscription.position < first:
        return (
            f"{subscription.disabled_why} Nothing is sent. The entries before {first:,} were pruned, and it has read up to "
            f"{subscription.position:,}: send it again from {first:,} or go on from now, then enable it."
        )
    if subscription.disabled_at is not None:
        return f"{subscription.disabled_why} Nothing is sent, and nothing is lost: when it is enabled it goes on where it stood."
    if subscription.failing_since is not None:
        ends = subscription.failing_since + timedelta(hours=24)
        return (
            f"It has taken nothing since {_clock(subscription.failing_since)}, in {subscription.failures} attempts. "
            f"The first message of the line is tried again until it is taken; at {_clock(ends)} the webhook is disabled."
        )
    return ""


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %b, %H:%M %Z}"


def _delivery_state(delivery: Delivery) -> State:
    if delivery.state == DeliveryState.DELIVERED:
        return State("Delivered", "good")
    if delivery.state == DeliveryState.PASSED_OVER:
        return State("Passed over", "neutral", "info")
    return State("Not taken yet", "warn") if delivery.attempts else State("Waiting", "info", "clock")


def _came(delivery: Delivery) -> str:
    """What came back last, in words."""
    status = delivery.status
    if delivery.error:
        return f"{delivery.error} ({status})" if status else delivery.error
    if status is None:
        return _NOTHING
    if status < 300:
        return f"Taken ({status})"
    if status == 410:
        return "It said that nothing shall be sent any more (410)"
    if status == 429:
        return "It asked to be left alone for a while (429)"
    return (
        f"It refused the message ({status})" if status < 500 else f"It failed to take the message ({status})"
    )
