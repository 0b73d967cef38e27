"""The QA draw: once for each local day of a process, from a frame that was fixed before, by a seed nobody chose (F1, §5.3).

First the frame is fixed (`frames`); a checkpoint of the client's log that covers it gives the seed. Both steps can be
taken again at any time: what is done is not done twice.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Refused
from audit.selectors import tree
from audit.services import outside, publishing, recording, sequencing
from audit.services.witnesses import Asking
from contracts.domain import sla_clock
from contracts.models import Process
from contracts.selectors import calendars
from reviews.domain import fixed_frames, planning, sampling, strata, transitions, windows
from reviews.domain.fixed_frames import NoFrame
from reviews.domain.item_columns import ItemColumns
from reviews.domain.windows import Window
from reviews.enums import DrawState
from reviews.models import Draw, Evaluation, FixedFrame, SamplingPlan
from reviews.selectors import draw_seeds, evaluations
from reviews.selectors import draws as selector
from reviews.selectors.draw_seeds import Seed
from reviews.services import frames
from reviews.services.frames import SAMPLING

DUE_DAYS = 5
# A sweep that was away makes up for so many days.
CATCH_UP_DAYS = 31
_CARRIED = Decimal("0.0001")
# The columns of a draw that its event carries as they are.
_FACTS = (
    "window_start",
    "window_end",
    "fraction",
    "frame_hash",
    "frame_size",
    "frame_event",
    "size",
    "number",
    "seed",
    "seed_kind",
    "seed_reason",
    "checkpoint_size",
    "checkpoint_hash",
    "witness",
    "cosignature",
    "plan",
    "deferred",
    "small_process",
    "strata",
    "carried_in",
    "carried_out",
)

logger = logging.getLogger(__name__)


def draw_due(*, at: datetime) -> int:
    """Fix and draw every window whose hour has come and that was not drawn; returns how many were drawn now.

    A sweep: it may run twice and beside itself. A process that cannot be drawn, or waits for a witness, does not stop the
    others; its own later days wait, because what one day takes decides what is left for the next.
    """
    drawn = 0
    asking = Asking.from_settings()
    plans = SamplingPlan.objects.select_related("process__client", "process__calendar").order_by(
        "process__code"
    )
    for plan in plans:
        for window in selector.missing_days(plan, at, CATCH_UP_DAYS):
            try:
                found, made = _draw(plan, window, at, at, "", asking)
            except Refused as refusal:
                logger.warning("%s was not drawn for %s: %s", plan.process.code, window.day, refusal.sentence)
                break
            drawn += made
            if found.state != DrawState.DRAWN:
                break
    return drawn


def draw(
    *, process: Process, day: date, at: datetime, origin: str = "", signed_at: datetime | None = None
) -> Draw:
    """Draw the sample of a local day of a process; the draw that is there already where there is one.

    It comes back with its frame fixed and nothing drawn where no checkpoint gives a seed yet: `waits_for` says what is
    missing. `signed_at` is when the log is signed, where the day is one of a replayed past.

    Raises Conflict before 01:00 of the next day, while an earlier day waits, where the process has no sampling plan or no
    scorecard, and where the kept frame is not what was fixed.
    """
    window = windows.of_day(day, process.time_zone)
    if (existing := selector.of_window(process, window)) and existing.state == DrawState.DRAWN:
        return existing
    plan = (
        SamplingPlan.objects.select_related("process__client", "process__calendar")
        .filter(process=process)
        .first()
    )
    if plan is None:
        raise Conflict("no_plan", f"{process.code} has no sampling plan: set one first.", "process")
    return _draw(plan, window, at, signed_at or at, origin, Asking.from_settings())[0]


def waits_for(*, draw: Draw, at: datetime) -> str:
    """In a sentence, what a fixed draw waits for; empty where nothing is missing."""
    if draw.state == DrawState.DRAWN:
        return ""
    log = draw.process.client.log_key
    found = draw_seeds.find(draw, log=log, witnesses=_witnesses(Asking.from_settings()), at=at)
    return found if isinstance(found, str) else ""


def _draw(
    plan: SamplingPlan, window: Window, at: datetime, signed_at: datetime, origin: str, asking: Asking
) -> tuple[Draw, bool]:
    """The draw of a window, fixed or drawn, and whether it was this call that drew it."""
    fixed = frames.fix(plan=plan, window=window, at=at, origin=origin)
    if fixed.state == DrawState.DRAWN:
        return fixed, False
    log, names = plan.process.client.log_key, _witnesses(asking)
    found = draw_seeds.find(fixed, log=log, witnesses=names, at=at)
    if isinstance(found, str):
        _publish(log, signed_at, asking)
        found = draw_seeds.find(fixed, log=log, witnesses=names, at=at)
    if isinstance(found, str):
        return fixed, False
    return _take(plan.process, fixed, found, at, origin)


def _witnesses(asking: Asking) -> set[str]:
    """The names of the keys of the witnesses that can be reached: the clients', who confirm what we sign."""
    return {asking.witnesses[name].key.name for name in asking.urls}


