"""Halting and letting go on (W1–W4): asked for by whoever works there, engaged by whoever may, released by somebody else.

A halt governs in two steps. `engage` writes it down and gives every process it touches another stamp: whoever begins after
that commit follows it. `take_effect` waits for those who began before, and says since when nothing is under way under the
old terms. So the halt itself never waits for anybody and cannot be lost: where somebody takes too long the second step is
tried again, and the sweep tries until it succeeds.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from audit.errors import Conflict, Invalid
from contracts import access
from contracts.domain.raci import Task
from contracts.domain.transitions import HALT, before
from contracts.enums import Degree, HaltCause, HaltState
from contracts.models import Halt, Process, User
from contracts.models.halt import RUNNING
from contracts.selectors import halt_rights, halts
from contracts.selectors.halt_scopes import What
from contracts.services import halt_events, processes, raci_notices, scopes

logger = logging.getLogger(__name__)

WATCH = timedelta(hours=24)
LONGEST = 500
# What whoever asks for the release states (W3).
CHECKS = {
    "cause_found": "The cause is found",
    "mended_and_tested": "It is mended, and that was tested",
    "in_flight_dealt_with": "What was in flight is dealt with",
}
Clock = Callable[[], datetime]


@transaction.atomic
def ask(*, what: What, cause: HaltCause, reason: str, by: User, at: datetime, drill: bool = False) -> Halt:
    """Ask those who may for a halt. Who asks twice for the same gets the first request again, with its time."""
    reason = _reason(reason)
    waiting = Halt.objects.filter(key=what.key(), drill=drill, state=HaltState.REQUESTED)
    if earlier := waiting.order_by("requested_at", "pk").first():
        return earlier
    halt = Halt.objects.create(
        **what.fields(),
        degree=Degree.HOLD,
        cause=cause,
        reason=reason,
        drill=drill,
        state=HaltState.REQUESTED,
        requested_at=at,
        requested_by=by,
    )
    touched = _touched(halt)
    facts = {"processes": [process.code for process in touched]}
    halt_events.record(halt, touched, "halt.requested", facts, by, at, why=reason)
    return halt


@transaction.atomic
def decline(*, halt: Halt, by: User, at: datetime) -> None:
    """Answer a request for a halt with no. Raises NotAllowed for whoever could not have engaged it."""
    touched = _touched(halt)
    halt_rights.check_can_halt(by, touched, at)
    _move(halt, HaltState.DECLINED, declined_at=at, declined_by=by)
    halt_events.record(halt, touched, "halt.declined", {}, by, at)


@transaction.atomic
def engage(
    *,
    what: What,
    degree: Degree,
    cause: HaltCause,
    reason: str,
    by: User,
    at: datetime,
    drill: bool = False,
    request: Halt | None = None,
) -> Halt:
    """Halt something: whoever begins after the commit follows it; see `take_effect` for those who began before.

    Engaged on `request` it keeps the time at which it was asked for. Engaging the same again is the same halt; somebody
    else's is Conflict. Raises NotAllowed where `by` lacks the authority on any process that it touches.
    """
    reason = _reason(reason)
    halt = Halt(**what.fields(), degree=degree, cause=cause, reason=reason, drill=drill)
    if request is not None and (request.key != what.key() or request.drill != drill):
        raise Conflict(
            "another_request", "This was asked for something else: halt what was asked for, or without it."
        )
    touched = _touched(halt)
    halt_rights.check_can_halt(by, touched, at)
    running = halts.loaded().filter(key=halt.key, degree=degree, drill=drill, state__in=RUNNING).first()
    if running is not None:
        if running.engaged_by_id == by.pk and request is None:
            return running
        raise Conflict("halted_already", f"{halts.name(running).capitalize()} is halted like that already.")
    engaged = {
        **what.fields(),
        "degree": degree,
        "cause": cause,
        "reason": reason,
        "drill": drill,
        "engaged_at": at,
        "engaged_by": by,
    }
    try:
        with transaction.atomic():
            if request is not None:
                halt = _move(request, HaltState.ENGAGED, **engaged)
            else:
                halt = Halt.objects.create(
                    **engaged, state=HaltState.ENGAGED, requested_at=at, requested_by=by
                )
    except IntegrityError:
        raise Conflict("halted_already", "Somebody else has halted this just now.") from None
    facts = {
        "degree": degree,
        "processes": [process.code for process in touched],
        "requested_at": halt.requested_at,
    }
    halt_events.record(halt, touched, "halt.engaged", facts, by, at, why=reason)
    _touch(touched)
    for process in touched:
        sentence = f"the AI is halted{' in a drill' if drill else ''}"
        raci_notices.notify_informed(process=process, task=Task.HALT, sentence=sentence, but=[by], at=at)
    return halt


@transaction.atomic
def take_effect(*, halt_id: UUID, clock: Clock, milliseconds: int = 2000) -> bool:
    """Wait until nobody is under way under the old terms, and write down since when; False where it took longer.

    Where it took longer the halt governs all the same: it only cannot be said yet that nothing goes out any more.
    """
    halt = halts.loaded().get(pk=halt_id)
    if halt.effective_at is not None or halt.state not in RUNNING:
        return True
    target = halt.model_version_id or halt.step_id or halt.process_id or halt.client_id
    try:
        with transaction.atomic():
            scopes.exclude_within(scopes.Scope(halt.scope, target), milliseconds=milliseconds)
    except OperationalError:
        return False
    at = clock()
    waiting = Halt.objects.filter(pk=halt.pk, state__in=RUNNING, effective_at__isnull=True)
    if waiting.update(effective_at=at):
        seconds = round((at - halt.requested_at).total_seconds(), 3)
        halt_events.record(halt, _touched(halt), "halt.effective", {"seconds": str(seconds)}, None, at)
    return True


def take_effect_due(*, clock: Clock) -> int:
    """Try again for every halt of which it could not be said yet; how many succeeded. A sweep: it may run twice."""
    waiting = Halt.objects.filter(state__in=RUNNING, effective_at__isnull=True).order_by("engaged_at", "pk")
    succeeded = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        try:
            succeeded += take_effect(halt_id=pk, clock=clock)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The halt %s could not be said to have taken effect", pk)
    return succeeded


@transaction.atomic
def request_release(*, halt: Halt, checks: Sequence[str], by: User, at: datetime) -> Halt:
    """Ask for the release, stating what was checked. Whoever may engage may ask, also who engaged."""
    touched = _touched(halt)
    halt_rights.check_can_halt(by, touched, at)
    return _request_release(halt, touched, checks, by, at)


@transaction.atomic
def release(
    *, halt: Halt, by: User, at: datetime, checks: Sequence[str] = (), seconds: float | None = None
) -> Halt:
    """Let it go on: somebody else than who engaged, with the same authority; then all goes to people for a day (W3).

    `checks` are needed where nobody has asked for the release yet. A drill needs no watch; `seconds` is how long it took
    from the request to the last release without a person, as measured above this floor (W4).
    """
    halt_rights.check_can_release(by, halt, _touched(halt), at)
    # Whoever engaged it, or asked for its release, may have done so just now: what counts is what stands under the lock.
    halt = halts.locked(halt.pk)
    access.read_again(by)
    touched = _touched(halt)
    halt_rights.check_can_release(by, halt, touched, at)
    if halt.state == HaltState.ENGAGED:
        halt = _request_release(halt, touched, checks, by, at)
    watch = None if halt.drill else at + WATCH
    halt = _move(halt, HaltState.RELEASED, released_at=at, released_by=by, watch_until=watch)
    facts: dict[str, object] = {"degree": halt.degree}
    if watch:
        facts["watch_until"] = watch
    halt_events.record(halt, touched, "halt.released", facts, by, at)
    if halt.drill:
        engaged = halt.engaged_at or at
        took = (engaged - halt.requested_at).total_seconds() if seconds is None else seconds
        halt_events.record(halt, touched, "halt.drilled", {"seconds": str(round(took, 3))}, by, at)
    _touch(touched)
    return halt


def _request_release(
    halt: Halt, touched: list[Process], checks: Sequence[str], by: User, at: datetime
) -> Halt:
    if missing := [sentence for name, sentence in CHECKS.items() if name not in checks]:
        raise Invalid(
            "checks_open",
            f"Before it may go on, state that: {'; '.join(missing)}.",
            "checks",
        )
    stated = [name for name in CHECKS if name in checks]
    halt = _move(
        halt,
        HaltState.RELEASE_REQUESTED,
        release_requested_at=at,
        release_requested_by=by,
        checks=stated,
    )
    halt_events.record(halt, touched, "halt.release_requested", {"checks": stated}, by, at)
    return halt


def _move(halt: Halt, to: HaltState, **changes: object) -> Halt:
    """Bring a halt to a state by conditional update. Raises Conflict where it stands elsewhere."""
    if not Halt.objects.filter(pk=halt.pk, state__in=before(HALT, to)).update(state=to, **changes):
        raise Conflict("moved", "This halt has just moved on: look at it again.")
    return halts.loaded().get(pk=halt.pk)


def _touched(halt: Halt) -> list[Process]:
    touched = list(halts.touched(halt))
    if not touched:
        raise Invalid("nothing_touched", "No process uses this, so there is nothing to halt.", "scope")
    return touched


def _touch(touched: list[Process]) -> None:
    for process in touched:
        processes.touch(process)


def _reason(text: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise Invalid("reason_required", f"Say why, in at most {LONGEST} characters.", "reason")
    return text
