"""Who holds which authority on a process, and in which role somebody acts there."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

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
    return AuthorityGrant.objects.in_force(at).filter(user=user, process=process, kind=kind).first()


def role_on(user: User, process: Process) -> str:
    """The role in which the user acts on the process; empty where he holds none."""
    return _foremost(set(_roles(process).filter(user=user).values_list("role", flat=True)))


def roles_on(process: Process) -> dict[UUID, str]:
    """The role in which each person acts on the process."""
    return {user: _foremost(roles) for user, roles in held_on(process).items()}


def held_on(process: Process) -> dict[UUID, set[str]]:
    """Every role that each person of the client and of the provider holds on the process."""
    held: dict[UUID, set[str]] = {}
    rows = _roles(process).filter(user__is_active=True)
    for user, role in rows.values_list("user", "role"):
        held.setdefault(user, set()).add(role)
    return held


def _roles(process: Process) -> QuerySet[Membership]:
    everywhere = Q(process__isnull=True, organisation__in=[process.client_id, process.provider_id])
    return Membership.objects.filter(Q(process=process) | everywhere, revoked_at__isnull=True)


def _foremost(held: set[str]) -> str:
    return next((role.value for role in _PRECEDENCE if role in held), min(held, default=""))
