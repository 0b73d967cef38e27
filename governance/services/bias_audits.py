"""Audits of bias: whether a group fares worse with the AI, and with the people who check it (R1), by hand or each month (R2)."""

import logging
from dataclasses import asdict
from datetime import date, datetime

from django.db import DatabaseError, transaction
from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.errors import Conflict
from audit.services import recording
from contracts import access
from contracts.domain.roles import MANAGE_SAMPLE
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services import notifications
from contracts.services.acting import actor
from governance.domain import bias
from governance.models import BiasAudit
from governance.selectors import bias as selector
from governance.services import sample_boosts
from reviews.domain import windows

AUDITS = "Audits of bias are made by the governance lead."
_SCHEDULE = Actor.system("bias-audit")

logger = logging.getLogger(__name__)


@transaction.atomic
def audit(*, code: str, attribute: str, since: date, until: date, by: User, at: datetime) -> BiasAudit:
    """Compare the groups of an attribute over the days from `since` to `until`, and keep what may be told. Where a group is
    flagged, auditors look at more.

    Raises NotVisible and NotAllowed for whoever does not govern the process, Invalid for a period that cannot be, Conflict
    where nothing that went out has the attribute, and where an audit of other days shares some with these.
    """
    process = access.process(by, code, MANAGE_SAMPLE, AUDITS)
    windows.check_period(since, until)
    _alone(process)
    if other := selector.overlapping(process, attribute, since, until):
        raise Conflict(
            "overlaps",
            f"An audit of {other.since} to {other.until} shares days with this one: choose its days, or others.",
            "since",
        )
    made = _audit(process, attribute, since, until, by, at)
    if made is None:
        raise Conflict(
            "nothing_to_compare", "Nothing that went out in these days has this attribute.", "attribute"
        )
    return made


def audit_due(*, at: datetime) -> int:
    """Audit the last calendar month of every process and attribute that was supplied; returns how many audits were made now.

    A sweep: it may run twice and beside itself. Where an audit has some of these days already there is nothing to do, and
    where nothing of them has the attribute yet it looks again.
    """
    made = 0
    for process, attribute in selector.supplied():
        since, until = windows.last_month(at, process.time_zone)
        try:
            made += _audit_month(process, attribute, since, until, at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("%s could not be audited for bias", process.code)
    return made


@transaction.atomic
def _audit_month(process: Process, attribute: str, since: date, until: date, at: datetime) -> bool:
    _alone(process)
    if selector.sharing(process, attribute, since, until).exists():
        return False
    made = _audit(process, attribute, since, until, None, at)
    if made is None:
        return False
    if made.flagged:
        for person in access.holders(process, MANAGE_SAMPLE):
            notifications.notify(
                user=person,
                subject=f"{process.code}: a group fares differently",
                body="The audit of last month flagged it. Look at it with those who answer for the process.",
                link=reverse("governance:bias_result", args=[made.pk]),
                at=at,
            )
    return True


def _alone(process: Process) -> None:
    """One audit of a process at a time: two that overlap could be subtracted from each other, down to a single person."""
    Process.objects.select_for_update(no_key=True).get(pk=process.pk)


def _audit(
    process: Process, attribute: str, since: date, until: date, by: User | None, at: datetime
) -> BiasAudit | None:
    """The audit; None where there is nothing to compare."""
    counts = selector.counts(process, attribute, since, until)
    if not counts:
        return None
    first = not selector.sharing(process, attribute, since, until).exists()
    lines = bias.audit(counts)
    flagged = [line.group for line in lines if line.flagged]
    made = BiasAudit.objects.create(
        process=process,
        attribute=attribute,
        since=since,
        until=until,
        lines=[asdict(line) for line in lines],
        flagged=bool(flagged),
        audited_at=at,
        audited_by=by,
    )
    recording.record(
        log=process.client.log_key,
        action="bias.audited",
        actor=actor(by, authority.role_on(by, process)) if by else _SCHEDULE,
        target=Target("bias_audit", str(made.pk), attribute, "process", str(process.pk)),
        facts={
            "audit": made.pk,
            "attribute": attribute,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "groups": len(lines),
            "suppressed": sum(line.suppressed for line in lines),
            "flagged": flagged,
        },
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    # Once for the same days: picks made again and again would tell by their number who belongs to the group.
    if first and flagged:
        sample_boosts.boost(
            process=process, attribute=attribute, groups=flagged, since=since, until=until, at=at
        )
    return made
