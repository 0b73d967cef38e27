"""The stories the trail tells: what happened in one matter, and what happened to one thing.

The caller says which logs may be read; nothing is read from any other, and no logs mean no events.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event
from audit.selectors import logs as log_selectors


def for_correlation(*, logs: Collection[str], correlation_id: UUID) -> list[Event]:
    """Every event of one matter, in the order in which they were recorded."""
    return list(_of(logs).filter(correlation_id=correlation_id).order_by("id"))


def for_object(
    *,
    logs: Collection[str],
    object_type: str,
    object_id: str | UUID,
    after: int = 0,
    limit: int | None = None,
) -> list[Event]:
    """Every event about one thing, in the order in which they were recorded.

    `after` is the `id` of the last event already read; at most `limit` events come back where it is given.
    """
    events = _of(logs).filter(object_type=object_type, object_id=str(object_id), id__gt=after).order_by("id")
    return list(events if limit is None else events[:limit])


def _of(logs: Collection[str]) -> QuerySet[Event]:
    return Event.objects.filter(log_id__in=list(log_selectors.ids(logs).values()))
