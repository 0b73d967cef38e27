"""Split transactions: what one subject adds up to, counted under a row lock (design §3).

Three parallel invoices of €2,000 against a €5,000 rule: the one that crosses is held.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection

from reviews.domain import cumulative
from reviews.models import SubjectTally

_ANCHOR = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class Running(cumulative.Running):
    """What each subject of a batch of a process added up to before it, and adds up to in line order."""

    process_id: UUID
    # What rules in shadow ask for beside: read with the others, and no fact of the route.
    beside: frozenset[cumulative.Window] = frozenset()


def lock(running: Running, subjects: Iterable[str], at: datetime) -> None:
    """Put the transactions of each subject in a line, and read what it added up to so far.

    One anchor row per subject is upserted first, in sorted order so that two batches cannot wait for each other; its
    lock is held until the transaction ends. Does nothing where no rule asks for a cumulative fact.
    """
    names = sorted(set(subjects))
    windows = running.windows | running.beside
    if not names or not windows:
        return
    _upsert(running.process_id, [(name, _ANCHOR, "", 1, Decimal(0)) for name in names])
    since = cumulative.hour_of(at) - timedelta(hours=max(hours for _, hours in windows))
    rows = SubjectTally.objects.filter(process_id=running.process_id, subject__in=names, hour__gte=since)
    for subject, hour, currency, count, amount in rows.order_by("pk").values_list(
        "subject", "hour", "currency", "count", "amount"
    ):
        running.before[subject].append((hour, currency, count, amount))


def store(running: Running) -> None:
    """Add what the batch counted to the table."""
    rows = [
        (subject, hour, currency, count, amount)
        for subject, added in sorted(running.added.items())
        for (hour, currency), (count, amount) in sorted(added.items())
    ]
    if rows:
        _upsert(running.process_id, rows)


# The rows come in one parameter: to find the places of a thousand takes longer than to add the rows.
_GIVEN = {
    "postgresql": """
        SELECT %s::uuid, subject, hour, currency, count, amount
        FROM json_to_recordset(%s)
            AS given(subject text, hour timestamptz, currency text, count integer, amount numeric)
    """,
    "sqlite": """
        SELECT %s, json_extract(value, '$.subject'), json_extract(value, '$.hour'),
            json_extract(value, '$.currency'), json_extract(value, '$.count'), json_extract(value, '$.amount')
        FROM json_each(%s)
        WHERE true
    """,
}


def _upsert(process_id: UUID, rows: list[tuple[str, datetime, str, int, Decimal]]) -> None:
    """Add to the rows in their order, making those that are missing."""
    table = SubjectTally._meta.db_table
    ops = connection.ops
    process = SubjectTally._meta.get_field("process").get_db_prep_value(process_id, connection)
    given = [
        {
            "subject": subject,
            "hour": str(ops.adapt_datetimefield_value(hour)),
            "currency": currency,
            "count": count,
            "amount": str(amount),
        }
        for subject, hour, currency, count, amount in rows
    ]
    sql = (
        f"INSERT INTO {table} (process_id, subject, hour, currency, count, amount) {_GIVEN[connection.vendor]} "  # noqa: S608
        f"ON CONFLICT (process_id, subject, hour, currency) DO UPDATE "
        f"SET count = {table}.count + excluded.count, amount = {table}.amount + excluded.amount"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [process, json.dumps(given)])
