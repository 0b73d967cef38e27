"""How service levels were attained, month by month, down to every breach and its case; and the dispute about one (U3)."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid, NotVisible, Refused
from contracts import access, permissions
from contracts.api import problems
from contracts.domain.roles import VIEW_CASES, VIEW_CONTRACTS
from contracts.models import Breach, User
from contracts.presenters import agreement_tabs
from contracts.services import breaches as services
from governance.breach_forms import SettleForm, WhyForm
from governance.domain import months
from governance.presenters import attainment as presenter
from governance.selectors import attainment as selector

_READERS = "Service levels are read by those who read the contracts."


@login_required
@require_GET
def attainment(request: HttpRequest, code: str) -> HttpResponse:
    user, at = cast(User, request.user), timezone.now()
    month = months.read(request.GET.get("month", ""), at)
    found = selector.of(user=user, code=code, month=month, at=at)
    context = {
        "page": presenter.page(found),
        "tabs": agreement_tabs.of(user, found.process, "governance:attainment"),
    }
    return render(request, "governance/attainment.html", context)


@login_required
@require_GET
def breaches(request: HttpRequest, code: str) -> HttpResponse:
    user, at = cast(User, request.user), timezone.now()
    process = access.process(user, code, VIEW_CONTRACTS, _READERS)
    month = months.read(request.GET.get("month", ""), at)
    level = request.GET.get("level", "")
    number = months.page(request.GET.get("page", "1"))
    found, more = selector.breaches(process=process, month=month, level=level, number=number)
    may_open = access.can(user, VIEW_CASES, process)
    clocks = selector.cases_of(found)
    query = request.GET.copy()
    query["page"] = str(number + 1)
    context = {
        "code": process.code,
        "month": presenter.month_name(month),
        "month_key": f"{month:%Y-%m}",
        "level": level,
        "lines": [presenter.breach(one, clocks.get(one.reference), may_open=may_open) for one in found],
        "next_url": f"?{query.urlencode()}" if more else "",
    }
    return render(request, "governance/breaches.html", context)


@login_required
@require_GET
def breach(request: HttpRequest, code: str, breach_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    return _page(request, user, _found(user, code, breach_id))


@login_required
@require_POST
def dispute(request: HttpRequest, code: str, breach_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = _found(user, code, breach_id)
    form = WhyForm(request.POST)
    try:
        why = form.cleaned_data["why"] if form.is_valid() else ""
        services.dispute(breach_id=found.pk, by=user, why=why, at=timezone.now())
    except (Invalid, Conflict) as refusal:
        return _page(request, user, found, dispute=form, refusal=refusal)
    messages.success(request, _("Disputed: the other party says whether it stands."))
    return redirect("governance:breach", code, breach_id)


@login_required
@require_POST
def settle(request: HttpRequest, code: str, breach_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = _found(user, code, breach_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        refusal = Invalid("incomplete", _("Say whether it stands, and why."))
        permissions.check_can_settle_breach(user, found)
        return _page(request, user, found, settle=form, refusal=refusal)
    said = form.cleaned_data
    try:
        services.settle(
            breach_id=found.pk, by=user, upheld=said["upheld"] == "yes", why=said["why"], at=timezone.now()
        )
    except (Invalid, Conflict) as refusal:
        return _page(request, user, found, settle=form, refusal=refusal)
    messages.success(request, _("Settled."))
    return redirect("governance:breach", code, breach_id)


def _page(
    request: HttpRequest,
    user: User,
    found: Breach,
    *,
    dispute: WhyForm | None = None,
    settle: SettleForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    process = found.process
    clock = selector.cases_of([found]).get(found.reference)
    month = months.of(found.occurred_at)
    context = {
        "code": process.code,
        "month": presenter.month_name(month),
        "month_key": f"{month:%Y-%m}",
        "breach": presenter.breach(found, clock, may_open=access.can(user, VIEW_CASES, process)),
        "row": found,
        "may_dispute": access.allowed(permissions.check_can_dispute_breach, user, found),
        "may_settle": access.allowed(permissions.check_can_settle_breach, user, found),
        "dispute_form": dispute or WhyForm(),
        "settle_form": settle or SettleForm(),
        "sentence": refusal.sentence if refusal else "",
    }
    status = problems.status_of(refusal) if refusal else 200
    return render(request, "governance/breach.html", context, status=status)


def _found(user: User, code: str, breach_id: UUID) -> Breach:
    found = services.found(breach_id, user)
    if found.process.code != code:
        raise NotVisible("not_found", "There is no such breach that you can see.")
    return found
