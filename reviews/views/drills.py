"""Test calls up the escalation path: started, answered, called off, and read (C7)."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Refused
from contracts.models import Process, User
from contracts.selectors import matrices as versions
from contracts.selectors import paths
from contracts.views.replies import status_of
from contracts.views.requests import SignedIn
from reviews import permissions
from reviews.domain import keysets
from reviews.forms.drills import DrillForm
from reviews.presenters import drills as presenter
from reviews.selectors import drills as selector
from reviews.services import drills as services


@login_required
@require_http_methods(["GET", "POST"])
def drills(request: HttpRequest, code: str) -> HttpResponse:
    """The test calls of a process, and the way to another."""
    user = cast(User, request.user)
    process = versions.process_of(user=user, code=code)
    permissions.check_can_see_drills(user, process)
    keys = paths.all_in_force(process)
    if request.method != "POST":
        return _page(request, process, DrillForm(keys))
    permissions.check_can_start_drill(user, process)
    form = DrillForm(keys, request.POST)
    if not form.is_valid():
        return _page(request, process, form, status=400)
    trigger_class, severity = form.key
    try:
        drill = services.start(
            process=process, trigger_class=trigger_class, severity=severity, by=user, at=timezone.now()
        )
    except Conflict as refusal:
        return _page(request, process, form, refusal=refusal, status=status_of(refusal))
    messages.success(request, _("The test call runs."))
    return redirect("reviews:matrix_drill", code=code, drill_id=drill.pk)


def _page(
    request: HttpRequest,
    process: Process,
    form: DrillForm,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    after = keysets.read(request.GET.get("after", ""))
    rows, more = selector.newest(process, after=after)
    shown = presenter.box(
        process,
        versions.active(process),
        selector.standings([process])[process.pk],
        cast(User, request.user),
        timezone.now(),
        rows,
        more=more,
    )
    context = {
        "box": shown,
        "form": form,
        "sentence": refusal.sentence if refusal else "",
        "later": after is not None,
    }
    return render(request, "reviews/drills.html", context, status=status)


@login_required
@require_GET
def drill(request: SignedIn, code: str, drill_id: UUID) -> HttpResponse:
    found = selector.one(user=request.user, code=code, drill_id=drill_id)
    template = (
        "reviews/drill.html#drill" if request.htmx and not request.htmx.boosted else "reviews/drill.html"
    )
    return render(request, template, {"page": presenter.page(found, request.user)})


@login_required
@require_POST
def answer(request: HttpRequest, code: str, drill_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = selector.one(user=user, code=code, drill_id=drill_id)
    try:
        services.answer(drill_id=found.pk, user=user, at=timezone.now())
        messages.success(request, _("Thank you: you are here. The test call is over."))
    except Conflict as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("reviews:matrix_drill", code=code, drill_id=drill_id)


@login_required
@require_POST
def cancel(request: HttpRequest, code: str, drill_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = selector.one(user=user, code=code, drill_id=drill_id)
    try:
        services.cancel(drill_id=found.pk, by=user, at=timezone.now())
        messages.info(request, _("Called off. It counts as none."))
    except Conflict as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("reviews:matrix_drill", code=code, drill_id=drill_id)
