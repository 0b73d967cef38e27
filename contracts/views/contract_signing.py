"""Contracts are proposed by those who wrote them, and signed, sent back or ended by others (L1, K4)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.errors import NotVisible
from contracts import permissions
from contracts.forms.contracts import Drafting, ReasonForm, SignForm
from contracts.selectors import contracts as selector
from contracts.services import contracts as services
from contracts.views import contracts as pages
from contracts.views.requests import SignedIn


@login_required
@require_POST
def propose(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.opened(request, contract_id, number)
    permissions.check_can_draft_contract(request.user, what.contract)
    form = Drafting(request.POST)

    def do() -> None:
        services.propose(
            version_id=what.version.pk,
            edits=form.cleaned_data["edits"],
            by=request.user,
            at=timezone.now(),
            link=pages.address(what.contract, number),
        )

    return pages.act(request, what, "propose", form, do, _("Proposed. Both parties sign it now."))


@login_required
@require_POST
def sign(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.opened(request, contract_id, number)
    permissions.check_can_sign_contract(request.user, what.version, timezone.now())
    form = SignForm(request.POST)

    def do() -> None:
        services.sign(
            version_id=what.version.pk,
            digest=form.cleaned_data["digest"],
            by=request.user,
            at=timezone.now(),
            link=pages.address(what.contract, number),
        )

    return pages.act(request, what, "sign", form, do, _("Signed."))


@login_required
@require_POST
def reject(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.opened(request, contract_id, number)
    permissions.check_can_judge_contract(request.user, what.version)
    form = ReasonForm(request.POST, prefix="reject")

    def do() -> None:
        services.reject(
            version_id=what.version.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
            link=pages.address(what.contract, number),
        )

    return pages.act(request, what, "reject", form, do, _("Sent back to its author."))


@login_required
@require_POST
def terminate(request: SignedIn, contract_id: UUID) -> HttpResponse:
    found = selector.get(user=request.user, contract_id=contract_id)
    permissions.check_can_terminate_contract(request.user, found, timezone.now())
    latest = selector.latest(selector.versions(request.user, found))
    if latest is None:
        raise NotVisible("not_found", "This contract has no version yet.")
    form = ReasonForm(request.POST, prefix="terminate")

    def do() -> None:
        services.terminate(
            contract_id=found.pk, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )

    return pages.act(
        request, pages.Opened(found, latest), "terminate", form, do, _("The contract is terminated.")
    )
