"""The daily comparison of the function map with what the trail measured: what departs becomes a finding (K8)."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError

from contracts.domain.finding_kinds import FindingKind
from contracts.models import Process
from contracts.services import findings
from governance.selectors import function_map

logger = logging.getLogger(__name__)


def compare(*, process: Process, link: str, at: datetime) -> int:
    """Make the findings of a process what its map and its trail say. Returns how many are new."""
    found = {row.step.code: row.mismatch for row in function_map.rows(process, at) if row.mismatch}
    return len(findings.follow(process=process, kind=FindingKind.FUNCTION, found=found, link=link, at=at))


def sweep(*, at: datetime, link: Callable[[Process], str]) -> int:
    """Compare every process; what fails on one does not keep the others from being compared."""
    new = 0
    for process in Process.objects.select_related("client").order_by("code"):
        try:
            new += compare(process=process, link=link(process), at=at)
        except DatabaseError:
            logger.exception("The function map of %s could not be compared", process.code)
    return new
