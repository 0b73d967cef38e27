"""Who holds which authority on a process, and in which role somebody acts there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from contracts.enums import Authority, Role, UserKind
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
    held: dict[UUID, set[str]] = {}
    for user, role in _roles(process).values_list("user", "role"):
        held.setdefault(user, set()).add(role)
    return {user: _foremost(roles) for user, roles in held.items()}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody at work on a process: whose employee, in which roles, and whether with the authority to decide there."""

    organisation: UUID | None
    roles: frozenset[str]
    decides: bool


def holders(process: Process, at: datetime) -> list[Holder]:
    """The people who hold a role of the client or of the provider on the process."""
    rows = _roles(process).filter(user__is_active=True, user__kind=UserKind.PERSON)
    granted = AuthorityGrant.objects.in_force(at).filter(process=process, kind=Authority.DECISION)
    deciding = set(granted.values_list("user", flat=True))
    held: dict[tuple[UUID, UUID | None], set[str]] = {}
    for user, organisation, role in rows.values_list("user", "user__organisation", "role"):
        held.setdefault((user, organisation), set()).add(role)
    return [
        Holder(organisation, frozenset(roles), user in deciding)
        for (user, organisation), roles in held.items()
    ]


def _roles(process: Process) -> QuerySet[Membership]:
    everywhere = Q(process__isnull=True, organisation__in=[process.client_id, process.provider_id])
    return Membership.objects.filter(Q(process=process) | everywhere, revoked_at__isnull=True)


def _foremost(held: set[str]) -> str:
    return next((role.value for role in _PRECEDENCE if role in held), min(held, default=""))
