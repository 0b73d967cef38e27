"""The builder of scorecards: the version in force, what a change would make of it, and publishing the next one (F3)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.errors import Conflict, Invalid
from contracts.models import Process
from contracts.views.replies import see_other
from contracts.views.requests import SignedIn
from reviews.domain import scorecard
from reviews.forms.scorecards import CardForm
from reviews.presenters import scorecards as presenter
from reviews.selectors import evaluations, sampling_plans
from reviews.services import scorecards
from reviews.views.requests import number


@login_required
@require_http_methods(["GET", "POST"])
def builder(request: SignedIn, code: str) -> HttpResponse:
    """See and change the scorecard of a process; `preview` shows what it would be, `publish` makes it the next version."""
    process, _plan = sampling_plans.plan_of(request.user, code)
    if request.method == "GET":
        current = evaluations.scorecard_in_force(process)
        items = scorecard.load(current.items) if current else scorecard.TEMPLATE
        pass_mark = current.pass_mark if current else scorecard.PASS_MARK
        return _page(request, process, CardForm.of(items, pass_mark), current.version if current else 0)
    against = number(request.POST.get("against", ""))
    form = CardForm.sent(request.POST)
    if not form.whole():
        return _page(request, process, form, against, status=400)
    try:
        if "publish" in request.POST:
            scorecards.revise(
                process=process,
                by=request.user,
                at=timezone.now(),
                items=form.items(),
                pass_mark=form.cleaned_data["pass_mark"],
                against=against,
            )
            messages.success(
                request, _("Published. What was drawn before keeps the version it was drawn with.")
            )
            return see_other(reverse("reviews:scorecard", args=[code]))
        scorecard.check(form.items())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(request, process, form, against, status=400)
    except Conflict as refusal:
        return _page(request, process, form, against, status=409, refusal=refusal.sentence)
    return _page(request, process, form, against)


def _page(
    request: SignedIn,
    process: Process,
    form: CardForm,
    against: int | None,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    worth = []
    if form.is_bound and status == 200:
        worth = presenter.preview(form.items(), form.cleaned_data["pass_mark"])
    context = {
        "process": process,
        "worth": worth,
        "form": form.with_spare(),
        "against": against,
        "refusal": refusal,
        "wrong": [line for line in form.lines if line.is_bound and line.errors],
    }
    return render(request, "reviews/scorecard.html", context, status=status)
