"""Which flags of automatic QA bring a person (F4): said by those who write the rules of a process."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services import processes
from contracts.services.acting import actor
from reviews import permissions
from reviews.enums import AutoFlag
from reviews.models import ActingFlags
from reviews.selectors import draws


@transaction.atomic
def set_flags(*, code: str, flags: Collection[str], by: User, at: datetime) -> ActingFlags:
    """From now on these flags hold what is about to go out and propose the recall of what went out, and no others. They only
    ever add a person to what the rules ask for, and only while the engine is trusted.

    Raises NotVisible and NotAllowed for whoever writes no rules of the process, Invalid for a flag that does not exist,
    Conflict where nothing changes.
    """
    process = draws.process_of(by, code)
    permissions.check_can_set_acting_flags(by, process)
    if unknown := sorted(set(flags) - set(AutoFlag)):
        raise Invalid("flag_unknown", f"There is no flag “{unknown[0]}”.", "flags")
    wanted = [flag.value for flag in AutoFlag if flag in flags]
    # One at a time, so that each event says what stood before.
    Process.objects.select_for_update(no_key=True).get(pk=process.pk)
    stood = ActingFlags.objects.filter(process=process).first()
    before = list(stood.flags) if stood else []
    if wanted == before:
        raise Conflict("flags_unchanged", "Nothing would change: the same flags bring a person already.")
    named, _ = ActingFlags.objects.update_or_create(
        process=process, defaults={"flags": wanted, "set_at": at, "set_by": by}
    )
    recording.record(
        log=process.client.log_key,
        action="autoqa.flags_set",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("process", str(process.pk), process.code),
        facts={"flags": wanted, "before": before},
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    processes.touch(process)
    return named
