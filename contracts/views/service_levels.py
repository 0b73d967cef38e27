"""The versions of the service levels of a process: read, accepted by both parties or sent back; and figures from outside."""

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
from contracts import access, permissions
from contracts.domain.sla_kinds import Metric
from contracts.forms.service_levels import CreditsForm, RejectForm, ReportForm
from contracts.models import Process, ServiceAgreement
from contracts.presenters import service_levels as presenter
from contracts.selectors import service_levels as selector
from contracts.services import service_levels
from contracts.views.replies import see_other, status_of, status_of_form
from contracts.views.requests import SignedIn

_READERS = "Service levels are read by those who read the contracts."


@login_required
@require_GET
def versions(request: SignedIn, code: str) -> HttpResponse:
    return _all(request, process_of(request, code))


@login_required
@require_POST
def report(request: SignedIn, code: str) -> HttpResponse:
    """The figure of a month, from whoever measures it."""
    process = process_of(request, code)
    form = ReportForm(_reported(process), request.POST)
    permissions.check_can_report_measurement(request.user, process)
    if form.is_valid():
        try:
            service_levels.report(process=process, **form.cleaned_data, by=request.user, at=timezone.now())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Reported: it stands in its month from now on."))
            return see_other(reverse("contracts:service_levels", args=[code]))
    return _all(request, process, form)


def _all(request: SignedIn, process: Process, form: ReportForm | None = None) -> HttpResponse:
    names = _reported(process)
    context = {
        "process": {"code": process.code, "name": process.name},
        "versions": presenter.lines(process, selector.versions(request.user, process)),
        "draft": access.allowed(permissions.check_can_draft_service_levels, request.user, process),
        "report": access.allowed(permissions.check_can_report_measurement, request.user, process),
        "report_form": form or (ReportForm(names) if names else None),
    }
    status = status_of_form(form) if form else 200
    return render(request, "contracts/service_levels.html", context, status=status)


@login_required
@require_GET
def version(request: SignedIn, code: str, version: int) -> HttpResponse:
    return page(request, of(request, code, version))


@login_required
@require_POST
def accept(request: SignedIn, code: str, version: int) -> HttpResponse:
    """The word of one party; with the second it is in force."""
    found = of(request, code, version)
    link = reverse("contracts:service_levels_version", args=[code, version])
    try:
        done = service_levels.accept(
            agreement_id=found.pk,
            by=request.user,
            said=request.POST.get("digest", ""),
            link=link,
            at=timezone.now(),
        )
    except Conflict as refusal:
        return page(request, of(request, code, version), refusal=refusal)
    in_force = done.in_force_at is not None
    said = _("Accepted: in force from now on.") if in_force else _("Accepted: the other party decides next.")
    messages.success(request, said)
    return see_other(link)


@login_required
@require_POST
def reject(request: SignedIn, code: str, version: int) -> HttpResponse:
    found = of(request, code, version)
    form = RejectForm(request.POST)
    try:
        why = form.cleaned_data["why"] if form.is_valid() else ""
        service_levels.reject(agreement_id=found.pk, by=request.user, why=why, at=timezone.now())
    except (Invalid, Conflict) as refusal:
        return page(request, of(request, code, version), refusal=refusal, reject=form)
    messages.success(request, _("Sent back to its author."))
    return see_other(reverse("contracts:service_levels_version", args=[code, version]))


def page(
    request: SignedIn,
    found: ServiceAgreement,
    *,
    refusal: Refused | None = None,
    reject: RejectForm | None = None,
    credit_form: CreditsForm | None = None,
) -> HttpResponse:
    """One version, with why the last act was refused."""
    shown = presenter.version(found, request.user, timezone.now())
    names = ("monthly_fee", "credit_percent", "credit_percent_again", "credit_cap", "edits")
    context: dict[str, Any] = {
        "page": shown,
        "sentence": refusal.sentence if refusal else "",
        "details": [one["detail"] for one in refusal.details] if refusal else [],
        "reject_form": reject or RejectForm(),
        "credit_form": credit_form or CreditsForm(initial={name: getattr(found, name) for name in names}),
    }
    status = status_of_form(credit_form, refusal) if credit_form else status_of(refusal)
    return render(request, "contracts/service_levels_version.html", context, status=status)


def process_of(request: SignedIn, code: str) -> Process:
    return selector.process_of(request.user, code)


def of(request: SignedIn, code: str, version: int) -> ServiceAgreement:
    """A version this person may read, by its number."""
    return selector.numbered(request.user, code, version)


def _reported(process: Process) -> list[str]:
    active = selector.active(process)
    levels = selector.levels(active) if active else []
    return [level.name for level in levels if level.metric == Metric.REPORTED]
