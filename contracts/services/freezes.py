"""The calendar of days on which nothing is deployed: month-end close, catastrophe season (§3.10)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from contracts.models import FreezePeriod, Process, User
from contracts.permissions import changes as permissions
from contracts.services import processes

LONGEST = timedelta(days=120)


@transaction.atomic
def freeze(
    *,
    process: Process,
    name: str,
    begins: date,
    ends: date,
    by: User,
    at: datetime,
    every_process: bool = False,
) -> FreezePeriod:
    """Let nothing be deployed on these days, on a process or on all of its client's. Raises Invalid, NotAllowed."""
    permissions.check_can_freeze(by, process, at)
    name = name.strip()
    if not 3 <= len(name) <= 80:
        raise Invalid("name", "Say in 3 to 80 characters what it is for.", "name")
    if ends < begins:
        raise Invalid("ends", "It ends before it begins.", "ends")
    if ends - begins > LONGEST:
        raise Invalid("ends", f"A freeze lasts {LONGEST.days} days at most.", "ends")
    if every_process and by.organisation_id != process.client_id:
        raise Invalid("every_process", "Only the client freezes all of its processes.", "every_process")
    made = FreezePeriod.objects.create(
        client=process.client,
        process=None if every_process else process,
        name=name,
        begins=begins,
        ends=ends,
        set_at=at,
        set_by=by,
    )
    _record(made, process, "freeze.set", by, at)
    return made


@transaction.atomic
def lift(*, process: Process, freeze_id: UUID, by: User, at: datetime) -> FreezePeriod:
    """Lift a freeze before it is over. Raises NotAllowed for the other party, Conflict where it is lifted already."""
    permissions.check_can_freeze(by, process, at)
    rows = FreezePeriod.objects.select_related("set_by")
    found = rows.filter(pk=freeze_id, client=process.client_id).first()
    if found is None or found.process_id not in (None, process.pk):
        raise NotVisible("not_found", "There is no such freeze that you can see.")
    if found.set_by.organisation_id != by.organisation_id:
        raise NotAllowed("other_party", "A freeze is lifted by the party that set it.")
    lifted = FreezePeriod.objects.filter(pk=found.pk, lifted_at__isnull=True).update(
        lifted_at=at, lifted_by=by
    )
    if not lifted:
        raise Conflict("lifted", "This freeze is lifted already.")
    found.refresh_from_db()
    _record(found, process, "freeze.lifted", by, at)
    return found


def _record(found: FreezePeriod, process: Process, action: str, by: User, at: datetime) -> None:
    facts = {
        "name": found.name,
        "begins": found.begins.isoformat(),
        "ends": found.ends.isoformat(),
        "scope": process.code if found.process_id else process.client.slug,
    }
    target = Target("freeze", str(found.pk), found.name, "process", str(process.pk))
    processes.record(process, action, target, facts, by, at)
