"""Exchange rates as the conversion understands them."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q

from contracts.domain.money import Rate
from contracts.models import ExchangeRate


def between(*, currencies: Collection[str], into: str, on: date, days: int) -> list[Rate]:
    """The rates of the last `days` days between any of the currencies and `into`, either way round."""
    if not currencies:
        return []
    pair = Q(base=into, quote__in=currencies) | Q(quote=into, base__in=currencies)
    rows = ExchangeRate.objects.filter(pair, day__lte=on, day__gte=on - timedelta(days=days))
    return [
        Rate(base=row.base, quote=row.quote, on=row.day, rate=row.rate) for row in rows.order_by("day", "pk")
    ]
