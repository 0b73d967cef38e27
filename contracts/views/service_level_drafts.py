"""Drafting service levels: target by target, by forms without scripts (U1)."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts import permissions
from contracts.domain import sla_terms
from contracts.domain.sla_kinds import SlaState
from contracts.forms.service_levels import CreditsForm, LevelForm
from contracts.models import ServiceAgreement
from contracts.selectors import calendars
from contracts.services import service_levels
from contracts.views import service_levels as pages
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

_COPIED = ("name", "kind", "metric", "bound", "unit", "minutes", "calendar", "source")


@login_required
@require_POST
def draft(request: SignedIn, code: str) -> HttpResponse:
    """Begin a draft; whoever has one open is led to it."""
    process = pages.process_of(request, code)
    try:
        begun = service_levels.draft(process=process, by=request.user, at=timezone.now())
    except Conflict as refusal:
        messages.info(request, refusal.sentence)
        mine = ServiceAgreement.objects.filter(process=process, author=request.user, state=SlaState.DRAFT)
        if (found := mine.first()) is None:
            return see_other(reverse("contracts:service_levels", args=[code]))
        begun = found
    return see_other(_address(code, begun.version))


@login_required
@require_http_methods(["GET", "POST"])
def level(request: SignedIn, code: str, version: int) -> HttpResponse:
    """The form of one target. What was typed stays on the page where it is refused."""
    found = _editable(request, code, version)
    name = request.GET.get("name", "")
    sent = request.POST if request.method == "POST" else None
    choosable = calendars.rows(request.user, found.process)
    form = LevelForm(choosable, sent, initial=_written(found, name))
    refusal: Refused | None = None
    if form.is_valid():
        try:
            service_levels.put(
                agreement_id=found.pk,
                terms=form.terms(),
                replaces=form.cleaned_data["replaces"],
                edits=form.cleaned_data["edits"],
                by=request.user,
                at=timezone.now(),
            )
        except (Invalid, Conflict) as refused:
            refusal = refused
            if isinstance(refused, Conflict):
                # What was typed stays; sent again, it is meant for the draft as it stands now.
                found.refresh_from_db()
                form = LevelForm(choosable, {**request.POST.dict(), "edits": str(found.edits)})
                form.is_valid()
            form.refuse(refused)
        else:
            messages.success(request, _("“%(name)s” is in the draft.") % {"name": form.cleaned_data["name"]})
            return see_other(_address(code, version))
    context = {
        "form": form,
        "process": {"code": code, "name": found.process.name},
        "version": version,
        "version_url": _address(code, version),
        "title": form["name"].value() or _("A new service level"),
    }
    return render(request, "contracts/service_level.html", context, status=status_of_form(form, refusal))


@login_required
@require_POST
def remove(request: SignedIn, code: str, version: int) -> HttpResponse:
    found = _editable(request, code, version)
    name = request.POST.get("name", "")
    try:
        service_levels.remove(agreement_id=found.pk, name=name, by=request.user, at=timezone.now())
    except Conflict as refusal:
        return pages.page(request, pages.of(request, code, version), refusal=refusal)
    messages.success(request, _("“%(name)s” is out of the draft.") % {"name": name})
    return see_other(_address(code, version))


@login_required
@require_POST
def credits_(request: SignedIn, code: str, version: int) -> HttpResponse:
    """What a missed floor costs."""
    found = _editable(request, code, version)
    form = CreditsForm(request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        said = form.cleaned_data
        try:
            service_levels.set_credits(
                agreement_id=found.pk,
                monthly_fee=said["monthly_fee"],
                percent=said["credit_percent"],
                percent_again=said["credit_percent_again"],
                cap=said["credit_cap"],
                edits=said["edits"],
                by=request.user,
                at=timezone.now(),
            )
        except (Invalid, Conflict) as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Kept."))
            return see_other(_address(code, version))
    return pages.page(request, pages.of(request, code, version), refusal=refusal, credit_form=form)


@login_required
@require_POST
def propose(request: SignedIn, code: str, version: int) -> HttpResponse:
    found = _editable(request, code, version)
    link = _address(code, version)
    try:
        service_levels.propose(agreement_id=found.pk, by=request.user, at=timezone.now(), link=link)
    except Conflict as refusal:
        return pages.page(request, pages.of(request, code, version), refusal=refusal)
    messages.success(request, _("Proposed: client and provider accept it next."))
    return see_other(link)


def _editable(request: SignedIn, code: str, version: int) -> ServiceAgreement:
    found = pages.of(request, code, version)
    permissions.check_can_draft_service_levels(request.user, found.process)
    return found


def _written(found: ServiceAgreement, name: str) -> dict[str, Any]:
    """What the form begins with: the target of that name, or nothing."""
    row = found.levels.filter(name=name).first() if name else None
    if row is None:
        return {"edits": found.edits}
    said = {field: getattr(row, field) for field in _COPIED}
    said |= {"target": sla_terms.plain(row.target), "weight": sla_terms.plain(row.weight * Decimal(100))}
    said["floor"] = sla_terms.plain(row.floor) if row.floor is not None else None
    return {**said, "replaces": row.name, "edits": found.edits}


def _address(code: str, version: int) -> str:
    return reverse("contracts:service_levels_version", args=[code, version])
