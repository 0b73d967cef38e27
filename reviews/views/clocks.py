"""The clocks of a case: until when it must be decided under which agreement, and when they stood still (U3)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid
from contracts import access
from contracts.views.replies import status_of_form
from contracts.views.requests import SignedIn
from reviews import permissions
from reviews.forms.clocks import PauseForm
from reviews.presenters import clocks as presenter
from reviews.selectors import cases, shown_clocks
from reviews.services import clocks


@login_required
@require_GET
def shown(request: SignedIn, case_id: UUID) -> HttpResponse:
    return _page(request, case_id)


@login_required
@require_POST
def pause(request: SignedIn, case_id: UUID) -> HttpResponse:
    form = PauseForm(request.POST)
    permissions.check_can_see_case(request.user, cases.load(case_id))
    if not form.is_valid():
        permissions.check_can_pause(request.user, cases.load(case_id))
        return _page(request, case_id, form)
    said = form.cleaned_data
    try:
        clocks.pause(
            case_id=case_id,
            begins=said["begins"],
            ends=said["ends"],
            why=said["why"],
            by=request.user,
            at=timezone.now(),
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(request, case_id, form)
    messages.success(request, _("Entered: the clocks are computed with it from now on."))
    return redirect("reviews:clocks", case_id)


@login_required
@require_POST
def end(request: SignedIn, case_id: UUID, pause_id: UUID) -> HttpResponse:
    """Let the clocks run again before the pause is over."""
    permissions.check_can_see_case(request.user, cases.load(case_id))
    try:
        clocks.end_pause(case_id=case_id, pause_id=pause_id, by=request.user, at=timezone.now())
    except Conflict as refusal:
        return _page(request, case_id, sentence=refusal.sentence)
    messages.success(request, _("The clocks run again."))
    return redirect("reviews:clocks", case_id)


def _page(
    request: SignedIn, case_id: UUID, form: PauseForm | None = None, sentence: str = ""
) -> HttpResponse:
    case, at = cases.load(case_id), timezone.now()
    permissions.check_can_see_case(request.user, case)
    context = {
        "page": presenter.page(case, shown_clocks.of(case), shown_clocks.pauses(case), at),
        "may_pause": access.allowed(permissions.check_can_pause, request.user, case),
        "form": form or PauseForm(initial={"begins": timezone.localtime(at)}),
        "sentence": sentence,
    }
    status = 409 if sentence else status_of_form(form) if form else 200
    return render(request, "reviews/clocks.html", context, status=status)
