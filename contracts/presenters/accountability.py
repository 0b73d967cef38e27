"""Authority, stakeholders and decisions to use AI, as their page shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from contracts import access
from contracts.domain.stakeholders import Stake
from contracts.enums import Authority
from contracts.models import AuthorityGrant, Process, Stakeholder, User
from contracts.permissions import accountability as permissions
from contracts.presenters import words
from contracts.presenters.parts import Button
from contracts.selectors.accountability import AiUse


@dataclass(frozen=True)
class GrantLine:
    id: str
    person: str
    organisation: str
    kind: str
    since: datetime
    until: datetime | None
    waits: bool
    evidence: str
    granted_by: str
    revoked_at: datetime | None
    revoked_by: str
    take_back: str


@dataclass(frozen=True)
class StakeLine:
    category: str
    person: str
    organisation: str
    deputy: str
    contact: str
    duty: str
    remove: str


@dataclass(frozen=True)
class AiUseLine:
    step: str
    name: str
    decided_by: str
    decided_at: datetime | None
    authority: str
    alternatives: str
    benefit: str
    earlier: int


@dataclass(frozen=True)
class AccountabilityPage:
    code: str
    name: str
    holding: list[GrantLine]
    over: list[GrantLine]
    stakeholders: list[StakeLine]
    missing: list[str]
    ai_uses: list[AiUseLine]
    grant: Button
    keep: Button
    decide: Button
    halters: list[str]


def page(
    *,
    process: Process,
    grants: tuple[Sequence[AuthorityGrant], Sequence[AuthorityGrant]],
    stakeholders: Iterable[Stakeholder],
    missing: Iterable[Stake],
    ai_uses: Iterable[AiUse],
    halters: Iterable[AuthorityGrant],
    reader: User,
    at: datetime,
) -> AccountabilityPage:
    """Everything about who answers for a process, as one person sees it."""
    may_grant = access.allowed(permissions.check_can_grant, reader, process)
    may_keep = access.allowed(permissions.check_can_keep_stakeholders, reader, process)
    may_decide = access.allowed(permissions.check_can_decide_ai_use, reader, process, at)
    holding, over = grants
    return AccountabilityPage(
        code=process.code,
        name=process.name,
        holding=[_grant(process, one, at, back=may_grant[0]) for one in holding],
        over=[_grant(process, one, at, back=False) for one in over],
        stakeholders=[_stake(process, one, keep=may_keep[0]) for one in stakeholders],
        missing=[stake.label for stake in missing],
        ai_uses=[_ai_use(one) for one in ai_uses],
        grant=Button(reverse("contracts:authority_grant", args=[process.code]), *may_grant),
        keep=Button(reverse("contracts:stakeholder_name", args=[process.code]), *may_keep),
        decide=Button(reverse("contracts:ai_use_decide", args=[process.code]), *may_decide),
        halters=[one.user.name for one in halters],
    )


def _grant(process: Process, one: AuthorityGrant, at: datetime, *, back: bool) -> GrantLine:
    return GrantLine(
        id=str(one.pk),
        person=one.user.name,
        organisation=_organisation(one.user),
        kind=Authority(one.kind).label,
        since=one.valid_from,
        until=one.valid_until,
        waits=one.valid_from > at,
        evidence=one.evidence,
        granted_by=words.name(one.granted_by) or "the portal",
        revoked_at=one.revoked_at,
        revoked_by=words.name(one.revoked_by),
        take_back=reverse("contracts:authority_take_back", args=[process.code, one.pk]) if back else "",
    )


def _stake(process: Process, one: Stakeholder, *, keep: bool) -> StakeLine:
    return StakeLine(
        category=Stake(one.category).label,
        person=one.person.name,
        organisation=_organisation(one.person),
        deputy=words.name(one.deputy),
        contact=one.contact,
        duty=one.duty,
        remove=reverse("contracts:stakeholder_remove", args=[process.code, one.pk]) if keep else "",
    )


def _ai_use(one: AiUse) -> AiUseLine:
    decision = one.decision
    return AiUseLine(
        step=one.step.code,
        name=one.step.name,
        decided_by=decision.decided_by.name if decision else "",
        decided_at=decision.decided_at if decision else None,
        authority=decision.authority if decision else "",
        alternatives=decision.alternatives if decision else "",
        benefit=decision.benefit if decision else "",
        earlier=len(one.earlier),
    )


def _organisation(user: User) -> str:
    return user.organisation.name if user.organisation else ""


def choices(people: Iterable[User]) -> list[tuple[str, str]]:
    """The people a form may name: (key, words)."""
    return [(str(one.pk), f"{one.name}, {_organisation(one)}") for one in people]
