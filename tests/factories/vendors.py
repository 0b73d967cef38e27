"""What vendors supply and prove, reached by the services."""

from datetime import date, datetime, timedelta
from typing import Any

from contracts.domain.certificates import Paper
from contracts.models import Certificate, Organisation
from contracts.services import certificates
from tests.worlds import Desk


def paper(today: date, **changes: Any) -> Paper:
    """A report of last year that holds for a hundred days."""
    given: dict[str, Any] = {
        "kind": "soc2_ii",
        "scope": "The inference platform",
        "auditor": "Peters & Partner",
        "period_from": today - timedelta(days=600),
        "period_to": today - timedelta(days=265),
        "expires_on": today + timedelta(days=100),
    }
    return Paper(**given | changes)


def certificate(desk: Desk, vendor: Organisation, at: datetime, **changes: Any) -> Certificate:
    return certificates.add(organisation=vendor, paper=paper(at.date(), **changes), by=desk.governance, at=at)
