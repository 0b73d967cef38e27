"""The life of the RACI: proposed by who wrote it, in force once the client and the provider have signed the same (K1)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from audit.errors import Conflict, Invalid
from contracts import access
from contracts.domain import raci as rules
from contracts.domain.raci import SIGNERS, Effect, RaciState, Task
from contracts.models import RaciMatrix, RaciSignature, User
from contracts.permissions import raci as permissions
from contracts.selectors import contracts
from contracts.selectors import raci as selector
from contracts.services import raci_drafts, raci_events


@transaction.atomic
def propose(
    *, matrix_id: UUID, by: User, at: datetime, edits: int | None = None, link: str = ""
) -> RaciMatrix:
    """Propose a draft: from here on it does not change. Raises Invalid naming the row and the field that may not stand."""
    matrix = raci_drafts.editable(matrix_id, by, edits)
    in_force = {clause.pk for clause in contracts.citable(matrix.process)}
    for row in selector.whole(matrix):
        problem = rules.row_problem(
            Task(row.task),
            Effect(matrix.effect),
            selector.parts(row),
            clause=row.clause_id in in_force,
            document=row.document_id is not None,
        )
        if problem is not None:
            raise Invalid(problem.code, problem.sentence, f"rows.{row.task}.{problem.field}")
    digest = raci_events.digest(matrix)
    RaciMatrix.objects.filter(pk=matrix.pk).update(
        state=RaciState.PROPOSED, proposed_at=at, proposed_by=by, digest=digest
    )
    matrix.refresh_from_db()
    raci_events.record(matrix, "raci.proposed", {"digest": digest}, by, at)
    raci_events.tell_signers(matrix, link, at)
    return matrix


@transaction.atomic
def send_back(*, matrix_id: UUID, reason: str, by: User, at: datetime, link: str = "") -> RaciMatrix:
    """Send a proposal back unsigned, with a reason of at most 300 characters that its author can read."""
    matrix = selector.found(matrix_id)
    permissions.check_can_sign_raci(by, matrix, at)
    reason = reason.strip()
    if not 1 <= len(reason) <= 300:
        raise Invalid("reason_required", "Reason: say why, in at most 300 characters.", "reason")
    won = RaciMatrix.objects.filter(pk=matrix.pk, state=RaciState.PROPOSED).update(
        state=RaciState.SENT_BACK, sent_back_at=at, sent_back_by=by, reason=reason
    )
    if not won:
        raise Conflict("moved", "This RACI has just moved on: look at it again.")
    matrix.refresh_from_db()
    party = permissions.party_of(by, matrix.process)
    raci_events.record(matrix, "raci.sent_back", {"party": party}, by, at, reason)
    raci_events.tell_author(matrix, "was sent back", reason, link, at)
    return matrix


@transaction.atomic
def sign(*, matrix_id: UUID, digest: str, by: User, at: datetime, link: str = "") -> RaciMatrix:
    """Sign a proposal for one's own party; with the second signature it is in force.

    `digest` is the fingerprint of what the person read. Raises NotAllowed for whoever wrote in it or lacks the authority,
    Conflict where it is another one, was signed already, or another RACI came into force since it was drafted.
    """
    matrix = selector.found(matrix_id)
    permissions.check_can_sign_raci(by, matrix, at)
    # Whoever signs second waits here for the first, and sees his signature.
    if not RaciMatrix.objects.filter(pk=matrix.pk, state=RaciState.PROPOSED, digest=digest).update(
        signed=F("signed") + 1
    ):
        raise Conflict("moved", "This is not the RACI that is proposed now: look at it again.")
    # The wait may have been long, and a right taken back meanwhile.
    access.read_again(by)
    permissions.check_can_sign_raci(by, matrix, at)
    _refuse_outdated(matrix)
    party = permissions.party_of(by, matrix.process)
    try:
        with transaction.atomic():
            RaciSignature.objects.create(
                matrix=matrix, party=party, digest=digest, signed_at=at, signed_by=by
            )
    except IntegrityError:
        raise Conflict("signed_already", f"The {party} has signed this RACI already.") from None
    raci_events.record(matrix, "raci.signed", {"digest": digest, "party": party}, by, at)
    matrix.refresh_from_db()
    if matrix.signed == len(SIGNERS):
        _bring_into_force(matrix, by, at, link)
    return matrix


def _refuse_outdated(matrix: RaciMatrix) -> None:
    current = selector.in_force(matrix.process)
    if (current.pk if current else None) != matrix.based_on_id:
        raise Conflict(
            "outdated", "Another RACI has come into force since this one was drafted: draft it anew."
        )


def _bring_into_force(matrix: RaciMatrix, by: User, at: datetime, link: str) -> None:
    before = selector.in_force(matrix.process)
    # Only the one it was drafted from: where another came into force since it was looked up, there are two and one is refused.
    if matrix.based_on_id is not None:
        RaciMatrix.objects.filter(pk=matrix.based_on_id, state=RaciState.IN_FORCE).update(
            state=RaciState.SUPERSEDED, superseded_at=at, superseded_by=by
        )
    try:
        with transaction.atomic():
            RaciMatrix.objects.filter(pk=matrix.pk).update(
                state=RaciState.IN_FORCE, in_force_at=at, in_force_by=by
            )
    except IntegrityError:
        raise Conflict("outdated", "Another RACI has just come into force: draft this one anew.") from None
    matrix.refresh_from_db()
    facts = {"replaces": before.version if before else None, "digest": matrix.digest}
    raci_events.record(matrix, "raci.in_force", facts | raci_events.listed(matrix), by, at)
    raci_events.tell_author(matrix, "is in force", "", link, at)
