"""The clauses of a version as the pure functions take them: what is missing, and what changed (L1)."""

from datetime import date

from contracts.domain import clause_gaps, contract_diff
from contracts.domain.clause_gaps import ClauseText, Finding
from contracts.domain.contract_diff import Change
from contracts.models import ClauseWording, ContractVersion, Process
from contracts.selectors import contracts


def texts(version: ContractVersion | None) -> list[ClauseText]:
    return [_text(wording) for wording in contracts.wordings(version)] if version else []


def in_force(process: Process, on: date) -> dict[str, list[ClauseText]]:
    """The clauses of each contract in force on a process that day, by its code."""
    found = {version.pk: version.contract.code for version in contracts.in_force(process, on)}
    rows = ClauseWording.objects.filter(version__in=list(found)).select_related("clause")
    said: dict[str, list[ClauseText]] = {code: [] for code in found.values()}
    for wording in rows.order_by("pk"):
        said[found[wording.version_id]].append(_text(wording))
    return said


def _text(wording: ClauseWording) -> ClauseText:
    clause = wording.clause
    return ClauseText(clause.number, clause.title, wording.text, clause.template)


def gaps(version: ContractVersion) -> list[Finding]:
    """What a version says of each clause template."""
    return clause_gaps.assess(texts(version))


def changes(version: ContractVersion, against: ContractVersion | None) -> list[Change]:
    """What a version says otherwise than another one."""
    return contract_diff.compare(texts(against), texts(version))
