"""The pages of automatic QA: what was flagged and why, and how far each flag is to be trusted."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import access
from contracts.models import Process, User
from contracts.presenters.parts import State
from reviews import permissions
from reviews.domain.estimates import Interval
from reviews.domain.targeting import ANY, FEWEST, Calibration, Tally
from reviews.enums import AutoFlag
from reviews.models import ActingFlags, AutoQa, EngineCalibration
from reviews.presenters import words
from reviews.presenters.rule_life import Button, button
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
class Trusted:
    """How far the engine agrees with people now, line by line, and what was recorded of it: by that it acts, or not."""

    lines: list[Trust]
    compared: int
    engine: str
    state: State
    recorded: datetime | None
    recorded_by: str
    figures: str
    record: Button


@dataclass(frozen=True)
class Acting:
    """The flags that bring a person, and who said so."""

    flags: list[str]
    labels: list[str]
    said: datetime | None
    said_by: str
    set: Button


@dataclass(frozen=True)
class ProcessPage:
    code: str
    name: str
    found: list[Found]
    trusted: Trusted | None
    acting: Acting | None


def process_row(standing: Standing) -> ProcessRow:
    process = standing.process
    return ProcessRow(
        code=process.code,
        name=process.name,
        url=reverse("reviews:auto_qa_process", args=[process.code]),
        flagged=f"{standing.flagged:,}",
        last=standing.last and timezone.localtime(standing.last),
    )


def process_page(
    process: Process, rows: list[AutoQa], trusted: Trusted | None, acting: Acting | None
) -> ProcessPage:
    """The flagged, and on the first page the calibration and what follows from flags."""
    return ProcessPage(
        code=process.code,
        name=process.name,
        found=[_found(row) for row in rows],
        trusted=trusted,
        acting=acting,
    )


def acting(user: User, process: Process, named: ActingFlags | None) -> Acting:
    flags = list(named.flags) if named else []
    return Acting(
        flags=flags,
        labels=[AutoFlag(flag).label for flag in flags],
        said=timezone.localtime(named.set_at) if named else None,
        said_by=named.set_by.name if named else "",
        set=button(
            process, "auto_qa_flags", access.allowed(permissions.check_can_set_acting_flags, user, process)
        ),
    )


def trust(user: User, process: Process, now: Calibration, recorded: EngineCalibration | None) -> Trusted:
    shown = [
        (flag, language, tally)
        for (flag, language), tally in now.tallies.items()
        if flag == ANY or tally.hits + tally.alarms
    ]
    shown.sort(key=lambda line: (line[0] != ANY, line[0], line[1]))
    stands = Calibration.read(recorded.lines).overall if recorded else Tally()
    return Trusted(
        lines=[_trust(flag, language, tally) for flag, language, tally in shown],
        compared=now.overall.n,
        engine=recorded.engine.reference if recorded else "",
        state=_state(stands) if recorded else State(_("Advisory only: not calibrated"), "neutral", "info"),
        recorded=timezone.localtime(recorded.calibrated_at) if recorded else None,
        recorded_by=recorded.calibrated_by.name if recorded else "",
        figures=_figures(stands),
        record=button(
            process,
            "auto_qa_calibrate",
            access.allowed(permissions.check_can_calibrate_engine, user, process),
        ),
    )


def _figures(tally: Tally) -> str:
    return _("κ %(kappa)s, missed %(missed)s of the wrong outputs, %(n)s compared") % {
        "kappa": _kappa(tally),
        "missed": _share(tally.missed),
        "n": f"{tally.n:,}",
    }


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
    return Trust(
        flag=_("Any flag") if flag == ANY else AutoFlag(flag).label,
        language=language or _("all"),
        state=_state(tally),
        n=f"{tally.n:,}",
        kappa=_kappa(tally),
        sensitivity=_share(tally.sensitivity),
        missed=_share(tally.missed),
    )


def _kappa(tally: Tally) -> str:
    agreement = tally.agreement
    kappa = agreement.kappa if agreement else None
    return NOTHING if kappa is None else f"{kappa:.2f}".replace("-", "−")


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
