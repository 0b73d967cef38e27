"""What a person was told, newest first, page by page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from contracts.models import Notification, User

PAGE = 30


@dataclass(frozen=True)
class Inbox:
    """One page of the inbox; `older` is the place where the next one begins, None on the last."""

    notifications: list[Notification]
    unread: int
    older: tuple[datetime, UUID] | None


def page(*, user: User, before: tuple[datetime, UUID] | None = None) -> Inbox:
    """The person's own messages, from `before` (moment and id of the last one seen) on."""
    mine = Notification.objects.filter(user=user)
    rows = mine.order_by("-created_at", "-pk")
    if before is not None:
        at, pk = before
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    older = (shown[-1].created_at, shown[-1].pk) if len(found) > PAGE else None
    return Inbox(shown, mine.filter(read_at__isnull=True).count(), older)
