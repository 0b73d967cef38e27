"""The RACI as it is read: what the one in force says, and the versions somebody may see (K1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain.contracting import number_key
from contracts.domain.raci import Letter, Part, RaciState, Task
from contracts.domain.roles import VIEW_CONTRACTS, VIEW_PROCESS
from contracts.enums import Party, UserKind
from contracts.models import Clause, Document, Process, RaciMatrix, RaciPart, RaciRow, RaciSignature, User
from contracts.permissions import raci as permissions

_REFUSAL = "The RACI of this process is read by the people who work under it."
_ORDER = {task.value: place for place, task in enumerate(Task)}


def in_force(process: Process) -> RaciMatrix | None:
    """The RACI that both parties have signed, if there is one."""
    return RaciMatrix.objects.filter(process=process, state=RaciState.IN_FORCE).first()


def letters(process: Process) -> Mapping[Task, Mapping[Party, frozenset[Letter]]]:
    """What each party is for each task under the RACI in force; empty where nothing is signed."""
    held: dict[Task, dict[Party, set[Letter]]] = {}
    rows = RaciRow.objects.filter(matrix__process=process, matrix__state=RaciState.IN_FORCE)
    found = rows.values_list("task", "accountable_party", "parts__party", "parts__letter").order_by("pk")
    for task, accountable, party, letter in found:
        row = held.setdefault(Task(task), {})
        row.setdefault(Party(accountable), set()).add(Letter.A)
        if party:
            row.setdefault(Party(party), set()).add(Letter(letter))
    return {task: {party: frozenset(own) for party, own in row.items()} for task, row in held.items()}


def accountable(process: Process, task: Task) -> Party | None:
    """The party that is accountable for a task under the RACI in force; None where nothing is signed."""
    rows = RaciRow.objects.filter(matrix__process=process, matrix__state=RaciState.IN_FORCE, task=task)
    party = rows.values_list("accountable_party", flat=True).first()
    return Party(party) if party else None


def found(matrix_id: UUID) -> RaciMatrix:
    """A version by its key, for a service that looks at rights itself. Raises NotVisible for an unknown one."""
    rows = RaciMatrix.objects.select_related("process__client", "process__provider", "author", "based_on")
    matrix = rows.filter(pk=matrix_id).first()
    if matrix is None:
        raise NotVisible("not_found", "There is no such RACI that you can see.")
    return matrix


def whole(matrix: RaciMatrix) -> list[RaciRow]:
    """The rows of a version with everything that is in them, in the order of the tasks."""
    parts = RaciPart.objects.select_related("person").order_by("letter", "party")
    rows = matrix.rows.select_related("accountable_person", "document", "clause__contract").prefetch_related(
        Prefetch("parts", queryset=parts)
    )
    return sorted(rows, key=lambda row: _ORDER[row.task])


def parts(row: RaciRow) -> list[Part]:
    """A row as the rules of K1 and K3 look at it."""
    held = [
        Part(
            Letter.A,
            Party(row.accountable_party),
            person=True,
            role=row.accountable_role,
            ai=row.accountable_person.kind == UserKind.AGENT,
        )
    ]
    for part in row.parts.all():
        person = part.person
        ai = person is not None and person.kind == UserKind.AGENT
        held.append(Part(Letter(part.letter), Party(part.party), person is not None, part.role, ai))
    return held


def versions(user: User, process: Process) -> QuerySet[RaciMatrix]:
    """The versions this person may read, the newest first."""
    rows = RaciMatrix.objects.filter(process=process).select_related("author", "in_force_by")
    if not access.can(user, VIEW_CONTRACTS, process):
        rows = rows.filter(Q(state__in=permissions.READ_BY_ALL))
    return rows.order_by("-version", "-pk")


def process_of(user: User, code: str) -> Process:
    """The process whose RACI this person may read."""
    return access.process(user, code, VIEW_PROCESS, _REFUSAL)


def visible(user: User, code: str, version: int) -> RaciMatrix:
    """A version the person may read. Raises NotVisible, NotAllowed."""
    process = process_of(user, code)
    rows = RaciMatrix.objects.select_related(
        "author", "based_on", "proposed_by", "sent_back_by", "in_force_by"
    )
    matrix = rows.filter(process=process, version=version).first()
    if matrix is None:
        raise NotVisible("not_found", "There is no such RACI that you can see.")
    matrix.process = process
    permissions.check_can_see_raci(user, matrix)
    return matrix


def signatures(matrix: RaciMatrix) -> list[RaciSignature]:
    """Who has signed a version, in the order in which they did."""
    return list(matrix.signatures.select_related("signed_by").order_by("signed_at", "pk"))


@dataclass(frozen=True)
class Nameable:
    """Whom and what a row may name."""

    people: Mapping[Party, list[User]]
    clauses: list[Clause]
    documents: list[Document]


def nameable(process: Process) -> Nameable:
    """The people of the three parties who hold a role on the process, and the clauses and documents that cover it."""
    vendors = list(process.vendors.values_list("pk", flat=True))
    sides = {
        Party.CLIENT: [process.client_id],
        Party.PROVIDER: [process.provider_id],
        Party.AI_VENDOR: vendors,
    }
    holders = access.holders(process, VIEW_PROCESS).filter(kind=UserKind.PERSON)
    people = list(holders.order_by("name", "pk"))
    clauses = Clause.objects.filter(contract__processes=process).select_related("contract")
    documents = Document.objects.filter(Q(process=process) | Q(process__isnull=True))
    return Nameable(
        {party: [one for one in people if one.organisation_id in side] for party, side in sides.items()},
        sorted(clauses, key=lambda clause: (clause.contract.code, number_key(clause.number))),
        list(documents.order_by("code")),
    )
