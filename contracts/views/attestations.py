"""What an AI vendor attests about training: its own people read and say it anew, process by process (A7)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contracts import access, permissions
from contracts.forms.terms import StatementForm
from contracts.models import Organisation, Process
from contracts.presenters import attestations as presenter
from contracts.presenters import vendor_tabs
from contracts.presenters.parts import Button
from contracts.selectors import attestations as selector
from contracts.services import attestations as services
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

ROUTE = "contracts:attestations"


@login_required
@require_GET
def attestations(request: SignedIn) -> HttpResponse:
    """Everything the person may read, over all processes."""
    context = {
        "rows": presenter.rows(selector.listed(request.user)),
        "tabs": vendor_tabs.of(request.user, ROUTE),
    }
    return render(request, "contracts/attestations.html", context)


@login_required
@require_GET
def attestation(request: SignedIn, code: str, vendor: str) -> HttpResponse:
    return _page(request, *selector.found(request.user, code, vendor))


@login_required
@require_POST
def attest(request: SignedIn, code: str, vendor: str) -> HttpResponse:
    process, found = selector.found(request.user, code, vendor)
    permissions.check_can_attest(request.user, process, found)
    form = StatementForm(request.POST)
    filed = form.passes(
        lambda: services.attest(
            process=process,
            vendor=found,
            training=form.cleaned_data["training"],
            evidence=form.cleaned_data["evidence"],
            by=request.user,
            at=timezone.now(),
        )
    )
    if filed is not None:
        messages.success(request, _("The attestation is on file."))
        return see_other(reverse("contracts:attestation", args=[code, vendor]))
    return _page(request, process, found, form)


def _page(
    request: SignedIn, process: Process, vendor: Organisation, form: StatementForm | None = None
) -> HttpResponse:
    """What one vendor attested for one process; a form that was refused comes back with what was typed."""
    compared = selector.compared(request.user, process, vendor, timezone.now().date())
    button = Button(
        reverse("contracts:attestation_attest", args=[process.code, vendor.slug]),
        *access.allowed(permissions.check_can_attest, request.user, process, vendor),
    )
    shown = presenter.page(process, vendor, selector.history(process, vendor), compared, button)
    context = {
        "page": shown,
        "tabs": vendor_tabs.of(request.user, ROUTE),
        "form": form or StatementForm(),
        "attesting": form is not None,
    }
    status = status_of_form(form) if form is not None else 200
    return render(request, "contracts/attestation.html", context, status=status)
