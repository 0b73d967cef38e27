"""Who removes and who holds take turns in a log: a hold that was placed is seen by whoever removes after it."""

from django.db import connection

from audit.errors import Conflict
from audit.models import LegalHold

# The first four bytes of SHA-256('audit_retention'), as a signed number; the second number is the log's.
_LOCK = 1_693_396_520


def take_turn(log_id: int) -> None:
    """Wait for whoever removes from this log or holds it, and keep others waiting until the transaction ends.

    On SQLite a transaction that writes has the database for itself already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, log_id])


def refuse(holds: list[LegalHold]) -> None:
    """Raise Conflict where there are holds, naming when they were placed and what they cover."""
    if not holds:
        return
    told = "; ".join(f"{hold.placed_at:%-d %b %Y}: {hold.reason}" for hold in holds)
    count = "A legal hold covers" if len(holds) == 1 else f"{len(holds)} legal holds cover"
    raise Conflict("on_hold", f"{count} this, so nothing of it is removed ({told}).")
