"""Writing terms into a draft, and the page that answers who pays and whether our data trains a model (L5, L6, L10, A7)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid, NotVisible
from contracts import access, permissions
from contracts.domain.roles import VIEW_CONTRACTS, VIEW_PROCESS
from contracts.forms.terms import AgreedForm, AttestForm, CiteForm, DataUseForm, LiabilityForm, TermForm
from contracts.models import Process
from contracts.presenters import agreement_tabs
from contracts.presenters import terms as presenter
from contracts.selectors import terms
from contracts.services import attestations, citations, contract_terms
from contracts.views import attestations as statements
from contracts.views import contracts as pages
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn


@login_required
@require_POST
def liability(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = LiabilityForm(pages.clauses_of(what.version), request.POST)

    def do() -> None:
        contract_terms.set_liability(
            version_id=what.version.pk, by=request.user, at=timezone.now(), **form.given()
        )

    return pages.act(request, what, "liability", form, do, _("The liability is in the draft."))


@login_required
@require_POST
def data_use(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = DataUseForm(pages.clauses_of(what.version), request.POST)

    def do() -> None:
        contract_terms.set_data_use(
            version_id=what.version.pk, by=request.user, at=timezone.now(), **form.given()
        )

    return pages.act(request, what, "data_use", form, do, _("The use of data is in the draft."))


@login_required
@require_POST
def agree(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    covered = {process.code: process for process in what.contract.processes.all()}
    form = AgreedForm(pages.clauses_of(what.version), [(code, code) for code in covered], request.POST)

    def do() -> None:
        sent = form.cleaned_data
        if sent["process"] not in covered:
            raise Invalid("process", "Say on which process.", "process")
        contract_terms.agree(
            version_id=what.version.pk,
            process=covered[sent["process"]],
            kind=sent["kind"],
            value=sent["value"],
            clause_id=sent["clause"] or None,
            edits=sent["edits"],
            by=request.user,
            at=timezone.now(),
        )

    return pages.act(request, what, "agreed", form, do, _("The term is in the draft."))


@login_required
@require_POST
def drop(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    what = pages.drafted(request, contract_id, number)
    form = TermForm(request.POST)
    return pages.write(
        request,
        what,
        "drop_term",
        form,
        contract_terms.remove,
        _("The term is out of the draft."),
        chosen="term_id",
    )


@login_required
@require_GET
def answers(request: SignedIn, code: str) -> HttpResponse:
    """Who pays if …, and is our data used for training? On one screen, for one process."""
    process = terms.process_of(user=request.user, code=code)
    return _answers(request, process)


def _answers(request: SignedIn, process: Process, form: AttestForm | None = None) -> HttpResponse:
    today = timezone.now().date()
    training = terms.training(process, today)
    page = presenter.answers(
        process, today, request.GET.get("layer", ""), training, terms.findings([process])
    )
    vendors = list(process.vendors.order_by("name"))
    mine = [
        (vendor.slug, vendor.name)
        for vendor in vendors
        if access.allowed(permissions.check_can_attest, request.user, process, vendor)[0]
    ]
    context = {
        "page": page,
        "tabs": agreement_tabs.of(request.user, process, "contracts:answers"),
        "attest": form or (AttestForm(mine) if mine else None),
        "attesting": form is not None,
    }
    status = status_of_form(form) if form is not None else 200
    return render(request, "contracts/answers.html", context, status=status)


@login_required
@require_POST
def attest(request: SignedIn, code: str) -> HttpResponse:
    """File what a vendor attests; the vendor's own people may, who do not read the contracts."""
    process = access.process(request.user, code, VIEW_PROCESS, "You have no part in this process.")
    vendors = {vendor.slug: vendor for vendor in process.vendors.all()}
    vendor = vendors.get(request.POST.get("vendor", ""))
    if vendor is None:
        raise NotVisible("not_found", "No such AI vendor serves this process.")
    permissions.check_can_attest(request.user, process, vendor)
    reads = access.can(request.user, VIEW_CONTRACTS, process)
    form = AttestForm([(vendor.slug, vendor.name)], request.POST)
    filed = form.passes(
        lambda: attestations.attest(
            process=process,
            vendor=vendor,
            training=form.cleaned_data["training"],
            evidence=form.cleaned_data["evidence"],
            by=request.user,
            at=timezone.now(),
        )
    )
    if filed is not None:
        messages.success(request, _("The attestation is on file."))
        own = reverse("contracts:attestation", args=[code, vendor.slug])
        return see_other(reverse("contracts:answers", args=[code]) if reads else own)
    if not reads:
        # The vendor's people read no contracts: what was refused they learn on their own page.
        return statements.page(request, process, vendor, form)
    return _answers(request, process, form)


@login_required
@require_POST
def cite(request: SignedIn, code: str) -> HttpResponse:
    """Say on which clause something agreed rests, or that it rests on none."""
    process = terms.process_of(user=request.user, code=code)
    permissions.check_can_draft_on(request.user, [process])
    form = CiteForm(request.POST)
    here = reverse("contracts:process_contracts", args=[code])
    if not form.is_valid():
        messages.error(request, _("Choose a clause of a contract in force on this process."))
        return see_other(here)
    try:
        citations.cite(
            process=process,
            kind=form.cleaned_data["kind"],
            reference=form.cleaned_data["reference"],
            clause_id=form.cleaned_data["clause"],
            by=request.user,
            at=timezone.now(),
        )
    except (Invalid, Conflict) as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Noted."))
    return see_other(here)
