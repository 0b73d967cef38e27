"""The escalation matrix in words: its levels with their hours, who is on call now, and its final decision-makers."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.domain import hours, matrix_changes, sla_clock, weekly_hours
from contracts.domain.final_decision import ANY_CATEGORY
from contracts.domain.matrix_changes import Change
from contracts.domain.matrix_lint import row_in_words
from contracts.domain.money import threshold
from contracts.domain.sla_clock import Calendar
from contracts.enums import Channel, Party
from contracts.models import EscalationLevel, EscalationMatrix, EscalationPath, FinalDecisionRule
from contracts.selectors import calendars
from reviews.presenters import words

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Day:
    """A day of the strip: bars in a box 24 wide, and the same in words."""

    name: str
    y: int
    bars: list[tuple[str, str]]
    words: str


@dataclass(frozen=True)
class Strip:
    """The hours of a week that a level covers, in the reader's zone."""

    summary: str
    days: list[Day]


@dataclass(frozen=True)
class LevelLine:
    number: int
    name: str
    role: str
    person: str
    deputy: str
    hours: str
    open_now: bool
    acknowledge: str
    resolve: str
    channel: str
    authority: str
    final: bool
    strip: Strip


@dataclass(frozen=True)
class RowLine:
    title: str
    trigger_class: str
    severity: str
    edit_url: str
    levels: list[LevelLine]


@dataclass(frozen=True)
class FinalLine:
    id: str
    matter: str
    party: str
    role: str
    person: str
    deputy: str
    edit_url: str


def row(path: EscalationPath, *, at: datetime, zone: str, edit_url: str = "") -> RowLine:
    levels = list(path.levels.all())
    return RowLine(
        title=row_in_words(path.key).capitalize(),
        trigger_class=path.trigger_class,
        severity=str(path.severity or ""),
        edit_url=edit_url,
        levels=[_level(level, level is levels[-1], at, zone) for level in levels],
    )


def _level(level: EscalationLevel, final: bool, at: datetime, zone: str) -> LevelLine:
    calendar = calendars.terms(level.calendar)
    return LevelLine(
        number=level.level,
        name=level.name,
        role=words.role(level.role),
        person=level.person.name,
        deputy=level.deputy.name if level.deputy else "",
        hours=hours.in_words(calendar),
        open_now=sla_clock.is_open(at, calendar),
        acknowledge=hours.limit(level.ack_minutes),
        resolve=hours.limit(level.resolve_minutes),
        channel=Channel(level.channel).label,
        authority=level.authority,
        final=final,
        strip=strip(calendar, weekly_hours.week_of(at, zone), zone),
    )


def strip(calendar: Calendar, monday: date, zone: str) -> Strip:
    """The covered hours of a week as bars, a day to a line."""
    days = weekly_hours.by_day(weekly_hours.spans(calendar, monday, zone), monday, zone)
    drawn = [
        Day(
            name=name,
            y=number * 4,
            bars=[(f"{start / 60:g}", f"{(end - start) / 60:g}") for start, end in spans],
            words=", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans) or "nobody",
        )
        for number, (name, spans) in enumerate(zip(_DAYS, days, strict=True))
    ]
    covered = sum(end - start for spans in days for start, end in spans) // 60
    return Strip(f"{covered} of 168 hours a week, {zone} time", drawn)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def final(rule: FinalDecisionRule, currency: str, edit_url: str = "") -> FinalLine:
    return FinalLine(
        id=str(rule.pk),
        matter=matter(rule, currency),
        party=Party(rule.party).label,
        role=words.role(rule.role),
        person=rule.person.name,
        deputy=rule.deputy.name if rule.deputy else "",
        edit_url=edit_url,
    )


def matter(rule: FinalDecisionRule, currency: str) -> str:
    named = "everything" if rule.category == ANY_CATEGORY else rule.category.replace("_", " ")
    return named if rule.min_value is None else f"{named} from {threshold(rule.min_value, currency)}"


def changes(before: EscalationMatrix | None, after: EscalationMatrix, currency: str) -> list[Change]:
    """What a version changes about another, in words."""
    return matrix_changes.of_rows(_rows(before), _rows(after)) + matrix_changes.of_finals(
        _finals(before, currency), _finals(after, currency)
    )


def _rows(matrix: EscalationMatrix | None) -> dict:
    return (
        {path.key: [_words(level) for level in path.levels.all()] for path in matrix.paths.all()}
        if matrix
        else {}
    )


def _words(level: EscalationLevel) -> dict[str, str]:
    return {
        "name": level.name,
        "person": level.person.name,
        "deputy": f"deputy {level.deputy.name}" if level.deputy else "",
        "hours": hours.in_words(calendars.terms(level.calendar)),
        "acknowledged within": hours.limit(level.ack_minutes),
        "decided within": hours.limit(level.resolve_minutes),
        "told by": Channel(level.channel).label,
        "may decide": level.authority,
    }


def _finals(matrix: EscalationMatrix | None, currency: str) -> dict[str, str]:
    if matrix is None:
        return {}
    return {
        matter(rule, currency): f"{rule.person.name}, {words.role(rule.role)}"
        + (f"; deputy {rule.deputy.name}" if rule.deputy else "")
        for rule in matrix.final_rules.all()
    }
