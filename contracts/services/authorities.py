"""Authority as the client’s owner grants it and takes it back: with evidence and dates, and never to himself (K4)."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotVisible
from contracts import access
from contracts.domain.roles import VIEW_PROCESS
from contracts.enums import Authority, UserKind
from contracts.models import AuthorityGrant, Process, User
from contracts.permissions import accountability as permissions
from contracts.services import memberships


@transaction.atomic
def grant(
    *,
    process: Process,
    to: User,
    kind: Authority,
    evidence: str,
    valid_from: date,
    valid_until: date,
    by: User,
    at: datetime,
) -> AuthorityGrant:
    """Grant authority to somebody of the process, from one day to the end of another, in the zone of the process.

    Raises NotAllowed for oneself, Invalid with the field at fault, Conflict where the person holds it already.
    """
    permissions.check_can_grant(by, process, to)
    evidence = evidence.strip()
    if not 1 <= len(evidence) <= 300:
        raise Invalid("evidence", "Evidence: name what it rests on, in at most 300 characters.", "evidence")
    zone = ZoneInfo(process.time_zone)
    if valid_until < max(valid_from, at.astimezone(zone).date()):
        raise Invalid(
            "valid_until", "Until: it ends on a day to come, and not before it begins.", "valid_until"
        )
    if to.kind != UserKind.PERSON or not access.can(to, VIEW_PROCESS, process):
        raise Invalid("person", f"Person: {to.name} holds no role on {process.code}.", "person")
    ends = datetime.combine(valid_until, time.max, zone).replace(microsecond=0)
    begins = max(datetime.combine(valid_from, time.min, zone), at)
    # What has run out makes room for what is granted anew.
    for old in AuthorityGrant.objects.filter(
        user=to, process=process, kind=kind, revoked_at__isnull=True, valid_until__lte=at
    ):
        memberships.revoke_authority(authority=old, by=by, at=at)
    try:
        with transaction.atomic():
            return memberships.grant_authority(
                user=to,
                process=process,
                kind=kind,
                evidence=evidence,
                valid_from=begins,
                valid_until=ends,
                by=by,
                at=at,
            )
    except IntegrityError:
        raise Conflict("held_already", f"{to.name} holds this authority already.", "person") from None


@transaction.atomic
def take_back(*, process: Process, grant_id: UUID, by: User, at: datetime) -> AuthorityGrant:
    """Take authority back at once. Taking it back twice changes nothing."""
    permissions.check_can_grant(by, process)
    found = AuthorityGrant.objects.select_related("process__client", "user").filter(
        pk=grant_id, process=process
    )
    grant = found.first()
    if grant is None:
        raise NotVisible("not_found", "There is no such authority here.")
    memberships.revoke_authority(authority=grant, by=by, at=at)
    return grant
