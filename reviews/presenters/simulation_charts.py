"""The day of a queue as a chart: cases per hour of the process's day, before and after, with the table behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reviews.enums import QueueKind

WIDTH, HEIGHT, FOOT = 720, 200, 20
_SLOT = WIDTH / 24
_BAR = 11


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    height: float
    hue: str


@dataclass(frozen=True)
class Chart:
    """Coordinates in a box of 720 × 220, and the rows of the table: hour, then before and after of each queue."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    top: str
    zone: str
    summary: str
    queues: list[str]
    rows: list[tuple[str, list[str]]]


def by_hour(result: dict[str, Any], since: datetime | None, until: datetime | None) -> Chart | None:
    """Mean cases a day in each hour of the process's day; None where nobody waits for a person."""
    if not result["hours"]:
        return None
    zone = ZoneInfo(result["zone"])
    kinds = [kind.value for kind in QueueKind]
    sums = [[0] * (2 * len(kinds)) for _ in range(24)]
    days = set()
    for moment, *counts in result["hours"]:
        local = datetime.fromisoformat(moment).astimezone(zone)
        days.add(local.date())
        sums[local.hour] = [one + more for one, more in zip(sums[local.hour], counts, strict=True)]
    length = (until - since).total_seconds() / 86_400 if since and until else len(days)
    per = max(1.0, length)
    half = len(kinds)
    totals = [(sum(hour[:half]) / per, sum(hour[half:]) / per) for hour in sums]
    most = max(max(pair) for pair in totals) or 1.0
    used = [place for place, kind in enumerate(kinds) if kind in result["queues"]]
    peak_before, peak_after = ([pair[when] for pair in totals] for when in (0, 1))
    early, late = peak_before.index(max(peak_before)), peak_after.index(max(peak_after))
    return Chart(
        bars=_bars(totals, most),
        ticks=[(round((hour + 0.5) * _SLOT, 1), f"{hour:02}") for hour in range(0, 24, 3)],
        top=_mean(most),
        zone=result["zone"],
        summary=(
            f"Cases per hour of the day, mean per day. Before, most come at {early:02}:00"
            f" ({_mean(peak_before[early])}); after, at {late:02}:00 ({_mean(peak_after[late])})."
        ),
        queues=[QueueKind(kinds[place]).label for place in used],
        rows=[
            (
                f"{hour:02}:00",
                [_mean(sums[hour][place + offset] / per) for place in used for offset in (0, half)],
            )
            for hour in range(24)
        ],
    )


def _bars(totals: Sequence[tuple[float, float]], most: float) -> list[Bar]:
    bars = []
    for hour, pair in enumerate(totals):
        for offset, (value, hue) in enumerate(zip(pair, ("before", "after"), strict=True)):
            height = round(value / most * (HEIGHT - 10), 1)
            x = round(hour * _SLOT + 3 + offset * (_BAR + 1), 1)
            bars.append(Bar(x, round(HEIGHT - height, 1), height, hue))
    return bars


def _mean(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}"
