"""Runs of the drills: asking for one, doing it, and keeping what it found. One log has one run at a time."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain import drills as domain
from audit.domain.drills import Report
from audit.domain.envelope import Actor, Target
from audit.domain.events import DRILL_RUN
from audit.errors import Conflict, NotVisible, Refused
from audit.selectors import tree
from audit.services import drills, recording
from audit.services.drill_copies import CopyError
from audit.services.drills import Step
from contracts.models import Organisation, User
from contracts.services.acting import actor
from governance.models import DrillRun
from governance.selectors import drill_runs as selectors
from reviews.services import nudges

logger = logging.getLogger(__name__)

TASK = "governance.run_drills"
REASON = "The operator finds the reason among the messages of the worker."
Told = Callable[[Step], object]


def request(*, log: str, by: User, at: datetime) -> DrillRun:
    """Ask for a run, which a worker begins at once. NotVisible for a log `by` may not read, Conflict while one runs."""
    selectors.check_can_run(by, log)
    run = _open(log=log, entries=domain.MOST_ENTRIES, by=by, at=at)
    nudges.after_commit(TASK)
    return run


def begin(*, log: str, entries: int, at: datetime) -> DrillRun:
    """A run that an operator does himself now, with `perform`. NotVisible for no log, Conflict while one runs."""
    try:
        tree.log_id(log)
    except LookupError as error:
        raise NotVisible("no_log", f"{error}.", "log") from None
    return _open(log=log, entries=entries, by=None, at=at, heartbeat_at=at)


def _open(
    *, log: str, entries: int, by: User | None, at: datetime, heartbeat_at: datetime | None = None
) -> DrillRun:
    try:
        with transaction.atomic():
            return DrillRun.objects.create(
                log=log, entries=entries, requested_by=by, requested_at=at, heartbeat_at=heartbeat_at
            )
    except IntegrityError:
        raise Conflict(
            "under_way", "A drill on this log is under way already: wait until it has ended."
        ) from None


def sweep(*, clock: Callable[[], datetime]) -> int:
    """Do every run that waits, or whose worker has died; returns how many it was."""
    return sum(perform(run_id=run.pk, clock=clock) is not None for run in selectors.due(clock()))


def perform(
    *, run_id: UUID, clock: Callable[[], datetime], told: Told = lambda step: None
) -> DrillRun | None:
    """Do a run to its end, whatever that is, and record it; None where another worker is at it."""
    run = DrillRun.objects.select_related("requested_by").get(pk=run_id)
    waiting = DrillRun.objects.filter(pk=run_id, ended_at__isnull=True, heartbeat_at=run.heartbeat_at)
    if waiting.update(heartbeat_at=clock(), done=0, doing="") != 1:
        return None

    def note(step: Step) -> None:
        DrillRun.objects.filter(pk=run_id, ended_at__isnull=True).update(
            heartbeat_at=clock(), done=step.done, total=step.total, doing=step.doing
        )
        told(step)

    report, problem = None, ""
    try:
        report = drills.run(log=run.log, entries=run.entries, told=note)
    except Refused as refusal:
        problem = refusal.sentence
    except CopyError as error:
        logger.warning("Drills on a copy of log %s could not be done: %s", run.log, error)
        problem = "The copy could not be made on this machine. " + REASON
    except Exception:
        # It would fail again and again: whoever asked is told, and the log of the worker says why.
        logger.exception("Drills on a copy of log %s ended with an error", run.log)
        problem = (
            "It ended with an error on our side. The operator finds the reason in the worker’s messages."
        )
    return _end(run, report, problem, clock())


@transaction.atomic
def _end(run: DrillRun, report: Report | None, problem: str, at: datetime) -> DrillRun | None:
    found: dict[str, object] = {"ended_at": at, "problem": problem, "doing": ""}
    if report is not None:
        found |= {
            "first": report.first,
            "entries": report.entries,
            "control": asdict(report.control),
            "outcomes": [asdict(one) for one in report.outcomes],
            "left_out": [list(one) for one in report.left_out],
        }
    if DrillRun.objects.filter(pk=run.pk, ended_at__isnull=True).update(**found) != 1:
        # Taken for dead, it was done by another worker.
        return None
    outcomes = report.outcomes if report else ()
    facts = {
        "entries": report.entries if report else 0,
        "drills": len(outcomes),
        "caught": report.caught if report else 0,
        "missed": [one.key for one in outcomes if not one.caught],
        "control_clean": bool(report and report.control_clean),
    }
    recording.record(
        log=run.log,
        action=DRILL_RUN.action,
        actor=actor(run.requested_by) if run.requested_by else Actor.system("operator"),
        target=Target("log", run.log),
        facts=facts | ({"problem": problem} if problem else {}),
        at=at,
        client=Organisation.objects.filter(log_key=run.log).values_list("slug", flat=True).first() or "",
    )
    run.refresh_from_db()
    return run
