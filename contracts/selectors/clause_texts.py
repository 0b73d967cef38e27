"""The clauses of a version as the pure functions take them: what is missing, and what changed (L1)."""

from contracts.domain import clause_gaps, contract_diff
from contracts.domain.clause_gaps import ClauseText, Finding
from contracts.domain.contract_diff import Change
from contracts.models import ContractVersion
from contracts.selectors import contracts


def texts(version: ContractVersion | None) -> list[ClauseText]:
    if version is None:
        return []
    return [
        ClauseText(wording.clause.number, wording.clause.title, wording.text, wording.clause.template)
        for wording in contracts.wordings(version)
    ]


def gaps(version: ContractVersion) -> list[Finding]:
    """What a version says of each clause template."""
    return clause_gaps.assess(texts(version))


def changes(version: ContractVersion, against: ContractVersion | None) -> list[Change]:
    """What a version says otherwise than another one."""
    return contract_diff.compare(texts(against), texts(version))
