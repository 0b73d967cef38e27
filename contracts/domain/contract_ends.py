"""Contracts that run out: those who look after them learn in time to agree on what follows, and before notice is too late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.domain.contracting import last_day_to_say

BEFORE_END = timedelta(days=90)
BEFORE_NOTICE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Ending:
    """A contract with its last day, and how many days before it notice has to be given; None where none is agreed.

    `follows` is the first day of what both parties have signed to come after it.
    """

    code: str
    ends: date
    notice_days: int | None = None
    follows: date | None = None

    @property
    def continued(self) -> bool:
        return self.follows is not None and self.follows <= self.ends + timedelta(days=1)


def running_out(endings: Iterable[Ending], today: date) -> dict[str, str]:
    """What is to be known today of each contract that runs out, by the contract and its last day.

    From 90 days before the end, and from 30 days before the last day to give notice; once it has run out, until something
    takes its place.
    """
    return {
        f"{one.code} {one.ends}": _sentence(one, today)
        for one in endings
        if not one.continued and today >= min(one.ends - BEFORE_END, _last_day(one) - BEFORE_NOTICE)
    }


def _last_day(one: Ending) -> date:
    return last_day_to_say(one.ends, one.notice_days or 0)


def _sentence(one: Ending, today: date) -> str:
    later = "no later version of it is signed"
    if one.follows is not None:
        later = f"what follows begins on {one.follows:%-d %b %Y}"
    if today > one.ends:
        return f"{one.code} ran out on {one.ends:%-d %b %Y}, and {later}."
    ends = f"{one.code} ends on {one.ends:%-d %b %Y}, and {later}"
    if one.notice_days is None:
        return f"{ends}."
    last = _last_day(one)
    words = "notice can be given until" if today <= last else "notice could be given until"
    return f"{ends}; {words} {last:%-d %b %Y}."
