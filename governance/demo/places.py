"""Where and when the demo world works: business calendars of each site with their public holidays, and exchange rates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

_WEEKDAYS, _MON_SAT, _DAILY = range(5), range(6), range(7)


@dataclass(frozen=True)
class Site:
    """A desk: its calendar's name, zone and country, and its opening hours on which weekdays; from 24:00 on the next day."""

    name: str
    zone: str
    country: str
    days: range
    opens: str
    closes: str

    def hours(self) -> dict[str, list[list[str]]]:
        return {str(day): [[self.opens, self.closes]] for day in self.days}


# Cebu's day ends at 23:00 in Manila, when Hyderabad's second shift still has hours to go: what nobody takes on in
# Cebu at night moves on to people who are there.
SITES = [
    Site("Cebu desk", "Asia/Manila", "PH", _DAILY, "06:00", "23:00"),
    Site("Hyderabad desk", "Asia/Kolkata", "IN", _MON_SAT, "08:00", "26:00"),
    Site("Halvorsen office", "Europe/Berlin", "DE", _WEEKDAYS, "08:00", "17:00"),
    Site("Kestrel office", "Europe/Dublin", "IE", _WEEKDAYS, "09:00", "17:30"),
    Site("Hanabi office", "Asia/Tokyo", "JP", _WEEKDAYS, "09:00", "18:00"),
]

# Units of the second currency for one of the first, about which the demo's daily rates wander.
_LEVELS = [
    ("EUR", "USD", "1.0850"),
    ("EUR", "JPY", "164.20"),
    ("EUR", "PHP", "63.40"),
    ("USD", "JPY", "151.30"),
    ("USD", "PHP", "58.40"),
]


def rates(first: date, last: date, seed: int) -> Iterator[tuple[str, str, date, Decimal]]:
    """A rate per pair and day, wandering by some tenths of a percent; the same for the same seed."""
    for base, quote, level in _LEVELS:
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            dice = Random(f"{seed}:{base}{quote}:{day.isoformat()}")  # noqa: S311 — a demonstration, not a secret
            drift = Decimal(dice.randint(-60, 60)) / 10_000
            yield base, quote, day, (Decimal(level) * (1 + drift)).quantize(Decimal("0.000001"))
