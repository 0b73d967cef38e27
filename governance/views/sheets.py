"""The accountability sheet of a process, with the proof that it stands in the trail like that (K10)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from contracts import access
from contracts.models import AccountabilitySheet, Process
from contracts.presenters import agreement_tabs
from contracts.selectors import sheets as selector
from contracts.views.requests import SignedIn


@login_required
@require_GET
def sheet(request: SignedIn, code: str) -> HttpResponse:
    """The sheet as it was made last."""
    process = selector.process_of(request.user, code)
    return _page(request, process, selector.latest(process))


@login_required
@require_GET
def version(request: SignedIn, code: str, version: int) -> HttpResponse:
    """An earlier sheet, as it was."""
    process = selector.process_of(request.user, code)
    return _page(request, process, selector.version(process, version))


def _page(request: SignedIn, process: Process, found: AccountabilitySheet | None) -> HttpResponse:
    made = selector.versions(process)
    log = process.client.log_key
    readable = log in access.log_keys(request.user)
    context = {
        "process": {"code": process.code, "name": process.name, "client": process.client.name},
        "sheet": found,
        "sections": found.content if found else [],
        "current": bool(found and made and found.version == made[0].version),
        "proof_url": reverse("governance:api_event_proof", args=[log, found.event])
        if found and readable
        else "",
        "versions": [
            (
                one.version,
                one.created_at,
                reverse("governance:sheet_version", args=[process.code, one.version]),
            )
            for one in made
        ],
        "tabs": agreement_tabs.of(request.user, process, "governance:sheet"),
    }
    return render(request, "governance/sheet.html", context)
