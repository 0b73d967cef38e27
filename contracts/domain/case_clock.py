"""The clock of one piece of work: business time that pauses, goes on, and keeps what has passed when the terms change.

Pure: what began when, which terms held since when, and when it stood still come in; how much time has passed and when it
will be up come out. Nothing is counted up anywhere, so a pause entered afterwards is as good as one entered in time, and
asking twice gives the same answer twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.domain import sla_clock
from contracts.domain.sla_clock import Calendar

_NONE = timedelta(0)
Span = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Terms:
    """So many minutes of a calendar are allowed, from `since` on."""

    since: datetime
    minutes: int
    calendar: Calendar


@dataclass(frozen=True)
class Pause:
    """The clock stood still from `begins` to `ends`, or stands still since; the instant of the end runs again."""

    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """What a clock is computed from. `terms` in the order in which they came into force: the first from the start on, each
    later one for what is left, keeping what has passed (GLPI #6902). Pauses may overlap and come in any order.

    Raises ValueError without terms, or for a pause that ends before it begins.
    """

    started: datetime
    terms: Sequence[Terms]
    pauses: Sequence[Pause] = ()

    def __post_init__(self) -> None:
        if not self.terms:
            raise ValueError("A clock needs terms.")
        if any(pause.ends is not None and pause.ends < pause.begins for pause in self.pauses):
            raise ValueError("A pause ends after it begins.")


@dataclass(frozen=True)
class History:
    """What a calendar said since when, in order; the first also of the time before it. Raises ValueError where it says nothing."""

    definitions: Sequence[tuple[datetime, Calendar]]

    def __post_init__(self) -> None:
        if not self.definitions:
            raise ValueError("A calendar has a definition.")

    def at(self, moment: datetime) -> Calendar:
        """What it said at a moment."""
        held = [calendar for since, calendar in self.definitions if since <= moment]
        return held[-1] if held else self.definitions[0][1]

    def after(self, moment: datetime) -> list[tuple[datetime, Calendar]]:
        """What it said from later moments on."""
        return [(since, calendar) for since, calendar in self.definitions[1:] if since > moment]


Agreed = tuple[datetime, int, History]


def of_histories(
    started: datetime, agreed: Sequence[Agreed], pauses: Sequence[Pause], stopped: datetime | None
) -> Clock:
    """A clock whose calendars were defined anew while it ran: what has passed is kept, what is left goes by the new hours.

    What was up before, or had stopped, stays as it was.
    """
    terms: list[Terms] = []
    for number, (since, minutes, history) in enumerate(agreed):
        until = agreed[number + 1][0] if number + 1 < len(agreed) else stopped
        terms.append(Terms(since, minutes, history.at(since)))
        for begins, calendar in history.after(since):
            up = due(Clock(started, terms, pauses))
            if (until is not None and until <= begins) or (up is not None and up <= begins):
                break
            terms.append(Terms(begins, minutes, calendar))
    return Clock(started, terms, pauses)


def spent(clock: Clock, until: datetime) -> timedelta:
    """The business time that has passed from the start to `until`, by the calendar that held at each moment."""
    if until <= clock.started:
        return _NONE
    pauses = _merged(clock.pauses)
    total = _NONE
    for begins, ends, calendar in _stretches(clock, until):
        total += sum(
            (sla_clock.elapsed(since, to or ends, calendar) for since, to in _running(begins, ends, pauses)),
            _NONE,
        )
    return total


def due(clock: Clock) -> datetime | None:
    """When the time that the last terms allow is up; None while the clock stands still with no end in sight.

    Where it was up before the terms changed, it is due at the moment they did. ValueError for a calendar that does not
    open within 400 days.
    """
    terms = clock.terms[-1]
    begins = max(clock.started, terms.since) if len(clock.terms) > 1 else clock.started
    left = timedelta(minutes=terms.minutes)
    if len(clock.terms) > 1:
        left = max(left - spent(clock, begins), _NONE)
    for since, to in _running(begins, None, _merged(clock.pauses)):
        if to is None:
            return sla_clock.after(since, left, terms.calendar)
        passed = sla_clock.elapsed(since, to, terms.calendar)
        if left <= passed:
            return sla_clock.after(since, left, terms.calendar)
        left -= passed
    return None


def paused(clock: Clock, at: datetime) -> bool:
    """Whether the clock stands still at a moment."""
    return any(pause.begins <= at and (pause.ends is None or at < pause.ends) for pause in clock.pauses)


def _stretches(clock: Clock, until: datetime) -> Iterable[tuple[datetime, datetime, Calendar]]:
    """Which calendar held from when to when, between the start and `until`."""
    for number, terms in enumerate(clock.terms):
        later = clock.terms[number + 1].since if number + 1 < len(clock.terms) else until
        begins = clock.started if number == 0 else max(terms.since, clock.started)
        ends = min(later, until)
        if begins < ends:
            yield begins, ends, terms.calendar


def _merged(pauses: Sequence[Pause]) -> list[Span]:
    """The pauses in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for pause in sorted(pauses, key=lambda pause: pause.begins):
        if merged and (merged[-1][1] is None or pause.begins <= merged[-1][1]):
            begins, ends = merged[-1]
            if ends is not None:
                merged[-1] = (begins, None if pause.ends is None else max(ends, pause.ends))
        else:
            merged.append((pause.begins, pause.ends))
    return merged


def _running(begins: datetime, ends: datetime | None, pauses: Sequence[Span]) -> Iterable[Span]:
    """What is left of a stretch without the pauses; the last span is open where the stretch is."""
    at = begins
    for since, to in pauses:
        if to is not None and to <= at:
            continue
        if ends is not None and since >= ends:
            break
        if since > at:
            yield at, since
        if to is None:
            return
        at = to
    if ends is None or at < ends:
        yield at, ends
