"""Dated exchange rates come in here, from a file an operator trusts."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Invalid
from audit.services import logs, recording
from contracts.models import ExchangeRate, User
from contracts.services.acting import actor


@transaction.atomic
def import_rates(
    *, rows: Iterable[tuple[str, str, date, Decimal]], source: str, by: User | None, at: datetime
) -> int:
    """Store rates `(base, quote, day, rate)`; one that exists for the day is replaced. Returns how many.

    Raises Invalid for a rate that is not positive, naming the row.
    """
    rates = []
    for number, (base, quote, day, rate) in enumerate(rows, start=1):
        if not (rate.is_finite() and rate > 0):
            raise Invalid("rate_not_positive", f"Row {number}: a rate is a positive number.", f"row {number}")
        rates.append(ExchangeRate(base=base.upper(), quote=quote.upper(), day=day, rate=rate))
    if not rates:
        return 0
    ExchangeRate.objects.bulk_create(
        rates,
        update_conflicts=True,
        unique_fields=["base", "quote", "day"],
        update_fields=["rate"],
        batch_size=500,
    )
    days = [rate.day for rate in rates]
    recording.record(
        log=logs.PLATFORM,
        action="rates.imported",
        actor=actor(by),
        target=Target("exchange_rates", source),
        facts={
            "count": len(rates),
            "first": min(days).isoformat(),
            "last": max(days).isoformat(),
            "source": source,
        },
        at=at,
    )
    return len(rates)
