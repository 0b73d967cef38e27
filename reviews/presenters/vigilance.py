"""The pages of vigilance: one's own figures, and those of a team by name or by pseudonym (E8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from reviews.enums import VigilanceBand
from reviews.models import ReviewerSignal, VigilanceAction
from reviews.presenters import honeypots, vigilance_words
from reviews.presenters.honeypots import Debrief
from reviews.presenters.vigilance_words import SignalLine
from reviews.selectors.vigilance import Own, Standing, Team

_WORST = [VigilanceBand.RED, VigilanceBand.AMBER, VigilanceBand.GREEN, VigilanceBand.INSUFFICIENT]
_FOLLOWS = {
    VigilanceBand.AMBER: "Your lead talks with you about it. Your work goes on as before.",
    VigilanceBand.RED: (
        "A second reviewer looks at your decisions on costly steps until your lead clears it. Nothing else changes."
    ),
}


@dataclass(frozen=True)
class Band:
    label: str
    hue: str


@dataclass(frozen=True)
class Figures:
    """One's own newest figures on one process."""

    id: UUID
    process: str
    name: str
    day: date
    band: Band
    index: int | None
    follows: str
    why: str
    signals: list[SignalLine]
    comment: str
    commented_at: datetime | None


@dataclass(frozen=True)
class Day:
    day: date
    process: str
    band: Band
    index: int | None
    comment: str


@dataclass(frozen=True)
class OwnPage:
    reviews: bool
    acknowledged_at: datetime | None
    figures: list[Figures]
    history: list[Day]
    debriefs: list[Debrief]


@dataclass(frozen=True)
class Person:
    """One line of a team. Whoever reads by pseudonym is given nothing that names anybody, and no comment."""

    name: str
    pseudonym: bool
    acknowledged: bool
    band: Band
    index: int | None
    day: date | None
    why: str
    comment: str
    action: UUID | None
    follows: str
    since: datetime | None
    signals: list[SignalLine]


@dataclass(frozen=True)
class TeamPage:
    code: str
    name: str
    named: bool
    people: list[Person]


def own_page(own: Own) -> OwnPage:
    return OwnPage(
        reviews=own.reviews,
        acknowledged_at=own.notice.acknowledged_at if own.notice else None,
        figures=[_figures(row, own.actions.get(row.process_id)) for row in own.newest],
        history=[
            Day(row.day, row.process.code, _band(row.band), row.index, row.comment) for row in own.history
        ],
        debriefs=honeypots.debriefs(own.debriefs),
    )


def _figures(row: ReviewerSignal, action: VigilanceAction | None) -> Figures:
    return Figures(
        id=row.pk,
        process=row.process.code,
        name=row.process.name,
        day=row.day,
        band=_band(row.band),
        index=row.index,
        follows=_FOLLOWS[VigilanceBand(action.band)] if action else "",
        why=_why(row),
        signals=vigilance_words.lines(row.signals),
        comment=row.comment,
        commented_at=row.commented_at,
    )


def team_pages(teams: Sequence[Team]) -> list[TeamPage]:
    return [team_page(team) for team in teams]


def team_page(team: Team) -> TeamPage:
    """The people of a process, the worst band on top; within a band by the name the reader sees."""
    people = [_person(standing, team.named) for standing in team.standings]
    order = {VigilanceBand(band).label: place for place, band in enumerate(_WORST)}
    people.sort(key=lambda person: (order[person.band.label], person.name))
    return TeamPage(team.process.code, team.process.name, team.named, people)


def _person(standing: Standing, named: bool) -> Person:
    row, action = standing.signal, standing.action
    coaching = action is not None and action.band == VigilanceBand.AMBER
    return Person(
        name=standing.reviewer.name if named else standing.pseudonym,
        pseudonym=not named,
        acknowledged=standing.acknowledged,
        band=_band(row.band if row else VigilanceBand.INSUFFICIENT),
        index=row.index if row else None,
        day=row.day if row else None,
        why=_why(row) if row else "",
        comment=row.comment if row and named else "",
        action=action.pk if action and named else None,
        follows=("Coaching" if coaching else "Second review of costly steps") if action else "",
        since=action.raised_at if action else None,
        signals=vigilance_words.lines(row.signals) if row else [],
    )


def _why(row: ReviewerSignal) -> str:
    raised = [signal["code"] for signal in row.signals if signal["raised"]]
    return vigilance_words.reasons([*row.overrides, *raised]) if row.index is not None else ""


def _band(band: str) -> Band:
    found = VigilanceBand(band)
    return Band(found.label, vigilance_words.HUES[found])
