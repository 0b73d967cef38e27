"""What the tests of deliveries share: sending as the task does, to a receiver of the test's own."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from governance.models import Subscription
from governance.services import deliveries
from tests.factories import webhooks as hooked
from tests.governance.receiving import Receiver
from tests.worlds import Desk


def deliver(subscription: Subscription, at: datetime | None = None, **options: object) -> int:
    """What the task does, at this moment or at the one named."""
    clock: Callable[[], datetime] = timezone.now if at is None else lambda: at
    return deliveries.deliver(subscription_id=subscription.pk, clock=clock, seconds=60, **options)  # type: ignore[arg-type]


def to(desk: Desk, there: Receiver, now: datetime, **changes: object) -> Subscription:
    return hooked.endpoint(desk, now, url=there.url, **changes)


def states(subscription: Subscription) -> list[str]:
    return [delivery.state for delivery in hooked.line(subscription)]
