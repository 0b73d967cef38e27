"""What was agreed about notices of model changes is said here, by the client's owner."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Invalid
from contracts.domain.change_kinds import DataClass
from contracts.models import Clause, NoticeTerms, Process, User
from contracts.permissions import changes as permissions
from contracts.services import processes

# The longest that can be agreed for each: what nobody can wait for is a mistake.
LONGEST = {
    "major_days": 365,
    "minor_days": 90,
    "config_days": 60,
    "retirement_days": 730,
    "emergency_hours": 72,
    "ratify_days": 20,
    "objection_days": 30,
    "watch_days": 90,
}


@transaction.atomic
def agree(
    *,
    process: Process,
    by: User,
    at: datetime,
    lead_times: Mapping[str, int] | None = None,
    data: Collection[str] = (),
    redacted_until: date | None = None,
    clause: Clause | None = None,
) -> NoticeTerms:
    """Agree how much notice is due, what the process handles, and until when personal data is attested to be taken out
    before the model. Raises Invalid for figures nobody can mean, NotAllowed for anybody but the client's owner."""
    permissions.check_can_agree_terms(by, process, at)
    given = dict(lead_times or {})
    for name, value in given.items():
        if name not in LONGEST:
            raise Invalid("lead_time", f"There is no lead time {name!r}.", name)
        if not 1 <= value <= LONGEST[name]:
            raise Invalid("lead_time", f"Agree on 1 to {LONGEST[name]}.", name)
    unknown = sorted(set(data) - set(DataClass))
    if unknown:
        raise Invalid("data_class", f"There is no class of data {unknown[0]!r}.", "data")
    if clause is not None and not clause.contract.processes.filter(pk=process.pk).exists():
        raise Invalid("clause", "This clause is of another contract.", "clause")
    values: dict[str, Any] = {
        **given,
        "data": sorted(set(data)),
        "redacted_until": redacted_until,
        "clause": clause,
        "agreed_at": at,
        "agreed_by": by,
    }
    made, _ = NoticeTerms.objects.update_or_create(process=process, defaults=values)
    made.refresh_from_db()
    processes.touch(process)
    facts = {
        "lead_days": [
            {"name": name, "value": getattr(made, name)} for name in LONGEST if name != "emergency_hours"
        ],
        "emergency_hours": made.emergency_hours,
        "data": made.data,
        "redacted_until": redacted_until.isoformat() if redacted_until else "",
    }
    target = Target("process", str(process.pk), process.code)
    processes.record(process, "changeterms.agreed", target, facts, by, at)
    return made
