"""What the night found: live settings that do not keep to a contract, disagreement on training (A7), and contracts that run out.

Whoever compares settings tells what he found; this floor keeps it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from contracts.domain import contract_ends
from contracts.domain.agreed_terms import Drift
from contracts.domain.finding_kinds import FindingKind
from contracts.models import Process
from contracts.selectors import contracts
from contracts.services import findings, processes


@transaction.atomic
def follow(
    *, process: Process, drifts: Iterable[Drift], mismatches: Iterable[Drift], link: str, at: datetime
) -> int:
    """Make the open findings of a process what was found now. Returns how many are new: none the second time."""
    found = {subject(one): one.sentence for one in drifts}
    opened = findings.follow(process=process, kind=FindingKind.CONTRACT, found=found, link=link, at=at)
    disagreeing = {subject(one): one for one in mismatches}
    told = {name: one.sentence for name, one in disagreeing.items()}
    news = findings.follow(process=process, kind=FindingKind.DATA_USE, found=told, link=link, at=at)
    for finding in news:
        one = disagreeing[finding.subject]
        facts = {"endpoint": one.reference, "agreed": one.agreed, "live": one.live}
        target = Target("finding", str(finding.pk), one.reference, "process", str(process.pk))
        processes.record(process, "datause.mismatch", target, facts, None, at)
    return len(opened) + len(news)


def follow_ends(*, process: Process, link: str, at: datetime) -> int:
    """Tell of the contracts on a process that run out. Returns how many are new: none the second time."""
    found = contract_ends.running_out(contracts.endings(process), at.date())
    kind = FindingKind.CONTRACT_END
    return len(findings.follow(process=process, kind=kind, found=found, link=link, at=at))


def subject(drift: Drift) -> str:
    """What a finding is about: the same term at another figure is another one."""
    parts = [drift.kind, drift.reference, drift.agreed, drift.live]
    return " · ".join(part for part in parts if part)[:120]
