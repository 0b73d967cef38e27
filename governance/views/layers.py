"""The three layers of governance of a process, for whoever reads its contracts (L9)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contracts import access
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.presenters import agreement_tabs
from contracts.views.requests import SignedIn
from governance.presenters import layers as presenter
from governance.selectors import layers


@login_required
@require_GET
def shown(request: SignedIn, code: str) -> HttpResponse:
    process = access.process(request.user, code, VIEW_CONTRACTS, layers.READERS)
    context = {
        "page": presenter.page(request.user, process, layers.rows(process, timezone.now())),
        "tabs": agreement_tabs.of(request.user, process, "governance:layers"),
    }
    return render(request, "governance/layers.html", context)
