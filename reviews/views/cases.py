"""The list of cases, and one case."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contracts.views.requests import SignedIn
from reviews.forms.cases import CasesForm
from reviews.presenters import cases as presenter
from reviews.selectors import cases as selector
from reviews.views.workspace import workspace


@login_required
@require_GET
def cases(request: SignedIn) -> HttpResponse:
    at = timezone.now()
    form = CasesForm(request.GET)
    filters, after = form.filters(), form.goes_on_after()
    found = selector.listing(request.user, filters, after=after)
    page = presenter.case_list(found, filters, at, first=after is None)
    return render(request, "reviews/cases.html", {"page": page})


@login_required
@require_GET
def case(request: SignedIn, case_id: UUID) -> HttpResponse:
    return workspace(request, case_id, timezone.now())
