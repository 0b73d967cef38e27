"""Who answers for a process: authority with its evidence, stakeholders, and decisions to use AI (K4, K7, K9)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import NotAllowed
from contracts.domain.stakeholders import Stake
from contracts.enums import Authority
from contracts.forms.accountability import AiUseForm, GrantForm, StakeholderForm
from contracts.models import AiUseDecision, AuthorityGrant, Process, Stakeholder
from contracts.permissions import accountability as permissions
from contracts.presenters import accountability as presenter
from contracts.presenters import agreement_tabs
from contracts.selectors import accountability as selector
from contracts.selectors import halt_rights
from contracts.services import authorities, stakeholders
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn


@login_required
@require_GET
def authority(request: SignedIn, code: str) -> HttpResponse:
    return _page(request, selector.process_of(request.user, code))


def _page(
    request: SignedIn,
    process: Process,
    *,
    grant: GrantForm | None = None,
    stake: StakeholderForm | None = None,
    ai_use: AiUseForm | None = None,
) -> HttpResponse:
    at, user = timezone.now(), request.user
    people = presenter.choices(selector.people(process))
    uses = selector.ai_uses(process)
    context: dict[str, Any] = {
        "page": presenter.page(
            process=process,
            grants=selector.grants(process, at),
            stakeholders=selector.stakeholders(process),
            missing=selector.missing_stakes(process),
            ai_uses=uses,
            halters=halt_rights.grants_of(process, at),
            reader=user,
            at=at,
        ),
        "tabs": agreement_tabs.of(user, process, "contracts:authority"),
        "grant_form": grant or GrantForm(people, prefix="grant"),
        "stake_form": stake or StakeholderForm(people, prefix="stake"),
        "ai_form": ai_use or AiUseForm([(one.step.code, one.step.name) for one in uses], prefix="ai"),
    }
    form: forms.Form | None = grant or stake or ai_use
    status = status_of_form(form) if form else 200
    return render(request, "contracts/authority.html", context, status=status)


def _back(process: Process, said: str, request: SignedIn, place: str) -> HttpResponse:
    messages.success(request, said)
    return see_other(f"{reverse('contracts:authority', args=[process.code])}#{place}")


@login_required
@require_POST
def grant(request: SignedIn, code: str) -> HttpResponse:
    process = selector.process_of(request.user, code)
    permissions.check_can_grant(request.user, process)
    people = selector.people(process)
    form = GrantForm(presenter.choices(people), request.POST, prefix="grant")

    def grant() -> AuthorityGrant:
        data = form.cleaned_data
        return authorities.grant(
            process=process,
            to=next(one for one in people if str(one.pk) == data["person"]),
            kind=Authority(data["kind"]),
            evidence=data["evidence"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            by=request.user,
            at=timezone.now(),
        )

    try:
        granted = form.passes(grant)
    except NotAllowed as refusal:
        form.refuse(refusal)
    else:
        if granted is not None:
            return _back(process, _("Granted."), request, "grants")
    return _page(request, process, grant=form)


@login_required
@require_POST
def take_back(request: SignedIn, code: str, grant_id: UUID) -> HttpResponse:
    process = selector.process_of(request.user, code)
    authorities.take_back(process=process, grant_id=grant_id, by=request.user, at=timezone.now())
    return _back(process, _("Taken back: it opens nothing any more."), request, "grants")


@login_required
@require_POST
def name(request: SignedIn, code: str) -> HttpResponse:
    process = selector.process_of(request.user, code)
    permissions.check_can_keep_stakeholders(request.user, process)
    people = {str(one.pk): one for one in selector.people(process)}
    form = StakeholderForm(presenter.choices(people.values()), request.POST, prefix="stake")

    def name() -> Stakeholder:
        data = form.cleaned_data
        return stakeholders.name(
            process=process,
            category=Stake(data["category"]),
            person=people[data["person"]],
            deputy=people.get(data["deputy"]),
            contact=data["contact"],
            duty=data["duty"],
            by=request.user,
            at=timezone.now(),
        )

    if form.passes(name) is not None:
        return _back(process, _("Named."), request, "stakeholders")
    return _page(request, process, stake=form)


@login_required
@require_POST
def remove(request: SignedIn, code: str, stakeholder_id: UUID) -> HttpResponse:
    process = selector.process_of(request.user, code)
    stakeholders.remove(process=process, stakeholder_id=stakeholder_id, by=request.user, at=timezone.now())
    return _back(process, _("Removed."), request, "stakeholders")


@login_required
@require_POST
def decide(request: SignedIn, code: str) -> HttpResponse:
    process = selector.process_of(request.user, code)
    at = timezone.now()
    permissions.check_can_decide_ai_use(request.user, process, at)
    steps = {one.step.code: one.step for one in selector.ai_uses(process)}
    form = AiUseForm([(key, step.name) for key, step in steps.items()], request.POST, prefix="ai")

    def decide() -> AiUseDecision:
        said = {name: form.cleaned_data[name] for name in ("authority", "alternatives", "benefit")}
        step = steps[form.cleaned_data["step"]]
        step.process = process
        return stakeholders.decide_ai_use(step=step, by=request.user, at=at, **said)

    if form.passes(decide) is not None:
        return _back(process, _("Decided."), request, "ai-use")
    return _page(request, process, ai_use=form)
