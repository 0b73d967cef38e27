"""Money in words and across currencies: dated rates, refused when stale; amounts as people write them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "PHP": "₱", "KRW": "₩", "ILS": "₪"}
DECIMALS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "KWD": 3,
    "BHD": 3,
    "JOD": 3,
    "OMR": 3,
    "TND": 3,
}
MAX_RATE_AGE_DAYS = 7


class StaleRate(LookupError):
    """No rate for this pair that is young enough: the amount cannot be judged, so a person must."""


@dataclass(frozen=True, slots=True)
class Rate:
    """On `on`, one unit of `base` was worth `rate` units of `quote`."""

    base: str
    quote: str
    on: date
    rate: Decimal


def decimals(currency: str) -> int:
    """How many digits of `currency` stand after the point: 0 for yen, 3 for dinars, otherwise 2."""
    return DECIMALS.get(currency, 2)


def convert(
    amount: Decimal,
    currency: str,
    into: str,
    rates: Iterable[Rate],
    on: date,
    *,
    max_age_days: int = MAX_RATE_AGE_DAYS,
) -> Decimal:
    """`amount` of `currency` in `into`, at the newest rate dated on or before `on`.

    The rate may be given either way round (EUR→USD serves USD→EUR). The result is not rounded: a threshold
    must be met by the true amount, not by a rounded one. Raises StaleRate if the newest rate is older than
    `max_age_days` days or there is none, ValueError if amount or rate is not a finite number.
    """
    if not amount.is_finite():
        raise ValueError("An amount must be a finite number.")
    if currency == into:
        return amount
    usable = [rate for rate in rates if {rate.base, rate.quote} == {currency, into} and rate.on <= on]
    if not usable:
        raise StaleRate(f"There is no rate from {currency} to {into} for {on:%d %B %Y}.")
    # Both directions may be known for one day: the one that needs no division wins.
    newest = max(usable, key=lambda rate: (rate.on, rate.base == currency))
    if on - newest.on > timedelta(days=max_age_days):
        raise StaleRate(
            f"The newest rate from {currency} to {into} is of {newest.on:%d %B %Y}, "
            f"more than {max_age_days} days before {on:%d %B %Y}."
        )
    if not newest.rate.is_finite() or newest.rate <= 0:
        raise ValueError("A rate must be a finite number above zero.")
    return amount * newest.rate if newest.base == currency else amount / newest.rate


def money(amount: Decimal, currency: str) -> str:
    """The amount as a person writes it, rounded to the currency's own digits: €5,000.00, ¥50,000, −€12.50."""
    return _written(amount, currency, decimals(currency))


def threshold(amount: Decimal, currency: str) -> str:
    """A limit as a rule states it: without cents when there are none (€5,000), never rounded (€4,999.995)."""
    needed = max(0, -int(amount.normalize().as_tuple().exponent))
    return _written(amount, currency, max(decimals(currency), needed) if needed else 0)


def _written(amount: Decimal, currency: str, places: int) -> str:
    sign = "−" if amount < 0 else ""
    symbol = SYMBOLS.get(currency) or (f"{currency} " if currency else "")
    return f"{sign}{symbol}{amount.copy_abs():,.{places}f}"
