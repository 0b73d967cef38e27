"""What other rules would mean for the people who review: their hours, and how many cases would be late.

The model is simple on purpose, and said on the page. Cases arrive in the hour in which they were routed, and wait in
one line. The desk takes c cases per open hour, c = w · 3600 / m, with w the mean number of people who decided something
in an open hour of the last weeks and m the median of their active seconds per case. In open time, the n cases of an hour
whose middle is x begin at max(F, x), with F the moment the cases before them are done, and are done n / c later. A case
is late where it is done more than the limit after x.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from contracts.domain import sla_clock
from contracts.domain.sla_clock import Calendar

FEWEST = 10
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Handling:
    """How long people take for a case of one queue: the median of their active seconds, of `n` decisions."""

    n: int
    seconds: float

    @property
    def known(self) -> bool:
        return self.n >= FEWEST


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured on a process: handling by queue and in all, and the cases its desk takes per open hour."""

    queues: Mapping[str, Handling]
    overall: Handling
    capacity: float | None

    def handling(self, queue: str) -> Handling | None:
        """The measure of a queue, or of all queues where it has too few; None where there are too few at all."""
        own = self.queues.get(queue)
        if own is not None and own.known:
            return own
        return self.overall if self.overall.known else None


def measure(
    decided: Iterable[tuple[str, int, object, datetime]],
    *,
    since: datetime,
    until: datetime,
    calendar: Calendar,
) -> Measures:
    """The measures of decisions, each with its queue, active seconds, person and moment."""
    by_queue: dict[str, list[int]] = {}
    at_work: set[tuple[object, datetime]] = set()
    for queue, seconds, person, at in decided:
        by_queue.setdefault(queue, []).append(seconds)
        at_work.add((person, at.replace(minute=0, second=0, microsecond=0)))
    everything = [seconds for of_queue in by_queue.values() for seconds in of_queue]
    overall = _handling(everything)
    open_hours = sla_clock.elapsed(since, until, calendar) / _HOUR
    capacity = None
    if overall.known and overall.seconds > 0 and open_hours > 0:
        capacity = len(at_work) / open_hours * 3600 / overall.seconds
    queues = {queue: _handling(seconds) for queue, seconds in by_queue.items()}
    return Measures(queues, overall, capacity)


def _handling(seconds: Sequence[int]) -> Handling:
    return Handling(len(seconds), float(median(seconds)) if seconds else 0.0)


def late(
    before: Mapping[datetime, int],
    after: Mapping[datetime, int],
    *,
    capacity: float,
    minutes: int,
    calendar: Calendar,
) -> tuple[float, float]:
    """The expected number of late cases of each, arrivals by hour; the formula stands above."""
    hours = sorted(before.keys() | after.keys())
    middles = _open_time(hours, calendar)
    return tuple(_late(middles, arrivals, capacity, minutes / 60) for arrivals in (before, after))  # type: ignore[return-value]


def _open_time(hours: Sequence[datetime], calendar: Calendar) -> list[tuple[datetime, float]]:
    """Each hour with the open time, in hours, from the first one's begin to its middle."""
    found: list[tuple[datetime, float]] = []
    passed, last = 0.0, None
    for hour in hours:
        if last is not None:
            passed += sla_clock.elapsed(last, hour, calendar) / _HOUR
        last = hour
        found.append((hour, passed + sla_clock.elapsed(hour, hour + _HOUR, calendar) / _HOUR / 2))
    return found


def _late(
    middles: Sequence[tuple[datetime, float]], arrivals: Mapping[datetime, int], capacity: float, limit: float
) -> float:
    done = total = 0.0
    for hour, middle in middles:
        cases = arrivals.get(hour, 0)
        if not cases:
            continue
        takes = cases / capacity
        done = max(done, middle) + takes
        total += cases * min(1.0, max(0.0, (done - middle - limit) / takes))
    return total
