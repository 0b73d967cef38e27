"""Split transactions: what one subject adds up to, hour by hour, counted under a row lock (design §3).

Three parallel invoices of €2,000 against a €5,000 rule: the one that crosses is held. Windows are counted in whole
hours, so a window of 24 h looks back 24 to 25 hours: what is in doubt goes to a person.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection

from contracts.domain import money
from contracts.domain.money import Rate
from reviews.models import SubjectTally

_ANCHOR = datetime(1970, 1, 1, tzinfo=UTC)


def hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass
class Running:
    """What each subject of a batch added up to before it, and adds up to while the batch is routed in line order."""

    process_id: UUID
    currency: str
    rates: Sequence[Rate]
    max_age_days: int
    windows: frozenset[tuple[str, int]]
    before: dict[str, list[tuple[datetime, str, int, Decimal]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    # By subject, then by hour and currency: [count, amount].
    added: dict[str, dict[tuple[datetime, str], list]] = field(default_factory=lambda: defaultdict(dict))

    def currencies(self) -> set[str]:
        """The currencies in which the subjects of the batch added up to something before it."""
        return {currency for rows in self.before.values() for _, currency, _, _ in rows}

    def facts(
        self, subject: str, amount: Decimal | None, currency: str, at: datetime
    ) -> dict[str, dict[int, Decimal]]:
        """Count one interaction and return the cumulative facts that include it. Raises StaleRate."""
        now = hour_of(at)
        added = self.added[subject]
        entry = added.setdefault((now, currency), [0, Decimal(0)])
        entry[0] += 1
        entry[1] += amount or Decimal(0)
        totals: dict[str, dict[int, Decimal]] = {}
        for name, hours in self.windows:
            since = now - timedelta(hours=hours)
            rows = [row for row in self.before.get(subject, ()) if row[0] >= since]
            rows += [
                (hour, other, count, total)
                for (hour, other), (count, total) in added.items()
                if hour >= since
            ]
            if name == "subject_count":
                value = Decimal(sum(count for _, _, count, _ in rows))
            else:
                value = sum((self._converted(total, other, at) for _, other, _, total in rows), Decimal(0))
            totals.setdefault(name, {})[hours] = value
        return totals

    def _converted(self, total: Decimal, currency: str, at: datetime) -> Decimal:
        if not total or not currency:
            return Decimal(0)
        return money.convert(
            total, currency, self.currency, self.rates, at.date(), max_age_days=self.max_age_days
        )


def lock(running: Running, subjects: Iterable[str], at: datetime) -> None:
    """Put the transactions of each subject in a line, and read what it added up to so far.

    One anchor row per subject is upserted first, in sorted order so that two batches cannot wait for each other; its
    lock is held until the transaction ends. Does nothing where no rule asks for a cumulative fact.
    """
    names = sorted(set(subjects))
    if not names or not running.windows:
        return
    _upsert(running.process_id, [(name, _ANCHOR, "", 1, Decimal(0)) for name in names])
    since = hour_of(at) - timedelta(hours=max(hours for _, hours in running.windows))
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
