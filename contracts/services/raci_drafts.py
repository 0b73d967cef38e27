"""Writing the RACI: a draft begins with what is in force, or with what K2 says, and is edited row by row (K1–K3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from audit.errors import Conflict, Invalid
from contracts.domain import raci as rules
from contracts.domain.raci import Effect, Letter, RaciState, Task
from contracts.enums import Party, Role, UserKind
from contracts.models import Clause, Document, Membership, Process, RaciMatrix, RaciPart, RaciRow, User
from contracts.permissions import raci as permissions
from contracts.selectors import raci as selector
from contracts.services import raci_events

# Who of each party is accountable in a new matrix, and what the others are called there.
_HOLDERS = {
    Party.CLIENT: Role.CLIENT_OWNER,
    Party.PROVIDER: Role.OPS_MANAGER,
    Party.AI_VENDOR: Role.AI_VENDOR_REP,
}
_AT_TASK = {Task.REVIEW: Role.TEAM_LEAD, Task.QA_SAMPLING: Role.QA_AUDITOR}


@dataclass(frozen=True)
class Holder:
    """A letter of a row as somebody writes it: the party, and the person or the role that holds it there."""

    letter: Letter
    party: Party
    person: User | None = None
    role: str = ""


@transaction.atomic
def draft(
    *, process: Process, by: User, at: datetime, note: str = "", effect: Effect | None = None
) -> RaciMatrix:
    """Start a draft from the RACI in force, or prefilled. Raises Conflict where the person has an open draft, or
    nobody is there who could be accountable."""
    permissions.check_can_draft_raci(by, process)
    mine = RaciMatrix.objects.filter(process=process, author=by, state=RaciState.DRAFT).first()
    if mine is not None:
        raise Conflict("draft_open", f"You have an open draft already: v{mine.version}.")
    before = selector.in_force(process)
    last = RaciMatrix.objects.filter(process=process).aggregate(last=Max("version"))["last"] or 0
    inherited = Effect(before.effect) if before else Effect.AI_DETERMINES
    try:
        with transaction.atomic():
            matrix = RaciMatrix.objects.create(
                process=process,
                version=last + 1,
                based_on=before,
                effect=effect or inherited,
                note=note.strip()[:300],
                author=by,
                drafted_at=at,
            )
    except IntegrityError:
        raise Conflict("draft_race", "Somebody has just started a draft: try again.") from None
    rows = _copied(before) if before else _prefilled(process)
    _write(matrix, rows)
    facts = {"based_on": before.version if before else None}
    raci_events.record(matrix, "raci.drafted", facts | raci_events.listed(matrix), by, at)
    return matrix


_Row = tuple[Sequence[Holder], Clause | None, Document | None]


def _copied(source: RaciMatrix) -> dict[Task, _Row]:
    return {
        Task(row.task): (
            [
                Holder(Letter.A, Party(row.accountable_party), row.accountable_person, row.accountable_role),
                *(
                    Holder(Letter(part.letter), Party(part.party), part.person, part.role)
                    for part in row.parts.all()
                ),
            ],
            row.clause,
            row.document,
        )
        for row in selector.whole(source)
    }


def _prefilled(process: Process) -> dict[Task, _Row]:
    vendors = list(process.vendors.values_list("pk", flat=True))
    procured = process.steps.filter(model_versions__model__procured_by=process.client_id).exists()
    people = {
        Party.CLIENT: _somebody(process, Role.CLIENT_OWNER, [process.client_id]),
        Party.PROVIDER: _somebody(process, Role.OPS_MANAGER, [process.provider_id]),
    }
    rows: dict[Task, _Row] = {}
    for task, row in rules.defaults(vendor=bool(vendors), client_procures=procured).items():
        held = [
            Holder(letter, party, people[party] if letter is Letter.A else None, _role(task, party))
            for party, own in row.items()
            for letter in sorted(own)
        ]
        rows[task] = (held, None, None)
    return rows


def _role(task: Task, party: Party) -> str:
    role = _AT_TASK.get(task, _HOLDERS[party]) if party is Party.PROVIDER else _HOLDERS[party]
    return role.label


def _somebody(process: Process, role: Role, organisations: list[UUID]) -> User:
    held = Membership.objects.filter(role=role, organisation__in=organisations, revoked_at__isnull=True)
    here = held.filter(process=process) | held.filter(process__isnull=True)
    member = here.filter(user__is_active=True).select_related("user").order_by("granted_at", "pk").first()
    if member is None:
        raise Conflict(
            "nobody_accountable",
            f"Nobody is {role.label.lower()} of this process, so nobody could be accountable: name one first.",
        )
    return member.user


def editable(matrix_id: UUID, by: User, edits: int | None) -> RaciMatrix:
    """The draft, held for one edit. Two people in one draft are told apart by the number of edits."""
    matrix = selector.found(matrix_id)
    permissions.check_can_draft_raci(by, matrix.process)
    if matrix.state != RaciState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    expected = matrix.edits if edits is None else edits
    if not RaciMatrix.objects.filter(pk=matrix.pk, state=RaciState.DRAFT, edits=expected).update(
        edits=F("edits") + 1
    ):
        raise Conflict("edited_meanwhile", "Somebody else has edited this draft: look at it again.")
    return matrix


@transaction.atomic
def put_row(
    *,
    matrix_id: UUID,
    task: Task,
    held: Sequence[Holder],
    by: User,
    at: datetime,
    clause: Clause | None = None,
    document: Document | None = None,
    edits: int | None = None,
) -> RaciRow:
    """Write a row of a draft. Raises Invalid naming the field that breaks K1 or K3, Conflict where somebody else edited the
    draft since `edits`."""
    matrix = editable(matrix_id, by, edits)
    if clause is not None and not clause.contract.processes.filter(pk=matrix.process_id).exists():
        raise Invalid("clause", "Clause: its contract does not cover this process.", "clause")
    if document is not None and document.process_id not in {None, matrix.process_id}:
        raise Invalid("document", "Document: it belongs to another process.", "document")
    for holder in held:
        _check_belongs(matrix.process, holder)
    check(task, Effect(matrix.effect), held, clause=clause is not None, document=document is not None)
    matrix.rows.filter(task=task).delete()
    [row] = _write(matrix, {task: (held, clause, document)})
    _edited(matrix, f"changed the row “{task.label}”", by, at)
    return row


def check(task: Task, effect: Effect, held: Sequence[Holder], *, clause: bool, document: bool) -> None:
    """Raise Invalid with the field at fault where a row breaks K1 or K3."""
    parts = [
        rules.Part(
            holder.letter,
            holder.party,
            person=holder.person is not None,
            role=holder.role,
            ai=holder.person is not None and holder.person.kind == UserKind.AGENT,
        )
        for holder in held
    ]
    problem = rules.row_problem(task, effect, parts, clause=clause, document=document)
    if problem is not None:
        raise Invalid(problem.code, problem.sentence, problem.field)


def _check_belongs(process: Process, holder: Holder) -> None:
    field = f"{holder.party}.{holder.letter}"
    if len(holder.role.strip()) > 60:
        raise Invalid("role", f"{field}: 60 characters at most.", field)
    if holder.person is None:
        return
    sides = {Party.CLIENT: [process.client_id], Party.PROVIDER: [process.provider_id]}
    vendors = process.vendors.values_list("pk", flat=True)
    if holder.person.organisation_id not in sides.get(holder.party, vendors):
        sentence = f"{field}: {holder.person.name} does not work for the {holder.party.label}."
        raise Invalid("wrong_party", sentence, field)


def _write(matrix: RaciMatrix, rows: Mapping[Task, _Row]) -> list[RaciRow]:
    made, parts = [], []
    for task, (held, clause, document) in rows.items():
        accountable = next(holder for holder in held if holder.letter is Letter.A)
        assert accountable.person is not None  # noqa: S101 -- the rules of K1 ask for one
        row = RaciRow(
            matrix=matrix,
            task=task,
            accountable_party=accountable.party,
            accountable_person=accountable.person,
            accountable_role=accountable.role.strip(),
            clause=clause,
            document=document,
        )
        made.append(row)
        others = {(holder.letter, holder.party): holder for holder in held if holder.letter is not Letter.A}
        parts += [
            RaciPart(row=row, letter=letter, party=party, person=holder.person, role=holder.role.strip())
            for (letter, party), holder in others.items()
        ]
    RaciRow.objects.bulk_create(made)
    RaciPart.objects.bulk_create(parts)
    return made


@transaction.atomic
def describe(
    *, matrix_id: UUID, note: str, effect: Effect, by: User, at: datetime, edits: int | None = None
) -> RaciMatrix:
    """Say what a draft is for, and what the output of the AI does to the decision (K3)."""
    matrix = editable(matrix_id, by, edits)
    note = note.strip()
    if len(note) > 300:
        raise Invalid("note", "Note: 300 characters at most.", "note")
    RaciMatrix.objects.filter(pk=matrix.pk).update(note=note, effect=effect)
    matrix.note, matrix.effect = note, effect
    _edited(matrix, f"what the AI does: {effect.label}", by, at)
    return matrix


def _edited(matrix: RaciMatrix, change: str, by: User, at: datetime) -> None:
    if by.pk != matrix.author_id:
        matrix.editors.add(by)
    facts: dict[str, Any] = {"change": change} | raci_events.listed(matrix)
    raci_events.record(matrix, "raci.edited", facts, by, at)
