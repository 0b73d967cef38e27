"""The day a draw looks at: a local day of the process, and the hour from which it may be drawn."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from audit.errors import Invalid

DRAWN_FROM = time(1)
"""Local time of the next day: by then everything that was released before midnight has been stored."""

MOST_DAYS = 400
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """One local day as instants; `opens_at` is when it may be drawn, `week` and `month` when these began."""

    day: date
    start: datetime
    end: datetime
    opens_at: datetime
    week: datetime
    month: datetime


def of_day(day: date, time_zone: str) -> Window:
    """The window of a local day; it has 23 or 25 hours where the clocks change."""
    zone = ZoneInfo(time_zone)

    def midnight(of: date) -> datetime:
        return datetime.combine(of, time(0), zone).astimezone(UTC)

    return Window(
        day=day,
        start=midnight(day),
        end=midnight(day + _DAY),
        opens_at=datetime.combine(day + _DAY, DRAWN_FROM, zone).astimezone(UTC),
        week=midnight(day - day.weekday() * _DAY),
        month=midnight(day.replace(day=1)),
    )


def check_period(since: date, until: date) -> None:
    """Raise Invalid for days that end before they begin, or are more than 400."""
    if until < since:
        raise Invalid("period_reversed", "The period ends before it begins.", "until")
    if (until - since).days >= MOST_DAYS:
        raise Invalid("period_long", f"A period has {MOST_DAYS} days at most.", "since")


def local_day(at: datetime, time_zone: str) -> date:
    """The local day of an instant."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def last_closed(at: datetime, time_zone: str) -> date:
    """The last local day that may be drawn at this instant."""
    today = local_day(at, time_zone)
    ready = of_day(today - _DAY, time_zone).opens_at <= at
    return today - (1 if ready else 2) * _DAY


def month_of(at: datetime, time_zone: str) -> datetime:
    """When the local month of an instant began."""
    return of_day(local_day(at, time_zone), time_zone).month


def last_month(at: datetime, time_zone: str) -> tuple[date, date]:
    """The first and the last day of the local month before that of an instant."""
    until = local_day(at, time_zone).replace(day=1) - _DAY
    return until.replace(day=1), until
