"""Who answers for a process: authority with its evidence, stakeholders, and decisions to use AI (K4, K7, K9)."""

from dataclasses import dataclass
from datetime import datetime

from contracts import access
from contracts.domain.roles import VIEW_CONTRACTS, VIEW_PROCESS
from contracts.domain.stakeholders import Stake, missing
from contracts.enums import UserKind
from contracts.models import AiUseDecision, AuthorityGrant, Process, ProcessStep, Stakeholder, User

_REFUSAL = "Who holds which authority is read by those who read the contracts."
_ORDER = {stake.value: place for place, stake in enumerate(Stake)}


def process_of(user: User, code: str) -> Process:
    """The process whose authority, stakeholders and decisions this person may read."""
    return access.process(user, code, VIEW_CONTRACTS, _REFUSAL)


def grants(process: Process, at: datetime) -> tuple[list[AuthorityGrant], list[AuthorityGrant]]:
    """The grants that hold or will hold, and those that are over, the newest first."""
    rows = AuthorityGrant.objects.filter(process=process).select_related(
        "user__organisation", "calendar", "granted_by", "revoked_by"
    )
    holding: list[AuthorityGrant] = []
    over: list[AuthorityGrant] = []
    for grant in rows.order_by("user__name", "kind", "-valid_from", "pk"):
        ended = grant.revoked_at is not None or (grant.valid_until is not None and grant.valid_until <= at)
        (over if ended else holding).append(grant)
    over.sort(key=lambda grant: grant.revoked_at or grant.valid_until or at, reverse=True)
    return holding, over


def stakeholders(process: Process) -> list[Stakeholder]:
    """The register as it stands, in the order of its categories."""
    rows = Stakeholder.objects.filter(process=process, removed_at__isnull=True).select_related(
        "person__organisation", "deputy"
    )
    return sorted(rows, key=lambda one: (_ORDER[one.category], one.person.name, str(one.pk)))


def missing_stakes(process: Process) -> list[Stake]:
    """The categories nobody stands for (K7)."""
    held = Stakeholder.objects.filter(process=process, removed_at__isnull=True).values_list(
        "category", flat=True
    )
    return missing(set(held), vendor=process.vendors.exists())


@dataclass(frozen=True)
class AiUse:
    """A step with the decision that stands, and those before it, the newest first."""

    step: ProcessStep
    decision: AiUseDecision | None
    earlier: list[AiUseDecision]


def ai_uses(process: Process) -> list[AiUse]:
    """Every step with the decisions to use AI at it (K9)."""
    rows = AiUseDecision.objects.filter(step__process=process).select_related("decided_by")
    by_step: dict[object, list[AiUseDecision]] = {}
    for decision in rows.order_by("-decided_at", "-pk"):
        by_step.setdefault(decision.step_id, []).append(decision)
    found = []
    for step in process.steps.order_by("position", "pk"):
        decisions = by_step.get(step.pk, [])
        stands = next((one for one in decisions if one.replaced_at is None), None)
        found.append(AiUse(step, stands, [one for one in decisions if one is not stands]))
    return found


def undecided_steps(process: Process) -> list[str]:
    """The steps without a decision to use AI at them, by code."""
    decided = AiUseDecision.objects.filter(step__process=process, replaced_at__isnull=True)
    return list(
        process.steps.exclude(pk__in=decided.values("step"))
        .order_by("position")
        .values_list("code", flat=True)
    )


def people(process: Process) -> list[User]:
    """The people of all parties who hold a role on the process, by name."""
    holders = access.holders(process, VIEW_PROCESS).filter(kind=UserKind.PERSON)
    return list(holders.select_related("organisation").order_by("name", "pk"))
