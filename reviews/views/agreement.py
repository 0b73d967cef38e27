"""How far auditors agree: κ, the auditors' own accuracy, and the calibrations that follow (F6, F7)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Invalid
from contracts import access
from contracts.views.replies import see_other
from contracts.views.requests import SignedIn
from reviews import permissions
from reviews.domain import double_scoring
from reviews.forms.qa import CalibrationForm
from reviews.models import CalibrationSession
from reviews.presenters import agreement as presenter
from reviews.selectors import calibrations as selector
from reviews.selectors import draws, second_scores
from reviews.services import calibrations


@login_required
@require_GET
def agreement(request: SignedIn) -> HttpResponse:
    """By process: this month's share that is scored twice, κ over all lines and for each, and the calibrations."""
    standings = second_scores.standings(request.user, timezone.now())
    context = {"processes": [presenter.agreement(standing) for standing in standings]}
    return render(request, "reviews/agreement.html", context)


@login_required
@require_GET
def auditors(request: SignedIn) -> HttpResponse:
    """How well auditors' own scores hold."""
    found = second_scores.auditors(request.user, timezone.now())
    context = {"processes": [presenter.auditors(process, rows) for process, rows in found]}
    return render(request, "reviews/auditors.html", context)


@login_required
@require_POST
def calibrate(request: SignedIn, code: str) -> HttpResponse:
    """Open a calibration by hand."""
    process = draws.process_of(request.user, code)
    session = calibrations.open_by_hand(process=process, by=request.user, at=timezone.now())
    messages.success(request, _("Opened. Go through it together, then put down what you agreed."))
    return see_other(reverse("reviews:calibration", args=[session.pk]))


@login_required
@require_http_methods(["GET", "POST"])
def session(request: SignedIn, session_id: UUID) -> HttpResponse:
    """One calibration: what each auditor gave, and the form that puts down what they agreed."""
    found = selector.get(request.user, session_id)
    if request.method == "GET":
        may = access.allowed(permissions.check_can_calibrate, request.user, found.process)[0]
        return _page(request, found, _form(found) if may and found.held_at is None else None)
    permissions.check_can_calibrate(request.user, found.process)
    form = _form(found, request)
    if form.is_valid():
        try:
            calibrations.hold(
                session_id=session_id,
                by=request.user,
                participants=[form.people[pk] for pk in form.cleaned_data["participants"]],
                agreed=form.agreed(),
                decision=form.cleaned_data["decision"],
                at=timezone.now(),
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Put down. Scores stay as they were given."))
            return see_other(reverse("reviews:calibration", args=[session_id]))
    return _page(request, found, form, status=400)


def _form(found: CalibrationSession, request: SignedIn | None = None) -> CalibrationForm:
    lines = double_scoring.disputed_lines(found.marks)
    given = [marks for by_auditor in found.marks.values() for marks in by_auditor.values()]
    scaled = {code for marks in given for code, mark in marks.items() if mark.isdigit()}
    return CalibrationForm(selector.auditors(found.process), lines, scaled, request.POST if request else None)


def _page(
    request: SignedIn, found: CalibrationSession, form: CalibrationForm | None, status: int = 200
) -> HttpResponse:
    context = {"page": presenter.session_page(found, form), "form": form}
    return render(request, "reviews/calibration.html", context, status=status)
