"""The registry of endpoints, and where a process lets its data be processed (A5)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotAllowed, Refused
from contracts import access
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.forms.endpoints import AmendForm, EndpointForm, GroundForm
from contracts.models import Process
from contracts.permissions import vendors as permissions
from contracts.presenters import agreement_tabs, vendor_tabs
from contracts.presenters import endpoints as presenter
from contracts.selectors import endpoints as selector
from contracts.services import endpoints as services
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

_READERS = "Where data is processed is read by those who read the agreement."


@login_required
@require_GET
def endpoints(request: SignedIn) -> HttpResponse:
    found = selector.listing(request.user)
    context = {
        "rows": [presenter.row(one) for one in found],
        "tabs": vendor_tabs.of(request.user, "contracts:endpoints"),
        "may_register": bool(selector.vendors(request.user)),
    }
    return render(request, "contracts/endpoints.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Register an endpoint of a vendor whose processes the person supervises."""
    vendors = {str(vendor.pk): vendor for vendor in selector.vendors(request.user)}
    if not vendors:
        raise NotAllowed(
            "not_allowed", "Endpoints are registered by information security and the governance lead."
        )
    sent = request.POST if request.method == "POST" else None
    form = EndpointForm(sent, vendors=[(pk, vendor.name) for pk, vendor in vendors.items()])
    made = form.passes(
        lambda: services.register(
            **{name: form.cleaned_data[name] for name in ("name", "region", "tenancy")},
            vendor=vendors[form.cleaned_data["vendor"]],
            setting=form.setting(),
            by=request.user,
            at=timezone.now(),
        )
    )
    if made is not None:
        messages.success(request, _("Registered. Allow it for a step before agents use it."))
        return see_other(reverse("contracts:endpoint", args=[made.pk]))
    context = {
        "form": form,
        "title": _("Register an endpoint"),
        "lead": _("Region and tenancy never change: another place is another endpoint."),
        "button": _("Register it"),
        "back": {"url": reverse("contracts:endpoints"), "label": _("Endpoints")},
    }
    return render(request, "contracts/vendor_form.html", context, status=status_of_form(form))


@login_required
@require_GET
def endpoint(request: SignedIn, endpoint_id: UUID) -> HttpResponse:
    return _page(request, endpoint_id)


def _page(
    request: SignedIn, endpoint_id: UUID, form: AmendForm | None = None, refusal: Refused | None = None
) -> HttpResponse:
    found = selector.one(request.user, endpoint_id)
    row = found.endpoint
    initial = {
        "host": row.host,
        "training_use": row.training_use,
        "retention_days": row.retention_days,
        "subprocessors": "\n".join(row.subprocessors),
        "seen": row.amendments,
    }
    context = {
        "page": presenter.page(found, request.user),
        "form": form or AmendForm(initial=initial),
        "amending": form is not None,
        "sentence": refusal.sentence if refusal and form is None else "",
    }
    status = status_of_form(form, refusal) if form else 200 if refusal is None else 409
    return render(request, "contracts/endpoint.html", context, status=status)


@login_required
@require_POST
def amend(request: SignedIn, endpoint_id: UUID) -> HttpResponse:
    found = selector.one(request.user, endpoint_id)
    permissions.check_can_keep_endpoint(request.user, found.endpoint)
    form = AmendForm(request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            services.amend(
                endpoint_id=endpoint_id,
                setting=form.setting(),
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            )
        except (Invalid, Conflict) as refused:
            refusal = refused
            # What was typed stays, beside what stands there now.
            now = selector.one(request.user, endpoint_id).endpoint.amendments
            form = AmendForm({**request.POST.dict(), "seen": str(now)})
            form.refuse(refused)
        else:
            messages.success(request, _("Amended: it holds from the next item on."))
            return see_other(reverse("contracts:endpoint", args=[endpoint_id]))
    return _page(request, endpoint_id, form, refusal)


@login_required
@require_POST
def retire(request: SignedIn, endpoint_id: UUID) -> HttpResponse:
    selector.one(request.user, endpoint_id)
    try:
        services.retire(endpoint_id=endpoint_id, by=request.user, at=timezone.now())
    except Conflict as refused:
        return _page(request, endpoint_id, refusal=refused)
    messages.success(request, _("Retired: what still comes from it is kept apart."))
    return see_other(reverse("contracts:endpoint", args=[endpoint_id]))


@login_required
@require_http_methods(["GET", "POST"])
def ground(request: SignedIn, code: str) -> HttpResponse:
    """Where a process lets its data be processed, and whether what its steps use keeps to it; the client says it."""
    process = access.process(request.user, code, VIEW_CONTRACTS, _READERS)
    form = GroundForm(initial=_ground(process))
    if request.method == "POST":
        permissions.check_can_agree_ground(request.user, process)
        form = GroundForm(request.POST)
        agreed = form.passes(
            lambda: services.agree_ground(
                process=process,
                regions=form.cleaned_data["regions"].split(","),
                data_classes=form.cleaned_data["data_classes"],
                training_use=form.cleaned_data["training_use"],
                by=request.user,
                at=timezone.now(),
            )
        )
        if agreed is not None:
            messages.success(request, _("Said. It holds from the next item on."))
            return see_other(reverse("contracts:ground", args=[code]))
    context = {
        "page": presenter.ground(process, selector.used_by(process), request.user),
        "form": form,
        "tabs": agreement_tabs.of(request.user, process, "contracts:ground"),
    }
    return render(request, "contracts/ground.html", context, status=status_of_form(form))


def _ground(process: Process) -> dict:
    return {
        "regions": ", ".join(process.regions),
        "data_classes": process.data_classes,
        "training_use": process.training_use,
    }
