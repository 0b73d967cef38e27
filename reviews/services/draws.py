"""The QA draw: once for each local day of a process, repeatable from what it stores (F1, §5.3).

The frame is read and drawn before the transaction; the unique window then decides which of several workers drew.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from audit.domain.envelope import Actor, Target
from audit.errors import Conflict, Refused
from audit.services import recording
from contracts.domain import sla_clock
from contracts.models import Process
from contracts.selectors import calendars
from reviews.domain import planning, sampling, strata, windows
from reviews.domain.planning import DayPlan
from reviews.domain.windows import Window
from reviews.enums import DrawKind, SeedKind
from reviews.models import Draw, Evaluation, SamplingPlan
from reviews.selectors import draws as selector
from reviews.selectors import evaluations
from reviews.selectors.draws import Frame

DUE_DAYS = 5
# A sweep that was away makes up for so many days.
CATCH_UP_DAYS = 31
_FIRST = 1
_SAMPLING = Actor.system("sampling")
_CARRIED = Decimal("0.0001")
# The columns of a draw that its event carries as they are.
_FACTS = (
    "window_start",
    "window_end",
    "fraction",
    "frame_hash",
    "frame_size",
    "size",
    "number",
    "seed",
    "seed_kind",
    "plan",
    "deferred",
    "small_process",
    "strata",
    "carried_in",
    "carried_out",
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verification:
    """What drawing again from the stored seed showed: the same frame, the same items and π, the operator's seed."""

    frame_equal: bool
    items_equal: bool
    seed_equal: bool

    @property
    def equal(self) -> bool:
        return self.frame_equal and self.items_equal


def draw_due(*, at: datetime) -> int:
    """Draw every window whose hour has come and that was not drawn; returns how many were drawn now.

    A sweep: it may run twice and beside itself. A process that cannot be drawn does not stop the others.
    """
    drawn = 0
    plans = SamplingPlan.objects.select_related("process__client", "process__calendar").order_by(
        "process__code"
    )
    for plan in plans:
        for window in selector.missing_days(plan, at, CATCH_UP_DAYS):
            try:
                drawn += _draw(plan, window, at, "")[1]
            except Refused as refusal:
                logger.warning("%s was not drawn for %s: %s", plan.process.code, window.day, refusal.sentence)
                break
    return drawn


def draw(*, process: Process, day: date, at: datetime, origin: str = "") -> Draw:
    """Draw the sample of a local day of a process; the draw that is there already where there is one.

    Raises Conflict before 01:00 of the next day, and where the process has no sampling plan or no scorecard.
    """
    window = windows.of_day(day, process.time_zone)
    if existing := selector.of_window(process, window):
        return existing
    plan = (
        SamplingPlan.objects.select_related("process__client", "process__calendar")
        .filter(process=process)
        .first()
    )
    if plan is None:
        raise Conflict("no_plan", f"{process.code} has no sampling plan: set one first.", "process")
    return _draw(plan, window, at, origin)[0]


def verify(*, draw: Draw) -> Verification:
    """Draw again from the stored seed and plan, over the window as it is now, and compare."""
    process = draw.process
    window = windows.of_day(windows.local_day(draw.window_start, process.time_zone), process.time_zone)
    again = sampling.draw(
        selector.frame(process, window).items, bytes.fromhex(draw.seed), planning.load(draw.plan)
    )
    stored = set(draw.evaluations.values_list("interaction", "stratum", "pi"))
    return Verification(
        frame_equal=again.frame_hash == draw.frame_hash,
        items_equal={(str(pk), stratum, pi) for pk, stratum, pi in stored}
        == {(item.id, item.stratum, item.pi) for item in again.items},
        seed_equal=_seed(process, window, draw.number).hex() == draw.seed,
    )


def _seed(process: Process, window: Window, number: int) -> bytes:
    return sampling.seed(
        settings.SECRET_KEY.encode(), process=str(process.pk), window=window.start.isoformat(), number=number
    )


def _draw(plan: SamplingPlan, window: Window, at: datetime, origin: str) -> tuple[Draw, bool]:
    """The draw of a window, and whether it was this call that made it."""
    process = plan.process
    if at < window.opens_at:
        raise Conflict(
            "window_open",
            f"{window.day} can be drawn from 01:00 of the next day in {process.time_zone}.",
            "date",
        )
    frame = selector.frame(process, window)
    day = planning.for_day(
        fraction=plan.fraction,
        sizes=frame.sizes,
        reviewers=frame.reviewers,
        month=selector.month(process, window),
        week=selector.week(process, window, frame.reviewers),
        reviewer_floor=plan.reviewer_floor,
        stratum_floor=plan.stratum_floor,
    )
    seed = _seed(process, window, _FIRST)
    drawn = sampling.draw(frame.items, seed, day.plan)
    try:
        with transaction.atomic():
            return _store(plan, window, frame, day, seed, drawn, at, origin), True
    except IntegrityError:
        # Another worker was faster: its draw is the draw of this window.
        return Draw.objects.get(process=process, window_start=window.start, kind=DrawKind.RANDOM), False


def _store(
    plan: SamplingPlan,
    window: Window,
    frame: Frame,
    day: DayPlan,
    seed: bytes,
    drawn: sampling.Draw,
    at: datetime,
    origin: str,
) -> Draw:
    process = plan.process
    scorecard = evaluations.scorecard_in_force(process)
    if scorecard is None:
        raise Conflict("no_scorecard", f"{process.code} has no scorecard: publish one first.", "process")
    carried_out = plan.fraction * day.population - (day.drawn_before + drawn.n)
    stored = Draw.objects.create(
        process=process,
        window_start=window.start,
        window_end=window.end,
        fraction=plan.fraction,
        frame_hash=drawn.frame_hash,
        frame_size=len(frame.items),
        size=drawn.n,
        number=_FIRST,
        seed=seed.hex(),
        seed_kind=SeedKind.HMAC,
        plan=planning.dump(day.plan),
        deferred=list(day.deferred),
        small_process=day.small,
        carried_in=day.carried_in.quantize(_CARRIED),
        carried_out=carried_out.quantize(_CARRIED),
        strata=_table(drawn.strata),
        drawn_at=at,
    )
    due_at = sla_clock.add_days(at, DUE_DAYS, calendars.terms(process.calendar))
    Evaluation.objects.bulk_create(
        [
            Evaluation(
                draw=stored,
                process=process,
                interaction_id=item.id,
                stratum=item.stratum,
                pi=item.pi,
                scorecard=scorecard,
                due_at=due_at,
            )
            for item in drawn.items
        ],
        batch_size=500,
    )
    facts = {name: getattr(stored, name) for name in _FACTS}
    facts["items"] = [{"id": item.id, "stratum": item.stratum, "pi": item.pi} for item in drawn.items]
    recording.record(
        log=process.client.log_key,
        action="sample.drawn",
        actor=_SAMPLING,
        target=Target("draw", str(stored.pk), window.day.isoformat(), "process", str(process.pk)),
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
        origin=origin,
    )
    return stored


def _table(rows: Sequence[sampling.StratumRow]) -> list[dict[str, Any]]:
    return [
        {
            "stratum": row.stratum,
            "tier": strata.tier(row.stratum),
            "size": row.size,
            "weight": str(row.weight),
            "drawn": row.drawn,
        }
        for row in rows
    ]
