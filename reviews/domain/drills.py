"""When the escalation path of a process is to be tried again, and how long an answer took (C7)."""

from datetime import datetime, timedelta

EVERY = timedelta(days=92)


def due(last: datetime | None, in_force_since: datetime | None) -> datetime | None:
    """When the next test call is due: a quarter after the last one, or after there was first a path to try; None where
    there is none."""
    since = last or in_force_since
    return since + EVERY if since else None


def overdue(due_at: datetime | None, at: datetime) -> bool:
    return due_at is not None and at > due_at


def seconds(since: datetime, until: datetime) -> float:
    """To a tenth: more is not known of a person at a keyboard."""
    return round((until - since).total_seconds(), 1)
