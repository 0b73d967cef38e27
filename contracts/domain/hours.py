"""Opening hours and limits in words, for people who must know whom to call, and until when."""

from collections.abc import Mapping, Sequence
from datetime import time

from contracts.domain.sla_clock import Calendar, Hours

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_words(calendar: Calendar) -> str:
    """A calendar as people say it: "Monday to Friday 09:00–18:00, Asia/Manila time, except 3 holidays"."""
    if calendar.always_open:
        return "Around the clock"
    runs = _runs(calendar.weekly)
    if not runs:
        return f"Never open, {calendar.time_zone} time"
    opened = "; ".join(f"{_days(first, last)} {_spans(spans)}" for first, last, spans in runs)
    closed = len(calendar.holidays)
    holidays = f", except {closed} {'holiday' if closed == 1 else 'holidays'}" if closed else ""
    return f"{opened}, {calendar.time_zone} time{holidays}"


def limit(minutes: int) -> str:
    """A limit in business minutes as people say it: "15 min", "2 h", "1 h 30 min"."""
    hours, left = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    if left or not hours:
        parts.append(f"{left} min")
    return " ".join(parts)


def _runs(weekly: Mapping[int, Hours]) -> list[tuple[int, int, Hours]]:
    """Neighbouring days with the same hours, as (first, last, hours)."""
    runs: list[tuple[int, int, Hours]] = []
    for day in range(7):
        spans = tuple(sorted(weekly.get(day, ())))
        if not spans:
            continue
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    return runs


def _days(first: int, last: int) -> str:
    if first == last:
        return _DAYS[first]
    if last == first + 1:
        return f"{_DAYS[first]} and {_DAYS[last]}"
    return f"{_DAYS[first]} to {_DAYS[last]}"


def _spans(spans: Sequence[tuple[time, time]]) -> str:
    if spans == ((time(0), time(0)),):
        return "all day"
    return " and ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans)
