"""Audits of bias: whether a group fares worse with the AI, and with the people who check it (R1)."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict
from audit.services import recording
from contracts import access
from contracts.domain.roles import MANAGE_SAMPLE
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services.acting import actor
from governance.domain import bias
from governance.models import BiasAudit
from governance.selectors import bias as selector
from reviews.domain import windows

AUDITS = "Audits of bias are made by the governance lead."


@transaction.atomic
def audit(*, code: str, attribute: str, since: date, until: date, by: User, at: datetime) -> BiasAudit:
    """Compare the groups of an attribute over the days from `since` to `until`, and keep what may be told.

    Raises NotVisible and NotAllowed for whoever does not govern the process, Invalid for a period that cannot be, Conflict
    where nothing that went out has the attribute, and where an audit of other days shares some with these.
    """
    process = access.process(by, code, MANAGE_SAMPLE, AUDITS)
    windows.check_period(since, until)
    # One at a time: two that overlap could be subtracted from each other, down to a single person.
    Process.objects.select_for_update(no_key=True).get(pk=process.pk)
    if other := selector.overlapping(process, attribute, since, until):
        raise Conflict(
            "overlaps",
            f"An audit of {other.since} to {other.until} shares days with this one: choose its days, or others.",
            "since",
        )
    counts = selector.counts(process, attribute, since, until)
    if not counts:
        raise Conflict(
            "nothing_to_compare", "Nothing that went out in these days has this attribute.", "attribute"
        )
    lines = bias.audit(counts)
    made = BiasAudit.objects.create(
        process=process,
        attribute=attribute,
        since=since,
        until=until,
        lines=[asdict(line) for line in lines],
        flagged=any(line.flagged for line in lines),
        audited_at=at,
        audited_by=by,
    )
    recording.record(
        log=process.client.log_key,
        action="bias.audited",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("bias_audit", str(made.pk), attribute, "process", str(process.pk)),
        facts={
            "audit": made.pk,
            "attribute": attribute,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "groups": len(lines),
            "suppressed": sum(line.suppressed for line in lines),
            "flagged": [line.group for line in lines if line.flagged],
        },
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    return made
