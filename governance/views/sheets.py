"""The accountability sheet of a process, with the proof that it stands in the trail like that (K10)."""

from datetime import UTC
from io import BytesIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from contracts import access
from contracts.models import AccountabilitySheet, Process
from contracts.presenters import agreement_tabs
from contracts.selectors import sheets as selector
from contracts.views.requests import SignedIn
from governance.presenters import pdf as printer


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


@login_required
@require_GET
def pdf(request: SignedIn, code: str, version: int) -> HttpResponseBase:
    """A sheet to take away. It holds nothing of who reads it, so everybody gets the same bytes of a version."""
    process = selector.process_of(request.user, code)
    found = selector.version(process, version)
    told = _told(process, found)
    try:
        # In the language of what it says and in one zone, whoever reads it.
        with translation.override("en"), timezone.override(UTC):
            html = render_to_string("governance/sheet_print.html", told)
        printed = printer.printed(html, found.created_at)
    except printer.PdfError as error:
        context = {**told, "sentence": error.sentence}
        return render(request, "governance/sheet_no_pdf.html", context, status=501 if error.missing else 503)
    name = f"{process.code}-accountability-v{version}.pdf"
    return FileResponse(BytesIO(printed), as_attachment=True, filename=name, content_type="application/pdf")


def _told(process: Process, found: AccountabilitySheet | None) -> dict[str, Any]:
    return {
        "process": {"code": process.code, "name": process.name, "client": process.client.name},
        "sheet": found,
        "sections": found.content if found else [],
    }


def _page(request: SignedIn, process: Process, found: AccountabilitySheet | None) -> HttpResponse:
    made = selector.versions(process)
    log = process.client.log_key
    readable = log in access.log_keys(request.user)
    context = {
        **_told(process, found),
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
