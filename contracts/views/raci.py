"""The RACI of a process: read by all three parties, proposed, signed by two of them, or sent back (K1)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts.domain.raci import RaciState
from contracts.forms.raci import DescribeForm, SendBackForm
from contracts.models import Process, RaciMatrix
from contracts.permissions import raci as permissions
from contracts.presenters import agreement_tabs
from contracts.presenters import raci as presenter
from contracts.selectors import raci as selector
from contracts.services import raci
from contracts.views.replies import see_other, status_of
from contracts.views.requests import SignedIn


@login_required
@require_GET
def in_force(request: SignedIn, code: str) -> HttpResponse:
    """The RACI that both parties signed."""
    process = selector.process_of(request.user, code)
    current = selector.in_force(process)
    if current is not None:
        current.process = process
    return page(request, process, current)


@login_required
@require_GET
def version(request: SignedIn, code: str, version: int) -> HttpResponse:
    """One version, whatever its state."""
    found = selector.visible(request.user, code, version)
    return page(request, found.process, found)


def page(
    request: SignedIn,
    process: Process,
    matrix: RaciMatrix | None,
    *,
    refusal: Refused | None = None,
    back: SendBackForm | None = None,
    describe: DescribeForm | None = None,
) -> HttpResponse:
    user = request.user
    before = matrix
    if matrix is None or matrix.state != RaciState.IN_FORCE:
        before = selector.in_force(process)
    rows = selector.whole(matrix) if matrix else []
    older = before is not None and (matrix is None or before.pk != matrix.pk)
    context: dict[str, Any] = {
        "page": presenter.page(
            process=process,
            matrix=matrix,
            rows=rows,
            before=(before, selector.whole(before)) if before is not None and older else None,
            signatures=selector.signatures(matrix) if matrix else [],
            versions=selector.versions(user, process),
            reader=user,
            at=timezone.now(),
        ),
        "tabs": agreement_tabs.of(user, process, "contracts:raci"),
        "sentence": refusal.sentence if refusal else "",
        "back_form": back or SendBackForm(),
    }
    if matrix is not None:
        initial = {"effect": matrix.effect, "note": matrix.note, "edits": matrix.edits}
        context["describe_form"] = describe or DescribeForm(initial=initial)
    return render(request, "contracts/raci.html", context, status=status_of(refusal))


def seen(request: SignedIn) -> int:
    """The edits of the draft that the sender saw. Raises Conflict where the form does not say: it may be any."""
    text = request.POST.get("edits", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Conflict(
            "edits_required", "The form does not say which state of the draft you saw: look again."
        )
    return int(text)


def address(code: str, version: int) -> str:
    return reverse("contracts:raci_version", args=[code, version])


@login_required
@require_POST
def propose(request: SignedIn, code: str, version: int) -> HttpResponse:
    """Propose a draft; what may not stand is named on the page."""
    found = selector.visible(request.user, code, version)
    permissions.check_can_draft_raci(request.user, found.process)
    try:
        raci.propose(
            matrix_id=found.pk,
            by=request.user,
            at=timezone.now(),
            edits=seen(request),
            link=address(code, version),
        )
    except (Conflict, Invalid) as refusal:
        return page(request, found.process, selector.visible(request.user, code, version), refusal=refusal)
    messages.success(request, _("Proposed. It is in force once the client and the provider have signed it."))
    return see_other(address(code, version))


@login_required
@require_POST
def sign(request: SignedIn, code: str, version: int) -> HttpResponse:
    """Sign a proposal for one's own party."""
    found = selector.visible(request.user, code, version)
    try:
        signed = raci.sign(
            matrix_id=found.pk,
            digest=request.POST.get("digest", ""),
            by=request.user,
            at=timezone.now(),
            link=address(code, version),
        )
    except (Conflict, Invalid) as refusal:
        return page(request, found.process, selector.visible(request.user, code, version), refusal=refusal)
    done = _("Signed. The other party signs next.")
    if signed.state == RaciState.IN_FORCE:
        done = _("Signed by both: it is in force.")
    messages.success(request, done)
    return see_other(address(code, version))


@login_required
@require_POST
def send_back(request: SignedIn, code: str, version: int) -> HttpResponse:
    """Send a proposal back with a reason."""
    found = selector.visible(request.user, code, version)
    permissions.check_can_sign_raci(request.user, found, timezone.now())
    form = SendBackForm(request.POST)
    if not form.is_valid():
        why = Invalid("reason_required", "Reason: say why it is sent back, in at most 300 characters.")
        return page(request, found.process, found, refusal=why, back=form)
    try:
        raci.send_back(
            matrix_id=found.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
            link=address(code, version),
        )
    except Conflict as refusal:
        found = selector.visible(request.user, code, version)
        return page(request, found.process, found, refusal=refusal, back=form)
    messages.success(request, _("Sent back. The author sees your reason."))
    return see_other(address(code, version))
