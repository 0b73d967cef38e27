"""Fixing a frame: what a day is drawn from, and by which plan, is written down before anybody can know the seed (§5.3)."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from audit.domain.envelope import Actor, Target
from audit.errors import Conflict
from audit.services import recording
from reviews.domain import fixed_frames, planning, strata
from reviews.domain.planning import DayPlan
from reviews.domain.windows import Window
from reviews.enums import DrawKind, DrawState
from reviews.models import Draw, EnhancedMode, FixedFrame, SamplingPlan
from reviews.selectors import draws as selector
from reviews.selectors import evaluations, sampling_plans
from reviews.selectors.draws import Frame

SAMPLING = Actor.system("sampling")
_FIRST = 1
_CARRIED = Decimal("0.0001")
# The columns of a draw that its event carries as they are.
_FACTS = (
    "window_start",
    "window_end",
    "fraction",
    "frame_hash",
    "frame_size",
    "number",
    "plan",
    "deferred",
    "small_process",
    "strata",
    "carried_in",
)


def fix(*, plan: SamplingPlan, window: Window, at: datetime, origin: str = "") -> Draw:
    """The draw of a window with its frame fixed; the one that is there already where there is one.

    Raises Conflict before 01:00 of the next day, while the draw of an earlier day waits, and where the process has no
    scorecard. The frame is read before the transaction; the unique window decides which of several workers fixed it.
    """
    process = plan.process
    if existing := selector.of_window(process, window):
        return existing
    if at < window.opens_at:
        raise Conflict(
            "window_open",
            f"{window.day} can be drawn from 01:00 of the next day in {process.time_zone}.",
            "date",
        )
    if selector.waiting(process).exists():
        # What it takes decides how much is left for this one.
        raise Conflict("earlier_waits", "The draw of an earlier day waits for its checkpoint.", "date")
    if evaluations.scorecard_in_force(process) is None:
        raise Conflict("no_scorecard", f"{process.code} has no scorecard: publish one first.", "process")
    frame = selector.frame(process, window, plan.cut_by)
    mode = sampling_plans.enhanced_on(process, window.day)
    day = planning.for_day(
        fraction=(mode or plan).fraction,
        sizes=frame.sizes,
        reviewers=frame.reviewers,
        month=selector.month(process, window, mode),
        week=selector.week(process, window, frame.reviewers),
        reviewer_floor=plan.reviewer_floor,
        stratum_floor=plan.stratum_floor,
        seen=sampling_plans.seen(process, window),
        enhanced=mode is not None,
    )
    try:
        with transaction.atomic():
            return _store(plan, mode, window, frame, day, at, origin)
    except IntegrityError:
        # Another worker was faster: its frame is the frame of this window.
        return Draw.objects.get(process=process, window_start=window.start, kind=DrawKind.RANDOM)


def _store(
    plan: SamplingPlan,
    mode: EnhancedMode | None,
    window: Window,
    frame: Frame,
    day: DayPlan,
    at: datetime,
    origin: str,
) -> Draw:
    process = plan.process
    packed, frame_hash = fixed_frames.pack(frame.items)
    stored = Draw.objects.create(
        process=process,
        state=DrawState.FIXED,
        window_start=window.start,
        window_end=window.end,
        enhanced=mode,
        fraction=(mode or plan).fraction,
        frame_hash=frame_hash,
        frame_size=len(frame.items),
        size=0,
        number=_FIRST,
        plan=planning.kept(day, plan.cut_by) | {"enhanced": _told(mode)},
        deferred=list(day.deferred),
        small_process=day.small,
        carried_in=day.carried_in.quantize(_CARRIED),
        carried_out=Decimal(0),
        strata=[
            {"stratum": name, "tier": strata.tier(name), "size": size, "weight": str(day.plan.weights[name])}
            for name, size in sorted(frame.sizes.items())
        ],
        fixed_at=at,
    )
    FixedFrame.objects.create(draw=stored, packed=packed)
    event = recording.record(
        log=process.client.log_key,
        action="sample.frame_fixed",
        actor=SAMPLING,
        target=Target("draw", str(stored.pk), window.day.isoformat(), "process", str(process.pk)),
        facts={name: getattr(stored, name) for name in _FACTS},
        at=at,
        client=process.client.slug,
        process=process.code,
        origin=origin,
    )
    stored.frame_event = event.uid
    Draw.objects.filter(pk=stored.pk).update(frame_event=event.uid)
    return stored


def _told(mode: EnhancedMode | None) -> dict[str, str] | None:
    """The mode of an enhanced day, as its plan keeps it; the trail has the reason."""
    return (
        {"id": str(mode.pk), "since": mode.since.isoformat(), "until": mode.until.isoformat()}
        if mode
        else None
    )
