"""What was agreed without a clause behind it (L10): it has no legal force, and is labelled informal.

Each floor, and each part of this one, registers the kinds of things it keeps.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.domain.matrix_lint import row_in_words
from contracts.domain.raci import RaciState, Task
from contracts.domain.sla_kinds import SlaState
from contracts.models import Citation, Clause, NoticeTerms, Process, RaciRow, ServiceLevel
from contracts.selectors import contracts, paths


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was agreed; `citable`: it is linked to its clause here, everything else where it is written."""

    kind: str
    reference: str
    label: str
    clause: Clause | None = None
    citable: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its label in the plural, and what there is of it on a process."""

    name: str
    label: str
    items: Callable[[Process], Iterable[Item]]


@dataclass(frozen=True)
class Listed:
    label: str
    items: Sequence[Item]

    @property
    def informal(self) -> int:
        return sum(item.clause is None for item in self.items)


_kinds: dict[str, Kind] = {}


def register(name: str, label: str, items: Callable[[Process], Iterable[Item]]) -> None:
    """Add a kind of thing; called once from `AppConfig.ready()`."""
    _kinds[name] = Kind(name, label, items)


def of(process: Process) -> list[Listed]:
    """Everything that was agreed on a process, kind by kind, each with its clause or none: one that stands in no contract in
    force gives nothing its force."""
    standing = {clause.pk for clause in contracts.citable(process)}
    cited = _cited(process)

    def seen(one: Item) -> Item:
        clause = cited.get((one.kind, one.reference)) if one.citable else one.clause
        return replace(one, clause=clause if clause and clause.pk in standing else None)

    return [Listed(kind.label, [seen(one) for one in kind.items(process)]) for kind in _kinds.values()]


def count(processes: Iterable[Process]) -> int:
    """How many things on these processes have no clause behind them."""
    return sum(listed.informal for process in processes for listed in of(process))


def item(process: Process, kind: str, reference: str) -> Item | None:
    """One thing that may be linked to a clause here."""
    known = _kinds.get(kind)
    items = known.items(process) if known else ()
    return next((one for one in items if one.citable and one.reference == reference), None)


def _cited(process: Process) -> dict[tuple[str, str], Clause]:
    """The clauses that things rest on, by their kind and what they are called."""
    rows = Citation.objects.filter(process=process).select_related("clause__contract")
    return {(row.kind, row.reference): row.clause for row in rows}


def _raci_rows(process: Process) -> Iterator[Item]:
    rows = RaciRow.objects.filter(matrix__process=process, matrix__state=RaciState.IN_FORCE)
    for row in rows.select_related("clause__contract").order_by("pk"):
        yield Item("raci", row.task, Task(row.task).label, row.clause)


def _escalation_rows(process: Process) -> Iterator[Item]:
    for key in sorted(paths.all_in_force(process), key=str):
        reference = f"{key[0]}/{key[1] or 'any'}"
        yield Item("escalation", reference, row_in_words(key).capitalize(), citable=True)


def _service_levels(process: Process) -> Iterator[Item]:
    rows = ServiceLevel.objects.filter(agreement__process=process, agreement__state=SlaState.ACTIVE)
    for level in rows.order_by("position", "pk"):
        yield Item("service_level", level.name, level.name, citable=True)


def _notices(process: Process) -> Iterator[Item]:
    for terms in NoticeTerms.objects.filter(process=process).select_related("clause__contract"):
        yield Item("notice", "terms", "Notice of model changes", terms.clause)


def register_own() -> None:
    """The kinds of this floor."""
    register("raci", "RACI rows", _raci_rows)
    register("escalation", "Rows of the escalation matrix", _escalation_rows)
    register("service_level", "Service levels", _service_levels)
    register("notice", "Notice terms", _notices)


def clause_words(clause: Clause | None) -> str:
    """Where a thing stands: "CT-AP clause 2.3"; empty where it is informal."""
    return f"{clause.contract.code} clause {clause.number}" if clause else ""
