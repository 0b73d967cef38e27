"""The accountability sheet: made anew when what it says has changed; those before it stay as they were (K10)."""

import hashlib
import json
from datetime import datetime

from django.db import IntegrityError, transaction

from audit.domain.envelope import Target
from audit.services import recording
from contracts.models import AccountabilitySheet, Process
from contracts.selectors import sheets
from contracts.services.acting import actor


def sweep(*, at: datetime) -> int:
    """Make the sheet of every process that is live anew where it changed; returns how many. It may run twice."""
    live = Process.objects.filter(went_live_at__isnull=False).select_related("client", "provider")
    return sum(refresh(process=process, at=at) is not None for process in live.order_by("pk"))


@transaction.atomic
def refresh(*, process: Process, at: datetime) -> AccountabilitySheet | None:
    """Make another version where the sheet would say something else than the last one; None where it would not."""
    content = sheets.content(process, at)
    told = {"process": process.code, "sections": content}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    last = sheets.latest(process)
    if last is not None and last.digest == digest:
        return None
    version = last.version + 1 if last else 1
    sheet = AccountabilitySheet(
        process=process, version=version, content=content, digest=digest, created_at=at
    )
    event = recording.record(
        log=process.client.log_key,
        action="sheet.made",
        actor=actor(None),
        target=Target("sheet", str(sheet.pk), f"v{version}", "process", str(process.pk)),
        facts={"version": version, "digest": digest, "replaces": last.version if last else None},
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    sheet.event = event.uid
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError:
        # Another sweep was faster; with this transaction its event goes too.
        transaction.set_rollback(True)
        return None
    return sheet
