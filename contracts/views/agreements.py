"""What is agreed, process by process; read only."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from contracts.models import User
from contracts.presenters import agreement_tabs
from contracts.presenters import agreements as presenter
from contracts.selectors import agreements as terms


@login_required
@require_GET
def agreements(request: HttpRequest) -> HttpResponse:
    found = terms.listed(user=cast(User, request.user))
    return render(request, "contracts/agreements.html", {"agreements": presenter.agreements(found)})


@login_required
@require_GET
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    user = cast(User, request.user)
    found = terms.of(user=user, code=code)
    tabs = agreement_tabs.of(user, found.process, "contracts:agreement")
    return render(
        request, "contracts/agreement.html", {"agreement": presenter.agreement(found), "tabs": tabs}
    )
