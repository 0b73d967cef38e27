"""What one subject adds up to: hour by hour, in whole windows. Live intake and simulation count with the same function.

Windows are counted in whole hours, so a window of 24 h looks back 24 to 25 hours: what is in doubt goes to a person.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from contracts.domain import money
from contracts.domain.money import Rate

Window = tuple[str, int]
_HOUR = timedelta(hours=1)


def hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass
class Running:
    """What each subject added up to before, and adds up to while interactions are counted in order."""

    currency: str
    rates: Sequence[Rate]
    max_age_days: int
    windows: frozenset[Window]
    before: dict[str, list[tuple[datetime, str, int, Decimal]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    # By subject, then by hour and currency: [count, amount].
    added: dict[str, dict[tuple[datetime, str], list]] = field(default_factory=lambda: defaultdict(dict))

    def currencies(self) -> set[str]:
        """The currencies in which the subjects added up to something before."""
        return {currency for rows in self.before.values() for _, currency, _, _ in rows}

    def facts(
        self, subject: str, amount: Decimal | None, currency: str, at: datetime
    ) -> dict[str, dict[int, Decimal]]:
        """Count one interaction and return the cumulative facts that include it. Raises StaleRate."""
        self.count(subject, amount, currency, at)
        return self.totals(subject, at, self.windows)

    def count(self, subject: str, amount: Decimal | None, currency: str, at: datetime) -> None:
        entry = self.added[subject].setdefault((hour_of(at), currency), [0, Decimal(0)])
        entry[0] += 1
        entry[1] += amount or Decimal(0)

    def totals(
        self, subject: str, at: datetime, windows: Collection[Window]
    ) -> dict[str, dict[int, Decimal]]:
        """What the subject adds up to in these windows at this moment. Raises StaleRate."""
        now = hour_of(at)
        rows = [
            *self.before.get(subject, ()),
            *((hour, other, count, total) for (hour, other), (count, total) in self.added[subject].items()),
        ]
        totals: dict[str, dict[int, Decimal]] = {}
        for name, hours in windows:
            since = now - hours * _HOUR
            if name == "subject_count":
                value = Decimal(sum(count for hour, _, count, _ in rows if hour >= since))
            else:
                value = sum(
                    (self._converted(total, other, at) for hour, other, _, total in rows if hour >= since),
                    Decimal(0),
                )
            totals.setdefault(name, {})[hours] = value
        return totals

    def forget(self, at: datetime) -> None:
        """Drop every hour that no window looks back to any more, and the subjects that are left with none."""
        since = hour_of(at) - max((hours for _, hours in self.windows), default=0) * _HOUR
        for subject, rows in list(self.before.items()):
            kept = [row for row in rows if row[0] >= since]
            if kept:
                self.before[subject] = kept
            else:
                del self.before[subject]
        for subject, added in list(self.added.items()):
            for key in [key for key in added if key[0] < since]:
                del added[key]
            if not added:
                del self.added[subject]

    def _converted(self, total: Decimal, currency: str, at: datetime) -> Decimal:
        if not total or not currency:
            return Decimal(0)
        return money.convert(
            total, currency, self.currency, self.rates, at.date(), max_age_days=self.max_age_days
        )
