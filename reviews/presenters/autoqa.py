"""The pages of automatic QA: what was flagged and why, and how far each flag is to be trusted."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import Process
from reviews.domain.estimates import Interval
from reviews.domain.targeting import ANY, FEWEST, Calibration, Tally
from reviews.enums import AutoFlag
from reviews.models import AutoQa
from reviews.presenters import words
from reviews.presenters.words import State
from reviews.selectors.autoqa_pages import Standing

NOTHING = "–"


@dataclass(frozen=True)
class ProcessRow:
    code: str
    name: str
    url: str
    flagged: str
    last: datetime | None


@dataclass(frozen=True)
class Found:
    """One flagged interaction with its reasons."""

    url: str
    short: str
    step: str
    language: str
    reasons: list[tuple[str, str]]
    sentiment: str
    scored: datetime
    engine: str


@dataclass(frozen=True)
class Trust:
    """One line of the calibration: a flag, in one language or in all."""

    flag: str
    language: str
    state: State
    n: str
    kappa: str
    sensitivity: str
    missed: str


@dataclass(frozen=True)
class ProcessPage:
    code: str
    name: str
    found: list[Found]
    trust: list[Trust]
    compared: int
    advisory: bool


def process_row(standing: Standing) -> ProcessRow:
    process = standing.process
    return ProcessRow(
        code=process.code,
        name=process.name,
        url=reverse("reviews:auto_qa_process", args=[process.code]),
        flagged=f"{standing.flagged:,}",
        last=standing.last and timezone.localtime(standing.last),
    )


def process_page(process: Process, rows: list[AutoQa], calibration: Calibration | None) -> ProcessPage:
    """The flagged, and on the first page the calibration."""
    tallies = calibration.tallies if calibration else {}
    everything = tallies.get((ANY, ""), Tally())
    shown = [
        (flag, language, tally)
        for (flag, language), tally in tallies.items()
        if flag == ANY or tally.hits + tally.alarms
    ]
    shown.sort(key=lambda line: (line[0] != ANY, line[0], line[1]))
    return ProcessPage(
        code=process.code,
        name=process.name,
        found=[_found(row) for row in rows],
        trust=[_trust(flag, language, tally) for flag, language, tally in shown],
        compared=everything.n,
        advisory=not everything.trusted,
    )


def _found(row: AutoQa) -> Found:
    interaction = row.interaction
    return Found(
        url=reverse(settings.STORY_ROUTE, args=[interaction.pk]),
        short=words.short_id(interaction.pk),
        step=interaction.step.name,
        language=interaction.language or NOTHING,
        reasons=[(AutoFlag(finding["flag"]).label, finding["sentence"]) for finding in row.findings],
        sentiment=NOTHING if row.sentiment is None else f"{row.sentiment:+.2f}".replace("-", "−"),
        scored=timezone.localtime(row.scored_at),
        engine=row.engine.reference,
    )


def _trust(flag: str, language: str, tally: Tally) -> Trust:
    agreement = tally.agreement
    kappa = agreement.kappa if agreement else None
    return Trust(
        flag=_("Any flag") if flag == ANY else AutoFlag(flag).label,
        language=language or _("all"),
        state=_state(tally),
        n=f"{tally.n:,}",
        kappa=NOTHING if kappa is None else f"{kappa:.2f}".replace("-", "−"),
        sensitivity=_share(tally.sensitivity),
        missed=_share(tally.missed),
    )


def _state(tally: Tally) -> State:
    if tally.trusted:
        return State(_("Trusted"), "good", "check")
    if tally.n < FEWEST:
        return State(_("Advisory only: too few compared"), "neutral", "info")
    return State(_("Advisory only"), "warn", "warn")


def _share(interval: Interval) -> str:
    if interval.share is None:
        return NOTHING
    return f"{100 * interval.share:.1f} % ({100 * interval.low:.1f}–{100 * interval.high:.1f})"
