"""What was agreed about notices of model changes: read by everybody on the process, said by the client's owner (L2)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Invalid, Refused
from contracts import access
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.forms.notice_terms import NoticeTermsForm
from contracts.models import Clause, NoticeTerms, Process
from contracts.permissions import changes as permissions
from contracts.presenters import agreement_tabs
from contracts.presenters import notice_terms as presenter
from contracts.selectors import contracts, informal
from contracts.selectors import model_changes as selector
from contracts.services import notice_terms as services
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

ROUTE = "contracts:notice_terms"


@login_required
@require_GET
def notice_terms(request: SignedIn, code: str) -> HttpResponse:
    return _page(request, selector.process_of(request.user, code))


@login_required
@require_POST
def agree(request: SignedIn, code: str) -> HttpResponse:
    process, at = selector.process_of(request.user, code), timezone.now()
    permissions.check_can_agree_terms(request.user, process, at)
    clauses = _clauses(process, selector.terms_with_clause(process))
    form = NoticeTermsForm(_named(clauses), request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            services.agree(
                process=process,
                lead_times=form.lead_times(),
                data=form.cleaned_data["handles"],
                redacted_until=form.redacted(),
                clause=clauses.get(form.cleaned_data["clause"]),
                by=request.user,
                at=at,
            )
        except Invalid as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Agreed: notices that come from now on are measured by it."))
            return see_other(reverse(ROUTE, args=[code]))
    return _page(request, process, form, refusal)


def _page(
    request: SignedIn, process: Process, form: NoticeTermsForm | None = None, refusal: Refused | None = None
) -> HttpResponse:
    user, at = request.user, timezone.now()
    terms = selector.terms_with_clause(process)
    times = selector.lead_times(terms)
    may = access.allowed(permissions.check_can_agree_terms, user, process, at)
    if form is None and may[0]:
        form = NoticeTermsForm(_named(_clauses(process, terms)), initial=presenter.initial(terms, times))
    context = {
        "process": {"code": process.code, "name": process.name},
        "tabs": agreement_tabs.of(user, process, ROUTE),
        "page": presenter.page(
            terms, times, at.date(), reads_contracts=access.can(user, VIEW_CONTRACTS, process)
        ),
        "form": form,
        "agreeing": form is not None and form.is_bound,
        "may": may,
    }
    status = status_of_form(form, refusal) if form is not None and form.is_bound else 200
    return render(request, "contracts/notice_terms.html", context, status=status)


def _clauses(process: Process, terms: NoticeTerms | None) -> dict[str, Clause]:
    """The clauses it may rest on; the one it rests on now stays to be chosen, though another version is in force."""
    found = {str(one.pk): one for one in contracts.citable(process)}
    if terms is not None and terms.clause is not None:
        found.setdefault(str(terms.clause.pk), terms.clause)
    return found


def _named(clauses: dict[str, Clause]) -> list[tuple[str, str]]:
    return [(key, informal.clause_words(clause)) for key, clause in clauses.items()]
