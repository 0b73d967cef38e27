"""What time it is for the database, and what is known of the clocks of machines."""

from datetime import UTC, datetime

from django.db import connection

from audit.domain.clocks import OBJECT
from audit.domain.events import CLOCK_APART
from audit.models import Event


def database_now() -> datetime:
    """The clock of the database. SQLite has none of its own: it is the machine's, and the two never differ."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Not now(): that is when the transaction began.
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0].astimezone(UTC)
        cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)


def was_apart(machine: str) -> bool:
    """Whether the clock of this machine differed from the database's when that was found last."""
    last = Event.objects.filter(object_type=OBJECT, object_id=machine).order_by("-id").first()
    return last is not None and last.action == CLOCK_APART.action
