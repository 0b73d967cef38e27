"""The RACI as its pages show it: tasks by parties, what a version changes, and what can be done with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from contracts import access
from contracts.domain.raci import PARTIES, Effect, Letter, RaciState, Task
from contracts.enums import Party
from contracts.models import Process, RaciMatrix, RaciRow, RaciSignature, User
from contracts.permissions import raci as permissions
from contracts.presenters import words
from contracts.presenters.parts import Button, State

_SHOWN = {
    RaciState.IN_FORCE: ("In force", "good"),
    RaciState.PROPOSED: ("Waits for signatures", "warn"),
    RaciState.DRAFT: ("Draft", "info"),
    RaciState.SENT_BACK: ("Sent back", "bad"),
    RaciState.SUPERSEDED: ("Replaced", "neutral"),
}


@dataclass(frozen=True)
class Held:
    letter: str
    meaning: str
    holder: str


@dataclass(frozen=True)
class Column:
    party: str
    name: str


@dataclass(frozen=True)
class Row:
    task: str
    label: str
    cells: list[tuple[str, list[Held]]]
    cites: str
    edit_url: str


@dataclass(frozen=True)
class Change:
    where: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionLine:
    number: int
    state: State
    url: str
    current: bool
    author: str
    drafted_at: datetime
    in_force_at: datetime | None
    note: str


@dataclass(frozen=True)
class SignatureLine:
    party: str
    name: str
    at: datetime


@dataclass(frozen=True)
class RaciPage:
    """A version of the RACI of a process; without `number` there is none in force."""

    code: str
    name: str
    url: str
    columns: list[Column]
    letters: list[tuple[str, str]]
    draft: Button
    versions: list[VersionLine]
    own_draft: int | None = None
    own_draft_url: str = ""
    number: int | None = None
    state: State | None = None
    kind: str = ""
    effect: str = ""
    note: str = ""
    reason: str = ""
    digest: str = ""
    edits: int = 0
    updated_at: datetime | None = None
    days: int | None = None
    rows: list[Row] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    compared: int | None = None
    signatures: list[SignatureLine] = field(default_factory=list)
    waits_for: str = ""
    propose: Button | None = None
    sign: Button | None = None
    describe_url: str = ""
    back_url: str = ""


def page(
    *,
    process: Process,
    matrix: RaciMatrix | None,
    rows: Sequence[RaciRow],
    before: tuple[RaciMatrix, Sequence[RaciRow]] | None,
    signatures: Sequence[RaciSignature],
    versions: Iterable[RaciMatrix],
    reader: User,
    at: datetime,
) -> RaciPage:
    """A version as one person sees it; `before` is the one in force that it is compared with."""
    listed = list(versions)
    mine = next((one for one in listed if one.state == RaciState.DRAFT and one.author_id == reader.pk), None)
    may_draft = access.allowed(permissions.check_can_draft_raci, reader, process)
    base = {
        "code": process.code,
        "name": process.name,
        "url": reverse("contracts:raci", args=[process.code]),
        "columns": columns(process),
        "letters": [(letter.value, letter.label) for letter in Letter],
        "draft": Button(reverse("contracts:raci_draft", args=[process.code]), *may_draft),
        "versions": [_version(process, one, matrix) for one in listed],
        "own_draft": mine.version if mine else None,
        "own_draft_url": url(process, mine.version) if mine else "",
    }
    if matrix is None:
        return RaciPage(**base)  # type: ignore[arg-type]
    editing = matrix.state == RaciState.DRAFT and may_draft[0]
    updated = matrix.in_force_at or matrix.proposed_at or matrix.drafted_at
    own = {
        "number": matrix.version,
        "state": state(matrix),
        "kind": matrix.state,
        "effect": Effect(matrix.effect).label,
        "note": matrix.note,
        "reason": matrix.reason,
        "digest": matrix.digest,
        "edits": matrix.edits,
        "updated_at": updated,
        "days": (at - updated).days,
        "rows": [row(process, matrix, one, editing=editing) for one in rows],
        "signatures": [
            SignatureLine(Party(one.party).label, one.signed_by.name, one.signed_at) for one in signatures
        ],
        "describe_url": url(process, matrix.version, "describe") if editing else "",
    }
    if before is not None and before[0].pk != matrix.pk:
        own |= {"changes": changes(before, (matrix, rows)), "compared": before[0].version}
    return RaciPage(**base | own | _acts(process, matrix, signatures, reader, at))  # type: ignore[arg-type]


def _acts(
    process: Process,
    matrix: RaciMatrix,
    signatures: Sequence[RaciSignature],
    reader: User,
    at: datetime,
) -> dict[str, object]:
    if matrix.state == RaciState.DRAFT:
        may = access.allowed(permissions.check_can_draft_raci, reader, process)
        return {"propose": Button(url(process, matrix.version, "propose"), *may)}
    if matrix.state != RaciState.PROPOSED:
        return {}
    allowed, reason = access.allowed(permissions.check_can_sign_raci, reader, matrix, at)
    signed = {one.party for one in signatures}
    if allowed and permissions.party_of(reader, process) in signed:
        allowed, reason = False, "Your party has signed it already."
    waiting = [party.label.lower() for party in (Party.CLIENT, Party.PROVIDER) if party not in signed]
    return {
        "sign": Button(url(process, matrix.version, "sign"), allowed, reason),
        "back_url": url(process, matrix.version, "send_back") if allowed else "",
        "waits_for": " and the ".join(waiting),
    }


def url(process: Process, version: int, name: str = "version") -> str:
    return reverse(f"contracts:raci_{name}", args=[process.code, version])


def state(matrix: RaciMatrix) -> State:
    return State(*_SHOWN[RaciState(matrix.state)])


def columns(process: Process) -> list[Column]:
    """The three parties, each by its names."""
    vendors = ", ".join(process.vendors.order_by("name").values_list("name", flat=True))
    names = {
        Party.CLIENT: process.client.name,
        Party.PROVIDER: process.provider.name,
        Party.AI_VENDOR: vendors,
    }
    return [Column(party.label, names[party]) for party in PARTIES]


def row(process: Process, matrix: RaciMatrix, found: RaciRow, *, editing: bool) -> Row:
    """A task with what each party is for it."""
    task = Task(found.task)
    cells = held(found)
    return Row(
        task=task.value,
        label=task.label,
        cells=[(party.label, cells.get(party, [])) for party in PARTIES],
        cites=_cites(found),
        edit_url=reverse("contracts:raci_row", args=[process.code, matrix.version, task.value])
        if editing
        else "",
    )


def held(found: RaciRow) -> Mapping[Party, list[Held]]:
    """What each party is for a task, in the order R, A, C, I, with who holds it."""
    told = [(Letter.A, found.accountable_party, found.accountable_person, found.accountable_role)]
    told += [(Letter(part.letter), part.party, part.person, part.role) for part in found.parts.all()]  # type: ignore[misc]
    cells: dict[Party, list[Held]] = {}
    order = list(Letter)
    for letter, party, person, role in sorted(told, key=lambda one: order.index(one[0])):
        holder = " · ".join(text for text in (words.name(person), role) if text)
        cells.setdefault(Party(party), []).append(Held(letter.value, letter.label, holder))
    return cells


def _cites(found: RaciRow) -> str:
    clause = f"{found.clause.contract.code}, clause {found.clause.number}" if found.clause else ""
    document = found.document.code if found.document else ""
    return " · ".join(text for text in (clause, document) if text)


def in_words(found: RaciRow) -> str:
    """A row in one line, to be compared with another."""
    parties = [
        f"{party.label}: " + ", ".join(f"{one.letter} {one.holder}" for one in ours)
        for party, ours in sorted(held(found).items(), key=lambda pair: PARTIES.index(pair[0]))
    ]
    return "; ".join([*parties, _cites(found)]).removesuffix("; ")


def changes(
    before: tuple[RaciMatrix, Sequence[RaciRow]], after: tuple[RaciMatrix, Sequence[RaciRow]]
) -> list[Change]:
    """What a version says otherwise than the one in force."""
    old, new = ({one.task: in_words(one) for one in rows} for _matrix, rows in (before, after))
    found = [
        Change(Task(task).label, old.get(task, ""), new.get(task, ""))
        for task in Task
        if old.get(task, "") != new.get(task, "")
    ]
    if before[0].effect != after[0].effect:
        effects = [Effect(matrix.effect).label for matrix, _rows in (before, after)]
        found.insert(0, Change("What the AI does", *effects))
    return found


def _version(process: Process, one: RaciMatrix, current: RaciMatrix | None) -> VersionLine:
    return VersionLine(
        number=one.version,
        state=state(one),
        url=url(process, one.version),
        current=current is not None and one.pk == current.pk,
        author=one.author.name,
        drafted_at=one.drafted_at,
        in_force_at=one.in_force_at,
        note=one.note,
    )
