"""Contracts as they read: the list, one version with its gaps and signatures, and what changed between two (L1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from audit.errors import NotVisible
from contracts import access, permissions
from contracts.domain.roles import DRAFT_CONTRACTS, VIEW_CONTRACTS
from contracts.forms.contracts import (
    AdoptForm,
    AppendixForm,
    ClauseForm,
    PeriodForm,
    ReasonForm,
    RewordForm,
    SignForm,
)
from contracts.forms.refusable import Refusable
from contracts.forms.terms import AgreedForm, DataUseForm, LiabilityForm
from contracts.models import Contract, ContractVersion
from contracts.presenters import agreement_tabs
from contracts.presenters import contracts as presenter
from contracts.presenters import terms as terms_presenter
from contracts.selectors import contracts as selector
from contracts.selectors import informal, terms
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

_READERS = "Contracts are read by those who look after what was agreed."


@dataclass(frozen=True)
class Opened:
    contract: Contract
    version: ContractVersion


@login_required
@require_GET
def contracts(request: SignedIn) -> HttpResponse:
    rows = presenter.rows(selector.listed(user=request.user), timezone.now().date())
    may = DRAFT_CONTRACTS in access.all_codenames(request.user)
    return render(request, "contracts/contracts.html", {"rows": rows, "may": may})


@login_required
@require_GET
def of_process(request: SignedIn, code: str) -> HttpResponse:
    """The contracts that cover one process."""
    process = access.process(request.user, code, VIEW_CONTRACTS, _READERS)
    rows = presenter.rows(selector.listed(user=request.user, process=process), timezone.now().date())
    context = {
        "process": {"code": process.code, "name": process.name},
        "rows": rows,
        "tabs": agreement_tabs.of(request.user, process, "contracts:process_contracts"),
        "parts": terms_presenter.rests_on(process),
        "clauses": [(str(one.pk), informal.clause_words(one)) for one in selector.citable(process)],
        "may": access.can(request.user, DRAFT_CONTRACTS, process),
    }
    return render(request, "contracts/process_contracts.html", context)


@login_required
@require_GET
def contract(request: SignedIn, contract_id: UUID) -> HttpResponse:
    """The version in force, else the newest the reader may see."""
    found = selector.get(user=request.user, contract_id=contract_id)
    known = selector.versions(request.user, found)
    latest = selector.latest(known)
    if latest is None:
        return render(
            request, "contracts/contract_empty.html", {"page": presenter.empty(found, request.user)}
        )
    latest.contract = found
    return shown(request, Opened(found, latest))


@login_required
@require_GET
def version(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    return shown(request, opened(request, contract_id, number))


def opened(request: SignedIn, contract_id: UUID, number: int) -> Opened:
    found = selector.get(user=request.user, contract_id=contract_id)
    return Opened(found, selector.version(user=request.user, contract=found, number=number))


def drafted(request: SignedIn, contract_id: UUID, number: int) -> Opened:
    """A version, for who writes in drafts of the contract."""
    what = opened(request, contract_id, number)
    permissions.check_can_draft_contract(request.user, what.contract)
    return what


def shown(
    request: SignedIn,
    what: Opened,
    sent: Mapping[str, Refusable] | None = None,
) -> HttpResponse:
    """The page of a version; `sent` are forms that were refused, with what was typed."""
    user, at = request.user, timezone.now()
    page = presenter.page(what.contract, what.version, selector.versions(user, what.contract), user, at)
    edits = {"edits": what.version.edits}
    clauses = [(line.id, f"{line.number} {line.title}") for line in page.clauses]
    given: dict[str, forms.Form] = {
        "clause": ClauseForm(initial=edits),
        "appendix": AppendixForm(initial=edits),
        "period": PeriodForm(initial=presenter.initial(what.version)),
        "adopt": AdoptForm(initial=edits),
        "sign": SignForm(initial={"digest": what.version.digest}),
        "reject": ReasonForm(prefix="reject"),
        "terminate": ReasonForm(prefix="terminate"),
        "liability": LiabilityForm(clauses, initial=edits),
        "data_use": DataUseForm(clauses, initial=edits),
        "agreed": AgreedForm(
            clauses, [(one.code, one.code) for one in what.contract.processes.all()], initial=edits
        ),
        **(sent or {}),
    }
    reword = given.get("reword")
    rewording = str(reword["clause"].value()) if reword else ""
    rewords = {
        line.id: reword
        if reword and line.id == rewording
        else RewordForm(initial={"clause": line.id, "text": line.text, **edits}, auto_id=f"{line.number}-%s")
        for line in page.clauses
    }
    form = next(iter(sent.values()), None) if sent else None
    context = {
        "page": page,
        "terms": terms_presenter.part(what.version),
        "findings": terms_presenter.findings(terms.findings(what.contract.processes.all())),
        "informal": informal.count(what.contract.processes.all()),
        "forms": given,
        "clauses": [(line, rewords[line.id], line.id == rewording) for line in page.clauses],
        "refused": next(iter(sent), "") if sent else "",
        "sentence": form.refusal.sentence if form and form.refusal else "",
    }
    status = status_of_form(form) if form else 200
    return render(request, "contracts/contract.html", context, status=status)


def clauses_of(version: ContractVersion) -> list[tuple[str, str]]:
    """The clauses of a version, as a form offers them."""
    return [
        (str(one.clause_id), f"{one.clause.number} {one.clause.title}") for one in selector.wordings(version)
    ]


def act(
    request: SignedIn,
    what: Opened,
    name: str,
    form: Refusable,
    do: Callable[[], object],
    done: str,
) -> HttpResponse:
    """Do what a form asks; where it is refused, the page comes back with what was typed."""

    def did() -> bool:
        do()
        return True

    if form.passes(did):
        messages.success(request, done)
        return see_other(address(what.contract, what.version.number))
    what = opened(request, what.contract.pk, what.version.number)
    if "edits" in form.fields:
        # Sent again, it is meant for the draft as it stands now.
        form.data = {**request.POST.dict(), "edits": str(what.version.edits)}
    return shown(request, what, {name: form})


def write(
    request: SignedIn,
    what: Opened,
    name: str,
    form: Refusable,
    service: Callable[..., object],
    done: str,
    **given: str,
) -> HttpResponse:
    """Write into a draft what a form says; `given` names the fields that the service calls otherwise."""

    def do() -> None:
        said = {given.get(field, field): value for field, value in form.cleaned_data.items()}
        service(version_id=what.version.pk, by=request.user, at=timezone.now(), **said)

    return act(request, what, name, form, do, done)


def address(contract: Contract, number: int) -> str:
    return reverse("contracts:contract_version", args=[contract.pk, number])


@login_required
@require_GET
def changes(request: SignedIn, contract_id: UUID, number: int) -> HttpResponse:
    """What a version says otherwise than `against`, by default the one it was drafted from."""
    what = opened(request, contract_id, number)
    known = selector.versions(request.user, what.contract)
    wanted = request.GET.get("against", "")
    based = what.version.based_on.number if what.version.based_on else 0
    against = next((one for one in known if str(one.number) == (wanted or str(based))), None)
    if wanted and against is None:
        raise NotVisible("not_found", "This contract has no such version.")
    page = presenter.changes(what.contract, what.version, against, known)
    return render(request, "contracts/contract_changes.html", {"page": page})
