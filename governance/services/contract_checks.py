"""Every night: what was signed for today comes into force, contracts are compared with the live settings, and those that run out
are found. What differs becomes a finding, what agrees again ends it."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, transaction

from audit.errors import Refused
from contracts.domain import agreed_terms
from contracts.models import Process
from contracts.selectors import terms
from contracts.services import contract_findings, contracts
from governance.selectors import contract_settings

Link = Callable[[Process], str]
logger = logging.getLogger(__name__)


@transaction.atomic
def compare(*, process: Process, at: datetime, link: str = "", contracts_link: str = "") -> int:
    """Compare one process with its contracts, and look for those that run out. Returns how many findings are new."""
    today = at.date()
    drifts = agreed_terms.compare(terms.agreed(process, today), contract_settings.live(process, at))
    mismatches = terms.mismatch_drifts(process, today)
    ending = contract_findings.follow_ends(process=process, link=contracts_link, at=at)
    return ending + contract_findings.follow(
        process=process, drifts=drifts, mismatches=mismatches, link=link, at=at
    )


def sweep(*, at: datetime, link: Link, contracts_link: Link) -> int:
    """Put in force what both parties signed for today, then compare every process. Returns how many findings are new.

    `link` leads to what the contracts of a process answer, `contracts_link` to the contracts themselves. What fails on one process is logged and does not keep the others from being compared.
    """
    for version in terms.due(at):
        try:
            contracts.begin(version_id=version.pk, at=at)
        except (Refused, DatabaseError):
            logger.exception("The contract version %s could not be put in force", version.pk)
    new = 0
    for process in Process.objects.select_related("client", "provider").order_by("code"):
        try:
            new += compare(process=process, at=at, link=link(process), contracts_link=contracts_link(process))
        except DatabaseError:
            logger.exception("The contracts of %s could not be compared", process.code)
    return new
