"""Writing evidence in the background: each export by one worker at a time, again from the beginning where one died, and
with the same bytes unless its asker lost a right or somebody was erased in between."""

import errno
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from audit import presenters
from audit.domain.ids import new_id
from audit.errors import Conflict, Refused
from audit.selectors.evidence import Reading, Selection
from audit.services import exporting
from audit.services.exporting import Bundle, Seal
from contracts.models import User
from contracts.selectors import authority
from contracts.services import notifications
from contracts.services.acting import actor
from governance.domain.evidence import (
    ATTEMPTS,
    KEPT,
    LEASE,
    OPEN,
    PATIENCE,
    RETRY,
    ExportKind,
    ExportState,
)
from governance.models import EvidenceExport
from governance.selectors import evidence_scope
from governance.selectors.evidence_scope import Scope
from governance.services import evidence, evidence_files
from governance.services.evidence_contents import Chosen

Clock = Callable[[], datetime]
# How often its progress is written, and its hold on the export made longer.
BEAT = timedelta(seconds=1)
LINK = "/trail/evidence/"
_FIXED = ("begin", "end", "total", "note", "timestamp", "policy")
NO_ROOM = "There was no room on the disk for it. Ask the operator for room, then ask again."
NO_WRITING = "The file could not be written: {reason}. Tell the operator, then ask again."
GAP = "The log has a gap where its entries should be. Tell the operator, who finds it with audit_fsck."
GAVE_UP = "It broke off {count} times. The operator finds the reason among the messages of the worker."
UNSIGNED = "Its newest entries were not signed within a day. Tell the operator, then ask again."

logger = logging.getLogger(__name__)


class _Lost(Exception):
    """Somebody cancelled the export, or another worker has it now."""


def sweep(*, clock: Clock) -> int:
    """Write everything that waits, oldest question first, and take away what was kept long enough; returns how many were
    finished. May run twice and beside itself."""
    expire(at=clock())
    finished = 0
    while (export := _claim(clock())) is not None:
        finished += _write(export, clock)
    return finished


def expire(*, at: datetime) -> int:
    """Remove the files that were kept for seven days, and what dead workers left; the events stay."""
    over = list(
        EvidenceExport.objects.filter(state=ExportState.READY, expires_at__lte=at).order_by(
            "expires_at", "pk"
        )
    )
    for export in over:
        EvidenceExport.objects.filter(pk=export.pk, state=ExportState.READY).update(state=ExportState.EXPIRED)
        _remove(export.file)
    known = EvidenceExport.objects.filter(state=ExportState.READY).values_list("file", flat=True)
    for name in evidence_files.orphans(set(known), at):
        _remove(name)
    return len(over)


def _remove(name: str) -> None:
    """Take a file away; one that cannot be removed now is tried again with the next sweep, and keeps nobody waiting."""
    try:
        evidence_files.remove(name)
    except OSError:
        logger.exception("The evidence file %s could not be removed", name)


def _claim(at: datetime) -> EvidenceExport | None:
    """The oldest export that nobody writes, held by this call from now on; None where there is none."""
    free = EvidenceExport.objects.filter(
        Q(state=ExportState.WAITING, held_until__lte=at) | Q(state=ExportState.WRITING, held_until__lte=at)
    )
    for export in free.order_by("asked_at", "pk"):
        if export.attempts >= ATTEMPTS:
            _end(export, GAVE_UP.format(count=ATTEMPTS), at, held_until=export.held_until)
            continue
        holder = new_id()
        won = EvidenceExport.objects.filter(
            pk=export.pk, state=export.state, held_until=export.held_until, holder=export.holder
        ).update(
            state=ExportState.WRITING,
            holder=holder,
            held_until=at + LEASE,
            attempts=F("attempts") + 1,
            done=0,
            error="",
        )
        if won:
            export.refresh_from_db()
            return export
    return None


def _write(export: EvidenceExport, clock: Clock) -> bool:
    """Write one export; False where it waits, failed, or is somebody else's by now."""
    try:
        _produce(export, clock)
    except _Lost:
        return False
    except Conflict as refusal:
        if refusal.code != "not_signed_yet":
            _end(export, refusal.sentence, clock())
        elif clock() - export.asked_at > PATIENCE:
            _end(export, UNSIGNED, clock())
        else:
            _wait(export, refusal.sentence, clock() + RETRY)
        return False
    except Refused as refusal:
        _end(export, refusal.sentence, clock())
        return False
    except OSError as problem:
        logger.exception("Evidence %s could not be written", export.pk)
        full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = NO_ROOM if full else NO_WRITING.format(reason=problem.strerror or type(problem).__name__)
        _end(export, reason, clock())
        return False
    except LookupError:
        logger.exception("Evidence %s cannot be written", export.pk)
        _end(export, GAP, clock())
        return False
    return True


