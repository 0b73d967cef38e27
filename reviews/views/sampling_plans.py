"""The sampling plan of a process, enhanced mode, and how many looks a half-width takes (F1)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.errors import Invalid
from contracts.models import Process
from contracts.views.requests import SignedIn
from reviews.domain import strata, windows
from reviews.forms.sampling_plans import EnhancedForm, HalfWidthForm, PlanForm
from reviews.models import SamplingPlan
from reviews.presenters import sampling_plans as presenter
from reviews.selectors import sampling_plans as selector
from reviews.services import enhanced_modes, sampling_plans


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: SignedIn, code: str) -> HttpResponse:
    """The sampling plan of a process, seen and set by whoever manages samples there; `half_width` asks what that takes."""
    process, current = selector.plan_of(request.user, code)
    form = PlanForm(request.POST if request.method == "POST" else None, initial=_initial(current))
    if form.is_valid():
        try:
            sampling_plans.set_plan(process=process, by=request.user, at=timezone.now(), **form.terms())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The plan holds from the next draw on."))
            return redirect("reviews:samples")
    return _page(request, process, current, form)


@login_required
@require_POST
def enhance(request: SignedIn, code: str) -> HttpResponse:
    """Begin enhanced mode today. What was typed stays on the page where it is refused."""
    process, current = selector.plan_of(request.user, code)
    form = EnhancedForm(request.POST)
    if form.is_valid():
        try:
            enhanced_modes.begin(process=process, by=request.user, at=timezone.now(), **form.terms())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Enhanced mode is in force from today on."))
            return redirect("reviews:sampling_plan", code)
    return _page(request, process, current, PlanForm(initial=_initial(current)), form)


@login_required
@require_POST
def end_enhanced(request: SignedIn, code: str) -> HttpResponse:
    process, _current = selector.plan_of(request.user, code)
    enhanced_modes.end(process=process, by=request.user, at=timezone.now())
    messages.success(request, _("Enhanced mode has ended: today is drawn by the plan."))
    return redirect("reviews:sampling_plan", code)


def _initial(current: SamplingPlan | None) -> dict[str, object]:
    if current is None:
        return {"reviewer_floor": 2, "stratum_floor": 1, "cut_by": list(strata.USUAL)}
    return {
        "fraction": f"{current.fraction * 100:.1f}",
        "reviewer_floor": current.reviewer_floor,
        "stratum_floor": current.stratum_floor,
        "cut_by": current.cut_by,
    }


def _page(
    request: SignedIn,
    process: Process,
    current: SamplingPlan | None,
    form: PlanForm,
    enhanced: EnhancedForm | None = None,
) -> HttpResponse:
    width = HalfWidthForm(request.GET if "half_width" in request.GET else None)
    answer = None
    if width.is_valid():
        try:
            answer = presenter.answer(
                selector.precision_of(process, width.half_width_asked(), timezone.now())
            )
        except Invalid as refusal:
            width.refuse(refusal)
    mode = selector.enhanced_on(process, windows.local_day(timezone.now(), process.time_zone))
    refused = form.is_bound or enhanced is not None or (width.is_bound and answer is None)
    context = {
        "process": process,
        "form": form,
        "since": current.set_at if current else None,
        "width": width,
        "answer": answer,
        "mode": presenter.mode(mode) if mode else None,
        # Where nothing is drawn, no more can be drawn.
        "enhanced": (enhanced or EnhancedForm()) if current and not mode else None,
    }
    return render(request, "reviews/samples_plan.html", context, status=400 if refused else 200)
