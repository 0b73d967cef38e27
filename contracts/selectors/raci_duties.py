"""The RACI that acts: who may decide on a task follows from the one that both parties signed (K1).

Where nothing is signed nothing follows: the rights of roles and the authority to decide hold as they do.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from audit.errors import NotAllowed
from contracts import access
from contracts.domain.raci import Letter, RaciState, Task
from contracts.domain.roles import VIEW_PROCESS
from contracts.enums import Party, Role
from contracts.models import Membership, Process, RaciPart, RaciRow, User

# Who is told for a party where the RACI names only a role.
_TOLD = {
    Party.CLIENT: (Role.CLIENT_OWNER,),
    Party.PROVIDER: (Role.OPS_MANAGER,),
    Party.AI_VENDOR: (Role.AI_VENDOR_REP,),
}


def party_of(user: User, process: Process) -> Party | None:
    """The party somebody acts for, of the three that a RACI speaks of: his employer's, or else that of which he holds a role
    on the process."""
    sides = {process.client_id: Party.CLIENT, process.provider_id: Party.PROVIDER}
    if user.organisation_id in sides:
        return sides[user.organisation_id]
    held = Membership.objects.filter(user=user, organisation__in=sides, revoked_at__isnull=True)
    here = held.filter(process=process) | held.filter(process__isnull=True)
    for organisation in here.order_by("granted_at", "pk").values_list("organisation", flat=True):
        return sides[organisation]
    served = user.organisation_id and process.vendors.filter(pk=user.organisation_id).exists()
    return Party.AI_VENDOR if served else None


def check_accountable(user: User, process: Process, task: Task) -> None:
    """Raise NotAllowed where a signed RACI makes another party accountable for the task."""
    rows = RaciRow.objects.filter(matrix__process=process, matrix__state=RaciState.IN_FORCE, task=task)
    accountable = rows.values_list("accountable_party", flat=True).first()
    if accountable is None or accountable == party_of(user, process):
        return
    raise NotAllowed(
        "raci",
        f"The RACI of {process.code}, row “{task.label}”: the {Party(accountable).label} is accountable, so only they decide.",
    )


def parties_at(
    processes: Collection[Process], task: Task, letters: Iterable[Letter]
) -> dict[UUID, set[Party]]:
    """By process the parties that hold one of these letters for a task; processes without a signed RACI are left out."""
    wanted = set(letters)
    rows = RaciRow.objects.filter(
        matrix__process__in=[process.pk for process in processes],
        matrix__state=RaciState.IN_FORCE,
        task=task,
    )
    found: dict[UUID, set[Party]] = {}
    for process, accountable, party, letter in rows.values_list(
        "matrix__process", "accountable_party", "parts__party", "parts__letter"
    ):
        held = found.setdefault(process, set())
        if Letter.A in wanted:
            held.add(Party(accountable))
        if letter and Letter(letter) in wanted:
            held.add(Party(party))
    return found


def check_takes_part(user: User, processes: Collection[Process], task: Task) -> None:
    """Raise NotAllowed where a signed RACI makes the user’s party neither responsible nor accountable for the task."""
    active = parties_at(processes, task, (Letter.R, Letter.A))
    for process in processes:
        held = active.get(process.pk)
        if held is not None and party_of(user, process) not in held:
            names = " and ".join(f"the {party.label}" for party in Party if party in held)
            raise NotAllowed(
                "raci",
                f"The RACI of {process.code}, row “{task.label}”: it is for {names}, not for your party.",
            )


def informed(process: Process, task: Task) -> list[User]:
    """Whom a signed RACI has informed about a task: who is named, or else the owner or representative of the party."""
    parts = RaciPart.objects.filter(
        row__matrix__process=process,
        row__matrix__state=RaciState.IN_FORCE,
        row__task=task,
        letter=Letter.I,
    )
    found: dict[UUID, User] = {}
    for part in parts.select_related("person").order_by("party"):
        people = [part.person] if part.person else _representatives(process, Party(part.party))
        found |= {person.pk: person for person in people if person.is_active}
    if not found:
        return []
    able = {user.pk for user in access.holders(process, VIEW_PROCESS)}
    return [person for key, person in found.items() if key in able]


def _representatives(process: Process, party: Party) -> list[User]:
    sides = {Party.CLIENT: [process.client_id], Party.PROVIDER: [process.provider_id]}
    organisations = sides.get(party) or list(process.vendors.values_list("pk", flat=True))
    held = Membership.objects.filter(
        role__in=_TOLD[party], organisation__in=organisations, revoked_at__isnull=True
    )
    here = held.filter(process=process) | held.filter(process__isnull=True)
    return [one.user for one in here.select_related("user").order_by("user__name", "pk")]
