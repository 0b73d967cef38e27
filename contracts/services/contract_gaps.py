"""Gaps of a contract: assessed for the record, and filled in a draft by a suggested wording (L1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.errors import Invalid
from contracts import permissions
from contracts.domain.clause_gaps import Finding, Standing
from contracts.domain.clause_templates import BY_ID
from contracts.domain.contracting import number_key
from contracts.models import Clause, ClauseWording, User
from contracts.selectors import clause_texts, contracts
from contracts.services import contract_drafts, contract_events


@transaction.atomic
def assess(*, version_id: UUID, by: User, at: datetime) -> list[Finding]:
    """Check a version for gaps and record what was found."""
    version = contracts.found(version_id)
    permissions.check_can_draft_contract(by, version.contract)
    findings = clause_texts.gaps(version)
    facts = {
        str(standing): [one.template.id for one in findings if one.standing == standing]
        for standing in Standing
    }
    contract_events.record(version, "contract.assessed", facts, by, at)
    return findings


@transaction.atomic
def adopt(
    *, version_id: UUID, template: str, by: User, at: datetime, edits: int | None = None
) -> ClauseWording:
    """Put the suggested wording of a template into a draft, as a clause under the next free number."""
    known = BY_ID.get(template)
    if known is None:
        raise Invalid("template", f"There is no clause template {template!r}.", "template")
    version = contracts.found(version_id)
    taken = Clause.objects.filter(contract=version.contract_id).values_list("number", flat=True)
    last = max((number_key(number)[0][0] for number in taken), default=0)
    return contract_drafts.add_clause(
        version_id=version_id,
        number=str(last + 1),
        title=known.title,
        text=known.wording,
        template=known.id,
        owner=known.owner,
        by=by,
        at=at,
        edits=edits,
    )
