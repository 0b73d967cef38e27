"""Drafting contracts: opened, written clause by clause, filled where the check found a gap (L1)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotAllowed, Refused
from contracts import access, permissions
from contracts.domain.roles import DRAFT_CONTRACTS
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
    mine = access.processes(request.user, DRAFT_CONTRACTS).select_related("client", "provider")
    known = {str(process.pk): process for process in mine.order_by("code")}
    if not known:
        raise NotAllowed(
            "not_allowed", "Contracts are drafted by the client’s legal people and by governance."
        )
    choices = [(key, f"{process.code} · {process.name}") for key, process in known.items()]
    form = OpenForm(choices, request.POST if request.method == "POST" else None)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        chosen = [known[key] for key in form.cleaned_data["processes"]]
        try:
            made = _open(request, form, chosen)
        except (Invalid, Conflict) as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Opened: write its clauses."))
            return see_other(pages.address(made.contract, made.number))
    status = status_of_form(form, refusal) if request.method == "POST" else 200
    return render(request, "contracts/contract_new.html", {"form": form}, status=status)


def _open(request: SignedIn, form: OpenForm, chosen: list[Process]) -> ContractVersion:
    if not chosen:
        raise Invalid("processes", "Say which processes the contract covers.", "processes")
    vendors = {vendor.pk: vendor for process in chosen for vendor in process.vendors.all()}
    return services.open_with_draft(
        code=form.cleaned_data["code"],
        title=form.cleaned_data["title"],
        client=chosen[0].client,
        provider=chosen[0].provider,
        covers=chosen,
        vendors=list(vendors.values()),
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


def _draft(request: SignedIn, contract_id: UUID, number: int) -> pages.Opened:
    what = pages.opened(request, contract_id, number)
    permissions.check_can_draft_contract(request.user, what.contract)
    return what


@login_required
@require_POST
def clause(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = _draft(request, contract_id, number)
    form = ClauseForm(request.POST)

    def do() -> None:
        contract_drafts.add_clause(
            version_id=what.version.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    return pages.act(request, what, "clause", form, do, _("The clause is in the draft."))


@login_required
@require_POST
def reword(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = _draft(request, contract_id, number)
    form = RewordForm(request.POST)

    def do() -> None:
        sent = form.cleaned_data
        contract_drafts.reword(
            version_id=what.version.pk,
            clause_id=sent["clause"],
            text=sent["text"],
            edits=sent["edits"],
            by=request.user,
            at=timezone.now(),
        )

    return pages.act(request, what, "reword", form, do, _("The clause is reworded."))


@login_required
@require_POST
def remove(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = _draft(request, contract_id, number)
    form = PickForm(request.POST)

    def do() -> None:
        contract_drafts.remove_clause(
            version_id=what.version.pk,
            clause_id=form.cleaned_data["chosen"],
            edits=form.cleaned_data["edits"],
            by=request.user,
            at=timezone.now(),
        )

    return pages.act(request, what, "remove", form, do, _("The clause is out of the draft."))


@login_required
@require_POST
def adopt(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    """Put the suggested wording of a template into the draft."""
    what = _draft(request, contract_id, number)
    form = AdoptForm(request.POST)

    def do() -> None:
        contract_gaps.adopt(
            version_id=what.version.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    return pages.act(request, what, "adopt", form, do, _("The suggested wording is in the draft."))


@login_required
@require_POST
def attach(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = _draft(request, contract_id, number)
    form = AppendixForm(request.POST)

    def do() -> None:
        contract_drafts.attach(
            version_id=what.version.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    return pages.act(request, what, "appendix", form, do, _("The appendix is attached."))


@login_required
@require_POST
def detach(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = _draft(request, contract_id, number)
    form = PickForm(request.POST)

    def do() -> None:
        contract_drafts.detach(
            version_id=what.version.pk,
            appendix_id=form.cleaned_data["chosen"],
            edits=form.cleaned_data["edits"],
            by=request.user,
            at=timezone.now(),
        )

    return pages.act(request, what, "detach", form, do, _("The appendix is out of the draft."))


@login_required
@require_POST
def describe(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = _draft(request, contract_id, number)
    form = PeriodForm(request.POST)

    def do() -> None:
        contract_drafts.describe(
            version_id=what.version.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    return pages.act(request, what, "period", form, do, _("The draft says so now."))


@login_required
@require_POST
def assess(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    """Put what the check finds on the record."""
    what = _draft(request, contract_id, number)
    contract_gaps.assess(version_id=what.version.pk, by=request.user, at=timezone.now())
    messages.success(request, _("What the check found is on the record."))
    return see_other(pages.address(what.contract, number) + "#gaps")
