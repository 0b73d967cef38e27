"""The function map of a process: read by those who read the contracts, declared step by step, signed by the client (K8)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotVisible, Refused
from contracts import access
from contracts.domain.function_map import Impact
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.models import Process
from contracts.permissions import function_map as permissions
from contracts.presenters import agreement_tabs
from contracts.services import function_map as services
from contracts.views.replies import status_of, status_of_form
from contracts.views.requests import SignedIn
from governance.function_forms import FunctionForm
from governance.presenters import function_map as presenter
from governance.selectors import function_map as selector

_READERS = "The function map is read by those who read the contracts."


@login_required
@require_GET
def shown(request: SignedIn, code: str) -> HttpResponse:
    return _page(request, _process(request, code))


@login_required
@require_http_methods(["GET", "POST"])
def step(request: SignedIn, code: str, step: str) -> HttpResponse:
    """The form of one step. What was typed stays on the page where it is refused."""
    process = _process(request, code)
    permissions.check_can_map(request.user, process)
    found = next((row for row in selector.rows(process, timezone.now()) if row.step.code == step), None)
    if found is None:
        raise NotVisible("not_found", "This process has no such step.")
    found.step.process = process
    mapped = found.mapped
    initial = (
        {name: getattr(mapped, name) for name in ("dependency", "involvement", "impact")} if mapped else {}
    )
    form = FunctionForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal: Refused | None = None
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.declare(
                step=found.step,
                dependency=said["dependency"],
                involvement=said["involvement"],
                impact=Impact(said["impact"]),
                why=said["why"],
                by=request.user,
                at=timezone.now(),
            )
        except Invalid as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Mapped: the client’s owner signs it next."))
            return redirect("governance:function_map", code)
    context = {
        "form": form,
        "process": {"code": code, "name": process.name},
        "step": {"name": found.step.name, "code": found.step.code},
    }
    return render(request, "governance/function_map_step.html", context, status=status_of_form(form, refusal))


@login_required
@require_POST
def sign(request: SignedIn, code: str) -> HttpResponse:
    process = _process(request, code)
    try:
        signed = services.sign(
            process=process, said=request.POST.get("digest", ""), by=request.user, at=timezone.now()
        )
    except Conflict as refusal:
        return _page(request, process, refusal)
    messages.success(request, _("Signed: %(number)s steps.") % {"number": signed})
    return redirect("governance:function_map", code)


def _page(request: SignedIn, process: Process, refusal: Refused | None = None) -> HttpResponse:
    user, at = request.user, timezone.now()
    context = {
        "page": presenter.page(process, selector.rows(process, at), at),
        "tabs": agreement_tabs.of(user, process, "governance:function_map"),
        "may_map": access.allowed(permissions.check_can_map, user, process),
        "may_sign": access.allowed(permissions.check_can_sign_map, user, process, at),
        "sentence": refusal.sentence if refusal else "",
    }
    return render(request, "governance/function_map.html", context, status=status_of(refusal))


def _process(request: SignedIn, code: str) -> Process:
    return access.process(request.user, code, VIEW_CONTRACTS, _READERS)
