"""What may be called a business calendar: what is wrong with one as somebody wrote it, and its hours as they are kept.

Hours that run past midnight are written on from 24:00, so that a shift from 18:00 to 02:00 is 18:00 to 26:00 and hours that
were only written the wrong way round are not taken for one.
"""

import re
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST_NAME = 80
_TIME = re.compile(r"([0-9]{2}):([0-5][0-9])", re.ASCII)
_DAY = 24 * 60
_WEEK = 7 * _DAY

WrittenHours = Mapping[str, Sequence[Sequence[str]]]
KeptHours = dict[str, list[list[str]]]


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: `hours/2` is Wednesday."""

    code: str
    place: str
    sentence: str


@dataclass(frozen=True)
class _Span:
    """Hours in minutes of the week, with the day on which they begin."""

    opens: int
    closes: int
    day: int


def problems(
    *, name: str, time_zone: str, hours: WrittenHours, holidays: Sequence[object], always_open: bool
) -> list[Problem]:
    """Everything that keeps this from being a calendar, in the order of the form."""
    found = []
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        found.append(
            Problem("name", "name", f"Give the calendar a name of at most {LONGEST_NAME} characters.")
        )
    if time_zone not in _zones():
        found.append(
            Problem("time_zone", "time_zone", f"There is no time zone “{time_zone}”; one is Asia/Kolkata.")
        )
    return [*found, *_of_hours(hours, always_open), *_of_holidays(holidays)]


def of_names(names: Sequence[str]) -> list[Problem]:
    """What is wrong with what days off are called."""
    if any(len(name.strip()) > LONGEST_NAME for name in names):
        sentence = f"A day off is called by at most {LONGEST_NAME} characters."
        return [Problem("holiday_name", "holidays", sentence)]
    return []


def kept(hours: WrittenHours) -> KeptHours:
    """The hours as the clock reads them: in order, a close past midnight as the time of the day after.

    Only for hours without problems.
    """
    spans = {day: sorted(_minutes(span) for span in hours[day]) for day in sorted(hours) if hours[day]}
    return {
        day: [[_clock(opens), _clock(closes % _DAY)] for opens, closes in found]
        for day, found in spans.items()
    }


def written(hours: WrittenHours) -> KeptHours:
    """Kept hours as somebody would write them: the other way round."""
    return {
        day: [[opens, closes if opens < closes else _past_midnight(closes)] for opens, closes in spans]
        for day, spans in hours.items()
    }


def _of_hours(hours: WrittenHours, always_open: bool) -> Iterator[Problem]:
    days = {f"{number}": number for number in range(7)}
    if strange := sorted(hours.keys() - days.keys()):
        yield Problem("weekday", "hours", f"“{strange[0]}” is no weekday: 0 is Monday and 6 is Sunday.")
        return
    opened = [day for day in days if hours.get(day)]
    if always_open and opened:
        yield Problem("always_open", "hours", "A desk that is always open has no hours.")
    elif not always_open and not opened:
        yield Problem("never_open", "hours", "Give the hours of at least one weekday.")
    malformed = False
    spans: list[_Span] = []
    for day in opened:
        for span in hours[day]:
            if problem := _of_span(span, days[day]):
                malformed = True
                yield problem
            else:
                opens, closes = _minutes(span)
                start = days[day] * _DAY
                spans.append(_Span(start + opens, start + closes, days[day]))
    if not malformed:
        yield from _overlaps(sorted(spans, key=lambda span: (span.opens, span.closes)))


def _of_span(span: Sequence[str], day: int) -> Problem | None:
    place = f"hours/{day}"
    if isinstance(span, str) or len(span) != 2 or not all(_is_time(said) for said in span):
        return Problem(
            "malformed", place, f"{DAYS[day]}: give a time to open and one to close, such as 09:00."
        )
    opens, closes = _minutes(span)
    if opens >= _DAY:
        return Problem(
            "malformed", place, f"{DAYS[day]}: hours begin before 24:00; later ones belong to the next day."
        )
    if closes <= opens:
        return Problem(
            "reversed",
            place,
            f"{DAYS[day]}: {span[1]} is not after {span[0]}. Hours past midnight go on from 24:00: 02:00 is 26:00.",
        )
    if closes - opens > _DAY:
        return Problem("too_long", place, f"{DAYS[day]}: one shift lasts at most 24 hours.")
    return None


def _overlaps(spans: list[_Span]) -> Iterator[Problem]:
    told: set[int] = set()
    for number, later in enumerate(spans):
        # The first of a week may begin while the last of the week before still runs.
        before = spans[number - 1]
        ends = before.closes if number else before.closes - _WEEK
        if len(spans) > 1 and later.opens < ends and later.day not in told:
            told.add(later.day)
            yield Problem("overlap", f"hours/{later.day}", f"{DAYS[later.day]}: these hours overlap others.")


def _of_holidays(holidays: Sequence[object]) -> Iterator[Problem]:
    seen: set[object] = set()
    for day in holidays:
        if not isinstance(day, date) or isinstance(day, datetime):
            yield Problem("holiday", "holidays", f"“{day}” is no date.")
        elif day in seen:
            yield Problem("holiday_twice", "holidays", f"{day.isoformat()} is named twice.")
        else:
            seen.add(day)


def _is_time(said: object) -> bool:
    found = _TIME.fullmatch(said) if isinstance(said, str) else None
    return found is not None and int(found[1]) < 48


def _minutes(span: Sequence[str]) -> tuple[int, int]:
    """Minutes of the day from and to; a close at 00:00 can only mean the end of the day."""
    opens, closes = (int(said[:2]) * 60 + int(said[3:]) for said in span)
    return opens, closes or _DAY


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _past_midnight(closes: str) -> str:
    return _clock(int(closes[:2]) * 60 + int(closes[3:]) + _DAY)


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