def _publish(log: str, at: datetime, asking: Asking) -> None:
    """Sign the log now rather than in the next round of the publisher, and ask its witnesses.

    What goes wrong here goes wrong in that round too, which stops the log and says so; the draw waits.
    """
    try:
        while sequencing.sequence(log_id=tree.log_id(log), at=at):
            pass
        publishing.publish(log=log, at=at)
        publishing.bring_out(log=log, at=at, asking=asking)
    except (sequencing.Mismatch, publishing.Broken, outside.OutsideError) as problem:
        logger.warning("Log %s was not signed for its draws: %s", log, problem)


def _take(process: Process, fixed: Draw, seed: Seed, at: datetime, origin: str) -> tuple[Draw, bool]:
    """Draw from the frame that was fixed, whatever its interactions are by now."""
    packed = bytes(FixedFrame.objects.get(draw=fixed).packed)
    try:
        frame = ItemColumns(fixed_frames.unpack(packed))
        drawn = sampling.draw(frame, seed.value, planning.load(fixed.plan))
    except (NoFrame, ValueError) as problem:
        raise Conflict("frame_changed", f"The kept frame is not what was fixed: {problem}", "date") from None
    if drawn.frame_hash != fixed.frame_hash:
        raise Conflict("frame_changed", "The kept frame is not what was fixed.", "date")
    with transaction.atomic():
        return _store(process, fixed, seed, drawn, at, origin)


def _store(
    process: Process, fixed: Draw, seed: Seed, drawn: sampling.Draw, at: datetime, origin: str
) -> tuple[Draw, bool]:
    scorecard = evaluations.scorecard_in_force(process)
    if scorecard is None:
        raise Conflict("no_scorecard", f"{process.code} has no scorecard: publish one first.", "process")
    carried_out = fixed.carried_in + fixed.fraction * fixed.frame_size - drawn.n
    mine = Draw.objects.filter(pk=fixed.pk, state__in=transitions.before(transitions.DRAW, DrawState.DRAWN))
    won = mine.update(
        state=DrawState.DRAWN,
        size=drawn.n,
        seed=seed.value.hex(),
        seed_kind=seed.kind,
        seed_reason=seed.reason,
        checkpoint_size=seed.covering.size,
        checkpoint_hash=draw_seeds.digest(seed.covering),
        witness=seed.covering.witness,
        cosignature=seed.covering.line,
        carried_out=carried_out.quantize(_CARRIED),
        strata=_table(drawn.strata),
        drawn_at=at,
    )
    stored = Draw.objects.get(pk=fixed.pk)
    if not won:
        # Another worker was faster: its draw is the draw of this window.
        return stored, False
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
    facts["log"] = process.client.log_key
    facts["items"] = [{"id": item.id, "stratum": item.stratum, "pi": item.pi} for item in drawn.items]
    day = windows.local_day(stored.window_start, process.time_zone)
    recording.record(
        log=process.client.log_key,
        action="sample.drawn",
        actor=SAMPLING,
        target=Target("draw", str(stored.pk), day.isoformat(), "process", str(process.pk)),
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
        origin=origin,
    )
    return stored, True


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
