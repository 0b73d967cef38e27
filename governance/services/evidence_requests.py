"""Asking for evidence that is written in the background, taking the question back, and fetching the file."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid, NotVisible
from audit.services import recording
from contracts import access
from contracts.models import User
from contracts.selectors import authority
from contracts.services.acting import actor
from governance.domain.evidence import (
    OPEN,
    PURPOSE_LONGEST,
    PURPOSE_SHORTEST,
    UNDER_WAY,
    ExportState,
    fields,
)
from governance.models import EvidenceExport
from governance.selectors import evidence_scope
from governance.selectors.evidence_scope import Scope
from governance.services import evidence_files
from reviews.domain import texts
from reviews.services import nudges

TASK = "governance.write_evidence"


def ask_interaction(
    *, interaction_id: UUID, show: Collection[str], purpose: str, by: User, at: datetime
) -> EvidenceExport:
    """Ask for an interaction's story. Raises NotVisible and NotAllowed as the story does, and as `_ask`."""
    scope = evidence_scope.of_interaction(by, interaction_id)
    parameters = {"interaction": str(interaction_id), "process": scope.process.code}
    return _ask(scope, parameters, show, purpose, by, at)


def ask_period(
    *,
    client: str,
    process: str,
    since: datetime,
    until: datetime,
    show: Collection[str],
    purpose: str,
    by: User,
    at: datetime,
) -> EvidenceExport:
    """Ask for what was recorded of a client from `since` on and before `until`, or until now where that is earlier.

    With a process, the bodies of its events; without, of all that may be read. Raises as `_ask`, NotVisible for a client
    whose stories are not the reader's, Invalid for a period that has not begun or ends before it begins.
    """
    until = min(until, at)
    if since >= until:
        raise Invalid("period_empty", "Nothing of this period has happened yet.", "since")
    scope = evidence_scope.of_period(by, client=client, process=process, since=since, until=until)
    parameters = {
        "client": client,
        "name": scope.process.client.name,
        "process": process,
        "since": since.isoformat(),
        "until": until.isoformat(),
    }
    return _ask(scope, parameters, show, purpose, by, at)


def ask_draw(*, draw_id: UUID, show: Collection[str], purpose: str, by: User, at: datetime) -> EvidenceExport:
    """Ask for a QA draw with its evaluations (F9). Raises NotVisible, NotAllowed, and as `_ask`."""
    scope = evidence_scope.of_draw(by, draw_id)
    day = evidence_scope.day_of(scope)
    parameters = {"draw": str(draw_id), "process": scope.process.code, "day": day.isoformat()}
    return _ask(scope, parameters, show, purpose, by, at)


@transaction.atomic
def _ask(
    scope: Scope,
    parameters: Mapping[str, Any],
    show: Collection[str],
    purpose: str,
    by: User,
    at: datetime,
) -> EvidenceExport:
    """Put it in line. Raises NotAllowed for personal values that are not the reader's to see, Invalid without a purpose
    and for values that no event seals, Conflict while five of his wait already."""
    purpose = " ".join(texts.clean(purpose, "purpose", longest=PURPOSE_LONGEST).split())
    if len(purpose) < PURPOSE_SHORTEST:
        raise Invalid(
            "purpose_required", f"Say for what, in at least {PURPOSE_SHORTEST} characters.", "purpose"
        )
    if show:
        evidence_scope.check_can_disclose(by, scope)
        known = {name for name, _ in fields(evidence_scope.sealed_in(by, scope))}
        if set(show) - known:
            raise Invalid("field_unknown", "Choose what to show from the list.", "show")
    # One person's questions stand in a line of their own, so that two at once cannot both be the fifth.
    User.objects.select_for_update(no_key=True).filter(pk=by.pk).order_by("pk").values_list("pk").first()
    if EvidenceExport.objects.filter(asked_by=by, state__in=OPEN).count() >= UNDER_WAY:
        raise Conflict(
            "enough_under_way", f"{UNDER_WAY} of your exports are under way: wait for one, or cancel one."
        )
    export = EvidenceExport.objects.create(
        asked_by=by,
        asked_at=at,
        log=scope.log,
        kind=scope.kind,
        parameters={"client": scope.client, **parameters},
        fields=sorted(set(show)),
        purpose=purpose,
        held_until=at,
    )
    facts = {"kind": scope.kind, "of": dict(parameters), "fields": export.fields, "purpose": purpose}
    _record(export, scope, "evidence.requested", facts, by, at)
    nudges.after_commit(TASK)
    return export


def cancel(*, export_id: UUID, by: User, at: datetime) -> EvidenceExport:
    """Take the question back; a worker that writes it notices within a second. Conflict where it is over already."""
    export = mine(by, export_id)
    with transaction.atomic():
        won = EvidenceExport.objects.filter(pk=export.pk, state__in=OPEN).update(
            state=ExportState.CANCELLED, holder=None
        )
        if not won:
            raise Conflict("over", "It is not under way any more.")
        recording.record(
            log=export.log,
            action="evidence.cancelled",
            actor=actor(by),
            target=Target("evidence", str(export.pk)),
            facts={},
            at=at,
            correlation_id=export.pk,
            client=export.parameters["client"],
            process=export.parameters["process"],
        )
    export.refresh_from_db()
    return export


def fetch(*, export_id: UUID, by: User, at: datetime) -> tuple[EvidenceExport, IO[bytes]]:
    """The file, for its asker alone and while he may still read all that stands in it; that he fetched it is an event.

    Raises NotVisible for somebody else's, NotAllowed where a right was lost, Conflict where there is no file.
    """
    access.read_again(by)
    export = mine(by, export_id)
    if export.state != ExportState.READY or export.expires_at is None or export.expires_at <= at:
        raise Conflict(
            "no_file", "There is no file to fetch: it is not ready, or it was removed. Ask for it again."
        )
    evidence_scope.check_can_fetch(by, export)
    try:
        file = evidence_files.opened(export.file)
    except OSError:
        raise Conflict(
            "no_file", "The file is not where it was written. Tell the operator, or ask for it again."
        ) from None
    try:
        scope = evidence_scope.of_export(by, export)
        with transaction.atomic():
            _record(export, scope, "evidence.fetched", {"sha256": export.sha256}, by, at)
    except BaseException:
        file.close()
        raise
    return export, file


def mine(by: User, export_id: UUID) -> EvidenceExport:
    """An export of the user's own. NotVisible for anybody else's."""
    found = EvidenceExport.objects.filter(pk=export_id, asked_by=by).first()
    if found is None:
        raise NotVisible("not_found", "There is no such evidence of yours.")
    return found


def _record(
    export: EvidenceExport, scope: Scope, action: str, facts: Mapping[str, Any], by: User, at: datetime
) -> None:
    recording.record(
        log=export.log,
        action=action,
        actor=actor(by, authority.role_on(by, scope.process)),
        target=Target("evidence", str(export.pk)),
        facts=facts,
        at=at,
        correlation_id=export.pk,
        client=scope.client,
        process=scope.only or (scope.process.code if scope.uids is not None else ""),
    )
