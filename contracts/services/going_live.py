"""The gate: a process takes nothing in before it is clear who halts it, when, and what happens then (W2, K6)."""

from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict
from contracts import access
from contracts.domain.roles import GO_LIVE
from contracts.enums import SafeState
from contracts.models import Process, User
from contracts.selectors import gate, halt_rights
from contracts.services import processes

_NOT_YOURS = "Only the client's owner says what happens in a halt, and takes the process live."


def check_can_take_live(user: User | None, process: Process) -> None:
    """Raise for whoever does not take the process live; the system does when it sets a process up."""
    if user is not None:
        access.check(user, GO_LIVE, process, _NOT_YOURS)


@transaction.atomic
def say_safe_state(*, process: Process, safe_state: SafeState, by: User | None, at: datetime) -> None:
    """W2: say where the process goes when its AI is halted."""
    check_can_take_live(by, process)
    Process.objects.filter(pk=process.pk).update(safe_state=safe_state)
    process.safe_state = safe_state
    processes.touch(process)
    target = Target("process", str(process.pk), process.code)
    processes.record(process, "process.safe_state_said", target, {"safe_state": safe_state}, by, at)


@transaction.atomic
def go_live(*, process: Process, rules_in_force: bool, by: User | None, at: datetime) -> None:
    """Take a process live: from here on its agents may post. Raises Conflict with every gap named in `details`."""
    check_can_take_live(by, process)
    process.refresh_from_db()
    missing = [check for check in gate.checks(process, at, rules_in_force=rules_in_force) if not check.met]
    if missing:
        raise Conflict(
            "not_ready",
            f"Before this process goes live: {' '.join(check.sentence for check in missing)}",
            details=[{"pointer": f"/{check.code}", "detail": check.sentence} for check in missing],
        )
    gone = Process.objects.filter(pk=process.pk, went_live_at__isnull=True).update(
        went_live_at=at, went_live_by=by
    )
    if not gone:
        raise Conflict("live_already", "This process is live already.")
    processes.touch(process)
    facts = {"safe_state": process.safe_state, "holders": len(halt_rights.grants_of(process, at))}
    processes.record(
        process, "process.went_live", Target("process", str(process.pk), process.code), facts, by, at
    )
    process.refresh_from_db()
