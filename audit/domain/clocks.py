"""Comparing clocks: a machine's own with the database's, which is the one that counts (M9). Arithmetic alone."""

from datetime import datetime, timedelta

OBJECT = "clock"
# What is further apart makes the moments of events worth less.
ALLOWED = timedelta(seconds=5)
# A question that took longer says too little about the answer.
SLOWEST = timedelta(seconds=2)


def ahead(*, before: datetime, database: datetime, after: datetime) -> timedelta | None:
    """How far the machine's clock is ahead of the database's, which was asked between `before` and `after`; less than
    nothing where it is behind. None where that cannot be said: the question took too long, or the machine's clock was
    set meanwhile."""
    took = after - before
    if not timedelta(0) <= took <= SLOWEST:
        return None
    return before + took / 2 - database


def is_apart(difference: timedelta) -> bool:
    return abs(difference) > ALLOWED
