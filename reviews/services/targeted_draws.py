"""The targeted draw: what automatic QA flagged and nobody looked at, and what else is to be looked at (R2), once for each local
day of a process (F4, §5.3).

It comes after the random draw of the same day, so that what chance drew is not picked again, and enters no estimate.
"""

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain.envelope import Actor, Target
from audit.errors import Invalid
from audit.services import recording
from contracts.domain import sla_clock
from contracts.models import Process
from contracts.selectors import calendars
from reviews.domain import autoqa, strata, targeting, windows
from reviews.domain.autoqa import Terms
from reviews.domain.targeting import Flagged
from reviews.domain.windows import Window
from reviews.enums import DrawKind, DrawState
from reviews.models import Draw, Evaluation, SamplingPlan, Scorecard
from reviews.selectors import calibration, draws, evaluations
from reviews.services.draws import CATCH_UP_DAYS, DUE_DAYS

_SAMPLING = Actor.system("sampling")

logger = logging.getLogger(__name__)


def draw_due(*, at: datetime) -> int:
    """Pick from what was flagged, for each process with a sampling plan; returns how many draws were made now.

    A sweep: it may run twice and beside itself. What finds no room under the cap, or was scored late, comes again the
    next day, for a month.
    """
    made = 0
    plans = SamplingPlan.objects.select_related("process__client", "process__calendar")
    for plan in plans.order_by("process__code"):
        process = plan.process
        window = windows.of_day(windows.last_closed(at, process.time_zone), process.time_zone)
        # Before the random draw nobody knows what chance takes; before the plan nothing was owed to anybody.
        by_chance = draws.of_window(process, window)
        if by_chance is None or by_chance.state != DrawState.DRAWN:
            continue
        if calibration.targeted(process, window) is not None:
            continue
        made += draw(process=process, window=window, at=at) is not None
    return made


def draw(*, process: Process, window: Window, at: datetime) -> Draw | None:
    """The targeted draw of a window; None where nothing was flagged, or another worker drew."""
    scorecard = evaluations.scorecard_in_force(process)
    since = window.start - timedelta(days=CATCH_UP_DAYS - 1)
    found = list(calibration.flagged(process, since, window.end))
    besides = calibration.besides(process)
    if scorecard is None or not (found or besides):
        return None
    terms = _terms(process)
    trusted = calibration.standing(process)
    asked_for = {one.id for one in besides}
    # What is looked at besides takes no room under the cap from what was flagged.
    frame = [flagged for _, flagged in found if flagged.id not in asked_for]
    # An untrusted flag gives no precedence in its language; under the cap it is looked at all the same.
    at_once = {one.id for language, one in found if one.flags & terms.pick & trusted.trusted(language)}
    picked = targeting.choose(frame, always=frozenset(at_once), cap=terms.daily_cap)
    frame, picked = targeting.mixed([*frame, *besides]), targeting.mixed([*picked, *besides])
    try:
        with transaction.atomic():
            return _store(process, window, frame, picked, sorted(at_once), terms, scorecard, at)
    except IntegrityError:
        return None


def _terms(process: Process) -> Terms:
    try:
        return autoqa.read(process.intake.get("autoqa", {}))
    except Invalid:
        # Every score since then is flagged as one that could not be given, and is picked for that.
        return Terms()


def _store(
    process: Process,
    window: Window,
    frame: list[Flagged],
    picked: list[Flagged],
    at_once: list[str],
    terms: Terms,
    scorecard: Scorecard,
    at: datetime,
) -> Draw:
    plan = {"cap": terms.daily_cap, "at_once": at_once}
    stored = Draw.objects.create(
        process=process,
        kind=DrawKind.TARGETED,
        window_start=window.start,
        window_end=window.end,
        fraction=Decimal(0),
        frame_hash=targeting.frame_hash(frame),
        frame_size=len(frame),
        size=len(picked),
        seed="",
        plan=plan,
        carried_in=Decimal(0),
        carried_out=Decimal(0),
        drawn_at=at,
    )
    due_at = sla_clock.add_days(at, DUE_DAYS, calendars.terms(process.calendar))
    Evaluation.objects.bulk_create(
        [
            Evaluation(
                draw=stored,
                process=process,
                interaction_id=UUID(one.id),
                kind=DrawKind.TARGETED,
                stratum=strata.TARGETED,
                pi=None,
                scorecard=scorecard,
                due_at=due_at,
            )
            for one in picked
        ],
        batch_size=500,
    )
    recording.record(
        log=process.client.log_key,
        action="sample.targeted",
        actor=_SAMPLING,
        target=Target("draw", str(stored.pk), window.day.isoformat(), "process", str(process.pk)),
        facts={
            "window_start": stored.window_start,
            "window_end": stored.window_end,
            "frame_hash": stored.frame_hash,
            "frame_size": stored.frame_size,
            "size": stored.size,
            "plan": plan,
            "items": [{"id": one.id, "flags": sorted(one.flags)} for one in picked],
        },
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    return stored
