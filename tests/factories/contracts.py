"""Contracts in the states they go through, reached by the services."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.enums import Authority
from contracts.models import Clause, Contract, ContractVersion, User
from contracts.selectors import contracts as reading
from contracts.services import contract_drafts, contract_terms, contracts, memberships
from tests.worlds import Desk

CLAUSES = {
    "1": ("Purpose", "The provider reviews invoices for the client."),
    "2.3": ("Replies that people finish", "Drafts of the AI are finished and answered for by people."),
    "2.10": ("Hours", "Between 09:00 and 18:00."),
}


def opened(desk: Desk, at: datetime, code: str = "CT-1", **changes: Any) -> Contract:
    given: dict[str, Any] = {
        "title": "Invoice services",
        "client": desk.client,
        "provider": desk.process.provider,
        "covers": [desk.process],
        "by": desk.legal,
    }
    return contracts.open_contract(code=code, at=at, **(given | changes))


def drafted(
    desk: Desk,
    at: datetime,
    clauses: Mapping[str, tuple[str, str]] = CLAUSES,
    code: str = "CT-1",
    contract: Contract | None = None,
    **changes: Any,
) -> ContractVersion:
    """A draft by the client's legal people with these clauses."""
    contract = contract or opened(desk, at, code)
    version = contract_drafts.draft(contract_id=contract.pk, by=desk.legal, at=at, **changes)
    for number, (title, text) in clauses.items():
        contract_drafts.add_clause(
            version_id=version.pk, number=number, title=title, text=text, by=desk.legal, at=at
        )
    return reading.found(version.pk)


def proposed(desk: Desk, at: datetime, **changes: Any) -> ContractVersion:
    return contracts.propose(version_id=drafted(desk, at, **changes).pk, by=desk.legal, at=at)


def signers(desk: Desk, at: datetime) -> tuple[User, User]:
    """Who signs for the client and for the provider."""
    held = desk.ops.authorities.filter(kind=Authority.DECISION, process=desk.process, revoked_at=None)
    if not held.exists():
        memberships.grant_authority(
            user=desk.ops,
            process=desk.process,
            kind=Authority.DECISION,
            evidence="Resolution of the provider",
            by=None,
            at=at,
        )
    return desk.owner, desk.ops


def signed(desk: Desk, at: datetime, version: ContractVersion) -> ContractVersion:
    """A proposal with both names under it."""
    for person in signers(desk, at):
        version = contracts.sign(version_id=version.pk, digest=version.digest, by=person, at=at)
    return version


def in_force(desk: Desk, at: datetime, **changes: Any) -> ContractVersion:
    return signed(desk, at, proposed(desk, at, **changes))


def clause(version: ContractVersion, number: str) -> Clause:
    return Clause.objects.get(contract=version.contract, number=number)


def in_preparation(desk: Desk, at: datetime) -> dict[str, Any]:
    """A contract that waits for signatures, and one that is still drafted, with an appendix."""
    waiting = proposed(desk, at)
    draft = drafted(desk, at, code="CT-2")
    appendix = contract_drafts.attach(
        version_id=draft.pk, kind="other", title="Terms", text="As agreed.", by=desk.legal, at=at
    )
    term = contract_terms.agree(
        version_id=draft.pk, process=desk.process, kind="review_minutes", value=60, by=desk.legal, at=at
    )
    return {
        "contract": waiting.contract_id,
        "contract_digest": waiting.digest,
        "contract_draft": draft.contract_id,
        "contract_clause": clause(draft, "1").pk,
        "contract_appendix": appendix.pk,
        "contract_term": term.pk,
    }


TERMS = {
    **CLAUSES,
    "8": (
        "Data",
        "Inputs, outputs, derived data and logs are owned by the client; none is used to train a model.",
    ),
    "9": ("Liability", "Liability follows the layer an error comes from."),
}


def with_terms(desk: Desk, at: datetime, training: str = "no", code: str = "CT-T") -> ContractVersion:
    """A contract in force with terms on liability, data and what the settings keep to."""
    version = drafted(desk, at, clauses=TERMS, code=code)
    given: dict[str, Any] = {"version_id": version.pk, "by": desk.legal, "at": at}
    contract_terms.set_liability(
        layer="client_instruction",
        clause_id=clause(version, "9").pk,
        shares={"client": Decimal(100)},
        responsible="client",
        residual="client",
        cap=Decimal(50000),
        currency="EUR",
        **given,
    )
    contract_terms.set_data_use(
        data_type="input",
        clause_id=clause(version, "8").pk,
        owner="client",
        training=training,
        scope="" if training == "no" else "Spelling only",
        flow_down=True,
        exit_days=30,
        certificate=True,
        **given,
    )
    contract_terms.agree(
        process=desk.process,
        kind="review_minutes",
        value=desk.process.review_minutes,
        clause_id=clause(version, "2.10").pk,
        **given,
    )
    return signed(desk, at, contracts.propose(**given))
