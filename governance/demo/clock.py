"""The time of the demo world: when it began, which day is its last whole one, and which moments a day has."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from governance.demo.specs import Client, Day
from reviews.domain import windows

# The parties met so long before the day on which the world was seeded; from it every later run knows that day.
AGE = timedelta(days=400)
LONGEST_HISTORY = 365
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Calendar:
    """The days of the demo world for one process, counted back from its last day that is over."""

    client: Client
    now: datetime

    def day(self, number: int, days: int) -> Day:
        """Day `days` is the last one that is over in the client's zone; day 1 is the oldest."""
        last = windows.last_closed(self.now, self.client.zone)
        return Day(number, last - timedelta(days=days - number))

    def volume(self, day: date, scale: float) -> int:
        """How many outputs the agent makes on a day: the agreed number, as the week and chance have it."""
        dice = Random(f"volume:{self.client.process}:{day.isoformat()}")  # noqa: S311 — a demonstration
        expected = self.client.per_day * self.client.week[day.weekday()] * scale
        return max(1, round(expected * dice.uniform(0.93, 1.07)))

    def moment(self, day: date, dice: Random) -> datetime:
        """A moment of a local day: seven of eight in the client's hours, the morning busier than the evening."""
        opens, closes = self.client.hours
        if dice.random() < 0.875:
            hour = opens + (closes - opens) * (dice.betavariate(1.6, 2.2))
        else:
            hour = dice.uniform(0.0, 24.0)
        midnight = datetime.combine(day, time(0), ZoneInfo(self.client.zone)).astimezone(UTC)
        return midnight + timedelta(minutes=int(min(hour, 23.95) * 60), seconds=dice.randrange(60))


def later(at: datetime, mean_minutes: float, dice: Random) -> datetime:
    """A while after: waiting times are short, and sometimes long."""
    return at + _MINUTE * min(dice.expovariate(1 / mean_minutes), 9 * mean_minutes)
