"""The clocks of a case as their page shows them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.domain import hours
from reviews.domain.clock_kinds import ClockState
from reviews.models import Case, ClockPause
from reviews.selectors.shown_clocks import Shown


@dataclass(frozen=True)
class ClockLine:
    ledger: str
    level: str
    allowed: str
    spent: str
    due_at: datetime | None
    state: str
    hue: str


@dataclass(frozen=True)
class PauseLine:
    id: UUID
    begins_at: datetime
    ends_at: datetime
    why: str
    by: str
    runs: bool
    ended_early: bool


@dataclass(frozen=True)
class ClocksPage:
    id: UUID
    short: str
    clocks: list[ClockLine]
    pauses: list[PauseLine]


def page(case: Case, clocks: list[Shown], pauses: list[ClockPause], at: datetime) -> ClocksPage:
    return ClocksPage(
        id=case.pk,
        short=str(case.pk)[-4:],
        clocks=[_clock(one, at) for one in clocks],
        pauses=[
            PauseLine(
                id=one.pk,
                begins_at=one.begins_at,
                ends_at=one.ended_early_at or one.ends_at,
                why=one.reason,
                by=one.entered_by.name,
                runs=one.begins_at <= at < one.ends_at and one.ended_early_at is None,
                ended_early=one.ended_early_at is not None,
            )
            for one in pauses
        ],
    )


def _clock(one: Shown, at: datetime) -> ClockLine:
    spent = one.spent(at)
    late = one.state == ClockState.RUNNING and one.due_at is not None and one.due_at < at
    return ClockLine(
        ledger=one.ledger.label,
        level=one.level,
        allowed=hours.limit(one.minutes) if one.minutes else "nothing agreed",
        spent=hours.limit(int(spent.total_seconds() // 60)) if spent is not None else "",
        due_at=one.due_at,
        state="Late" if late else one.state.label,
        hue="bad"
        if late or one.state == ClockState.MISSED
        else "good"
        if one.state == ClockState.MET
        else "info",
    )
