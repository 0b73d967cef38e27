"""Room for the events to come: on PostgreSQL the event table is partitioned by id, ten million to a partition."""

from django.db import connection, transaction

PARTITION_SIZE = 10_000_000
AHEAD = 2


@transaction.atomic
def ensure_ahead(*, ahead: int = AHEAD) -> list[int]:
    """Make the partition in use and the next ones where they are missing; returns the numbers of those it made.

    Can run at any time and any number of times, and does not stop anybody from recording. On SQLite there is nothing
    to do. If it was not run for twenty million events, the partition for the rest took over; ids it already holds
    stay there, and the next range gets a partition of its own again.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM audit_event_id_seq")
        current = cursor.fetchone()[0] // PARTITION_SIZE
        made = []
        for number in range(current, current + 1 + ahead):
            cursor.execute(
                # By the whole table: the portal's role has no right to a partition of its own.
                "SELECT EXISTS (SELECT 1 FROM audit_event "
                "WHERE tableoid = 'audit_event_rest'::regclass AND id >= %s AND id < %s)",
                [number * PARTITION_SIZE, (number + 1) * PARTITION_SIZE],
            )
            if cursor.fetchone()[0]:
                continue
            cursor.execute("SELECT audit_make_partition(%s)", [number])
            if cursor.fetchone()[0]:
                made.append(number)
    return made
