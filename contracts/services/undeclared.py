"""Versions that answer without notice (L4): noticed once, by intake, and settled by a person who decides."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid, NotVisible
from audit.services import recording
from contracts import access
from contracts.domain.roles import DECIDE_CHANGES
from contracts.models import Process, UndeclaredVersion, User
from contracts.permissions import changes as permissions
from contracts.selectors import authority
from contracts.services import change_moves, notifications, processes
from contracts.services.acting import actor

OUTCOMES = {
    "stopped": "it answers no more",
    "declared": "a notice was filed for it",
    "mistaken": "it was named wrongly",
}


def notice(*, process: Process, reference: str, step: str, policy: str, at: datetime) -> bool:
    """Take note that a version answered without notice; whether it is news. Told by intake, in its transaction.

    From now on people look at everything on the process, whatever version it says it is of.
    """
    known = UndeclaredVersion.objects.filter(process=process, reference=reference)
    again = known.exists()
    if again:
        # Settled, and it answers all the same: it is news again.
        settled = known.filter(settled_at__isnull=False)
        if not settled.update(settled_at=None, settled_by=None, noticed_at=at, step=step):
            return False
        found = known.get()
    else:
        try:
            with transaction.atomic():
                found = UndeclaredVersion.objects.create(
                    process=process, reference=reference, step=step, noticed_at=at
                )
        except IntegrityError:
            return False
    facts = {"reference": reference, "step": step, "policy": policy}
    target = Target("undeclared_version", str(found.pk), reference, "process", str(process.pk))
    processes.record(process, "modelchange.undeclared", target, facts, None, at)
    processes.touch(process)
    if again:
        # An incident that is still open tells nobody again: that it came back they learn from here.
        subject = f"{process.code}: {reference} answers again without notice"
        link = reverse("contracts:changes", args=[process.code])
        for user in access.holders(process, DECIDE_CHANGES):
            notifications.notify(user=user, subject=subject, body="It was settled before.", link=link, at=at)
    return True


@transaction.atomic
def settle(
    *, process: Process, undeclared_id: UUID, outcome: str, why: str, by: User, at: datetime
) -> UndeclaredVersion:
    """Say how it ended, so that only what the rules ask for goes to people again. Raises Conflict where it is settled."""
    permissions.check_decides(by, process, at)
    found = UndeclaredVersion.objects.filter(pk=undeclared_id, process=process).first()
    if found is None:
        raise NotVisible("not_found", "There is no such version that you can see.")
    if outcome not in OUTCOMES:
        raise Invalid("outcome", "Say how it ended.", "outcome")
    why = change_moves.why(why, "Say how you know.")
    settled = UndeclaredVersion.objects.filter(pk=found.pk, settled_at__isnull=True).update(
        settled_at=at, settled_by=by
    )
    if not settled:
        raise Conflict("settled", "This is settled already.")
    processes.touch(process)
    recording.record(
        log=process.client.log_key,
        action="modelchange.undeclared_settled",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("undeclared_version", str(found.pk), found.reference, "process", str(process.pk)),
        facts={"reference": found.reference, "outcome": outcome},
        at=at,
        client=process.client.slug,
        process=process.code,
        personal={"why": why},
        subject=str(found.pk),
    )
    return found
