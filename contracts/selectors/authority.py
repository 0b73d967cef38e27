"""Who holds which authority on a process, and in which role somebody acts there."""

from datetime import datetime

from django.db.models import Q

from contracts.enums import Authority, Role
from contracts.models import AuthorityGrant, Membership, Process, User

# The role a person acts in where he holds several: the most responsible one.
_PRECEDENCE = [
    Role.CLIENT_OWNER,
    Role.CLIENT_ADMIN,
    Role.OPS_MANAGER,
    Role.TEAM_LEAD,
    Role.SENIOR_REVIEWER,
    Role.REVIEWER,
    Role.QA_AUDITOR,
    Role.GOVERNANCE_LEAD,
]


def grant(user: User, process: Process, kind: Authority, at: datetime) -> AuthorityGrant | None:
    """The authority of that kind the user holds on the process at that time (K4)."""
    return (
        AuthorityGrant.objects.filter(
            user=user, process=process, kind=kind, revoked_at__isnull=True, valid_from__lte=at
        )
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))
        .first()
    )


def role_on(user: User, process: Process) -> str:
    """The role in which the user acts on the process; empty where he holds none."""
    parties = [process.client_id, process.provider_id]
    held = set(
        Membership.objects.filter(user=user, revoked_at__isnull=True)
        .filter(Q(process=process) | Q(process__isnull=True, organisation__in=parties))
        .values_list("role", flat=True)
    )
    return next((role.value for role in _PRECEDENCE if role in held), min(held, default=""))