def _produce(export: EvidenceExport, clock: Clock) -> None:
    user = User.objects.select_related("organisation").get(pk=export.asked_by_id)
    scope = evidence_scope.of_export(user, export)
    selection = _pinned(export, scope)
    mark = evidence.watermark(export=export.pk, user=user, at=export.asked_at, purpose=export.purpose)
    chosen = Chosen(user, scope, export.fields, mark)
    evidence_files.forget_drafts(str(export.pk))
    name = f"{export.pk}.{export.holder}.zip"
    # From here on a file may be there that no row knows.
    try:
        with evidence_files.draft(name) as out:
            bundle = exporting.write(
                out,
                selection,
                seal=Seal(export.note.encode(), bytes(export.timestamp) or None),
                policy=export.policy.encode(),
                contents=chosen,
                reading=Reading(presenters.sentence, mark, evidence_files.folder()),
                progress=_beat(export, clock),
            )
        _finish(export, scope, user, bundle, name, chosen.needs, clock())
    except BaseException:
        evidence_files.remove(name)
        raise


def _pinned(export: EvidenceExport, scope: Scope) -> Selection:
    """The stretch and the checkpoint the export is of: those of the first writing, also in a later one."""
    if export.begin is None or export.end is None:
        selection = scope.selection()
        seal = exporting.covering(export.log, selection.end)
        export.begin, export.end = selection.begin, selection.end
        export.total = selection.end - selection.begin
        export.note, export.timestamp = seal.note.decode(), seal.timestamp or b""
        export.policy = exporting.suggested_policy(export.log).decode()
        fixed = {name: getattr(export, name) for name in _FIXED}
        if not _held(export).update(**fixed):
            raise _Lost
    return Selection(export.log, export.begin, export.end)


def _held(export: EvidenceExport) -> QuerySet[EvidenceExport]:
    return EvidenceExport.objects.filter(pk=export.pk, state=ExportState.WRITING, holder=export.holder)


def _beat(export: EvidenceExport, clock: Clock) -> Callable[[int], None]:
    """Write down how far it is, once a second, and end the writing where it is not this worker's any more."""
    last = clock()

    def beat(done: int) -> None:
        nonlocal last
        now = clock()
        if now - last < BEAT:
            return
        last = now
        if not _held(export).update(done=done, held_until=now + LEASE):
            raise _Lost

    return beat


@transaction.atomic
def _finish(
    export: EvidenceExport,
    scope: Scope,
    user: User,
    bundle: Bundle,
    name: str,
    needs: dict[str, Any],
    at: datetime,
) -> None:
    """The file is there, and may be fetched: one transaction with the event that says so."""
    won = _held(export).update(
        state=ExportState.READY,
        done=export.total,
        file=name,
        sha256=bundle.sha256,
        bytes=bundle.size,
        needs=needs,
        expires_at=at + KEPT,
        holder=None,
        error="",
    )
    if not won:
        raise _Lost
    exporting.handed_out(
        log=export.log,
        bundle=bundle,
        purpose=export.purpose,
        by=actor(user, authority.role_on(user, scope.process)),
        at=at,
        client=scope.client,
        process=scope.only or (scope.process.code if scope.uids is not None else ""),
        correlation_id=export.pk,
    )
    notifications.notify(
        user=user,
        subject="Your evidence is ready",
        body=f"{ExportKind(export.kind).label}: {export.purpose}\nIt is kept for {KEPT.days} days.",
        link=LINK,
        at=at,
    )


def _wait(export: EvidenceExport, reason: str, until: datetime) -> None:
    """Put it back into the line: that it had to wait is no attempt that broke off."""
    _held(export).update(
        state=ExportState.WAITING, holder=None, held_until=until, error=reason, attempts=F("attempts") - 1
    )


def _end(export: EvidenceExport, reason: str, at: datetime, **still: datetime) -> None:
    """It failed, for a reason its asker can read; not where it is somebody else's by now, or not as it was (`still`)."""
    mine = EvidenceExport.objects.filter(pk=export.pk, state__in=OPEN, holder=export.holder, **still)
    if mine.update(state=ExportState.FAILED, holder=None, error=reason):
        notifications.notify(
            user=export.asked_by,
            subject="Your evidence could not be written",
            body=f"{export.purpose}\n{reason}",
            link=LINK,
            at=at,
        )
