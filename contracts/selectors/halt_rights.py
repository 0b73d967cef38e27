"""Who may halt what: the role and the authority to decide, on every process that the scope touches (K4, W1)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from audit.errors import NotAllowed
from contracts import access
from contracts.domain.raci import Letter, Task
from contracts.domain.roles import HALT_PROCESS
from contracts.enums import Authority
from contracts.models import AuthorityGrant, Halt, Process, User
from contracts.selectors import raci_duties


def deciding(at: datetime) -> QuerySet[AuthorityGrant]:
    """The grants of authority to decide that are valid at that time."""
    return AuthorityGrant.objects.in_force(at).filter(kind=Authority.DECISION)


def grants_on(processes: Iterable[Process], at: datetime) -> dict[UUID, list[AuthorityGrant]]:
    """By process the grants of those who may halt it now, each with its holder and the hours he is on call."""
    asked = {process.pk: process for process in processes}
    keys = list(asked)
    active = raci_duties.parties_at(list(asked.values()), Task.HALT, (Letter.R, Letter.A))
    roles = access.held_on(Process, HALT_PROCESS, keys)
    found: dict[UUID, list[AuthorityGrant]] = {key: [] for key in keys}
    rows = deciding(at).filter(process__in=keys).select_related("user", "calendar")
    for grant in rows.order_by("user__name", "pk"):
        parties = active.get(grant.process_id)
        takes_part = parties is None or raci_duties.party_of(grant.user, asked[grant.process_id]) in parties
        if grant.user_id in roles[grant.process_id] and takes_part:
            found[grant.process_id].append(grant)
    return found


def grants_of(process: Process, at: datetime) -> list[AuthorityGrant]:
    """The grants of those who may halt one process now."""
    return grants_on([process], at)[process.pk]


def holders(processes: Iterable[Process], at: datetime) -> list[User]:
    """Everybody who may halt one of these processes, each once."""
    granted = grants_on(processes, at).values()
    found = {grant.user_id: grant.user for grants in granted for grant in grants}
    return list(found.values())


def check_can_halt(user: User, processes: Collection[Process], at: datetime) -> None:
    """Raise NotAllowed where the user may not halt each of these processes, all of which a scope touches.

    Whether he may know of the scope at all was looked at before: nothing is said of processes he does not see.
    """
    lacking = [process for process in processes if not access.can(user, HALT_PROCESS, process)]
    if not lacking:
        granted = set(deciding(at).filter(user=user, process__in=processes).values_list("process", flat=True))
        lacking = [process for process in processes if process.pk not in granted]
    if lacking:
        where = "this process" if len(processes) == 1 else "every process that this touches"
        raise NotAllowed(
            "not_authorised",
            f"To halt this, or to let it go on, you need the authority to decide on {where}. You can ask for a halt.",
        )
    raci_duties.check_takes_part(user, processes, Task.HALT)


def check_can_release(user: User, halt: Halt, processes: Collection[Process], at: datetime) -> None:
    """Raise NotAllowed for whoever engaged the halt, and for whoever could not have engaged it."""
    check_can_halt(user, processes, at)
    if halt.engaged_by_id == user.pk:
        raise NotAllowed(
            "second_person",
            "You engaged this halt, so somebody else with the same authority releases it. You can ask for that.",
        )
