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

from audit.errors import Conflict, Invalid
from contracts import permissions
from contracts.forms.terms import AgreedForm, CiteForm, DataUseForm, LiabilityForm, TermForm
from contracts.presenters import agreement_tabs
from contracts.presenters import terms as presenter
from contracts.selectors import terms
from contracts.services import citations, contract_terms
from contracts.views import contracts as pages
from contracts.views.replies import see_other
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
    today = timezone.now().date()
    training = terms.training(process, today)
    page = presenter.answers(
        process, today, request.GET.get("layer", ""), training, terms.findings([process])
    )
    context = {"page": page, "tabs": agreement_tabs.of(request.user, process, "contracts:answers")}
    return render(request, "contracts/answers.html", context)


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
