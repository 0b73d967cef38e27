"""Which endpoints have something to be read for them or sent to them. For workers: nobody's rights are asked here."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from audit.models import LogState
from audit.selectors import logs
from governance.domain.webhooks import DeliveryState
from governance.models import Delivery, Subscription


def live() -> list[Subscription]:
    """Every endpoint that is not disabled, with its client, the oldest first."""
    return list(
        Subscription.objects.filter(disabled_at__isnull=True)
        .select_related("client")
        .order_by("created_at", "pk")
    )


def sizes(keys: set[str]) -> dict[str, int]:
    """How far each of these logs has grown."""
    ids = logs.ids(keys)
    grown = dict(LogState.objects.filter(log_id__in=ids.values()).values_list("log_id", "size"))
    return {key: grown.get(number, 0) for key, number in ids.items()}


def due(at: datetime) -> list[UUID]:
    """The endpoints to which something can be sent now: first those that did not fail, then those that did, in the order
    in which their turn came."""
    line = Delivery.objects.filter(subscription=OuterRef("pk"), state=DeliveryState.WAITING)
    return list(
        Subscription.objects.filter(Exists(line), disabled_at__isnull=True)
        .filter(Q(retry_after__isnull=True) | Q(retry_after__lte=at))
        .filter(Q(held_until__isnull=True) | Q(held_until__lte=at))
        .order_by(F("retry_after").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)
    )


def head(subscription_id: UUID) -> Delivery | None:
    """The message at the head of the line: the only one that may be sent."""
    waiting = Delivery.objects.filter(subscription=subscription_id, state=DeliveryState.WAITING)
    return waiting.order_by("id").first()


def waiting(subscription_id: UUID) -> int:
    """How many messages are in the line."""
    return Delivery.objects.filter(subscription=subscription_id, state=DeliveryState.WAITING).count()
