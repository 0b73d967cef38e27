"""Linking what was agreed to the clause that gives it its force (L10)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Invalid
from contracts import permissions
from contracts.models import Citation, Process, User
from contracts.selectors import contracts, informal
from contracts.services import processes


@transaction.atomic
def cite(
    *, process: Process, kind: str, reference: str, clause_id: UUID | None, by: User, at: datetime
) -> Citation | None:
    """Say on which clause something rests, or that it rests on none. Raises Invalid for what there is not."""
    permissions.check_can_draft_on(by, [process])
    if informal.item(process, kind, reference) is None:
        raise Invalid("reference", "There is no such thing on this process.", "reference")
    before = Citation.objects.filter(process=process, kind=kind, reference=reference).first()
    if clause_id is None:
        if before is not None:
            before.delete()
            _record(before, "clause.uncited", by, at)
        return None
    clause = contracts.clause_on(process, clause_id)
    if clause is None:
        raise Invalid("clause", "Choose a clause of a contract in force on this process.", "clause")
    if before is not None and before.clause_id == clause.pk:
        return before
    made, _ = Citation.objects.update_or_create(
        process=process,
        kind=kind,
        reference=reference,
        defaults={"clause": clause, "cited_at": at, "cited_by": by},
    )
    _record(made, "clause.cited", by, at)
    return made


def _record(citation: Citation, action: str, by: User, at: datetime) -> None:
    process = citation.process
    facts = {
        "kind": citation.kind,
        "reference": citation.reference,
        "clause": informal.clause_words(citation.clause),
    }
    target = Target("clause", str(citation.clause_id), citation.clause.number, "process", str(process.pk))
    processes.record(process, action, target, facts, by, at)
