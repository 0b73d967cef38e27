"""Business time: deadlines and elapsed time in the opening hours of a desk, right across summer time.

All arithmetic is done on UTC instants; the time zone only says when a desk opens and closes.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HORIZON_DAYS = 400
MAX_MINUTES = 5 * 366 * 24 * 60

Hours = tuple[tuple[time, time], ...]

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Calendar:
    """When a desk works. `weekly` gives each weekday (0 is Monday) its intervals of local time, split by breaks.

    An interval that ends at or before its start runs past midnight (a night shift) and belongs to the day on
    which it starts, also for `holidays`, the local dates without work. `always_open` is round the clock and
    ignores both. Raises ValueError for overlapping intervals, ZoneInfoNotFoundError for an unknown time zone.
    """

    time_zone: str
    weekly: Mapping[int, Hours] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    always_open: bool = False

    def __post_init__(self) -> None:
        ZoneInfo(self.time_zone)
        if not set(self.weekly) <= set(range(7)):
            raise ValueError("Weekdays run from 0 (Monday) to 6 (Sunday).")
        spans = sorted(
            (day * 1440 + _minute(opens), day * 1440 + _minute(closes) + (0 if closes > opens else 1440))
            for day, hours in self.weekly.items()
            for opens, closes in hours
        )
        if spans and spans[-1][1] - _WEEK_MINUTES > spans[0][0]:
            raise ValueError("Opening hours must not overlap.")
        if any(later[0] < earlier[1] for earlier, later in zip(spans, spans[1:], strict=False)):
            raise ValueError("Opening hours must not overlap.")


def add(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The UTC instant at which `minutes` of business time after `start` have passed.

    Outside the hours the clock starts at the next opening; time that runs out with the day is due at closing.
    Raises ValueError for a negative or absurd number of minutes, a start without time zone, or a calendar that
    does not open within 400 days.
    """
    if not 0 <= minutes <= MAX_MINUTES:
        raise ValueError(f"Business minutes must be between 0 and {MAX_MINUTES}.")
    return after(start, minutes * _MINUTE, calendar)


def after(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    """The UTC instant at which so much business time after `start` has passed; as `add`, to the microsecond."""
    start = _utc(start)
    if calendar.always_open:
        return start + left
    for opens, closes in _openings(start, calendar):
        begins = max(opens, start)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise ValueError(f"The calendar does not open within {HORIZON_DAYS} days.")


def add_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The close of the `days`-th working day after the local day of `start`; round the clock: so many days later.

    Raises ValueError for no or a negative number of days, a start without time zone, or a calendar that does not
    open within 400 days.
    """
    if days < 1:
        raise ValueError("There must be at least one business day.")
    start = _utc(start)
    if calendar.always_open:
        return start + days * _DAY
    zone = ZoneInfo(calendar.time_zone)
    today = start.astimezone(zone).date()
    worked: dict[date, datetime] = {}
    for opens, closes in _openings(start, calendar):
        day = opens.astimezone(zone).date()
        if day > today and day not in worked and len(worked) == days:
            break
        if day > today:
            worked[day] = closes
    if len(worked) < days:
        raise ValueError(f"The calendar does not open within {HORIZON_DAYS} days.")
    return worked[max(worked)]


def elapsed(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The business time between two instants; none if `end` is not after `start`."""
    start, end = _utc(start), _utc(end)
    if end <= start:
        return timedelta(0)
    if calendar.always_open:
        return end - start
    worked = openings(start, end, calendar)
    return sum((min(closes, end) - max(opens, start) for opens, closes in worked), timedelta(0))


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """`at` itself while the desk is open, otherwise the instant at which it opens next; ValueError as for `add`."""
    return add(at, 0, calendar)


def is_open(at: datetime, calendar: Calendar) -> bool:
    """True if the desk works at this instant; the instant of closing is closed."""
    at = _utc(at)
    if calendar.always_open:
        return True
    opens = next((opens for opens, _ in _openings(at, calendar)), None)
    return opens is not None and opens <= at


def openings(start: datetime, end: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The opening times between two instants, as UTC instants in order; the first may begin and the last end outside."""
    return itertools.takewhile(lambda hours: hours[0] < end, _openings(_utc(start), calendar))


def _openings(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The opening times that end after `start`, as UTC instants in order; ends after a horizon without any."""
    zone = ZoneInfo(calendar.time_zone)
    # From the day before yesterday, because a night shift may still be running and zones differ by a day.
    day = start.astimezone(zone).date() - 2 * _DAY
    idle, previous = 0, datetime.min.replace(tzinfo=UTC)
    while idle <= HORIZON_DAYS + 2:
        idle += 1
        for opens, closes in (
            () if day in calendar.holidays else sorted(calendar.weekly.get(day.weekday(), ()))
        ):
            last_day = day if closes > opens else day + _DAY
            # Hours that fall into the gap of summer time shrink, and must not reach back into the ones before.
            begins = max(datetime.combine(day, opens, zone).astimezone(UTC), previous)
            ends = datetime.combine(last_day, closes, zone).astimezone(UTC)
            if ends <= begins:
                continue
            previous = ends
            if ends > start:
                idle = 0
                yield begins, ends
        day += _DAY


def _minute(moment: time) -> int:
    if moment.tzinfo is not None or moment.second or moment.microsecond:
        raise ValueError("Opening hours are whole minutes of local time.")
    return moment.hour * 60 + moment.minute


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone has no place in business time.")
    return moment.astimezone(UTC)
