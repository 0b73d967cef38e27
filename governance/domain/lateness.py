"""When an event was written long after it happened, or before it: a clock that is wrong, or work that hangs (M9)."""

from datetime import UTC, datetime, timedelta

PROJECTION = "late"
# What happens now is written at once. More than this apart, and somebody should know.
ALLOWED = timedelta(seconds=5)
DAYS = 28


def is_late(*, occurred_at: datetime, recorded_at: datetime, origin: str) -> bool:
    """Whether the two moments of an event lie further apart than is allowed, in either direction.

    What somebody wrote down of the past (a demo world, an import, a replay) is late on purpose, and is never counted.
    """
    return not origin and abs(recorded_at - occurred_at) > ALLOWED


def begins(at: datetime) -> datetime:
    """When the days begin that are looked at: today and the 27 before it, in UTC."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=DAYS - 1)
