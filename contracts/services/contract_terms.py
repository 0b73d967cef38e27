"""Terms written into a draft of a contract: liability (L5), use of data (L6), figures the settings must keep to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.errors import Invalid, NotVisible
from contracts.domain import agreed_terms, liability
from contracts.domain.agreed_terms import TermKind
from contracts.domain.data_use import DataType, TrainingAllowed
from contracts.domain.liability import BEARERS, Layer
from contracts.enums import Party
from contracts.models import (
    AgreedTerm,
    Clause,
    ContractVersion,
    DataUseTerm,
    LiabilityTerm,
    Process,
    User,
)
from contracts.services import contract_drafts, contract_events

MOST_CAP = Decimal(10) ** 12
MOST_EXIT_DAYS = 365
_TERMS: dict[str, Any] = {"liability": LiabilityTerm, "data_use": DataUseTerm, "agreed": AgreedTerm}


@transaction.atomic
def set_liability(
    *,
    version_id: UUID,
    layer: Layer | str,
    clause_id: UUID | None,
    shares: Mapping[str, Decimal],
    responsible: Party | str,
    residual: Party | str,
    by: User,
    at: datetime,
    cap: Decimal | None = None,
    currency: str = "",
    indemnity: str = "",
    evidence: Sequence[str] = (),
    edits: int | None = None,
) -> LiabilityTerm:
    """Say in a draft who answers for errors of one layer. Raises Invalid naming the field at fault."""
    version = contract_drafts.editable(version_id, by, edits)
    if layer not in set(Layer):
        raise Invalid("layer", "Say which layer it is about.", "layer")
    clause = _clause(version, clause_id)
    for name, party in (("responsible", responsible), ("residual", residual)):
        if party not in set(BEARERS):
            raise Invalid(name, "The client, the provider or the AI vendor bears it.", name)
    borne = liability.checked_shares(shares)
    if cap is not None and not (cap.is_finite() and 0 <= cap < MOST_CAP and cap == round(cap, 2)):
        raise Invalid("cap", "An amount of 0 or more with two decimal places is required.", "cap")
    if cap is not None and len(currency) != 3:
        raise Invalid("currency", "Say in which currency the cap is.", "currency")
    listed = [line.strip() for line in evidence if line.strip()]
    if any(len(line) > 200 for line in listed) or len(listed) > 20:
        raise Invalid("evidence", "20 lines of 200 characters at most.", "evidence")
    term, _ = LiabilityTerm.objects.update_or_create(
        version=version,
        layer=layer,
        defaults={
            "clause": clause,
            "responsible": responsible,
            "residual": residual,
            "cap": cap,
            "currency": currency.upper() if cap is not None else "",
            "indemnity": indemnity.strip(),
            "evidence": listed or list(liability.EVIDENCE[Layer(layer)]),
            **{f"share_{party}": int(share * 100) for party, share in borne.items()},
        },
    )
    facts = {
        "clause": clause.number,
        "layer": str(layer),
        "responsible": str(responsible),
        "shares": {str(party): share for party, share in borne.items()},
        "cap": cap,
        "residual": str(residual),
    }
    contract_events.record(version, "liability.set", facts, by, at)
    contract_drafts.edited(version, f"liability for {Layer(layer).label.lower()}", by, at)
    return term


@transaction.atomic
def set_data_use(
    *,
    version_id: UUID,
    data_type: DataType | str,
    clause_id: UUID | None,
    owner: Party | str,
    training: TrainingAllowed | str,
    exit_days: int,
    by: User,
    at: datetime,
    scope: str = "",
    anonymisation: str = "",
    flow_down: bool = False,
    certificate: bool = False,
    edits: int | None = None,
) -> DataUseTerm:
    """Say in a draft whose a kind of data is and whether it may train a model. Raises Invalid naming the field at fault."""
    version = contract_drafts.editable(version_id, by, edits)
    if data_type not in set(DataType):
        raise Invalid("data_type", "Say which kind of data it is.", "data_type")
    clause = _clause(version, clause_id)
    if owner not in set(BEARERS):
        raise Invalid("owner", "The client, the provider or the AI vendor owns it.", "owner")
    if training not in set(TrainingAllowed):
        raise Invalid("training", "One of no, opt_in and yes is required.", "training")
    scope, anonymisation = scope.strip(), anonymisation.strip()
    if training != TrainingAllowed.NO and not scope:
        raise Invalid("scope", "Say for what it may be used.", "scope")
    for name, text in (("scope", scope), ("anonymisation", anonymisation)):
        if len(text) > 300:
            raise Invalid(name, "300 characters at most.", name)
    if not 0 <= exit_days <= MOST_EXIT_DAYS:
        raise Invalid("exit_days", f"0 to {MOST_EXIT_DAYS} days are required.", "exit_days")
    given = {
        "owner": str(owner),
        "training": str(training),
        "flow_down": flow_down,
        "exit_days": exit_days,
        "certificate": certificate,
    }
    term, _ = DataUseTerm.objects.update_or_create(
        version=version,
        data_type=data_type,
        defaults={"clause": clause, "scope": scope, "anonymisation": anonymisation, **given},
    )
    facts = {"clause": clause.number, "data_type": str(data_type), **given}
    contract_events.record(version, "datause.set", facts, by, at)
    contract_drafts.edited(version, f"use of {DataType(data_type).label.lower()}", by, at)
    return term


@transaction.atomic
def agree(
    *,
    version_id: UUID,
    process: Process,
    kind: TermKind | str,
    value: Any,
    by: User,
    at: datetime,
    clause_id: UUID | None = None,
    edits: int | None = None,
) -> AgreedTerm:
    """Agree in a draft on a figure that the live settings of a process must keep to."""
    version = contract_drafts.editable(version_id, by, edits)
    if process.pk not in {one.pk for one in version.contract.processes.all()}:
        raise Invalid("process", f"The contract does not cover {process.code}.", "process")
    kept = agreed_terms.checked(str(kind), value)
    clause = _clause(version, clause_id) if clause_id is not None else None
    term, _ = AgreedTerm.objects.update_or_create(
        version=version, process=process, kind=kind, defaults={"value": kept, "clause": clause}
    )
    facts = {
        "clause": clause.number if clause else "",
        "process": process.code,
        "kind": str(kind),
        "value": agreed_terms.words(kind, kept),
    }
    contract_events.record(version, "term.agreed", facts, by, at)
    contract_drafts.edited(version, f"{TermKind(kind).label} on {process.code}", by, at)
    return term


@transaction.atomic
def remove(
    *, version_id: UUID, what: str, term_id: UUID, by: User, at: datetime, edits: int | None = None
) -> None:
    """Take a term out of a draft; `what` is liability, data_use or agreed."""
    version = contract_drafts.editable(version_id, by, edits)
    if what not in _TERMS:
        raise Invalid("what", "Say which kind of term it is.", "what")
    term = _TERMS[what].objects.filter(version=version, pk=term_id).first()
    if term is None:
        raise NotVisible("not_found", "This draft has no such term.")
    named = f"{term._meta.verbose_name} “{term}”"
    term.delete()
    contract_events.record(version, "term.removed", {"what": named}, by, at)
    contract_drafts.edited(version, f"removed {named}", by, at)


def _clause(version: ContractVersion, clause_id: UUID | None) -> Clause:
    """A clause of this draft: what is not in it gives a term no force."""
    wordings = version.wordings.select_related("clause")
    wording = wordings.filter(clause_id=clause_id).first() if clause_id else None
    if wording is None:
        raise Invalid("clause", "Cite a clause of this draft.", "clause")
    return wording.clause
