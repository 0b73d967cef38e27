"""Drafting contracts: opened, written clause by clause, filled where the check found a gap (L1)."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.errors import Conflict
from contracts import permissions
from contracts.forms.contracts import (
    AdoptForm,
    AppendixForm,
    ClauseForm,
    OpenForm,
    PeriodForm,
    PickForm,
    RewordForm,
)
from contracts.models import ContractVersion, Process
from contracts.selectors import contracts as selector
from contracts.services import contract_drafts, contract_gaps
from contracts.services import contracts as services
from contracts.views import contracts as pages
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Open a contract about processes of one client and one provider."""
    mine = selector.openable(request.user)
    known = {str(process.pk): process for process in mine}
    choices = [(key, f"{process.code} · {process.name}") for key, process in known.items()]
    form = OpenForm(choices, request.POST if request.method == "POST" else None)
    made = form.passes(lambda: _open(request, form, known))
    if made is not None:
        messages.success(request, _("Opened: write its clauses."))
        return see_other(pages.address(made.contract, made.number))
    return render(request, "contracts/contract_new.html", {"form": form}, status=status_of_form(form))


def _open(request: SignedIn, form: OpenForm, known: Mapping[str, Process]) -> ContractVersion:
    return services.open_with_draft(
        code=form.cleaned_data["code"],
        title=form.cleaned_data["title"],
        covers=[known[key] for key in form.cleaned_data["processes"]],
        risks=form.cleaned_data["risks"],
        by=request.user,
        at=timezone.now(),
    )


@login_required
@require_POST
def draft(request: SignedIn, contract_id: UUID) -> HttpResponse:
    """Begin a draft; where one is in preparation, the reader is led to it."""
    found = selector.get(user=request.user, contract_id=contract_id)
    permissions.check_can_draft_contract(request.user, found)
    try:
        number = contract_drafts.draft(contract_id=found.pk, by=request.user, at=timezone.now()).number
    except Conflict as refusal:
        messages.info(request, refusal.sentence)
        number = max(version.number for version in selector.versions(request.user, found))
    return see_other(pages.address(found, number))


@login_required
@require_POST
def clause(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = ClauseForm(request.POST)
    return pages.write(
        request, what, "clause", form, contract_drafts.add_clause, _("The clause is in the draft.")
    )


@login_required
@require_POST
def reword(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = RewordForm(request.POST)
    return pages.write(
        request,
        what,
        "reword",
        form,
        contract_drafts.reword,
        _("The clause is reworded."),
        clause="clause_id",
    )


@login_required
@require_POST
def remove(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = PickForm(request.POST)
    return pages.write(
        request,
        what,
        "remove",
        form,
        contract_drafts.remove_clause,
        _("The clause is out of the draft."),
        chosen="clause_id",
    )


@login_required
@require_POST
def adopt(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    """Put the suggested wording of a template into the draft."""
    what = pages.drafted(request, contract_id, number)
    form = AdoptForm(request.POST)
    return pages.write(
        request, what, "adopt", form, contract_gaps.adopt, _("The suggested wording is in the draft.")
    )


@login_required
@require_POST
def attach(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = AppendixForm(request.POST)
    return pages.write(
        request, what, "appendix", form, contract_drafts.attach, _("The appendix is attached.")
    )


@login_required
@require_POST
def detach(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = PickForm(request.POST)
    return pages.write(
        request,
        what,
        "detach",
        form,
        contract_drafts.detach,
        _("The appendix is out of the draft."),
        chosen="appendix_id",
    )


@login_required
@require_POST
def describe(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = PeriodForm(request.POST)
    return pages.write(request, what, "period", form, contract_drafts.describe, _("The draft says so now."))


@login_required
@require_POST
def assess(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    """Put what the check finds on the record."""
    what = pages.drafted(request, contract_id, number)
    contract_gaps.assess(version_id=what.version.pk, by=request.user, at=timezone.now())
    messages.success(request, _("What the check found is on the record."))
    return see_other(pages.address(what.contract, number) + "#gaps")
