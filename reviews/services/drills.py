"""Test calls up the escalation path: who answers, at which level, in what time (C7).

A drill goes the way of a real escalation: the same people, the same limits in the same business hours, frozen when it
begins. Only that whoever started it is not called: he knows of it. One answer ends it; nobody's at the last level does
as well, and that is the finding.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts.models import Process, User
from contracts.selectors import authority, paths
from contracts.services import notifications
from contracts.services.acting import actor
from reviews import permissions
from reviews.domain import drills
from reviews.domain.transitions import ESCALATION_DRILL, before
from reviews.enums import CallEnd, DrillState
from reviews.models import EscalationDrill, EscalationDrillCall
from reviews.selectors import drills as selector
from reviews.selectors import levels
from reviews.selectors.levels import Level
from reviews.services.ownership import CLOCK

RUNS = "A test call runs on this process: wait for its end, or call it off."

logger = logging.getLogger(__name__)


@transaction.atomic
def start(
    *, process: Process, trigger_class: str, severity: int | None, by: User, at: datetime
) -> EscalationDrill:
    """Try one row of the matrix in force: the first level that somebody of is there is called at once.

    Raises NotAllowed for whoever does not manage the process, Invalid for a row that the matrix does not have, Conflict
    while another drill runs.
    """
    permissions.check_can_start_drill(by, process)
    path = paths.all_in_force(process).get((trigger_class, severity))
    if path is None:
        raise Invalid("no_such_row", "The matrix in force has no such row.", "row")
    frozen = paths.frozen(path)
    try:
        with transaction.atomic():
            drill = EscalationDrill.objects.create(
                process=process,
                trigger_class=trigger_class,
                severity=severity,
                path=frozen,
                path_version=path.matrix.version,
                level=frozen[0]["level"],
                started_at=at,
                started_by=by,
            )
    except IntegrityError:
        raise Conflict("drill_running", RUNS) from None
    call = _call(drill, frozen, at)
    facts = {"trigger_class": trigger_class, "severity": severity, "path_version": drill.path_version}
    _record(drill, "escalation.drill_started", facts | _called(drill, call), by, at)
    if call is None:
        _run_out(drill, at)
    return selector.found(drill.pk)


@transaction.atomic
def answer(*, drill_id: UUID, user: User, at: datetime) -> EscalationDrill:
    """Whoever is called says: I am here. That ends the drill.

    Raises NotVisible and NotAllowed for everybody else, Conflict where the call has moved on or the drill is over.
    """
    drill = _hold(drill_id)
    permissions.check_can_see_drills(user, drill.process)
    permissions.check_is_called(user, drill)
    call = drill.calls.filter(person=user, ended_at__isnull=True).first()
    if call is None or not _end_call(call, CallEnd.ANSWERED, at, answered_at=at, answered_by=user):
        raise Conflict(
            "call_over", "This test call is over for you: it was answered, moved on or called off."
        )
    took = drills.seconds(call.started_at, at)
    facts = {"level": call.level, "seconds": str(took), "in_time": at <= call.due_at}
    _record(drill, "escalation.drill_answered", facts, user, at)
    _end(drill, DrillState.ANSWERED, user, at)
    subject = f"{drill.process.code}: {user.name} answered the test call"
    _tell(drill.started_by, drill, subject, f"At level {call.level}, after {took:g} seconds.", at)
    return selector.found(drill.pk)


@transaction.atomic
def cancel(*, drill_id: UUID, by: User, at: datetime) -> EscalationDrill:
    """Call a drill off: it counts as none. Whoever may start one may; raises Conflict where it is over already."""
    drill = _hold(drill_id)
    permissions.check_can_start_drill(by, drill.process)
    call = drill.calls.filter(ended_at__isnull=True).first()
    if call is None or not _end_call(call, CallEnd.CANCELLED, at):
        raise Conflict("drill_over", "This test call is over already.")
    _end(drill, DrillState.CANCELLED, by, at)
    assert call.person is not None  # noqa: S101 — an open call has somebody
    _tell(call.person, drill, f"{drill.process.code}: the test call was called off", "", at)
    return selector.found(drill.pk)


def advance_due(*, at: datetime, limit: int = 200) -> int:
    """Move on whatever was not answered in time; returns how many there were.

    A sweep: each drill in its own transaction, by conditional update, so that it may run twice and beside itself.
    """
    due = EscalationDrill.objects.filter(state=DrillState.RUNNING, due_at__lte=at).order_by("due_at", "pk")
    moved = 0
    for pk in due.values_list("pk", flat=True)[:limit]:
        try:
            with transaction.atomic():
                moved += _advance(pk, at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The test call %s could not be moved", pk)
    return moved


def _advance(pk: UUID, at: datetime) -> int:
    drill = _hold(pk)
    missed = drill.calls.filter(ended_at__isnull=True, due_at__lte=at).select_related("person").first()
    if missed is None or not _end_call(missed, CallEnd.UNANSWERED, at):
        return 0
    assert missed.person is not None  # noqa: S101 — an open call has somebody
    _tell(
        missed.person, drill, f"{drill.process.code}: a test call was not answered", "Its time ran out.", at
    )
    call = _call(drill, selector.above(drill), at)
    if call is None:
        _run_out(drill, at)
    else:
        facts = {"from_level": missed.level} | _called(drill, call)
        _record(drill, "escalation.drill_moved", facts, None, at)
    return 1


def _hold(drill_id: UUID) -> EscalationDrill:
    """The drill, alone from here to the commit: an answer and the clock never both move it."""
    row = EscalationDrill.objects.select_for_update(no_key=True).filter(pk=drill_id)
    row.order_by("pk").values_list("pk").first()
    return selector.found(drill_id)


def _call(drill: EscalationDrill, path: Sequence[Level], at: datetime) -> EscalationDrillCall | None:
    """Call the first of these levels where somebody is there, and write down those where nobody is."""
    for level in path:
        person = selector.called(level, drill)
        call = EscalationDrillCall.objects.create(
            drill=drill,
            level=level["level"],
            person=person,
            started_at=at,
            due_at=levels.limits(level, at)[0],
            ended_at=None if person else at,
            end="" if person else CallEnd.NOBODY,
        )
        drill.level = call.level
        if person is not None:
            drill.due_at = call.due_at
            EscalationDrill.objects.filter(pk=drill.pk).update(level=call.level, due_at=call.due_at)
            subject = f"{drill.process.code}: test call. Are you there?"
            _tell(person, drill, subject, "Nothing has happened. Say that you are here.", at)
            return call
    return None


def _end_call(call: EscalationDrillCall, end: CallEnd, at: datetime, **changes: Any) -> bool:
    """Whether the call was still open, and so ended like this."""
    still = EscalationDrillCall.objects.filter(pk=call.pk, ended_at__isnull=True)
    return bool(still.update(ended_at=at, end=end, **changes))


def _run_out(drill: EscalationDrill, at: datetime) -> None:
    """Nobody answered, up to the last level."""
    _end(drill, DrillState.UNANSWERED, None, at)
    subject = f"{drill.process.code}: nobody answered the test call"
    _tell(drill.started_by, drill, subject, "It went up to the last level of the path.", at)


def _end(drill: EscalationDrill, state: DrillState, by: User | None, at: datetime) -> None:
    running = EscalationDrill.objects.filter(pk=drill.pk, state__in=before(ESCALATION_DRILL, state))
    if not running.update(state=state, level=drill.level, due_at=None, ended_at=at, ended_by=by):
        raise Conflict("drill_over", "This test call is over already.")
    facts = {
        "outcome": state,
        "level": drill.level,
        "seconds": str(drills.seconds(drill.started_at, at)),
        "passed_over": drill.calls.filter(end=CallEnd.NOBODY).count(),
    }
    _record(drill, "escalation.drill_ended", facts, by, at)


def _called(drill: EscalationDrill, call: EscalationDrillCall | None) -> dict[str, Any]:
    return {
        "level": call.level if call else drill.level,
        "called": call.person_id if call else None,
        "due_at": call.due_at if call else None,
    }


def _record(
    drill: EscalationDrill, action: str, facts: dict[str, Any], by: User | None, at: datetime
) -> None:
    """One event about a drill, in its client's log; without a person the clock acted."""
    process = drill.process
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process)) if by else CLOCK,
        target=Target("escalation_drill", str(drill.pk), "", "process", str(process.pk)),
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
    )


def _tell(user: User, drill: EscalationDrill, subject: str, body: str, at: datetime) -> None:
    link = reverse("reviews:matrix_drill", args=[drill.process.code, drill.pk])
    notifications.notify(user=user, subject=subject, body=body, link=link, at=at)
